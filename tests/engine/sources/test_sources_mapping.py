"""Layer mappings: every scheme by example, what did not map is counted, real POI and OSM files."""

import csv
import gzip
import io
from pathlib import Path

import pytest
import yaml
from osm_made import square, write_pbf

from tijian.engine.catalogue.layer_mapping import LayerMappingDoc, read_layer_mapping
from tijian.engine.kernel.faults import Refused
from tijian.engine.kernel.shipped import shipped
from tijian.engine.sources.osm import read_osm

SHARED = Path(__file__).parents[3] / ".." / "shared" / "data"
real = pytest.mark.skipif(not SHARED.is_dir(), reason="../shared/data is not here")
NAMES = ("osm", "amap", "gb-t-21010-2017", "gb-50137-2011")


def document(name):
    return read_layer_mapping(shipped("catalogues", "layer-mapping", f"{name}.yaml"), f"{name}.yaml")


@pytest.fixture(scope="module")
def mappings():
    return {name: document(name).mapping() for name in NAMES}


def classes_of(mapping, description):
    return mapping.judge(description)[0]


def test_every_shipped_mapping_is_read():
    folder = shipped("catalogues", "layer-mapping")
    assert sorted(path.stem for path in folder.glob("*.yaml")) == sorted(NAMES)


@pytest.mark.parametrize(
    "name", ["parks", "residential", "hospitals", "sports_grounds", "elderly_care", "water", "green"]
)
def test_the_classes_that_indicators_ask_come_from_osm_and_from_land_use(mappings, name):
    assert name in mappings["osm"].classes
    assert name in mappings["gb-t-21010-2017"].classes
    assert name in mappings["gb-50137-2011"].classes


@pytest.mark.parametrize(
    ("description", "expected"),
    [
        ("医疗保健服务;综合医院;三级甲等医院", {"hospitals": "三级甲等"}),
        ("医疗保健服务;综合医院;综合医院", {"hospitals": "未定级"}),
        ("医疗保健服务;综合医院", {"hospitals": "未定级"}),
        ("医疗保健服务;综合医院分部", {}),
        ("医疗保健服务;专科医院;肿瘤医院", {"hospitals": "未定级"}),
        ("医疗保健服务;专科医院;口腔医院", {"clinics": "专科门诊"}),
        (
            "医疗保健服务;诊所;诊所|医疗保健服务;综合医院;三级甲等医院",
            {"hospitals": "三级甲等", "clinics": "诊所"},
        ),
        (
            "医疗保健服务;专科医院;口腔医院|医疗保健服务;综合医院;三级甲等医院",
            {"hospitals": "三级甲等", "clinics": "专科门诊"},
        ),
        ("科教文化服务;学校;小学|科教文化服务;学校;中学", {"primary_schools": "", "middle_schools": ""}),
        (" 科教文化服务;学校;幼儿园 | 公司企业;公司;公司 ", {"kindergartens": ""}),
        ("体育休闲服务;运动场馆;综合体育馆", {"sports_grounds": "场馆"}),
        ("体育休闲服务;运动场馆;户外健身场所", {"sports_grounds": "健身"}),
        ("体育休闲服务;运动场馆;台球厅", {}),
        ("购物服务;便民商店/便利店;7-ELEVEn便利店", {"convenience": "便利店超市"}),
        ("交通设施服务;停车场;停车场出入口", {}),
        ("交通设施服务;停车场;专用停车场", {"parking": "专用"}),
        ("公共设施;紧急避难场所;紧急避难场所", {"shelters": ""}),
        ("风景名胜;公园广场;城市广场", {}),
        ("风景名胜;公园广场;公园", {"parks": "公园"}),
        ("", {}),
    ],
)
def test_amap_types(mappings, description, expected):
    assert mappings["amap"].judge(description) == (expected, "")


@pytest.mark.parametrize(
    "description",
    ["医疗保健服务;动物医疗场所;宠物诊所", "医疗保健服务;诊所;诊所|医疗保健服务;动物医疗场所;兽医站"],
)
def test_what_treats_animals_is_in_no_class_whatever_else_it_is(mappings, description):
    assert mappings["amap"].judge(description) == ({}, "动物医疗")


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("0701", {"residential": "城镇住宅", "construction_land": "居住"}),
        (" 0702 ", {"residential": "农村宅基地", "construction_land": "居住"}),
        ("07", {"construction_land": "居住"}),
        ("0810", {"parks": "", "green": "公园绿地", "construction_land": "公共管理与公共服务"}),
        ("1006", {}),
        ("1004", {"construction_land": "交通运输"}),
        ("1104", {"water": "湖泊水库"}),
        ("0301", {"green": "林地"}),
        ("10", {"construction_land": "交通运输"}),
        ("1", {}),
    ],
)
def test_codes_of_gb_t_21010(mappings, code, expected):
    assert classes_of(mappings["gb-t-21010-2017"], code) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("R22", {"residential": "二类", "construction_land": "居住"}),
        ("r2", {"residential": "二类", "construction_land": "居住"}),
        ("G1", {"parks": "", "green": "公园绿地", "construction_land": "绿地与广场"}),
        ("G3", {"construction_land": "绿地与广场"}),
        ("A33", {"schools": "", "construction_land": "公共管理与公共服务"}),
        ("A3", {"construction_land": "公共管理与公共服务"}),
        ("A51", {"hospitals": "未定级", "construction_land": "公共管理与公共服务"}),
        ("E11", {"water": "自然水域"}),
        ("E2", {}),
        ("S42", {"parking": "公共", "construction_land": "道路与交通"}),
    ],
)
def test_codes_of_gb_50137(mappings, code, expected):
    assert classes_of(mappings["gb-50137-2011"], code) == expected


