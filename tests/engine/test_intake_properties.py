"""No cell is lost, totals add up, and figures, contradictions and shares agree with slow and simple oracles."""

import itertools
import time
from collections import Counter, defaultdict
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tijian.engine.catalogue.loading import load_city
from tijian.engine.exam.intake.examine import examine
from tijian.engine.exam.intake.figure import read_figure
from tijian.engine.exam.intake.verdicts import ACCEPTED, Verdict
from tijian.engine.sources.grid import read_text_grid

CITY = load_city(Path(__file__).parents[2] / "cities" / "shenyang")
WORDS = [
    "区", "年份", "日期", "指标", "单位", "数值", "序号", "备注", "和平区", "沈河", "210104", "合计", "全市", "新民市",
    "供水总量", "漏损水量（立方米）", "常住人口（万人）", "AQI", "等级", "优", "TC02", "不认识的项", "2018", "2019年",
    "2015-01-01", "万m3", "万人", "5214", "5,214", "1.02亿", "６４１", "85.3%", "约300", "3-5", "—", "无", "不适用",
    "见附件", "#REF!", "1.2.3", "0048", "(12)", "注：说明", "填表人：张三", "", "", "", "2019年供水情况表", "单位：万人",
]  # fmt: skip
AREAS = ["和平区", "沈河区", "大东区", "皇姑区", "铁西区", "苏家屯区", "浑南区", "沈北新区", "于洪区"]
ITEMS = ["供水总量", "漏损水量", "常住人口", "户籍人口", "建成区面积", "供热管网总长"]
CELLS = ["5214", "5,214", "１２", "约3", "—", "", "见附件", "1.2.3", "9e3", "1亿", "3-5", "不适用", "12①"]


def csv_of(rows):
    return "\n".join(",".join(f'"{text}"' for text in row) for row in rows).encode()


def examined(rows, **keywords):
    return examine([("表.csv", csv_of(rows))], CITY, year=2019, **keywords)


def tables(words, most):
    return st.integers(1, most).flatmap(
        lambda width: st.lists(st.lists(words, min_size=width, max_size=width), min_size=1, max_size=most)
    )


@given(tables(st.sampled_from(WORDS) | st.text(max_size=6).filter(lambda t: not set(t) & set('"\0\r\n')), 9))
@settings(max_examples=200, deadline=None)
def test_every_cell_outside_header_and_keys_has_exactly_one_verdict(rows):
    try:
        data = csv_of(rows)
    except UnicodeEncodeError:
        return
    for accept in (False, True):
        intake = examine([("表.csv", data)], CITY, year=2019, accept_unknown=accept)
        if intake.faults:
            continue
        grid, _ = read_text_grid(data, "表.csv")
        sheet = intake.files[0].sheets[0]
        wanted = [
            (r, c)
            for table in sheet.tables
            for r in range(table.top, table.bottom)
            for c in range(grid.width)
            if r not in table.set_apart and c not in table.keys
        ]
        found = [(c.row + sheet.head - 1, c.column) for c in intake.cells]
        assert found == wanted
        told = {r for table in sheet.tables for r in range(table.top, table.bottom)}
        assert not any(any(row) for r, row in enumerate(grid.rows) if r not in told)
        totals = intake.totals
        assert sum(totals[v.value] for v in Verdict) == totals["cells"] == len(intake.cells)
        assert len(intake.as_json()["cells"]) == totals["cells"]
        for cell in intake.cells:
            assert cell.note or cell.verdict in {Verdict.TAKEN, Verdict.BLANK}
            assert cell.text == grid.rows[cell.row + sheet.head - 1][cell.column]


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_a_department_form_loses_no_cell_whatever_stands_around_it(data):
    areas = data.draw(st.lists(st.sampled_from(AREAS), min_size=2, unique=True))
    items = data.draw(st.lists(st.sampled_from(ITEMS), min_size=2, unique=True))
    values = [[data.draw(st.sampled_from(CELLS)) for _ in items] for _ in areas]
    flip = data.draw(st.booleans())
    above = data.draw(st.lists(st.sampled_from(["附件", "2019年基础数据表", "单位：万人", ""]), max_size=3))
    below = data.draw(st.lists(st.sampled_from(["注：抄表数", "填表人：张三", ""]), max_size=2))
    table = [["区", *items], *([a, *v] for a, v in zip(areas, values, strict=True))]
    if flip:
        table = [["指标", *areas], *([i, *v] for i, v in zip(items, zip(*values, strict=True), strict=True))]
    width = len(table[0])
    rows = [[t] + [""] * (width - 1) for t in above] + table + [[t] + [""] * (width - 1) for t in below]
    intake = examined(rows)
    assert len(intake.cells) == len(areas) * len(items)
    by_place = {(c.area, c.item): c.text for c in intake.cells}
    codes = {a.zh: a.code for a in CITY.areas.areas}
    ids = {v.zh: key for key, v in CITY.catalogue.variables.items()}
    for a, row in zip(areas, values, strict=True):
        for i, text in zip(items, row, strict=True):
            assert by_place[codes[a], ids[i]] == text


