"""``tijian explain``: why this value, why this grade."""

import hashlib
import json
import re
import shutil

import pytest


@pytest.fixture(scope="module")
def ask(tijian, shenyang):
    def go(indicator, area, year=2019, data=shenyang, *more):
        answer = tijian("explain", indicator, area, year, "--data", data, *more)
        assert answer.code == 0, answer.err
        return answer.out

    return go


@pytest.fixture(scope="module")
def road(ask):
    return ask("TC02", "210103")


def test_the_arithmetic_stands_in_one_line(road):
    (line,) = re.findall(r"^  ([\d.]+) km ÷ ([\d.]+) km² = ([\d.]+) km/km²$", road, re.MULTILINE)
    length, surface, density = map(float, line)
    assert f"{length / surface:.2f}" == f"{density:.2f}"
    assert f"  {density:.2f} km/km²，" in road


def test_the_judgement_names_cut_points_grade_and_distance(road):
    assert re.search(r"^  老区 优≥9 良≥8 中≥6 → [优良中差]", road, re.MULTILINE)
    density = float(re.search(r"= ([\d.]+) km/km²", road)[1])
    cuts = {"优": 9, "良": 8, "中": 6}
    next_grade = next((g for g in ("中", "良", "优") if density < cuts[g]), None)
    if next_grade is not None:
        assert f"；距{next_grade} {cuts[next_grade] - density:.2f}" in road


def test_the_files_are_named_with_their_hash(road, shenyang):
    for name in ("roads-2019.parquet", "built_area-2019.parquet"):
        digest = hashlib.sha256((shenyang / "inputs" / "layers" / name).read_bytes()).hexdigest()
        assert f"shenyang/inputs/layers/{name}，sha256 {digest[:12]}（" in road
    assert "EPSG:4490" in road


def test_the_criterion_and_its_sources_are_named(road):
    assert "  标准 TC02@1（标准，示例/待核）：" in road
    assert "  为何这样分：" in road
    assert re.search(r"^  出处 K19 .+", road, re.MULTILINE)
    assert re.search(r"^  出处 K20 .+", road, re.MULTILINE)


def test_both_strands_stand_beside_each_other_with_the_one_adopted(road):
    assert re.search(r"^  第三方 [\d.]+ km/km²，road_density@1，采用（未选定）$", road, re.MULTILINE)
    assert re.search(r"^  自体检 [\d.]+ km/km²，公式，并列$", road, re.MULTILINE)
    assert "道路中心线长度：城乡建设局主报" in road


def test_a_reported_number_is_traced_to_its_line(ask, shenyang):
    text = ask("EL03", "210103")
    file = shenyang / "inputs" / "variables.csv"
    digest = hashlib.sha256(file.read_bytes()).hexdigest()[:12]
    lines = file.read_text(encoding="utf-8-sig").splitlines()
    found = re.findall(
        r"^  \S+ 2019：(\S+) (\S+)（shenyang/inputs/variables\.csv 第 (\d+) 行，sha256 (\w+)）",
        text,
        re.MULTILINE,
    )
    assert len(found) == 3
    for value, unit, line, short in found:
        assert lines[int(line) - 1].split(",")[1:5] == ["210103", "2019", value, unit]
        assert short == digest
    assert re.search(r"\([\d.]+ km² \+ [\d.]+ km²\) ÷ [\d.]+ km² = [\d.]+%", text)


def test_a_sum_of_areas_says_of_how_many(ask):
    text = ask("EL03", "210100")
    assert "由 9 个下级的分子、分母分别求和" in text
    assert re.search(r"[\d.]+ km² ÷ [\d.]+ km² = [\d.]+%", text)


def test_a_mixed_area_shows_both_sets_of_cut_points(ask):
    text = ask("TC02", "210106")
    assert "混合区：老区 0.7（优≥9 良≥8 中≥6）、新区 0.3（优≥8 良≥6.5 中≥5），按份额加权为" in text
    assert "优≥8.7 良≥7.55 中≥5.7" in text


@pytest.fixture(scope="module")
def gap(shenyang, tmp_path_factory):
    """The city with one input of one district gone and another reported as missing."""
    folder = tmp_path_factory.mktemp("gap") / "shenyang"
    shutil.copytree(shenyang, folder)
    path = folder / "inputs" / "variables.csv"
    kept = []
    for line in path.read_text(encoding="utf-8-sig").splitlines():
        cells = line.split(",")
        if cells[:3] == ["heated_area", "210103", "2019"]:
            continue
        if cells[:3] == ["heat_due_area", "210103", "2019"]:
            cells[3] = "无数据"
        kept.append(",".join(cells))
    path.write_text("\n".join(kept), encoding="utf-8")
    return folder


