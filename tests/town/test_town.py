"""Every computed figure of the town is the one worked out on paper."""

import json
import math

import pytest

from tijian.engine.exam.explain import explain
from tijian.engine.exam.folder import examine
from tijian.engine.kernel.faults import Refused
from tijian.engine.kernel.missing import Status

A, B = "980101", "980102"
ANSWERS = {
    # 建成区 2000×1000、1000×500 m，行政区 3000×1000、2000×1000 m
    "EL01": {A: (2.0, 3.0), B: (0.5, 2.0)},
    # 建成区内：A 1000＋2000 人（x 2500 在建成区外），B 300＋100 人（y 900 在外）
    "EL02": {A: (3000, 2.0), B: (400, 0.5)},
    # A 水 0.01＋半个 0.005；绿 0.04＋0.02－重叠 0.01－公园里的水 0.01＝0.04；B 绿 0.01
    "EL03": {A: (0.055, 2.0), B: (0.01, 0.5)},
    # A：5000 m² 公园上边 y 150＋500＝650，60×250 m；界外公园右边 x －100＋500＝400，50×60 m；共 60×400＋100×60 m
    # B：2000 m² 公园上边 y 90＋300＝390，30×190 m；1999 m² 不计；共 30×250＋50×100 m
    "EL06": {A: (1.5 + 0.3, 2.4 + 0.6), B: (0.57, 0.75 + 0.5)},
    # 名录四处，x 2500 的在建成区外
    "CF02": {A: (2, 2.0), B: (1, 0.5)},
    # 三点，(3999, 501) 在建成区外 1 m
    "SR01": {A: (1, 2.0), B: (1, 0.5)},
    # 社区中心到设施：(500,500)→(500,1000) 正好 500 m；(2000,500) 远；(4000,500)→(3400,900) 721 m
    "LC02": {A: (1, 2), B: (0, 1)},
    # 100×70 m；20×50 m；人口 3500、1000
    "LC05": {A: (7000, 3500), B: (1000, 1000)},
    # 列 usable 写的有效面积，不是图上的 10000 m²
    "SR04": {A: (6000, 3500), B: (9000, 1000)},
    # 医院院区东边 x －3500＋4000＝500：200×100 m 中的 100×100；重叠的一块只计一次
    "SR05": {A: (1.0, 2.0), B: (0.0, 1.0)},
    # (100,500) 距界外公园 224 m；(1550,500) 距 y 150 边 350 m；(3220,389) 299 m、(3220,391) 301 m
    "SPEL1": {A: (3000, 3000), B: (300, 400)},
    # (1050,500) 到 (1550,500) 正好 500 m、到 (100,500) 950 m；(3420,389) 到两处约 200 m
    "SPTC1": {A: (0, 3000), B: (400, 400)},
    "SPTC2": {A: (2000, 3000), B: (400, 400)},
    # (100,800) 到 (100,500) 正好 300 m；(2800,500) 到 (2500,500) 正好 300 m；B 一个也没有
    "SPLC1": {A: (1500, 3500), B: (0, 1000)},
    # 场所西边 x 900、上边 y 500：(100,500) 800 m，(1550,500) 550 m，(2500,500) 1500 m；
    # 界内另一处西边 x 4500、上边 y 100：(3900,900) 正好 1000 m，(3220,389) 1312 m
    "SPSR1": {A: (3000, 3500), B: (600, 1000)},
}  # fmt: skip


@pytest.mark.parametrize("key", ANSWERS)
def test_a_figure_is_the_one_on_paper(results, key):
    for area, (above, below) in ANSWERS[key].items():
        row = results.row(key, area)
        assert float(row.adopted.numerator) == pytest.approx(above, rel=1e-9, abs=1e-9), area
        assert float(row.adopted.denominator) == pytest.approx(below, rel=1e-9), area
        assert row.adopted.name == "第三方"
    top = results.row(key, "980100")
    for got, n in ((top.adopted.numerator, 0), (top.adopted.denominator, 1)):
        assert float(got) == pytest.approx(sum(pair[n] for pair in ANSWERS[key].values()), rel=1e-9)