# What decorates a number: text around it, factor, verdict at best
DECORATIONS = {
    "{}": (1, "taken"),
    "{}万": (10_000, "converted"),
    "{}亿": (100_000_000, "converted"),
    "'{}": (1, "converted"),
    "{}①": (1, "converted"),
    "约{}": (1, "asked"),
    "{}左右": (1, "asked"),
    "{}（估）": (1, "asked"),
}


@given(
    st.decimals(0, 10**9, places=4, allow_nan=False),
    st.sampled_from(list(DECORATIONS)),
    st.booleans(),
    st.booleans(),
)
@settings(max_examples=500, deadline=None)
def test_a_figure_is_read_exactly(number, decoration, grouped, wide):
    text = f"{number:,f}" if grouped else f"{number:f}"
    written = text.translate({ord(c): ord(c) + 0xFEE0 for c in "0123456789.,"}) if wide else text
    figure = read_figure(decoration.format(written))
    factor, best = DECORATIONS[decoration]
    assert figure.number is not None
    assert Fraction(figure.number) * figure.scale == Fraction(number) * factor
    changed = wide or "," in text
    assert figure.verdict == ("converted" if best == "taken" and changed else best)


@given(st.text(max_size=30))
@settings(max_examples=500, deadline=None)
def test_any_text_has_a_verdict_and_a_finite_figure(text):
    figure = read_figure(text)
    if figure.number is not None:
        assert figure.number.is_finite()
    if figure.verdict in {Verdict.REFUSED, Verdict.ASKED}:
        assert figure.notes
    if figure.verdict in {*ACCEPTED}:
        assert figure.number is not None


UNITS = {"人": Decimal("0.0001"), "万人": Decimal(1), "亿人": Decimal(10_000)}


@given(
    st.lists(
        st.tuples(st.sampled_from(AREAS), st.integers(40, 150), st.sampled_from(list(UNITS))), max_size=12
    )
)
@settings(max_examples=200, deadline=None)
def test_contradictions_are_those_of_a_slow_comparison(entries):
    rows = [["指标", "区", "年份", "数值", "单位"]]
    rows += [["常住人口", a, "2019", f"{Decimal(n) / UNITS[u]:f}", u] for a, n, u in entries]
    intake = examined(rows)
    numbers = [(a, n) for a, n, _ in entries]
    wanted = {a for (a, n), (b, m) in itertools.combinations(numbers, 2) if a == b and n != m}
    names = {a.code: a.zh for a in CITY.areas.areas}
    assert {names[c.area] for c in intake.contradictions} == wanted
    for c in intake.contradictions:
        assert Counter(c.values) == Counter(float(n) for a, n in numbers if a == names[c.area])
    assert {names[g.area]: g.value for g in intake.given} == {a: n for a, n in numbers if a not in wanted}
    assert len(intake.given) == len({a for a, _ in numbers} - wanted)


@given(st.lists(st.tuples(st.integers(2000, 9000), st.integers(200, 4500)), min_size=1, max_size=9))
@settings(max_examples=100, deadline=None)
def test_a_part_greater_than_its_whole_is_refused_and_no_other(pairs):
    rows = [
        ["区", "供水总量", "漏损水量"],
        *([a, str(w), str(p)] for a, (w, p) in zip(AREAS, pairs, strict=False)),
    ]
    cells = {c.address: c for c in examined(rows).cells}
    for r, (whole, part) in enumerate(pairs, 2):
        share = Fraction(part, whole) * 100
        wanted = "refused" if share > 100 else "taken" if 2 <= share <= 50 else "asked"
        assert cells[f"C{r}"].verdict == wanted
        assert cells[f"B{r}"].verdict == "taken"


@given(st.lists(st.integers(36, 159), min_size=9, max_size=9), st.integers(-3, 3))
@settings(max_examples=60, deadline=None)
def test_a_total_is_held_against_the_sum(values, off):
    rows = [["区", "常住人口"], *([a, str(v)] for a, v in zip(AREAS, values, strict=True))]
    rows.append(["合计", str(sum(values) + off)])
    intake = examined(rows)
    assert intake.cells[-1].verdict == ("asked" if off else "taken")
    assert len(intake.given) == 9


