"""Charts: true lengths, nothing hidden, nothing that a strict page refuses."""

import itertools
import json
import re

import pytest
import shapely
import typst
from lxml import etree

from tijian.engine.report import drawing, tokens
from tijian.engine.report.bars import axis_ticks, spread, tick_text
from tijian.engine.report.charts import (
    PHONE,
    PRINT,
    SCREEN,
    Bar,
    BreakBand,
    Cell,
    Cut,
    Group,
    HeatRow,
    Region,
    Series,
    Share,
    bars,
    choropleth,
    heat,
    print_sheet,
    shares,
    trend,
    whisker,
)

SVG = "{http://www.w3.org/2000/svg}"
LONG = "社区居家养老服务设施示范街道办事处辖区（含托管村、A&B <小区>）"


def square(x, y, size=10.0):
    return [[(x, y), (x + size, y), (x + size, y + size), (x, y + size)]]


def bar(name, value, grade="良", **more):
    return Bar(name, value, "" if value is None else f"{value:.1f}", grade, **more)


def groups(count):
    made = [
        bar(f"第{n}区", float(n * 3 - 7), ("优", "良", "中", "差")[n % 4], synthetic=True)
        for n in range(count)
    ]
    return [
        Group(
            "老区",
            tuple(made),
            (Cut("中", "≥5.0", low=5.0), Cut("良", "≥6.5", low=6.5), Cut("优", "≥6.6", low=6.6)),
        )
    ]


MISSING = [
    Group(
        "",
        (
            bar("甲", None, "无数据", reason="供暖季到三月底才结束"),
            bar("乙", None, "不适用"),
            bar("丙", None, "不评级"),
        ),
    )
]
YEARS = ["2017", "2018", "2019", "2020"]
SPIKE = Region("尖", [[(0.0, 0.0), (9.0, 0.0), (9.0, 0.01)]], "不评级")
CHARTS = {
    "bars-1": lambda sheet: bars(groups(1), sheet=sheet),
    "bars-20": lambda sheet: bars(groups(20), sheet=sheet),
    "bars-missing": lambda sheet: bars(MISSING, sheet=sheet),
    "bars-none": lambda sheet: bars([], sheet=sheet),
    "bars-long": lambda sheet: bars(
        [Group(LONG, (bar(LONG, 0.0, "不合格"), bar(LONG, -3.0, "合格")))], sheet=sheet
    ),
    "bars-range": lambda sheet: bars(
        [Group("", (bar("甲", 3.0),), (Cut("优", "2–4", 2.0, 4.0),))], sheet=sheet
    ),
    "whisker": lambda sheet: whisker(
        [Group("", (bar("甲", 66.4, margin=2.1, sample="样本 426"),))], sheet=sheet
    ),
    "whisker-missing": lambda sheet: whisker(MISSING, sheet=sheet),
    "trend": lambda sheet: trend(YEARS, [Series("甲", (1.0, 2.0, None, 4.0), "4.0", "focus")], sheet=sheet),
    "trend-none": lambda sheet: trend([], [], sheet=sheet),
    "trend-missing": lambda sheet: trend(
        YEARS, [Series(LONG, (None,) * 4)], breaks=[BreakBand(9)], sheet=sheet
    ),
    "shares": lambda sheet: shares(
        [Share(LONG, {"优": 1, "差": 400, "无数据": 3}), Share("无", {})], sheet=sheet
    ),
    "heat": lambda sheet: heat(
        [LONG] * 20, [HeatRow(LONG, (Cell("优"), Cell("差", "4.87", synthetic=True)))], sheet=sheet
    ),
    "map": lambda sheet: choropleth([Region(LONG, square(0, 0), "差"), SPIKE], sheet=sheet),
    "map-none": lambda sheet: choropleth([Region("空", shapely.Polygon(), "差")], sheet=sheet),
}


def parse(svg):
    return etree.fromstring(svg.encode())


def texts(svg):
    return [element.text for element in parse(svg).iter(f"{SVG}text")]


def filled(svg, colour):
    return [element for element in parse(svg).iter(f"{SVG}rect") if element.get("fill") == colour]