def test_land_around_a_stop_is_a_circle_drawn_with_128_edges(results):
    circle = 64 * math.sin(math.pi / 64)  # area of the polygon for radius 1
    assert float(results.row("SPTC3", A).adopted.numerator) == pytest.approx(circle * 9.0, rel=1e-9)
    assert circle * 9.0 == pytest.approx(math.pi * 9.0, rel=5e-4)


def test_a_short_ring_is_said_and_a_long_one_is_not(results):
    """Stops are known 400 m beyond the boundary: enough for 300 m, not for 500 m."""
    said = "边缘不全：图层在界外不足 500 m"
    assert said in "\n".join(explain(results, "SPTC2", A, 2019).lines())
    assert "边缘不全" not in "\n".join(explain(results, "SPTC1", A, 2019).lines())
    assert "边缘不全" not in "\n".join(explain(results, "SR05", A, 2019).lines())


def test_the_streets_stand_beside_the_straight_line(results):
    """(100, 500) walks 900 m round the block, (2500, 500) 300 m, (1550, 500) is 950 m from any street."""
    said = "\n".join(explain(results, "SPLC1", A, 2019).lines())
    assert "路网距离：14.3 %（500 人 ÷ 3,500 人）" in said
    assert "未接入路网：1 处" in said
    assert "路网距离：0.0 %（0 人 ÷ 1,000 人）" in "\n".join(explain(results, "SPLC1", B, 2019).lines())


def test_a_layer_that_the_city_lacks_is_no_data_with_its_name(results):
    row = results.row("SPLC2", A)
    assert row.status is Status.NO_DATA
    assert "小学" in "\n".join(explain(results, "SPLC2", A, 2019).lines())


def layer_of(folder, name):
    return folder / "inputs" / "layers" / f"{name}.geojson"


def test_nobody_is_no_data_and_not_zero(other_town):
    file = layer_of(other_town, "population")
    document = json.loads(file.read_text())
    document["features"] = [
        f for f in document["features"] if f["geometry"]["coordinates"][0] < 535000 + 3000
    ]
    file.write_text(json.dumps(document))
    found = examine(other_town, 2019)
    for key in ("LC05", "SR04", "SPLC1", "SPTC1"):
        assert found.row(key, B).status is Status.NO_DATA, key
    assert float(found.row("EL02", B).value) == 0.0  # a density of nobody is known
    assert float(found.row("LC05", A).value) == 2.0


def test_order_of_features_changes_nothing(other_town, results):
    for name in ("parks", "population", "residential", "green"):
        file = layer_of(other_town, name)
        document = json.loads(file.read_text())
        document["features"].reverse()
        file.write_text(json.dumps(document))
    found = examine(other_town, 2019)
    for key in ANSWERS:
        for area in (A, B, "980100"):
            assert float(found.row(key, area).value) == float(results.row(key, area).value), (key, area)


def test_a_wrong_column_and_an_exchanged_file_are_named_at_once(other_town):
    city = other_town / "city.yaml"
    text = city.read_text(encoding="utf-8")
    text = text.replace("columns: {area: usable}", "columns: {area: effective}")
    text = text.replace(
        'captured: "2019-12-31", crs: "EPSG:4550", licence: 编造, mark: 示意, ring: 500}',
        f'captured: "2019-12-31", crs: "EPSG:4550", licence: 编造, mark: 示意, ring: 500, sha256: {"f" * 64}}}',
        1,
    )
    city.write_text(text, encoding="utf-8")
    with pytest.raises(Refused) as refused:
        examine(other_town, 2019)
    assert [f.code for f in refused.value.faults] == ["layer.sha256", "layer.column"]
    assert {f.file.rpartition("/")[2] for f in refused.value.faults} == {"parks.geojson", "shelters.geojson"}


def test_an_indicator_that_no_system_has_is_named(other_town):
    city = other_town / "city.yaml"
    city.write_text(city.read_text(encoding="utf-8").replace("[EL01,", "[EL99,"), encoding="utf-8")
    with pytest.raises(Refused) as refused:
        examine(other_town, 2019)
    assert [(f.code, f.value) for f in refused.value.faults] == [("city.indicator", "EL99")]
