"""What once was wrong: numbers, refusals and judgements at their edges."""

import codecs
import json
import math
import random
import re
import sys
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
import shapely
import yaml

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/engine/grade"))

from fake_facts import OWN, FakeFacts, criterion, cut, indicator, run_of  # noqa: E402

from tijian.engine.catalogue.city import DimensionRule  # noqa: E402
from tijian.engine.catalogue.consistency import check_city  # noqa: E402
from tijian.engine.catalogue.criterion import Criterion, Judgement  # noqa: E402
from tijian.engine.catalogue.definition import Checks, Step  # noqa: E402
from tijian.engine.catalogue.disease import Pattern  # noqa: E402
from tijian.engine.catalogue.document import parse as parse_document  # noqa: E402
from tijian.engine.catalogue.loading import load_city  # noqa: E402
from tijian.engine.catalogue.systems import load_catalogue  # noqa: E402
from tijian.engine.catalogue.yaml_file import read_yaml  # noqa: E402
from tijian.engine.compute.formula.dimension import infer  # noqa: E402
from tijian.engine.compute.formula.evaluate import Evaluation  # noqa: E402
from tijian.engine.compute.formula.mutate import mutants  # noqa: E402
from tijian.engine.compute.formula.syntax import FormulaError, parse, written  # noqa: E402
from tijian.engine.compute.geo.measure import clipped_length  # noqa: E402
from tijian.engine.compute.program import compile_catalogue  # noqa: E402
from tijian.engine.grade.bottom import Line  # noqa: E402
from tijian.engine.grade.cutpoints import cuts_for  # noqa: E402
from tijian.engine.grade.dimension import Item, grade_dimension  # noqa: E402
from tijian.engine.grade.findings import find  # noqa: E402
from tijian.engine.grade.judge import Verdict  # noqa: E402
from tijian.engine.grade.pattern import see  # noqa: E402
from tijian.engine.grade.trend import own_trend, worsening  # noqa: E402
from tijian.engine.kernel.faults import Refused  # noqa: E402
from tijian.engine.kernel.missing import Column, Status, ordered_sum  # noqa: E402
from tijian.engine.kernel.rounding import plain, round_half_even  # noqa: E402
from tijian.engine.kernel.shipped import shipped  # noqa: E402
from tijian.engine.kernel.units import UnknownUnit, convert, parse_unit  # noqa: E402
from tijian.engine.sources.decode import decode  # noqa: E402
from tijian.engine.sources.layer import read_layer  # noqa: E402

D = Decimal
ND, NA = Status.NO_DATA, Status.NOT_APPLICABLE


# ---- compute -------------------------------------------------------------------------------------------


class Cells:
    def __init__(self, annual=None, parts=None):
        self.cells, self.inner = annual or {}, parts or {}

    def annual(self, name, back):
        return Column.of(self.cells[name][back])

    def parts(self, name, back):
        return [Column.of(c) for c in self.inner[name][back]]


def evaluated(text, units, annual=None, parts=None):
    given = {n: parse_unit(u) for n, u in units.items()}
    run = Evaluation(given, Cells(annual, parts), 1)
    tree = parse(text)
    cell = run.run(tree).cell(0)
    return cell if isinstance(cell, Status) else cell * float(infer(tree, given).factor)


@pytest.mark.parametrize(
    ("text", "value"), [("p - 1", -0.5), ("p + 1", 1.5), ("-1 + p", -0.5), ("1 - p", 0.5)]
)
def test_a_constant_beside_a_percentage_is_a_pure_number_on_either_side(text, value):
    assert evaluated(text, {"p": "%"}, {"p": [[50.0]]}) == pytest.approx(value)


@pytest.mark.parametrize("text", ["sum(x)", "mean(x)"])
def test_an_overflow_over_sub_periods_is_no_data(text):
    assert evaluated(text, {"x": "-"}, parts={"x": [[[1e308, 1e308]]]}) is ND


def test_an_overflow_by_conversion_is_no_data():
    assert Column.of([1e308]).scaled(1e6).cell(0) is ND


def test_an_overflow_of_a_sum_over_areas_is_no_data():
    assert ordered_sum(Column.of([1e308, 1e308])) is ND


def test_a_constant_too_large_for_a_number_is_refused():
    with pytest.raises(FormulaError):
        parse("9" * 320)


def test_a_difference_of_sub_periods_over_a_leap_year_does_not_crash():
    try:
        evaluated("sum(x - prev(x))", {"x": "-"}, parts={"x": [[[1.0] * 366], [[1.0] * 365]]})
    except ValueError as error:
        assert isinstance(error, FormulaError)  # noqa: PT017