@given(st.lists(st.tuples(st.integers(1, 365), st.integers(1, 500)), unique_by=lambda p: p[0], max_size=80))
@settings(max_examples=60, deadline=None)
def test_days_are_counted_as_one_counts_by_hand(pairs):
    classes = [
        ("优", 50),
        ("良", 100),
        ("轻度污染", 150),
        ("中度污染", 200),
        ("重度污染", 300),
        ("严重污染", 500),
    ]
    labels = ["优", "良", "轻度污染", "中度污染", "重度污染", "严重污染"]
    days = [(time.strftime("%Y-%m-%d", time.strptime(f"2015 {day}", "%Y %j")), aqi) for day, aqi in pairs]
    rows = [["日期", "AQI", "等级"], *([d, str(aqi), labels[(aqi * 7) % 6]] for d, aqi in days)]
    intake = examined(rows)
    wrong = change = 0
    for _, aqi in days:
        right, given_label = next(name for name, top in classes if aqi <= top), labels[(aqi * 7) % 6]
        wrong += right != given_label
        change += (aqi <= 100) != (given_label in {"优", "良"})
    assert intake.totals["asked"] == wrong
    for s in intake.series:
        assert (s.covered, s.counted) == (len(days), sum(aqi <= 100 for _, aqi in days))
        assert (s.contradictions, s.would_change) == (wrong, change)


ENCODINGS = ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"]


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_every_encoding_gives_the_same_verdicts(encoding):
    text = "区,供水总量（万m³）,漏损水量\n和平区,５２１４,—\n于洪区,“7105”,912\n".replace("³", "3")
    plain = examine([("表.csv", text.encode())], CITY, year=2019)
    other = examine([("表.csv", text.encode(encoding))], CITY, year=2019)
    assert other.as_json() == plain.as_json()
    assert other.files[0].encoding


def test_a_damaged_byte_is_named_with_its_row_and_the_other_file_is_read():
    data = "区,供水总量\n和平区,5214\n沈河区,5830\n".encode()
    at = data.rindex("沈".encode()) + 1
    intake = examine([("坏.csv", data[:at] + b"\xff" + data[at + 1 :]), ("好.csv", data)], CITY, year=2019)
    (fault,) = intake.faults
    assert (fault.file, fault.code) == ("坏.csv", "text.damaged")
    assert "第 3 行" in fault.place
    assert [f.file for f in intake.files] == ["好.csv"]
    assert intake.as_json()["faults"][0]["code"] == "text.damaged"


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.csv", b"<html><table><tr><td>1</td></tr></table></html>"),
        ("a.csv", b"%PDF-1.7"),
        ("a.docx", b"abc"),
        ("a.csv", b"a,b\n\0\0"),
        ("a.csv", b'a,"b\n1,2\n'),
        ("a.csv", ",".join("a" * 100_000).encode()),
    ],
)
def test_what_is_no_table_is_refused_in_words(name, data):
    intake = examine([(name, data)], CITY, year=2019)
    assert len(intake.faults) == 1
    assert intake.cells == ()


def test_a_hundred_thousand_cells_take_a_few_seconds():
    ids = list(CITY.catalogue.variables)[:50]
    codes = [a.code for a in CITY.areas.areas]
    rows = [["area", "year", *ids]]
    rows += [[code, str(1950 + n), *("12.5" for _ in ids)] for n in range(140) for code in codes]
    rows = [*rows[:1], *(r for r in rows[1:] if int(r[1]) <= 2100)]
    rows += rows[1 : 2001 - len(rows) + 1]
    data = csv_of(rows)
    start = time.process_time()
    intake = examine([("大.csv", data)], CITY, year=2019)
    seconds = time.process_time() - start
    assert intake.totals["cells"] >= 60_000
    assert seconds / intake.totals["cells"] * 100_000 < 15, f"{seconds:.1f} s"
    print(f"{intake.totals['cells']} cells in {seconds:.1f} s")  # noqa: T201


def test_the_first_call_tells_every_file_at_once():
    by_name = defaultdict(list)
    sources = [(f"{n}.csv", f"区,供水总量\n和平区,{n}000\n".encode()) for n in (3, 4)]
    for cell in examine(sources, CITY, year=2019).cells:
        by_name[cell.file].append(cell.verdict)
    assert by_name == {"3.csv": [Verdict.ASKED], "4.csv": [Verdict.ASKED]}