@pytest.mark.parametrize("sheet", [PRINT, SCREEN, PHONE], ids=["print", "screen", "phone"])
@pytest.mark.parametrize("name", CHARTS)
def test_every_chart_is_valid_and_fits_a_strict_page(name, sheet):
    svg = CHARTS[name](sheet)
    root = parse(svg)
    assert root.tag == f"{SVG}svg"
    assert "style" not in {attribute for element in root.iter() for attribute in element.attrib}
    assert {element.tag.removeprefix(SVG) for element in root.iter()} <= {
        "svg", "defs", "pattern", "rect", "line", "polyline", "path", "circle", "text",
    }  # fmt: skip
    assert "NaN" not in svg
    assert "inf" not in svg
    assert svg == CHARTS[name](sheet)
    assert float(root.get("width")) == pytest.approx(sheet.width, abs=0.01)
    assert float(root.get("height")) >= 0
    assert (
        min(float(e.get("font-size")) for e in root.iter(f"{SVG}text")) >= sheet.small * 0.65
        if texts(svg)
        else True
    )


def test_words_and_numbers_stay_inside_the_sheet():
    for name, make in CHARTS.items():
        for element in parse(make(PRINT)).iter(f"{SVG}text"):
            width = drawing.advance(element.text, float(element.get("font-size")))
            left = float(element.get("x")) - width * {"middle": 0.5, "end": 1.0}.get(
                element.get("text-anchor"), 0.0
            )
            assert left > -2, (name, element.text)
            assert left + width < PRINT.width + 2, (name, element.text)


def test_lengths_are_proportional_as_computed_by_hand():
    svg = bars([Group("", (bar("甲", 6.0), bar("乙", 3.0)))])
    # names 9 + 8 = 17; mark 13, two gaps of 12, the words 6.0 take 9 × (0.555 + 0.278 + 0.555) = 12.492;
    # so the plot is 442.205 − 13 − 12 − 12.492 − 12 − 17 = 375.713 wide and stands for 6 × 1.1 = 6.6
    first, second = [
        float(rect.get("width")) for rect in filled(svg, tokens.GRADE_FILL["良"]) if rect.get("x") == "17"
    ]
    assert first == pytest.approx(375.713 * 6 / 6.6, abs=0.01)
    assert second == pytest.approx(first / 2, abs=0.01)


def test_a_negative_bar_ends_where_a_positive_one_begins():
    svg = bars([Group("", (bar("甲", 4.0), bar("乙", -2.0)))])
    up, down = [rect for rect in filled(svg, tokens.GRADE_FILL["良"]) if float(rect.get("x")) < 380]
    zero = float(up.get("x"))
    assert float(down.get("x")) + float(down.get("width")) == pytest.approx(zero, abs=0.02)
    assert float(up.get("width")) == pytest.approx(2 * float(down.get("width")), abs=0.02)


def test_cut_lines_stand_where_a_bar_of_that_value_would_end():
    svg = bars([Group("老区", (bar("甲", 5.0), bar("乙", 8.0)), (Cut("中", "≥5.0", low=5.0),))])
    at_cut = next(rect for rect in filled(svg, tokens.GRADE_FILL["良"]))
    line = next(e for e in parse(svg).iter(f"{SVG}line") if e.get("stroke-dasharray") == "3 2")
    assert float(line.get("x1")) == pytest.approx(
        float(at_cut.get("x")) + float(at_cut.get("width")), abs=0.02
    )
    assert "中 ≥5.0" in texts(svg)


def test_cut_labels_never_overlap():
    places = spread([10.0, 11.0, 12.0, 99.0], [20.0, 20.0, 20.0, 20.0], 0.0, 100.0)
    assert places == sorted(places)
    assert all(b - a >= 20 for a, b in itertools.pairwise(places))
    assert places[-1] <= 90


def test_a_row_without_value_is_hatched_and_says_why():
    svg = bars(MISSING)
    assert "供暖季到三月底才结束" in texts(svg)
    assert "不适用" in texts(svg)
    hatched = [e.get("fill") for e in parse(svg).iter(f"{SVG}rect") if e.get("fill").startswith("url(#")]
    assert {fill.rsplit("-", 1)[1] for fill in hatched} == {"missing)", "none)"}
    assert not filled(svg, tokens.CHART_BAR)


def test_no_grade_means_a_grey_bar_not_a_middling_one():
    svg = bars([Group("", (bar("甲", 5.0, "不评级"),))])
    assert len(filled(svg, tokens.CHART_BAR)) == 1
    assert not filled(svg, tokens.GRADE_FILL["中"])


