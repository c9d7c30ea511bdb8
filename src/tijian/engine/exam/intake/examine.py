"""One import examined: files and a city in, a verdict for every cell out; nothing is written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from tijian.engine.catalogue.loading import City
from tijian.engine.exam.intake.checks import (
    check_against_bounds,
    check_against_previous,
    check_fractions,
    check_parts,
    check_totals,
    find_contradictions,
)
from tijian.engine.exam.intake.daily import COMPLETE, check_labels, summed
from tijian.engine.exam.intake.layout import KEYS, Layout, lay_out, next_table
from tijian.engine.exam.intake.marked import HEADER, RESULTS
from tijian.engine.exam.intake.names import Names
from tijian.engine.exam.intake.reading import Place, Setting, TableReader
from tijian.engine.exam.intake.verdicts import (
    ACCEPTED,
    Cell,
    FileRead,
    Given,
    Intake,
    Series,
    SheetRead,
    TableRead,
    Use,
    Verdict,
)
from tijian.engine.kernel.canonical import sha256
from tijian.engine.kernel.faults import Faults
from tijian.engine.sources.grid import Grid, read_text_grid, refusal
from tijian.engine.sources.workbook import read_workbook

Source = Path | tuple[str, bytes]
JUMP = 0.3
WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".et")
TEXTS = (".csv", ".txt", ".tsv")


def examine(
    files: Sequence[Source],
    city: City,
    *,
    year: int,
    strand: str = "自体检",
    mark: str = "",
    previous: Mapping[tuple[str, str, str], float] | None = None,
    jump: float = JUMP,
    aliases: Mapping[str, str] | None = None,
    accept_unknown: bool = False,
) -> Intake:
    """Give a verdict for every data cell of some files, checked against one another.

    Args:
        files: Paths, or (name, bytes); text tables and workbooks, told apart by their content and name.
        city: Whose variables, indicators, questions and areas the tables speak of.
        year: Period of figures whose table names none.
        strand: Strand of figures whose table names none.
        mark: Mark of figures whose table names none.
        previous: (item, area, period of the earlier figure) → that figure in the item's unit.
        jump: Change against ``previous`` above which a reason is asked for, as a share.
        aliases: Other name → id of a variable or indicator, beside the catalogue's own.
        accept_unknown: For a rehearsal: judge cells of unknown names by their text instead of refusing them.

    Returns:
        The verdicts; files that cannot be read stand in ``faults``.

    Raises:
        OSError: If a path cannot be read.
    """
    setting = Setting(Names(city, aliases), year, strand, mark, accept_unknown)
    read: list[FileRead] = []
    cells: list[Cell] = []
    faults = Faults()
    pairs: list[tuple[Cell, Cell]] = []
    for source in files:
        name, data = source if isinstance(source, tuple) else (source.name, source.read_bytes())
        with faults.kept():
            if any(file.file == name for file in read):
                raise refusal(
                    "file.twice", name, "", "各不相同的文件名", "同一次导入里有两个同名的文件，请改名。"
                )
            grids, encoding = _grids(name, data)
            tables = [_sheet(name, grid, setting) for grid in grids]
            for _, of_table in tables:
                cells.extend(of_table)
                pairs.extend(_labelled(of_table))
            sheets = tuple(sheet for sheet, _ in tables)
            read.append(FileRead(name, sum(s.rows for s in sheets), sha256(data), encoding, sheets))
    return _judged(read, cells, pairs, setting, previous or {}, jump, faults)


def _judged(
    read: Sequence[FileRead],
    cells: list[Cell],
    pairs: Sequence[tuple[Cell, Cell]],
    setting: Setting,
    previous: Mapping[tuple[str, str, str], float],
    jump: float,
    faults: Faults,
) -> Intake:
    names = setting.names
    check_against_bounds(cells, names)
    check_fractions(cells, names)
    check_against_previous(cells, previous, names, jump)
    check_parts(cells, names)
    check_totals(cells, names)
    contradictions = find_contradictions(cells)
    classes = {key: item.classes for key, item in names.measured.items() if item.classes}
    labels = check_labels(pairs, names.counts, classes)
    series = summed(cells, names.counts, labels)
    hashes = {file.file: file.sha256 for file in read}
    given = [*_given(cells, hashes), *_counted(series, cells, hashes, names)]
    return Intake(
        tuple(read), tuple(cells), tuple(contradictions), tuple(given), tuple(series), tuple(faults.found)
    )


def _grids(name: str, data: bytes) -> tuple[list[Grid], str]:
    """Read the tables of a file: a workbook by its content or name, else text."""
    suffix = Path(name).suffix.lower()
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")) or suffix in WORKBOOKS:
        return read_workbook(data, name), ""
    if data.startswith(b"%PDF"):
        raise refusal("file.kind", name, "PDF", "xlsx 或 csv 表", "请交原表，不要交 PDF。")
    if data[:200].lstrip().lower().startswith((b"<html", b"<!doctype", b"<?xml", b"<table")):
        raise refusal(
            "file.kind", name, "HTML", "xlsx 或 csv 表", "这是网页改了扩展名；请打开后另存为 xlsx 再上传。"
        )
    if suffix not in TEXTS:
        raise refusal("file.kind", name, suffix, "xlsx 或 csv 表", "请另存为 xlsx 或 CSV UTF-8。")
    grid, encoding = read_text_grid(data, name)
    return [grid], encoding


def _sheet(file: str, grid: Grid, setting: Setting) -> tuple[SheetRead, list[Cell]]:
    """Read the tables of a sheet one below the other; a sheet of results given back earlier is no data."""
    if grid.sheet.startswith(RESULTS) and HEADER in {tuple(row[: len(HEADER)]) for row in grid.rows[:2]}:
        return SheetRead(grid.sheet, grid.hidden, (), ("是上次还回的校验结果，没有读。",)), []
    tables: list[TableRead] = []
    cells: list[Cell] = []
    notes: list[str] = []
    top = 0
    while top < len(grid.rows) and any(any(row) for row in grid.rows[top:]):
        part = grid.part(top, len(grid.rows))
        layout = lay_out(part, setting.names)
        cut = next_table(part, layout, setting.names)
        if cut is not None:
            part = grid.part(top, top + cut)
            layout = lay_out(part, setting.names)
        tables.append(_table(top, part, layout))
        notes += part.notes
        place = Place(file, grid.sheet, top, tables[0].head)
        cells.extend(TableReader(place, part, layout, setting).cells())
        top += len(part.rows)
    others = sorted({c.period[:4] for c in cells if c.kind and c.period[:4].isdigit()} - {str(setting.year)})
    if others:
        notes.append(f"表中有 {'、'.join(others)} 年的数，这次填报的是 {setting.year} 年；请看一眼。")
    return SheetRead(grid.sheet, grid.hidden, tuple(tables), (*grid.notes, *notes)), cells


def _table(top: int, grid: Grid, layout: Layout) -> TableRead:
    keys = frozenset(c for c, column in enumerate(layout.columns) if column.role in {*KEYS, "empty"})
    return TableRead(
        top,
        top + len(grid.rows),
        top + layout.head,
        layout.shape,
        tuple(column.role for column in layout.columns),
        frozenset(top + r for r in layout.apart),
        keys,
    )


def _labelled(cells: Iterable[Cell]) -> list[tuple[Cell, Cell]]:
    """Pair every label of a daily table with the number of its row."""
    rows: dict[int, list[Cell]] = defaultdict(list)
    for cell in cells:
        rows[cell.row].append(cell)
    pairs: list[tuple[Cell, Cell]] = []
    for row in rows.values():
        labels = [c for c in row if c.part == "label"]
        numbers = [
            c for c in row if c.part == "" and c.kind in {"series", "variable"} and c.use is not Use.ASIDE
        ]
        if labels and len(numbers) == 1:
            pairs.extend((numbers[0], label) for label in labels)
    return pairs


def _given(cells: Iterable[Cell], hashes: Mapping[str, str]) -> list[Given]:
    """Give what would be written: accepted figures, and blanks whose text gives a reason."""
    surveys: dict[tuple[str, str, int], dict[str, Cell]] = defaultdict(dict)
    given = []
    for cell in cells:
        if cell.kind == "survey":
            surveys[cell.file, cell.sheet, cell.row][cell.part] = cell
        elif (
            cell.kind in {"variable", "indicator"}
            and cell.use is Use.WRITE
            and cell.part == ""
            and _writes(cell)
        ):
            given.append(_one(cell, hashes))
    for parts in surveys.values():
        mean = parts.get("")
        if (
            mean is not None
            and mean.use is Use.WRITE
            and _writes(mean)
            and all(_writes(c) or not c.text for c in parts.values())
        ):
            n, margin = parts.get("n"), parts.get("margin")
            size = int(n.value) if n is not None and n.value is not None else None
            given.append(_one(mean, hashes, size, margin.value if margin is not None else None))
    return given


def _writes(cell: Cell) -> bool:
    return cell.verdict in ACCEPTED or (cell.verdict is Verdict.BLANK and bool(cell.reason))


def _one(cell: Cell, hashes: Mapping[str, str], n: int | None = None, margin: float | None = None) -> Given:
    return Given(
        cell.kind,
        cell.item,
        cell.area,
        cell.period,
        cell.value,
        cell.reason,
        cell.text,
        cell.unit,
        cell.strand,
        cell.mark,
        hashes[cell.file],
        cell.place,
        cell.note,
        n,
        margin,
    )


def _counted(
    series: Iterable[Series], cells: Sequence[Cell], hashes: Mapping[str, str], names: Names
) -> list[Given]:
    """Give the counts of daily series that cover enough of their year."""
    given = []
    for s in series:
        first = next(
            c for c in cells if c.item == s.item and c.area == s.area and c.period[:4] == str(s.year)
        )
        count = names.counts[s.item]
        if s.covered < COMPLETE * s.days:
            continue
        told = (
            f"由逐日 {s.item} 数得：{s.days} 天中 {s.covered} 天有数，其中 {s.condition} 的 {s.counted} 天。"
        )
        if s.contradictions:
            told += f"{s.contradictions} 处等级与数不符（{s.would_change} 处会改变天数），按数计。"
        figures = {count.variable: s.counted} | ({names.valid_days: s.covered} if names.valid_days else {})
        for variable, figure in figures.items():
            given.append(
                Given(
                    "variable",
                    variable,
                    s.area,
                    str(s.year),
                    float(figure),
                    "",
                    str(figure),
                    names.items[variable].unit,
                    first.strand,
                    first.mark,
                    hashes[first.file],
                    first.place,
                    told,
                )
            )
    return given