def test_no_data_lists_what_is_missing(ask, gap):
    text = ask("N-HT1", "210103", 2019, gap)
    assert "  无数据" in text
    missing = re.findall(r"^  缺：(.+)$", text, re.MULTILINE)
    assert len(missing) == 2
    assert all("（沈河区）" in m for m in missing)
    assert any("集中供热面积" in m for m in missing)
    assert any("应供热面积" in m for m in missing)


def test_no_data_of_the_city_names_the_area_that_is_missing(ask, gap):
    text = ask("N-HT1", "210100", 2019, gap)
    assert "  无数据" in text
    missing = re.findall(r"^  缺：(.+)$", text, re.MULTILINE)
    assert len(missing) == 2
    assert all("（沈河区）" in m for m in missing)


def test_the_computed_source_beside_says_how_it_came_about(ask, shenyang):
    text = ask("EL06", "210103", 2019)
    beside = text[text.index("并列的第三方计算") : text.index("判定")]
    above, below, share = map(float, re.search(r"([\d.]+) ha ÷ ([\d.]+) ha = ([\d.]+)%", beside).groups())
    assert f"{100 * above / below:.1f}" == f"{share:.1f}"
    digest = hashlib.sha256((shenyang / "inputs/layers/parks-2019.parquet").read_bytes()).hexdigest()
    assert f"parks-2019.parquet（sha256 {digest[:8]}，2019-12-31）" in beside
    walked, spots = map(int, re.search(r"路网距离：[\d.]+ %（100 m 网点 (\d+) ÷ (\d+)）", beside).groups())
    assert 0 < walked < spots
    assert walked / spots < share / 100  # along the streets it is further
    assert spots == pytest.approx(below, rel=0.03)  # one point a hectare


def test_where_the_computed_source_is_missing_the_reported_one_stands_and_the_other_way_round(
    ask, tmp_path, shenyang
):
    folder = shutil.copytree(shenyang, tmp_path / "shenyang")
    (folder / "inputs/layers/parks-2019.parquet").unlink()
    text = ask("EL06", "210103", 2019, folder)
    assert "第三方 无数据，park_coverage@1，并列" in text
    assert "缺：公园绿地图层" in text[text.index("并列的第三方计算") :]
    path = folder / "inputs/variables.csv"
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    path.write_text(
        "\n".join(x for x in lines if not x.startswith("green_area,210103,2019,")), encoding="utf-8"
    )
    assert re.search(
        r"第三方 [\d.]+%，blue_green_share@1，采用（未选定）", ask("EL03", "210103", 2019, folder)
    )


@pytest.mark.parametrize(
    ("indicator", "area", "why"),
    [
        ("WA01", "990101001", "不适用：本级没有这一指标"),
        ("SA02", "990103", "不适用：本区没有这类对象"),
        ("LV02", "990103001", "不适用：本区没有这类对象"),
    ],
)
def test_not_applicable_says_why(ask, toy, indicator, area, why):
    assert why in ask(indicator, area, 2024, toy)


def test_a_broken_bottom_line_is_told(ask, toy):
    assert "底线 ≥90：87.5，破底线" in ask("SA02", "990101", 2024, toy)


def test_own_trend_names_the_years_and_the_mean(ask, toy):
    assert "看自身趋势：比 2022、2023 年均值 9.75 变差 0.75" in ask("VT01", "990102", 2024, toy)


def test_a_chosen_strand_says_so(ask, toy):
    text = ask("MO01", "990104", 2024, toy)
    assert "自体检 1.25 km/km²，公式，已选定" in text
    assert "5 km ÷ 4 km² = 1.25 km/km²" in text


def test_the_explanation_as_json(ask, shenyang):
    found = json.loads(ask("TC02", "210103", 2019, shenyang, "--json"))
    assert set(found) == {
        "title",
        "answer",
        "arithmetic",
        "judgement",
        "strands",
        "basis",
        "files",
        "people",
        "missing",
        "beside",
    }
    assert found["title"] == "城市道路网密度（TC02），沈河区，2019 年"


@pytest.mark.parametrize(
    ("arguments", "code", "value", "hint"),
    [
        (("TC99", "210103", 2019), "request.indicator", "TC99", "请改正代码。"),
        (("TC02", "999999", 2019), "request.area", "999999", "请改正代码。"),
        (("TC02", "210103", 2035), "request.period", "2035", "请改 --period"),
    ],
)
def test_what_does_not_exist_is_named(tijian, shenyang, arguments, code, value, hint):
    answer = tijian("explain", *arguments, "--data", shenyang, "--json")
    assert (answer.code, answer.out) == (1, "")
    (fault,) = answer.refused
    assert (fault["code"], fault["value"]) == (code, value)
    assert fault["hint"].startswith(hint)