def test_zero_is_shown_as_zero():
    assert "0.0" in texts(bars([Group("", (bar("甲", 0.0),))]))


def test_a_synthetic_figure_is_underlined_and_its_grade_has_a_foot():
    plain, marked = (bars([Group("", (bar("甲", 5.0, synthetic=synthetic),))]) for synthetic in (False, True))
    assert tokens.SYNTHETIC not in plain
    assert marked.count('stroke-dasharray="1 1.2"') == 1
    assert "-synthetic)" in marked


def test_hatches_of_two_pictures_do_not_meet_on_one_page():
    first, second = bars(MISSING), heat(["甲"], [HeatRow("乙", (Cell("无数据"),))])
    ids = [set(re.findall(r'<pattern id="([^"]+)"', svg)) for svg in (first, second)]
    assert ids[0]
    assert ids[1]
    assert not ids[0] & ids[1]
    for svg, known in zip((first, second), ids, strict=True):
        assert set(re.findall(r"url\(#([^)]+)\)", svg)) == known


def test_names_with_markup_are_escaped():
    assert any("A&B" in words for words in texts(bars([Group("", (bar("A&B <小区>", 1.0),))])))


def test_no_line_crosses_a_break_and_the_band_says_why():
    values = (5.0, 5.2, 5.4, 4.0, 4.1, 4.2)
    years = [str(year) for year in range(2014, 2020)]
    svg = trend(years, [Series("大东", values, "4.20", "focus")], breaks=[BreakBand(2, "口径改变")])
    lines = [e.get("points").split() for e in parse(svg).iter(f"{SVG}polyline")]
    assert [len(points) for points in lines] == [3, 3]
    band = filled(svg, tokens.SUNKEN)[0]
    left, right = float(band.get("x")), float(band.get("x")) + float(band.get("width"))
    assert float(lines[0][-1].split(",")[0]) < left
    assert right < float(lines[1][0].split(",")[0])
    assert {"口径", "改变"} <= set(texts(svg))
    assert "大东 4.20" in texts(svg)


def test_a_missing_year_is_a_gap():
    svg = trend(YEARS, [Series("甲", (1.0, 2.0, None, 4.0))])
    assert [len(e.get("points").split()) for e in parse(svg).iter(f"{SVG}polyline")] == [2]
    assert len(list(parse(svg).iter(f"{SVG}circle"))) == 1


def test_two_points_make_no_trend():
    svg = trend(["2018", "2019"], [Series("甲", (1.0, 2.0))])
    assert not list(parse(svg).iter(f"{SVG}polyline"))
    assert len(list(parse(svg).iter(f"{SVG}circle"))) == 2


def test_the_axis_of_a_trend_says_where_it_starts():
    assert {"4", "5", "6"} <= set(texts(trend(YEARS, [Series("甲", (4.2, 4.6, 5.1, 5.9))])))


def test_names_at_the_ends_of_lines_do_not_overlap():
    svg = trend(YEARS, [Series(f"第{n}区", (1.0, 1.0, 1.0, 1.0 + n / 100), "1.0") for n in range(10)])
    heights = sorted(float(e.get("y")) for e in parse(svg).iter(f"{SVG}text") if e.text.startswith("第"))
    assert len(heights) == 10
    assert min(b - a for a, b in itertools.pairwise(heights)) > 7


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [
        (0.0, 1.0, [0.0, 0.25, 0.5, 0.75, 1.0]),
        (4.1, 5.9, [4.0, 4.5, 5.0, 5.5, 6.0]),
        (-3.0, 5.0, [-4.0, -2.0, 0.0, 2.0, 4.0, 6.0]),
    ],
)
def test_axis_figures_are_round(low, high, ticks):
    assert axis_ticks(low, high) == ticks


def test_axis_figures_are_written_with_a_true_minus_and_no_negative_zero():
    assert [tick_text(value, 2.5) for value in (-2.5, -0.0, 1250.0)] == ["−2.5", "0.0", "1,250.0"]
    assert axis_ticks(7.0, 7.0)[0] < 7.0 < axis_ticks(7.0, 7.0)[-1]


