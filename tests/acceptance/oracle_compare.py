"""Holds tables of the product against those of the oracle, cell by cell."""

from oracle_files import read_csv

CLOSE = 1e-9
TERMS = ("numerator", "denominator")
VALUES, DIMENSIONS = ("indicator", "area"), ("area", "dimension")


def read_values(folder):
    return read_csv(folder / "values.csv").set_index(list(VALUES))


def read_dimensions(folder):
    return read_csv(folder / "dimensions.csv").set_index(list(DIMENSIONS))


def by_place(header, rows, place):
    """Lay rows of texts out as place → column → text."""
    found = {}
    for row in rows:
        cells = dict(zip(header, row, strict=True))
        found[tuple(cells.pop(p) for p in place)] = cells
    return found


def differences(expected, got):
    """List every cell that differs, as (place, column, expected, got).

    Texts are compared as they stand; numerator and denominator to 1e-9 of their size, and where the oracle
    has a reason instead of a number the cell must be empty. Columns that the oracle does not give (``note``)
    are not compared.

    Args:
        expected: A table of the oracle.
        got: place → column → text; it may hold more places, but those expected in the same order.
    """
    wanted = expected.to_dict("index")
    if [place for place in got if place in wanted] != list(wanted):
        return [("rows", "", list(wanted), list(got))]
    found = []
    for place, cells in wanted.items():
        for column, want in cells.items():
            have = got[place][column]
            same = _close(want, have) if column in TERMS else want == have
            if not same:
                found.append((place, column, want, have))
    return found


def _close(want, have):
    if isinstance(want, str):
        return have == ""
    return have != "" and abs(float(have) - want) <= CLOSE * abs(want)