@pytest.mark.parametrize("text", ["sum(sum(x))", "count(mean(x) > 3)", "mean(count(x > 1))"])
def test_sub_period_functions_inside_one_another_are_refused_before_they_run(text):
    with pytest.raises(FormulaError):
        infer(parse(text), {"x": parse_unit("-")})


def test_nothing_but_not_applicable_sub_periods_is_not_applicable():
    assert evaluated("sum(x)", {"x": "-"}, parts={"x": [[[NA, NA]]]}) is NA


def test_an_unknown_condition_does_not_depend_on_which_arm_is_missing():
    units = dict.fromkeys("abyn", "倍")

    def cell(yes, no):
        return evaluated("if(a < b, y, n)", units, {"a": [[NA]], "b": [[2.0]], "y": [[yes]], "n": [[no]]})

    assert cell(ND, 1.0) == cell(1.0, ND) == NA


def test_nothing_compares_with_what_is_not_there():
    from tijian.engine.compute.formula.evaluate import compare

    assert not compare("!=", np.array([np.nan]), np.array([0.0]))[0]


@pytest.mark.parametrize("text", ["x * -100", "x / -1000", "x * (-100)"])
def test_a_negative_scale_constant_is_a_scale_constant(text):
    with pytest.raises(FormulaError, match="比例常数"):
        infer(parse(text), {"x": parse_unit("km")})


@pytest.mark.parametrize("text", ["x * 0.01", "x / 0.001", "x * 0.0001"])
def test_a_hundredth_is_a_scale_constant(text):
    with pytest.raises(FormulaError, match="比例常数"):
        infer(parse(text), {"x": parse_unit("km")})


@pytest.mark.parametrize("text", ["min(t, -5)", "if(t > -20, t, 0)", "count(t < -10)"])
def test_a_negative_constant_takes_the_unit_of_what_it_is_compared_with(text):
    infer(parse(text), {"t": parse_unit("℃")})


def test_the_limit_of_depth_holds_for_minus_signs():
    with pytest.raises(FormulaError):
        parse("-" * 100 + "x")


def test_full_width_digits_are_refused_as_the_message_says():
    with pytest.raises(FormulaError):
        parse("５ * x")


@pytest.mark.parametrize(
    ("text", "mutant"), [("a + 1234567", "a + 1234568"), ("a + 0.123456789", "a + 1.123456789")]
)
def test_a_mutated_constant_is_one_more_and_readable(text, mutant):
    found = mutants(parse(text), ["a"])
    assert mutant in [written(m) for m in found]
    assert all(parse(written(m)) == m for m in found)


SYSTEM = {
    "id": "s", "title": {"zh": "试"}, "year": 2019, "issuer": "a", "document": "b", "origin": "国家",
    "status": "draft", "mark": "m", "dimensions": [{"id": "D", "zh": "维", "short": "维"}],
}  # fmt: skip
DAILY = {"zh": "日", "unit": "-", "aggregate": "sum", "kind": "流量", "decimals": 0, "period": "day"}


def system(tmp_path, name="s", variables=None, **indicators):
    folder = tmp_path / name
    (folder / "indicators").mkdir(parents=True)
    (folder / "system.yaml").write_text(
        yaml.safe_dump(SYSTEM | {"id": name}, allow_unicode=True), encoding="utf-8"
    )
    (folder / "variables.yaml").write_text(
        yaml.safe_dump(variables or {}, allow_unicode=True), encoding="utf-8"
    )
    for key, more in indicators.items():
        document = {
            "id": key, "revision": 1, "name": {"zh": key}, "dimension": "维", "meaning": "m", "concepts": ["绿色"],
            "kind": "导向", "unit": "-", "decimals": 2, "direction": "higher", "scales": ["city"],
            "period": {"type": "calendar_year"}, "methods": ["部门提报"], "secrecy": "公开",
            "inputs": {"aqi": {"unit": "-", "zh": "a"}}, "formula": "aqi", "aggregate": "own",
            "checks": {"min": 0, "max": 9, "jump": {"rel": 0.1}, "worsen2": {"rel": 0.05}},
        }  # fmt: skip
        (folder / "indicators" / f"{key}.yaml").write_text(
            yaml.safe_dump(document | more, allow_unicode=True), encoding="utf-8"
        )
    return folder


