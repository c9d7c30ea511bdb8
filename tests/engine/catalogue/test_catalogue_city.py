"""The shipped city, and one thing spoiled at a time: exactly that fault."""

import pytest

from tijian.engine.catalogue.loading import load_city, load_diseases
from tijian.engine.kernel.faults import Refused
from tijian.engine.kernel.shipped import shipped


def test_the_shipped_city_loads_and_fits_together(shenyang):
    assert [s.id for s in shenyang.catalogue.systems] == ["cn-2019-draft", "shenyang-n-2019"]
    assert sum(s == "cn-2019-draft" for s in shenyang.catalogue.system_of.values()) == 36
    assert sum(s == "shenyang-n-2019" for s in shenyang.catalogue.system_of.values()) == 11
    assert set(shenyang.book.criteria) == set(shenyang.catalogue.indicators)
    assert len(shenyang.areas.areas) == 9
    assert len(shenyang.diseases) == 15
    assert len(shenyang.questionnaire.questions) == 40


def test_the_city_stands_last_and_above_its_areas(shenyang):
    codes = list(shenyang.by_code)
    assert codes[-1] == shenyang.doc.city.code
    assert codes[:-1] == [a.code for a in shenyang.areas.areas]
    assert list(shenyang.children[shenyang.doc.city.code]) == codes[:-1]
    assert all(shenyang.children[c] == () for c in codes[:-1])
    assert shenyang.label(shenyang.doc.city.code) == "全市"
    assert shenyang.label(codes[0]) == shenyang.areas.areas[0].zh
    assert shenyang.by_code[codes[-1]].level == "city"


def test_every_variable_has_its_owner_and_every_indicator_its_cases(shenyang):
    assert set(shenyang.owner_of) == set(shenyang.catalogue.variables)
    assert set(shenyang.catalogue.cases) == set(shenyang.catalogue.indicators)
    assert all(len(cases) >= 1 for cases in shenyang.catalogue.cases.values())


def test_indicators_come_by_dimension_then_system_then_id(shenyang):
    order = [d.zh for d in shenyang.catalogue.dimensions]
    keys = [
        (order.index(d.dimension), shenyang.catalogue.system_of[i] != "cn-2019-draft", i)
        for i, d in shenyang.catalogue.indicators.items()
    ]
    assert keys == sorted(keys)
    assert [k[2] for k in keys if k[0] == order.index("生活舒适")][:7] == [
        "LC01",
        "LC02",
        "LC03",
        "LC04",
        "LC05",
        "LC06",
        "N-HT1",
    ]


def test_a_copy_without_change_has_no_fault(copy):
    assert copy.faults() == []


