"""Values of the toy city, each recomputed by hand from ``city/inputs/variables.csv``."""

import math

import pytest

CITY = "990100"
EAST, WEST, HILL, PORT = "990101", "990102", "990103", "990104"  # 东岸 西岸 山前 新港（没有街道）
E1, E2, E3 = "990101001", "990101002", "990101003"
W1, W2 = "990102001", "990102002"
H1, H2 = "990103001", "990103002"
STREETS = (E1, E2, E3, W1, W2, H1, H2)
DISTRICTS = (EAST, WEST, HILL, PORT)
AREAS = (*DISTRICTS, *STREETS, CITY)
INDICATORS = ("WA01", "WA02", "MO01", "MO02", "LV01", "LV02", "SA01", "SA02", "VT01")

BY_HAND_2024 = [
    # 逐日：达标的天 ÷ 有效的天，三级各报各的
    ("WA01", EAST, "85.0", "17 ÷ 20，恰为 100 的算，101 的不算"),
    ("WA01", WEST, "95.0", "19 ÷ 20"),
    ("WA01", HILL, "83.3", "有效 18 天（一天无数据、一天没有行），15 ÷ 18"),
    ("WA01", PORT, "无数据", "有效 15 ÷ 20 = 0.75，低于 0.8"),
    ("WA01", CITY, "80.0", "16 ÷ 20，全市自己的监测，不是各区之和"),
    # 逐月均值
    ("WA02", EAST, "0.60", "(0.5×4 + 0.6×4 + 0.7×4) ÷ 12"),
    ("WA02", WEST, "0.45", "5.4 ÷ 12"),
    ("WA02", HILL, "1.10", "缺六月，12.1 ÷ 11"),
    ("WA02", PORT, "无数据", "只有八个月，8 ÷ 12 低于 0.75"),
    ("WA02", CITY, "0.80", "0.8 × 12 ÷ 12"),
    # 采用了自体检的路网密度
    ("MO01", PORT, "1.25", "5.0 km ÷ 4.0 km2"),
    ("MO02", PORT, "0.111", "1.25 × 4.0 km2 = 5000 m ÷ 45000 人"),
    # 区间型；街道 → 区 → 市，分子分母各自相加
    ("LV01", E1, "1.20", "2.4 万人 ÷ 200 ha"),
    ("LV01", E2, "0.75", "1.5 ÷ 2.0"),
    ("LV01", E3, "0.62", "2.5 ÷ 4.0 = 0.625，修约到偶数"),
    ("LV01", EAST, "0.80", "6.4 ÷ 8.0，不是三个比值的平均 0.86"),
    ("LV01", WEST, "1.00", "(6.4 + 1.6) ÷ 8.0"),
    ("LV01", H1, "0.25", "10000 人 ÷ 4.0 km2"),
    ("LV01", HILL, "0.38", "3.0 ÷ 8.0 = 0.375，修约到偶数"),
    ("LV01", PORT, "0.50", "4.5 ÷ 9.0"),
    ("LV01", CITY, "0.66", "21.9 ÷ 33.0 = 0.6636"),
    # 加权平均
    ("LV02", EAST, "23.3", "(20×3000 + 30×1000 + 25×2000) ÷ 6000 = 140000 ÷ 6000"),
    ("LV02", WEST, "20.0", "(15×4000 + 40×1000) ÷ 5000，不加权是 27.5"),
    ("LV02", H1, "不适用", "没有门诊"),
    ("LV02", HILL, "35.0", "只有泉下：35×500 ÷ 500"),
    ("LV02", PORT, "10.0", "600 s"),
    ("LV02", CITY, "20.2", "(140000 + 100000 + 17500 + 25000) ÷ 14000 = 20.18"),
    # if、min、max
    ("SA01", E1, "50.0", "(45 − 5) ÷ 80"),
    ("SA01", E2, "100.0", "(90 − 2) ÷ 80 = 1.1，封顶"),
    ("SA01", E3, "0.0", "2 − 6 小于 0，按 0 计"),
    ("SA01", EAST, "64.0", "(40 + 88 + 0) ÷ (80 + 80 + 40)"),
    ("SA01", W1, "60.0", "采用第三方的 62：(62 − 2) ÷ 100；自体检的 70 会得 68"),
    ("SA01", W2, "100.0", "(57 − 7) ÷ 50"),
    ("SA01", WEST, "73.3", "(60 + 50) ÷ 150"),
    ("SA01", H1, "100.0", "应设 0 处"),
    ("SA01", HILL, "84.4", "(2 + 36) ÷ (0 + 45)"),
    ("SA01", PORT, "无数据", "没有报"),
    ("SA01", CITY, "69.9", "八处报了七处：(128 + 110 + 38) ÷ (200 + 150 + 45)"),
    # 分母为零是不适用
    ("SA02", E3, "不适用", "没有桥"),
    ("SA02", EAST, "87.5", "(3 + 4 + 0) ÷ (3 + 5 + 0)"),
    ("SA02", WEST, "75.0", "(1 + 2) ÷ (2 + 2)"),
    ("SA02", HILL, "不适用", "两个街道都没有桥"),
    ("SA02", PORT, "100.0", "5 ÷ 5"),
    ("SA02", CITY, "88.2", "15 ÷ 17"),
    # own：生产总值各级自报，人口相加
    ("VT01", EAST, "10.00", "64 亿元 ÷ 6.4 万人"),
    ("VT01", WEST, "9.00", "72 ÷ 8.0"),
    ("VT01", HILL, "4.00", "12 ÷ 3.0"),
    ("VT01", PORT, "10.00", "45 ÷ 4.5"),
    ("VT01", CITY, "10.00", "219 ÷ 21.9；各区之和只有 193"),
]
BY_HAND_2023 = [
    ("MO01", EAST, "1.50", "(3 + 3 + 6) ÷ 8，没有图层的年份用自体检"),
    ("MO01", CITY, "1.43", "27.1 ÷ 19"),
    ("MO02", E1, "0.125", "1.50 × 2.0 km2 = 3000 m ÷ 24000 人"),
    ("MO02", EAST, "0.188", "1.50 × 8.0 = 12000 m ÷ 64000 人 = 0.1875"),
    ("MO02", CITY, "0.127", "27100 m ÷ 214000 人"),
    ("LV02", H2, "无数据", "没有报"),
    ("LV02", HILL, "无数据", "松坪不适用，泉下没有报"),
    ("LV02", CITY, "无数据", "缺一处"),
    ("SA01", CITY, "67.1", "332 ÷ 495"),
    ("WA01", PORT, "70.0", "14 ÷ 20"),
]