@pytest.mark.parametrize("formula", ["sum(aqi) / aqi", "aqi - mean(aqi)", "sum(sum(aqi))"])
def test_a_daily_variable_outside_a_sub_period_function_is_refused_even_if_it_is_also_inside(
    tmp_path, formula
):
    catalogue = load_catalogue([system(tmp_path, variables={"aqi": DAILY}, X1={"formula": formula})])
    with pytest.raises(Refused):
        compile_catalogue(catalogue)


def test_a_road_along_a_slanted_outline_counts_as_inside():
    draw = random.Random(0)  # noqa: S311 — a drawing, no secret
    for _ in range(8):
        angles = sorted(draw.uniform(0, 2 * math.pi) for _ in range(12))
        shell = [(41_500_000 + 6000 * math.cos(a), 4_630_000 + 6000 * math.sin(a)) for a in angles]
        outline = shapely.Polygon(shell)
        ring = np.array([shapely.LineString(outline.exterior.coords)], dtype=object)
        assert clipped_length(ring, outline) == pytest.approx(outline.length)


# ---- kernel --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["10000", "人/10000", "件/100", "12", "m0", "km/10"])
def test_a_number_is_no_unit(text):
    with pytest.raises(UnknownUnit):
        parse_unit(text)


@pytest.mark.parametrize(
    ("source", "target", "factor"),
    [("m/min", "km/h", "0.06"), ("m/d", "km/a", "0.365"), ("h/d", "min/d", "60"), ("L/min", "m3/h", "0.06")],
)
def test_a_factor_that_ends_is_exact_however_it_came_about(source, target, factor):
    assert parse_unit(source).to(parse_unit(target)) == D(factor)
    assert convert(D(7), parse_unit(source), parse_unit(target)) == D(7) * D(factor)


@pytest.mark.parametrize("unit", ["万人次/d", "km/h", "h/户", "元/(户·a)", "t/a"])
def test_a_number_in_its_own_unit_stays_what_it_is(unit):
    for n in range(1, 400):
        number = D(n).scaleb(-4)
        assert convert(number, parse_unit(unit), parse_unit(unit)) == number


@pytest.mark.parametrize("text", ["(" * 5000 + "m" + ")" * 5000, "(" * 5000])
def test_a_deep_unit_is_refused_and_no_recursion(text):
    with pytest.raises(UnknownUnit):
        parse_unit(text)


@pytest.mark.parametrize("value", [1e27, 1e300, -1.7e308])
def test_a_very_large_number_is_rounded_and_no_crash(value):
    assert round_half_even(value, 2) == D(f"{value:.12g}")


def test_a_stored_negative_zero_is_written_as_zero():
    assert plain(-0.0) == "0"


# ---- sources -------------------------------------------------------------------------------------------


def faults(data):
    with pytest.raises(Refused) as refused:
        decode(data, "a")
    return refused.value.faults[0]


def test_a_damaged_byte_behind_a_byte_order_mark_is_the_byte_named():
    data = codecs.BOM_UTF8 + "区,值\n".encode() + b"a,\xff\n"
    fault = faults(data)
    assert (fault.value, fault.place) == ("0xFF", f"第 2 行，第 {data.index(0xFF) + 1} 个字节")


def test_the_line_of_a_damaged_byte_in_utf16_counts_lines_and_no_bytes():
    assert faults(codecs.BOM_UTF16_LE + "上上上\n上".encode("utf-16-le") + b"\x41").place.startswith(
        "第 2 行"
    )


@pytest.mark.parametrize("text", ["variable,note\nx,建成区面积很大\n"])
def test_a_utf8_file_with_one_damaged_byte_is_never_read_as_gb18030(text):
    whole = text.encode()
    for at in (i for i, byte in enumerate(whole) if byte >= 0x80):
        for bad in (0x3F, 0x41, 0x20, 0x5A):
            data = whole[:at] + bytes([bad]) + whole[at + 1 :]
            try:
                read, encoding = decode(data, "a")
            except Refused:
                continue
            assert encoding == "UTF-8", f"byte {at}: {read!r}"


def layer_file(tmp_path, *features):
    path = tmp_path / "a.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": list(features)}), encoding="utf-8")
    return path


def test_a_feature_without_properties_is_read(tmp_path):
    point = {"type": "Point", "coordinates": [1, 2]}
    layer = read_layer(
        layer_file(tmp_path, {"type": "Feature", "geometry": point, "properties": None}), "a", "EPSG:4490"
    )
    assert len(layer) == 1