def tags(**pairs):
    return tuple(sorted((key.replace("__", ":"), value) for key, value in pairs.items()))


@pytest.mark.parametrize(
    ("description", "geometry", "expected"),
    [
        (tags(highway="trunk_link"), "lines", {"roads": "快速路"}),
        (tags(highway="residential"), "lines", {"roads": "支路"}),
        (tags(highway="residential", access="no"), "lines", {}),
        (tags(highway="service"), "lines", {"paths": "内部路"}),
        (tags(highway="footway"), "lines", {"paths": "步行"}),
        (tags(highway="bus_stop"), "points", {"bus_stops": "公交"}),
        (tags(highway="bus_stop"), "lines", {}),
        (tags(public_transport="platform"), "points", {}),
        (tags(public_transport="platform", bus="yes"), "points", {"bus_stops": "公交"}),
        (tags(leisure="park"), "polygons", {"parks": "公园", "green": "公园绿地"}),
        (tags(leisure="park", access="private"), "polygons", {"green": "公园绿地"}),
        (tags(leisure="park"), "points", {}),
        (tags(landuse="forest"), "polygons", {"green": "林地"}),
        (tags(landuse="residential"), "polygons", {"residential": "", "construction_land": "居住"}),
        (tags(building="yes"), "polygons", {"buildings": "未分类"}),
        (tags(building="no"), "polygons", {}),
        (
            tags(building="house", amenity="kindergarten"),
            "polygons",
            {"buildings": "住宅", "kindergartens": ""},
        ),
        (tags(amenity="school"), "points", {"schools": ""}),
        (tags(amenity="school", isced__level="1"), "points", {"schools": "", "primary_schools": ""}),
        (tags(natural="water", water="river"), "polygons", {"water": "河流"}),
        (tags(natural="water"), "polygons", {"water": "湖泊水库"}),
        (tags(railway="station", station="subway"), "points", {"metro_stations": "地铁"}),
        (tags(heritage="4"), "points", {"historic_buildings": ""}),
        (tags(power="tower"), "points", {}),
    ],
)
def test_osm_tags(mappings, description, geometry, expected):
    assert mappings["osm"].judge(description, geometry) == (expected, "")


def test_osm_leaves_animals_out(mappings):
    assert mappings["osm"].judge(tags(amenity="veterinary"), "points") == ({}, "动物医疗")


def test_what_did_not_map_is_counted_most_frequent_first(mappings):
    types = (
        ["餐饮服务;咖啡厅;咖啡厅"] * 2 + ["公司企业;公司;公司"] * 3 + ["科教文化服务;学校;小学"] * 4 + [""]
    )
    found = mappings["amap"].classify(types)
    assert found.unmapped == {"公司企业;公司;公司": 3, "餐饮服务;咖啡厅;咖啡厅": 2, "": 1}
    assert (found.of, found.excluded) == (10, {})
    assert found.rows["primary_schools"] == [5, 6, 7, 8]
    assert next(iter(found.unmapped)) == "公司企业;公司;公司"


def test_rows_and_values_belong_together(mappings):
    types = ["医疗保健服务;综合医院;卫生院", "x", "医疗保健服务;综合医院;三级甲等医院"]
    found = mappings["amap"].classify(types)
    assert (found.rows["hospitals"], found.values["hospitals"]) == ([0, 2], ["卫生院", "三级甲等"])


def test_osm_tables_are_read_and_sorted_by_the_same_rules(mappings, tmp_path):
    mapping = mappings["osm"]
    park, ring = square(10, 0, 0, 1)
    nodes = [(1, 0, 0, {"amenity": "pharmacy"}), (2, 1, 0, {"highway": "crossing"}), *park]
    ways = [
        (100, [1, 2], {"highway": "primary", "oneway": "yes", "name": "路"}),
        (101, [2, 10], {"highway": "proposed"}),
        (102, ring, {"leisure": "park", "name": "园"}),
    ]
    extract = read_osm(write_pbf(tmp_path / "a.pbf", nodes, ways), "a", mapping.wanted())
    lines = mapping.classify_osm(extract.lines, "lines")
    assert (lines.rows["roads"], lines.values["roads"]) == ([0], ["主干路"])
    assert lines.unmapped == {"highway=proposed": 1}
    assert extract.lines.fields["oneway"] == ["yes", None]
    polygons = mapping.classify_osm(extract.polygons, "polygons")
    assert [extract.polygons.fields["name"][i] for i in polygons.rows["parks"]] == ["园"]
    points = mapping.classify_osm(extract.points, "points")
    assert points.values["convenience"] == ["药店"]
    assert points.unmapped == {"highway=crossing": 1}