def shown(row):
    return row["value"] or row["status"]


@pytest.mark.parametrize(("indicator", "area", "expected", "how"), BY_HAND_2024)
def test_value_of_2024(in_2024, indicator, area, expected, how):
    assert shown(in_2024.row(indicator, area)) == expected, how


@pytest.mark.parametrize(("indicator", "area", "expected", "how"), BY_HAND_2023)
def test_value_of_2023(in_2023, indicator, area, expected, how):
    assert shown(in_2023.row(indicator, area)) == expected, how


def test_every_indicator_has_a_row_in_every_area(in_2024):
    rows = in_2024.rows()
    assert sorted((r["indicator"], r["area"]) for r in rows) == sorted(
        (i, a) for i in INDICATORS for a in AREAS
    )
    for row in rows:
        assert (row["status"] == "有值") == bool(row["value"])
        assert row["status"] in {"有值", "无数据", "不适用"}


@pytest.mark.parametrize("indicator", ["WA01", "WA02", "VT01"])
@pytest.mark.parametrize("street", STREETS)
def test_an_indicator_does_not_exist_outside_its_scales(in_2024, indicator, street):
    row = in_2024.row(indicator, street)
    assert (row["status"], row["grade"], row["value"], row["coverage"]) == ("不适用", "不适用", "", "")
    assert row["note"] == "本级没有这一指标"


def test_coverage_of_days_months_and_parts(in_2024, in_2023):
    coverage = {k: in_2024.row(*k)["coverage"] for k in [("WA01", HILL), ("WA01", PORT), ("SA01", CITY)]}
    assert coverage == {("WA01", HILL): "0.9", ("WA01", PORT): "0.75", ("SA01", CITY): "0.875"}
    assert in_2024.row("WA02", HILL)["coverage"] == "0.9167"
    assert in_2024.row("WA01", EAST)["coverage"] == "1"
    assert in_2023.row("LV02", CITY)["coverage"] == "0.8571"  # 7 parts apply, 6 are there