# name: (file, old, new, code, file of the fault, place, value, words)
ROADS_CUTS = "{老区: [9, 8, 6], 新区: [8, 6.5, 5], 城乡结合部: [7, 5.5, 4]}"
SPOILED = {
    "cut points against the direction (higher)": (
        "criteria/TC.yaml", "老区: [9, 8, 6], 新区: [8, 6.5, 5]", "老区: [6, 8, 9], 新区: [8, 6.5, 5]",
        "criterion.direction", "city/criteria/TC.yaml", "TC02.versions.1.district.老区", "[6.0, 8.0, 9.0]",
        ["由高到低的优、良、中（越大越好）", "城市道路网密度"],
    ),
    "cut points against the direction (lower)": (
        "criteria/TC.yaml", "city: {judge: cut, cuts: [33, 36, 40]}", "city: {judge: cut, cuts: [40, 36, 33]}",
        "criterion.direction", "city/criteria/TC.yaml", "TC03.versions.1.city", "[40.0, 36.0, 33.0]",
        ["由低到高的优、良、中（越小越好）"],
    ),
    "two equal cut points": (
        "criteria/TC.yaml", "city: {judge: cut, cuts: [8, 7, 5.5]}", "city: {judge: cut, cuts: [8, 8, 5.5]}",
        "criterion.direction", "city/criteria/TC.yaml", "TC02.versions.1.city", "[8.0, 8.0, 5.5]", ["由高到低"],
    ),
    "intervals that do not hold one another": (
        "criteria/EL.yaml", "老区: [[0.9, 1.4], [0.8, 1.5], [0.6, 1.8]]", "老区: [[0.9, 1.4], [0.8, 1.3], [0.6, 1.8]]",
        "criterion.direction", "city/criteria/EL.yaml", "EL02.versions.1.district.老区",
        "[(0.9, 1.4), (0.8, 1.3), (0.6, 1.8)]", ["由内到外、外包含内的三个区间"],
    ),
    "an interval backwards": (
        "criteria/EL.yaml", "老区: [[0.9, 1.4], [0.8, 1.5], [0.6, 1.8]]", "老区: [[1.4, 0.9], [0.8, 1.5], [0.6, 1.8]]",
        "criterion.direction", "city/criteria/EL.yaml", "EL02.versions.1.district.老区",
        "[(1.4, 0.9), (0.8, 1.5), (0.6, 1.8)]", ["三个区间"],
    ),
    "points where intervals belong": (
        "criteria/EL.yaml", "city: {judge: cut, cuts: [[0.9, 1.2], [0.8, 1.4], [0.6, 1.5]]}",
        "city: {judge: cut, cuts: [0.9, 0.8, 0.6]}",
        "criterion.form", "city/criteria/EL.yaml", "EL02.versions.1.city", "[0.9, 0.8, 0.6]",
        ["三个由内到外的区间", "EL02 的方向是 range"],
    ),
    "intervals where points belong": (
        "criteria/TC.yaml", "city: {judge: cut, cuts: [8, 7, 5.5]}", "city: {judge: cut, cuts: [[8, 9], [7, 9], [5.5, 9]]}",
        "criterion.form", "city/criteria/TC.yaml", "TC02.versions.1.city", "[(8.0, 9.0), (7.0, 9.0), (5.5, 9.0)]",
        ["三个切点", "TC02 的方向是 higher"],
    ),
    "a cut point with more decimals than the indicator": (
        "criteria/TC.yaml", "新区: [8, 6.5, 5]", "新区: [8, 6.505, 5]",
        "criterion.decimals", "city/criteria/TC.yaml", "TC02.versions.1.district.新区", "[8.0, 6.505, 5.0]",
        ["不多于 2 位小数", "碰不到"],
    ),
    "a cut point with one decimal too many": (
        "criteria/N.yaml", "city: {judge: cut, cuts: [10, 14, 18]}", "city: {judge: cut, cuts: [10, 14.125, 18]}",
        "criterion.decimals", "city/criteria/N.yaml", "N-WS2.versions.1.city", "[10.0, 14.125, 18.0]", ["不多于 2 位小数"],
    ),
    "an unknown area type": (
        "criteria/TC.yaml", "城乡结合部: [7, 5.5, 4]", "城乡接合部: [7, 5.5, 4]",
        "criterion.type", "city/criteria/TC.yaml", "TC02.versions.1.district.城乡接合部", "城乡接合部",
        ["老区、新区、城乡结合部"],
    ),
    "an unknown level": (
        "criteria/TC.yaml", "city: {judge: cut, cuts: [8, 7, 5.5]}", "town: {judge: cut, cuts: [8, 7, 5.5]}",
        "criterion.level", "city/criteria/TC.yaml", "TC02.versions.1.town", "town", ["city.yaml 中的级别"],
    ),
    "an unknown source": (
        "criteria/TC.yaml", "refs: [K19, K20]", "refs: [K19, K999]",
        "criterion.source", "city/criteria/TC.yaml", "TC02.refs", "K999", ["sources.yaml 中的号"],
    ),
    "an unknown scheme": (
        "criteria/CF.yaml", "CF03:   # 城市国内外游客吸引力（-）\n", "CF03:\n  scheme: 冷热区\n",
        "criterion.scheme", "city/criteria/CF.yaml", "CF03.scheme", "冷热区", ["城区类型、新老城区"],
    ),
    "a bottom line on an unknown variable": (
        "criteria/CF.yaml", "variable: historic_buildings,", "variable: historic_houses,",
        "criterion.variable", "city/criteria/CF.yaml", "CF02.bottom.0", "historic_houses", ["体系中的变量"],
    ),
    "an area without parent": (
        "areas.yaml", '{code: "210102", zh: 和平区, short: 和平, level: district, parent: "210100"',
        '{code: "210102", zh: 和平区, short: 和平, level: district, parent: "210999"',
        "area.parent", "city/areas.yaml", "areas.0.parent", "210999", ["已列出的上级代码", "和平区没有上级"],
    ),
    "an area below one of its own level": (
        "areas.yaml", '{code: "210102", zh: 和平区, short: 和平, level: district, parent: "210100"',
        '{code: "210102", zh: 和平区, short: 和平, level: district, parent: "210103"',
        "area.parent", "city/areas.yaml", "areas.0.parent", "210103", ["更高一级的代码", "和平区与上级同级"],
    ),
    "an area below itself": (
        "areas.yaml", '{code: "210102", zh: 和平区, short: 和平, level: district, parent: "210100"',
        '{code: "210102", zh: 和平区, short: 和平, level: district, parent: "210102"',
        "area.parent", "city/areas.yaml", "areas.0.parent", "210102", ["更高一级的代码"],
    ),
    "an area of an unknown level": (
        "areas.yaml", '{code: "210102", zh: 和平区, short: 和平, level: district',
        '{code: "210102", zh: 和平区, short: 和平, level: county',
        "area.level", "city/areas.yaml", "areas.0.level", "county", ["应为district", "city.yaml"],
    ),
    "shares that do not sum to one": (
        "areas.yaml", "城区类型: {老区: 0.7, 新区: 0.3}", "城区类型: {老区: 0.7, 新区: 0.2}",
        "document.value_error", "city/areas.yaml", "", "", ["份额之和为 1", "铁西区的 城区类型 份额之和是 0.9"],
    ),
    "overlapping versions": (
        "criteria/LC.yaml", "    - version: 1\n      from: 2019\n      to: 2020\n",
        "    - version: 1\n      from: 2019\n      to: 2021\n",
        "document.value_error", "city/criteria/LC.yaml", "第 34 行，LC03", None, ["前后相接的年份", "有效年份重叠"],
    ),
    "a body that owns what another owns": (
        "bodies.yaml", "owns: [district_area, residential_area,", "owns: [built_area, district_area, residential_area,",
        "body.owner", "city/bodies.yaml", "natural_resources", "built_area", ["只有一家主报的变量", "城乡建设局也主报它"],
    ),
    "a variable without owner": (
        "bodies.yaml", "owns: [built_area, new_floor,", "owns: [new_floor,",
        "body.nobody", "city/bodies.yaml", "owns", "built_area", ["一家主报单位", "没有单位主报这个变量"],
    ),
    "a body that owns what nobody knows": (
        "bodies.yaml", "owns: [district_area, residential_area,", "owns: [moon_area, district_area, residential_area,",
        "body.variable", "city/bodies.yaml", "natural_resources", "moon_area", ["体系中的变量"],
    ),
    "a body that supplies what nobody knows": (
        "bodies.yaml", "supplies: [gdp, rd, nonpublic]", "supplies: [gdp, rd, nonpublic, moon_area]",
        "body.variable", "city/bodies.yaml", "development_reform", "moon_area", ["体系中的变量"],
    ),
    "a question of an unknown dimension": (
        "questionnaire.yaml", "{id: Q01, dimension: 生态宜居", "{id: Q01, dimension: 生态适居",
        "question.dimension", "city/questionnaire.yaml", "Q01", "生态适居", ["生态宜居、城市特色"],
    ),
    "a question on an unknown scale": (
        "questionnaire.yaml", "short: 空气, scale: 满意度", "short: 空气, scale: 满意",
        "question.scale", "city/questionnaire.yaml", "Q01", "满意", ["scales 中的一种"],
    ),
    "a question on an unknown indicator": (
        "questionnaire.yaml", "indicators: [EL06, EL03]", "indicators: [EL06, EL93]",
        "question.indicator", "city/questionnaire.yaml", "Q02", "EL93", ["体系中的指标"],
    ),
    "an indicator of an unknown section": (
        "catalogues/shenyang-n-2019/indicators/N-PK1.yaml", "section: 市政设施", "section: 市政",
        "indicator.section", "shenyang-n-2019/indicators/N-PK1.yaml", "section", "市政", ["sections 中的一节"],
    ),
    "an indicator that is called otherwise than its file": (
        "catalogues/shenyang-n-2019/system.yaml", "id: shenyang-n-2019", "id: shenyang-n-2020",
        "system.id", "shenyang-n-2019/system.yaml", "id", "shenyang-n-2020", ["“shenyang-n-2019”", "与文件夹同名"],
    ),
    "a system that is nowhere": (
        "city.yaml", "systems: [cn-2019-draft, shenyang-n-2019]", "systems: [cn-2019-draft, shenyang-n-2019, cn-2055]",
        "catalogue.missing", "city/city.yaml", "systems", "cn-2055", ["catalogues/ 中的一个文件夹"],
    ),
    "disease knowledge that is nowhere": (
        "city.yaml", "diseases: urban-diseases-draft", "diseases: rural-diseases",
        "catalogue.missing", "city/city.yaml", "diseases", "rural-diseases", ["请检查名称"],
    ),
    "a source that says nothing of its reliability": (
        "criteria/sources.yaml", "条文转载，三处一致]", "条文转载，三处一致, 还有]",
        "source.form", "city/criteria/sources.yaml", "K2", None, ["[内容, 可靠程度]"],
    ),
    "an unknown key in the rules": (
        "rules.yaml", "bottom_cap: 中}", "bottom_cap: 中, top: 优}",
        "document.extra_forbidden", "city/rules.yaml", "第 2 行，dimension.top", "优", ["格式说明中列出的键"],
    ),
    "a grade that does not exist in the rules": (
        "rules.yaml", "bottom_cap: 中}", "bottom_cap: 一般}",
        "document.literal_error", "city/rules.yaml", "第 2 行，dimension.bottom_cap", "一般", ["之一"],
    ),
    "a date that is none": (
        "reports.yaml", '2019: {closed: "2020-11-30"', '2019: {closed: "2020.11.30"',
        "document.string_pattern_mismatch", "city/reports.yaml", "第 6 行，dates.2019.closed", "2020.11.30", [],
    ),
    "a projected system without code": (
        "city.yaml", 'crs: {projected: "EPSG:4550"}', "crs: {projected: CGCS2000}",
        "document.string_pattern_mismatch", "city/city.yaml", "第 7 行，crs.projected", "CGCS2000", [],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", list(SPOILED))
def test_one_thing_spoiled_is_exactly_that_fault(copy, name):
    file, old, new, code, where, place, value, words = SPOILED[name]
    (fault,) = copy.edit(file, old, new).faults()
    assert (fault.code, fault.file) == (code, where)
    assert fault.place == place
    if value:
        assert fault.value == value
    for word in words:
        assert word in str(fault)


def test_an_area_of_the_level_of_the_city_has_a_wrong_level_and_no_level_above(copy):
    line = '{code: "210102", zh: 和平区, short: 和平, level: district'
    faults = copy.edit("areas.yaml", line, line.replace("district", "city")).faults()
    assert [(f.code, f.place) for f in faults] == [
        ("area.level", "areas.0.level"),
        ("area.parent", "areas.0.parent"),
    ]


def test_an_indicator_of_an_unknown_dimension(copy):
    copy.own("catalogues", "cn-2019-draft")
    copy.edit("catalogues/cn-2019-draft/indicators/TC02.yaml", "dimension: 交通便捷", "dimension: 交通")
    (fault,) = copy.faults()
    assert (fault.code, fault.file, fault.place) == (
        "indicator.dimension",
        "cn-2019-draft/indicators/TC02.yaml",
        "dimension",
    )
    assert fault.value == "交通"
    assert "交通便捷" in fault.expected


def test_an_indicator_is_called_like_its_file(copy):
    folder = copy.folder / "catalogues/shenyang-n-2019/indicators"
    (folder / "N-PK1.yaml").rename(folder / "N-PK9.yaml")
    (fault,) = copy.faults()
    assert (fault.code, fault.file, fault.value) == (
        "indicator.id",
        "shenyang-n-2019/indicators/N-PK9.yaml",
        "N-PK1",
    )


def test_a_variable_stands_in_one_system_only(copy):
    path = copy.folder / "catalogues/shenyang-n-2019/variables.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(
        f"{text}\nresident_pop: {{zh: 人口, unit: 万人, aggregate: sum, kind: 存量, decimals: 2}}\n",
        encoding="utf-8",
    )
    (fault,) = copy.faults()
    assert (fault.code, fault.file, fault.value) == (
        "variable.twice",
        "shenyang-n-2019/variables.yaml",
        "resident_pop",
    )
    assert "cn-2019-draft/variables.yaml 已经定义了它" in fault.hint


def test_a_criterion_without_indicator(copy):
    path = copy.folder / "criteria/ST.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text + text[text.index("ST01:") :].replace("ST01:", "ST99:"), encoding="utf-8")
    (fault,) = copy.faults()
    assert (fault.code, fault.file, fault.place) == ("criterion.unknown", "city/criteria/ST.yaml", "ST99")


def test_an_indicator_without_criterion(copy):
    (copy.folder / "criteria/ST.yaml").unlink()
    (fault,) = copy.faults()
    assert (fault.code, fault.file, fault.place) == ("criterion.missing", "city/criteria", "ST01")
    assert "城市人居环境满意度没有标准" in fault.hint


def test_a_criterion_in_two_files(copy):
    text = (copy.folder / "criteria/ST.yaml").read_text(encoding="utf-8")
    (copy.folder / "criteria/Z.yaml").write_text(text, encoding="utf-8")
    (fault,) = copy.faults()
    assert (fault.code, fault.file, fault.place) == ("criterion.twice", "city/criteria/Z.yaml", "ST01")
    assert "city/criteria/ST.yaml 已有它的标准" in fault.hint


@pytest.mark.parametrize("file", ["city.yaml", "areas.yaml", "rules.yaml", "reports.yaml"])
def test_a_required_file_that_is_missing(copy, file):
    (copy.folder / file).unlink()
    (fault,) = copy.faults()
    assert (fault.code, fault.file) == ("file.missing", f"city/{file}")


def test_a_city_without_criteria(copy):
    (copy.folder / "criteria").rename(copy.folder / "standards")
    (fault,) = copy.faults()
    assert (fault.code, fault.file) == ("file.missing", "city/criteria")


@pytest.mark.parametrize("file", ["bodies.yaml", "questionnaire.yaml", "generator.yaml"])
def test_a_file_that_may_be_missing(copy, file):
    (copy.folder / file).unlink()
    assert copy.faults() == []


def test_a_city_may_go_without_disease_knowledge(copy):
    copy.edit("city.yaml", "diseases: urban-diseases-draft", "diseases: null")
    assert load_city(copy.folder).diseases == ()


@pytest.mark.parametrize(
    ("old", "new", "code", "value"),
    [
        ("id: parking_shortage", "id: parking", "disease.id", "parking"),
        ("field: 基础设施承载", "field: 基础设施", "disease.field", "基础设施"),
    ],
)
def test_a_disease_is_called_like_its_file_and_belongs_to_a_field(copy, old, new, code, value):
    copy.own("catalogues", "urban-diseases-draft")
    copy.edit("catalogues/urban-diseases-draft/diseases/parking_shortage.yaml", old, new)
    (fault,) = copy.faults()
    assert (fault.code, fault.value) == (code, value)
    assert fault.file == "urban-diseases-draft/diseases/parking_shortage.yaml"


def test_faults_of_form_in_all_files_are_told_at_once(copy):
    copy.edit("rules.yaml", "min_coverage: 0.8", "min_coverage: 八成")
    copy.edit("areas.yaml", "城区类型: {老区: 0.7, 新区: 0.3}", "城区类型: {老区: 0.7, 新区: 0.2}")
    copy.edit("bodies.yaml", "office: true", "office: 是的")
    copy.edit("questionnaire.yaml", "title: 沈阳市", "titel: 沈阳市")
    copy.edit("catalogues/shenyang-n-2019/system.yaml", "year: 2019", "year: 二〇一九")
    assert sorted({(f.code, f.file) for f in copy.faults()}) == sorted(
        {
            ("document.value_error", "city/areas.yaml"),
            ("document.float_type", "city/rules.yaml"),
            ("document.bool_type", "city/bodies.yaml"),
            ("document.missing", "city/questionnaire.yaml"),
            ("document.extra_forbidden", "city/questionnaire.yaml"),
            ("document.int_type", "shenyang-n-2019/system.yaml"),
        }
    )


def test_faults_between_documents_are_told_at_once(copy):
    copy.edit("criteria/TC.yaml", ROADS_CUTS, "{旧区: [6, 8, 9.001]}")
    copy.edit("criteria/TC.yaml", "refs: [K19, K20]", "refs: [K998, K999]")
    copy.edit("bodies.yaml", "owns: [district_area,", "owns: [built_area,")
    copy.edit("questionnaire.yaml", "indicators: [EL06, EL03]", "indicators: [EL96]")
    assert sorted((f.code, f.value) for f in copy.faults()) == [
        ("body.nobody", "district_area"),
        ("body.owner", "built_area"),
        ("criterion.decimals", "[6.0, 8.0, 9.001]"),
        ("criterion.direction", "[6.0, 8.0, 9.001]"),
        ("criterion.source", "K998"),
        ("criterion.source", "K999"),
        ("criterion.type", "旧区"),
        ("question.indicator", "EL96"),
    ]


def test_the_knowledge_of_diseases_reads_in_order_of_files():
    knowledge, diseases = load_diseases(shipped("catalogues", "urban-diseases-draft"))
    ids = [d.id for d in diseases]
    assert ids == sorted(ids)
    assert {d.field for d in diseases} <= set(knowledge.fields)
    assert all(d.causes and d.measures for d in diseases)


def test_patterns_of_diseases_speak_of_what_the_city_knows(shenyang):
    known = set(shenyang.catalogue.indicators)
    questions = {q.id for q in shenyang.questionnaire.questions}

    def walk(pattern):
        yield pattern
        for inner in (*(pattern.all or ()), *(pattern.any or ())):
            yield from walk(inner)

    for disease in shenyang.diseases:
        roots = [disease.necessary, *disease.supporting, *disease.contradict, *disease.severity_when.values()]
        roots += [p for c in disease.causes for p in (*c.when, *c.unless)]
        for pattern in (p for root in roots for p in walk(root)):
            assert pattern.ind is None or pattern.ind in known, (disease.id, pattern.ind)
            assert pattern.survey is None or pattern.survey in questions, (disease.id, pattern.survey)
            assert pattern.variable is None or pattern.variable in shenyang.catalogue.variables, (
                disease.id,
                pattern.variable,
            )


def test_a_folder_that_is_no_city_is_refused(tmp_path):
    with pytest.raises(Refused) as refused:
        load_city(tmp_path)
    assert [f.code for f in refused.value.faults] == ["file.missing"]