def test_lines_are_not_asked_for_what_only_points_carry(mappings):
    wanted = mappings["osm"].wanted()
    assert "highway" in wanted.lines
    assert "oneway" in wanted.line_tags
    assert "shop" not in wanted.line_tags
    assert "building" not in wanted.points
    assert {"access", "amenity", "isced:level", "name"} <= set(wanted.point_tags)


def written(tmp_path, change):
    data = yaml.safe_load(shipped("catalogues", "layer-mapping", "amap.yaml").read_text("utf-8"))
    change(data)
    path = tmp_path / "a.yaml"
    path.write_text(yaml.safe_dump(data, allow_unicode=True, sort_keys=False), "utf-8")
    return path


def test_the_hash_is_of_the_meaning_and_not_of_the_text(tmp_path):
    same = read_layer_mapping(written(tmp_path, lambda _: None), "a")
    assert same.digest == document("amap").digest == same.mapping().digest

    def change(data):
        data["classes"]["parks"]["rules"][0]["any"].pop()

    assert read_layer_mapping(written(tmp_path, change), "a").digest != same.digest


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda d: d.update(scheme="高德"), "scheme"),
        (lambda d: d.update(scheme="osm"), "osm 的条件写成"),
        (lambda d: d["classes"]["parks"].update(geometry=["面"]), "classes.parks.geometry"),
        (lambda d: d["classes"]["parks"].update(rules=[]), "classes.parks.rules"),
        (lambda d: d["classes"]["parks"].update(colour="green"), "colour"),
        (lambda d: d.pop("source"), "source"),
        (lambda d: d.update(classes={}), "classes"),
    ],
)
def test_a_wrong_mapping_is_refused_with_its_place(tmp_path, change, words):
    with pytest.raises(Refused) as refused:
        read_layer_mapping(written(tmp_path, change), "layer-mapping/a.yaml")
    assert words in str(refused.value)


def test_documents_know_no_further_scheme():
    assert set(LayerMappingDoc.model_fields) == {
        "scheme",
        "zh",
        "status",
        "source",
        "classes",
        "exclude",
        "keep",
    }


def types_of(name):
    data = gzip.decompress((SHARED / f"shanghai/shanghai_{name}_poi.csv.gz").read_bytes())
    return [row["type"] for row in csv.DictReader(io.StringIO(data.decode("utf-8-sig")))]


@real
def test_medical_poi_of_shanghai_without_the_animals(mappings):
    types = types_of("medical")
    found = mappings["amap"].classify(types)
    assert (found.of, found.excluded) == (7513, {"动物医疗": 382})
    assert sum("|" in text for text in types) == 170
    top = found.values["hospitals"].count("三级甲等")
    assert top == sum("三级甲等医院" in text and "动物" not in text for text in types)
    assert "二级" not in "".join(found.values["hospitals"])
    in_class = {row for rows in found.rows.values() for row in rows}
    assert len(in_class) + 382 + sum(found.unmapped.values()) == 7513
    assert set(found.unmapped) <= {"医疗保健服务;疾病预防机构;疾病预防"} | {
        text for text in types if "|" in text
    }


@real
@pytest.mark.parametrize(
    ("name", "into"),
    [
        ("kindergarten", "kindergartens"),
        ("primary_school", "primary_schools"),
        ("bus_stop", "bus_stops"),
        ("middle_school", "middle_schools"),
    ],
)
def test_single_layers_of_shanghai_map_whole(mappings, name, into):
    types = types_of(name)
    found = mappings["amap"].classify(types)
    assert len(found.rows[into]) == len(types)
    assert found.unmapped == {}


@real
def test_the_school_layer_repeats_the_other_school_layers(mappings):
    found = mappings["amap"].classify(types_of("school"))
    assert {n: len(found.rows[n]) for n in ("kindergartens", "primary_schools", "middle_schools")} == {
        "kindergartens": 2313, "primary_schools": 935, "middle_schools": 995,
    }  # fmt: skip


@real
def test_liechtenstein_has_six_parks(mappings):
    mapping = mappings["osm"]
    extract = read_osm(SHARED / "perf/liechtenstein.osm.pbf", "li", mapping.wanted())
    polygons = mapping.classify_osm(extract.polygons, "polygons")
    assert polygons.values["parks"].count("公园") >= 6
    told = [extract.polygons.fields["building"][i] for i in polygons.rows["buildings"]]
    assert told.count("yes") / len(told) == pytest.approx(0.83, abs=0.01)
    assert polygons.values["buildings"].count("未分类") > told.count("yes")  # garages and barns
    lines = mapping.classify_osm(extract.lines, "lines")
    assert set(lines.values["roads"]) == {"主干路", "次干路", "支路"}