def test_numerator_and_denominator_travel_with_the_value(in_2024):
    found = {k: tuple(in_2024.row(*k)[c] for c in ("numerator", "denominator")) for k in [("WA01", HILL)]}
    assert found == {("WA01", HILL): ("15", "18")}
    assert [in_2024.row("SA01", CITY)[c] for c in ("numerator", "denominator")] == ["276", "395"]
    assert [in_2024.row("VT01", WEST)[c] for c in ("numerator", "denominator")] == ["72", "8"]


GRADES = [
    ("LV01", E1, "优"),  # 1.20, on the edge of the innermost interval
    ("LV01", E2, "良"),
    ("LV01", W2, "中"),
    ("LV01", H1, "差"),  # 0.25, below 0.3
    ("LV01", H2, "良"),  # 0.50, on the edge
    ("LV01", W1, "中"),  # 1.60, too dense
    ("LV02", W1, "优"),
    ("LV02", W2, "差"),
    ("LV02", CITY, "中"),  # 20.2 > 20
    ("VT01", WEST, "差"),  # 10 → 9.5 → 9: two years worse, in all 1.0 ≥ 5 % of 10
    ("VT01", HILL, "中"),  # 4.2 → 4.0 → 4.0: only once
    ("VT01", PORT, "中"),  # 10 → 10 → 10
    ("VT01", EAST, "良"),  # mean of 9.0 and 9.5; better by 0.75 ≥ half of 5 %
    ("VT01", CITY, "良"),
    ("MO01", PORT, "差"),
    ("MO02", CITY, "不评级"),
]


@pytest.mark.parametrize(("indicator", "area", "grade"), GRADES)
def test_grade(in_2024, indicator, area, grade):
    assert in_2024.row(indicator, area)["grade"] == grade


def test_areas_have_no_type_and_are_graded_all_the_same(in_2024):
    assert {r["area_type"] for r in in_2024.rows()} == {""}


def test_a_broken_bottom_line_caps_its_dimension(in_2024, in_2023):
    east = in_2024.dimension("安全", EAST)  # 良 (64.0) and 良 (87.5): 良, were it not for 87.5 < 90
    assert (east["score"], east["grade"], east["bottom_broken"]) == ("3.00", "中", "SA02")
    city = in_2024.dimension("安全", CITY)
    assert (city["score"], city["grade"], city["bottom_broken"]) == ("3.00", "中", "SA02")
    assert "破底线：≥90" in in_2024.row("SA02", EAST)["note"]
    assert in_2024.row("SA02", EAST)["grade"] == "良"  # the line lies over the grade, it is not the grade
    assert in_2023.dimension("安全", EAST)["grade"] == "良"  # the line holds from 2024 on


def test_dimensions_follow_coverage_and_what_applies(in_2024):
    port = in_2024.dimension("安全", PORT)  # one of two is there: under 80 %
    assert (port["grade"], port["coverage"]) == ("不评级", "0.5")
    street = in_2024.dimension("活力", E1)  # nothing applies
    assert (street["grade"], street["coverage"], street["applicable"]) == ("不评级", "", "0")
    hill = in_2024.dimension("水绿", HILL)  # 良 3 and 中 2: 2.5, rounded half down
    assert (hill["score"], hill["grade"]) == ("2.50", "中")


def test_an_adopted_strand_stands_and_is_told(in_2024):
    strands = {
        r["strand"]: r for r in in_2024.rows("strands") if (r["indicator"], r["area"]) == ("MO01", PORT)
    }
    assert {s: r["adopted"] for s, r in strands.items()} == {"第三方": "否", "自体检": "是"}
    assert in_2024.row("MO01", E1)["strand"] == "第三方"
    assert "采用值未选定" in in_2024.row("MO01", E1)["note"]
    assert "采用值未选定" not in in_2024.row("MO01", PORT)["note"]