def test_a_file_that_names_another_system_than_declared_is_refused(tmp_path):
    import geopandas

    path = tmp_path / "a.parquet"
    geopandas.GeoDataFrame(
        {"a": [1]}, geometry=[shapely.Point(41_500_000, 4_630_000)], crs="EPSG:4550"
    ).to_parquet(path)
    with pytest.raises(Refused):
        read_layer(path, "a", "EPSG:4490")


# ---- catalogue -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["a: \x07b\n", "a: 2019-02-30\n", "? [1, 2]\n: 3\n", "a: !!int xyz\n", "a: 2019-01-01 25:00:00\n"],
    ids=["control character", "date", "list as key", "int tag", "time"],
)  # fmt: skip
def test_every_text_that_yaml_cannot_read_is_a_fault_and_no_crash(tmp_path, text):
    path = tmp_path / "a.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(Refused):
        read_yaml(path, "a.yaml")


def test_a_document_that_holds_itself_is_a_fault_and_no_crash(tmp_path):
    path = tmp_path / "a.yaml"
    path.write_text("a: &x [*x]\n", encoding="utf-8")
    with pytest.raises(Refused):
        parse_document(Judgement, read_yaml(path, "a"), "a")


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_what_is_no_number_is_no_cut_point(number):
    with pytest.raises(Refused):
        parse_document(Judgement, {"judge": "cut", "cuts": [number, 8, 7]}, "a")


CRITERION = {"kind": "专家", "certainty": "c", "basis": "b"}


@pytest.mark.parametrize("cuts", [[9, 8], "高", {"老区": [9, 8, "x"]}, [9, 8, "x"]])
def test_one_wrong_cut_point_is_one_fault(cuts):
    document = CRITERION | {
        "versions": [{"version": 1, "from": 2019, "levels": {"city": {"judge": "cut", "cuts": cuts}}}]
    }
    with pytest.raises(Refused) as refused:
        parse_document(Criterion, document, "a")
    assert len(refused.value.faults) == 1, str(refused.value)


def test_key_paths_name_no_types_of_python():
    from tijian.engine.catalogue.case import Case

    with pytest.raises(Refused) as refused:
        parse_document(Case, {"name": "a", "expect": "无", "how": "x"}, "a")
    assert {f.place for f in refused.value.faults} == {"expect"}


def copied(tmp_path):
    import shutil

    folder = tmp_path / "city"
    shutil.copytree(
        shipped("cities", "shenyang"), folder, ignore=shutil.ignore_patterns("boundaries", "inputs")
    )
    return folder