def test_the_parts_of_a_share_are_in_order_and_proportional():
    svg = shares([Share("甲", {"差": 10, "优": 20, "良": 30})])
    parts = [
        next(
            rect
            for rect in filled(svg, tokens.GRADE_FILL[grade])
            if float(rect.get("height")) == PRINT.row - 3
        )
        for grade in ("优", "良", "差")
    ]
    places = [float(part.get("x")) for part in parts]
    assert places == sorted(places)
    widths = [float(part.get("width")) + 0.6 for part in parts]
    assert widths[1] == pytest.approx(widths[0] * 1.5, abs=0.05)
    assert widths[2] == pytest.approx(widths[0] * 0.5, abs=0.05)
    assert {"20", "30", "10", "共 60"} <= set(texts(svg))


def test_a_map_names_its_areas_and_says_that_it_may_not_be_published():
    svg = choropleth(
        [Region("大东", square(0, 0), "差"), Region("浑南", square(10, 0), "无数据")], metres=1000
    )
    assert {"大东 差", "浑南 缺", "5 km", "审图号未填，只限内部使用，不能公开发布。"} <= set(texts(svg))
    paths = list(parse(svg).iter(f"{SVG}path"))
    assert next(path.get("fill") for path in paths if path.get("fill-rule")) == tokens.GRADE_FILL["差"]
    named = choropleth(
        [Region("大东", square(0, 0), "差")], review_number="辽S(2020)001号", boundary="2019 年界"
    )
    assert "2019 年界。审图号：辽S(2020)001号。" in texts(named)


def test_small_areas_are_numbered_and_listed():
    regions = [Region("大", square(0, 0, 100.0), "优"), Region("小小", square(100, 0, 9.0), "差")]
    words = texts(choropleth(regions, sheet=print_sheet(100)))
    assert "1" in words
    assert "1 小小 差" in words


def test_tiny_areas_are_enlarged_in_a_frame():
    regions = [
        Region("大", square(0, 0, 100.0), "优"),
        *(Region(f"{n}号", square(100 + n, 0, 1.0), "差") for n in range(3)),
    ]
    svg = choropleth(regions)
    frames = [e for e in parse(svg).iter(f"{SVG}rect") if e.get("stroke") == tokens.INK]
    assert len(frames) == 2
    assert {"大 优"} <= set(texts(svg))
    assert sum("号 差" in words for words in texts(svg)) == 3


def test_a_hole_stays_a_hole_and_shapely_shapes_are_welcome():
    ring = shapely.box(0, 0, 10, 10).difference(shapely.box(4, 4, 6, 6))
    by_rings = [square(0, 0)[0], square(4, 4, 2.0)[0]]
    areas = [
        next(parse(choropleth([Region("甲", shape, "优")])).iter(f"{SVG}path")).get("d")
        for shape in (ring, by_rings)
    ]
    assert [area.count("M") for area in areas] == [2, 2]


def test_widths_of_words_are_those_of_the_font(fonts):
    samples = [
        "和平区 4.87 km/km²",
        "−12.4% ≥8.00",
        "sha256 7be1 94c2 0d5a",
        "M-01 AQI/PM2.5 (WHO) & R&D",
        "12,345.6",
    ]
    source = '#set text(font: "Source Han Sans", size: 10pt, number-width: "tabular")\n#let s = json(bytes(sys.inputs.s))\n'
    source += "#context [#metadata(s.map(x => measure(text(x)).width.pt()))<w>]"
    faces = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[fonts])
    told = typst.query(source.encode(), "<w>", font_paths=faces, sys_inputs={"s": json.dumps(samples)})
    for words, true in zip(samples, json.loads(told)[0]["value"], strict=True):
        assert drawing.advance(words, 10) == pytest.approx(true, rel=0.03), words
        assert drawing.advance(words, 10) > true * 0.995, words


@pytest.mark.parametrize(
    ("words", "lines"),
    [("口径改变", ["口径", "改变"]), ("口径改变：改用建成区", ["口径改", "变：改用", "建成区"])],
)
def test_lines_are_balanced_and_none_begins_with_a_stop(words, lines):
    broken = drawing.balance(words, 10, 41 if len(words) > 4 else 31, 3)
    assert "".join(broken) == words
    assert len(broken) == len(lines)
    assert not any(line[0] in "，。：；、" for line in broken)


def test_wrapping_keeps_numbers_whole_and_clips_the_last_line():
    assert drawing.wrap("甲 1234 乙", 10, 26, 3) == ["甲", "1234", "乙"]
    assert drawing.wrap("甲乙丙丁戊己", 10, 20, 2) == ["甲乙", "丙…"]
    assert drawing.clip("甲乙", 10, 20) == "甲乙"
