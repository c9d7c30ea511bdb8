"""Holds tables of the product against those of the oracle, cell by cell."""

# ruff: noqa: PD008 — single cells are what is read and written here

import pandas as pd
from oracle_files import read_csv

CLOSE = 1e-9
TERMS = ("numerator", "denominator")


def read_values(folder):
    return read_csv(folder / "values.csv").set_index(["indicator", "area"])


def read_dimensions(folder):
    return read_csv(folder / "dimensions.csv").set_index(["area", "dimension"])


def as_table(header, rows, index):
    """Lay rows of texts out like a table read from its file."""
    return pd.DataFrame(rows, columns=header, dtype=str).set_index(index)


def differences(expected, got, keys=None):
    """List every cell that differs, as (place, column, expected, got).

    Texts are compared as they stand; numerator and denominator to 1e-9 of their size, and where the oracle
    has a reason instead of a number the cell must be empty. Columns that the oracle does not give (``note``)
    are not compared.
    """
    if keys is None and list(expected.index) != list(got.index):
        return [("rows", "", list(expected.index), list(got.index))]
    found = []
    for place in expected.index if keys is None else keys:
        for column in expected.columns:
            want, have = expected.at[place, column], got.at[place, column]
            same = _close(want, have) if column in TERMS else want == have
            if not same:
                found.append((place, column, want, have))
    return found


def _close(want, have):
    if isinstance(want, str):
        return have == ""
    return have != "" and abs(float(have) - want) <= CLOSE * abs(want)