def edit(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_an_area_below_one_of_unknown_level_is_a_fault_and_no_crash(tmp_path):
    folder = copied(tmp_path)
    edit(folder / "areas.yaml", "short: 和平, level: district", "short: 和平, level: county")
    line = 'short: 沈河, level: district, parent: "210100"'
    edit(folder / "areas.yaml", line, line.replace("210100", "210102"))
    with pytest.raises(Refused):
        check_city(load_city(folder))


@pytest.mark.parametrize("shares", ["{老区: 0, 新区: 1}", "{老区: 1.5, 新区: -0.5}"])
def test_a_share_is_more_than_nothing(tmp_path, shares):
    folder = copied(tmp_path)
    edit(folder / "areas.yaml", "城区类型: {老区: 0.7, 新区: 0.3}", f"城区类型: {shares}")
    with pytest.raises(Refused):
        check_city(load_city(folder))


def test_an_area_with_a_share_of_nothing_does_not_crash():
    judgement = parse_document(Judgement, {"judge": "cut", "cuts": {"老区": [9, 8, 6]}}, "a")
    assert cuts_for(judgement, {"老区": 0.0, "新区": 1.0}, 2) == "这类区没有切点"


@pytest.mark.parametrize(
    ("shares", "points", "decimals", "mean"),
    [({"甲": 0.35, "乙": 0.07, "丙": 0.58}, (3.2, 8.3), 1, "4.0"), ({"甲": 0.58, "乙": 0.14, "丙": 0.28}, (4.6, 23.5), 2, "8.28"),
     ({"甲": 0.06, "乙": 0.12, "丙": 0.82}, (7.1, 4.7), 0, "6"), ({"甲": 0.49, "乙": 0.37, "丙": 0.14}, (25.0, 3.5), 1, "15.8")],
)  # fmt: skip
def test_a_tie_of_rescaled_shares_goes_to_even(shares, points, decimals, mean):
    cuts = {"甲": [points[0]] * 3, "乙": [points[1]] * 3}
    found = cuts_for(parse_document(Judgement, {"judge": "cut", "cuts": cuts}, "a"), shares, decimals)
    assert found.points == (D(mean),) * 3


def test_an_unknown_scheme_is_one_fault(tmp_path):
    folder = copied(tmp_path)
    edit(folder / "criteria/TC.yaml", "TC02:   # 城市道路网密度（km/km2）\n", "TC02:\n  scheme: 冷热区\n")
    with pytest.raises(Refused) as refused:
        check_city(load_city(folder))
    assert [f.code for f in refused.value.faults] == ["criterion.scheme"]


def test_an_indicator_stands_in_one_system_only(tmp_path):
    first = system(tmp_path, "s", {"aqi": DAILY}, X1={"formula": "sum(aqi)"})
    second = system(tmp_path, "t", {}, X1={"formula": "mean(aqi)"})
    with pytest.raises(Refused):
        load_catalogue([first, second])


def test_the_digest_of_a_system_is_its_own_even_if_anothers_name_begins_alike(tmp_path):
    one = system(tmp_path / "a", "s", {"aqi": DAILY})
    other = system(tmp_path / "a", "s-2", {"pop": DAILY})
    assert load_catalogue([one, other]).digest("s") == load_catalogue([one]).digest("s")


def test_points_of_every_grade_are_asked_for():
    with pytest.raises(Refused):
        parse_document(
            DimensionRule,
            {"points": {"优": 4}, "min_coverage": 0.8, "min_judged": 0.5, "bottom_cap": "中"},
            "a",
        )


def test_points_on_another_scale_do_not_crash():
    rule = DimensionRule(
        points={"优": 100, "良": 80, "中": 60, "差": 40}, min_coverage=0.8, min_judged=0.5, bottom_cap="中"
    )
    some = [Item(str(i), Status.PRESENT, g, meant=True, broken=False) for i, g in enumerate(["优", "良"])]
    assert grade_dimension(some, rule).grade == "良"


@pytest.mark.parametrize("season", [["13-45", "03-31"], ["11-01", "02-30"]])
def test_a_heating_season_is_made_of_real_days(tmp_path, season):
    folder = copied(tmp_path)
    path = folder / "city.yaml"
    path.write_text(
        path.read_text(encoding="utf-8") + f"calendar: {{heating_season: {json.dumps(season)}}}\n",
        encoding="utf-8",
    )
    with pytest.raises(Refused):
        load_city(folder)


# ---- grade ---------------------------------------------------------------------------------------------


def test_a_value_that_stands_still_at_zero_is_no_improvement():
    worse = worsening(indicator(), criterion(), None)
    checks = Checks(min=0, max=100, jump=Step(rel=0.05), worsen2=Step(rel=0.05))
    assert own_trend(run_of(2021, "0", "0", "0"), 2021, checks, OWN, worse).grade == "中"


def test_a_bottom_line_that_cannot_be_told_is_not_kept():
    line = Line("≥上年数", None, broken=None, subject="甲", note="")
    made = FakeFacts(
        definitions={"X1": indicator()}, criteria={"X1": cut(9, 8, 6)},
        verdicts={("X1", "A"): Verdict("优", meant=True, lines=(line,))},
    )  # fmt: skip
    assert see(parse_document(Pattern, {"ind": "X1", "bottom": "破"}, "a"), made, "A").holds is None


def test_a_bottom_line_on_a_variable_counts_where_the_value_is_missing():
    line = Line("≥上年数", D(74), broken=True, subject="历史建筑", note="")
    made = FakeFacts(
        definitions={"X1": indicator()}, criteria={"X1": cut(9, 8, 6)},
        verdicts={("X1", "A"): Verdict("无数据", meant=True, lines=(line,))},
    )  # fmt: skip
    assert [f.rule for f in find(made)] == ["bottom_line"]


# ---- architecture --------------------------------------------------------------------------------------


def test_no_city_stands_in_the_source():
    words = {"沈阳", "Shenyang"}
    for area in yaml.safe_load((ROOT / "cities/shenyang/areas.yaml").read_text(encoding="utf-8"))["areas"]:
        words |= {area["code"], area["zh"], area["short"]}
    pattern = re.compile("|".join(map(re.escape, words)), re.IGNORECASE)
    found = [
        f"{p.relative_to(ROOT)}:{n}: {m.group()}"
        for p in sorted((ROOT / "src/tijian").rglob("*.py"))
        for n, text in enumerate(p.read_text(encoding="utf-8").splitlines(), 1)
        for m in pattern.finditer(text)
    ]
    assert found == []