def test_marks_reach_the_rows_that_rest_on_them(in_2024):
    assert in_2024.row("SA01", W1)["mark"] == "估算;示例"
    assert in_2024.row("SA01", WEST)["mark"] == "估算;示例"
    assert in_2024.row("SA01", CITY)["mark"] == "估算;示例"
    assert in_2024.row("SA01", EAST)["mark"] == "示例"
    assert in_2024.row("MO01", E1)["mark"] == "示意;示例"
    assert in_2024.row("MO01", PORT)["mark"] == "示例"  # its adopted strand is what was reported


# ── road_density@1 against the ellipsoid, without any projection ──
# An edge of a rectangle is a straight line in the projection and an arc here: up to 1 in 10 000 for these sizes.
# A neighbouring zone would be 1 in 1000 off in length, 2 in area.

A_AXIS, FLATTENING = 6378137.0, 1 / 298.257222101  # CGCS2000
SQUARE = FLATTENING * (2 - FLATTENING)


def east_west(width, latitude):
    """Kilometres of a piece of a parallel."""
    phi = math.radians(latitude)
    n = A_AXIS / math.sqrt(1 - SQUARE * math.sin(phi) ** 2)
    return n * math.cos(phi) * math.radians(width) / 1000


def north_south(height, latitude):
    """Kilometres of a piece of a meridian around a latitude."""
    phi = math.radians(latitude)
    m = A_AXIS * (1 - SQUARE) / (1 - SQUARE * math.sin(phi) ** 2) ** 1.5
    return m * math.radians(height) / 1000


ROADS = {  # roads inside both the area and the built-up area; built-up rectangle in degrees
    E1: (east_west(0.02, 30.505) + north_south(0.01, 30.505), (0.02, 0.01, 30.505)),
    E2: (east_west(0.02, 30.505) + north_south(0.01, 30.505), (0.02, 0.01, 30.505)),
    E3: (east_west(0.04, 30.515) + 2 * north_south(0.01, 30.515), (0.04, 0.01, 30.515)),
    W1: (east_west(0.02, 30.515) + north_south(0.01, 30.515), (0.02, 0.01, 30.515)),
    W2: (east_west(0.02, 30.505) + north_south(0.01, 30.505), (0.02, 0.01, 30.505)),
    H1: (east_west(0.01, 30.49) + north_south(0.02, 30.49), (0.01, 0.02, 30.49)),
    H2: (east_west(0.01, 30.49) + north_south(0.02, 30.49), (0.01, 0.02, 30.49)),
    PORT: (east_west(0.02, 30.49) + north_south(0.02, 30.49), (0.02, 0.02, 30.49)),
}


def built(width, height, latitude):
    return east_west(width, latitude) * north_south(height, latitude)


@pytest.mark.parametrize("area", ROADS)
def test_roads_are_measured_in_the_citys_own_projection(in_2024, area):
    (row,) = [
        r
        for r in in_2024.rows("strands")
        if (r["indicator"], r["area"], r["strand"]) == ("MO01", area, "第三方")
    ]
    length, rectangle = ROADS[area]
    assert row["method"] == "road_density@1"
    assert float(row["numerator"]) == pytest.approx(length, rel=1e-4)
    assert float(row["denominator"]) == pytest.approx(built(*rectangle), rel=1e-4)


@pytest.mark.parametrize(
    ("area", "parts"), [(EAST, (E1, E2, E3)), (WEST, (W1, W2)), (HILL, (H1, H2)), (CITY, (*STREETS, PORT))]
)
def test_measured_roads_add_up(in_2024, area, parts):
    row = in_2024.row("MO01", area)
    length = sum(ROADS[p][0] for p in parts)
    surface = sum(built(*ROADS[p][1]) for p in parts)
    assert float(row["numerator"]) == pytest.approx(length, rel=1e-4)
    assert float(row["denominator"]) == pytest.approx(surface, rel=1e-4)
    assert row["value"] == f"{length / surface:.2f}"


def test_an_indicator_as_input_gives_its_adopted_value(in_2024):
    """MO02 rests on MO01: measured where measured stands, reported where it was chosen."""
    east = float(in_2024.row("MO01", EAST)["numerator"]) / float(in_2024.row("MO01", EAST)["denominator"])
    assert in_2024.row("MO02", EAST)["value"] == f"{east * 8.0 * 1000 / 64000:.3f}"
    assert float(in_2024.row("MO02", PORT)["numerator"]) == 5.0
