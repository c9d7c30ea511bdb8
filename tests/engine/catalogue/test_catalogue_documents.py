"""Strict documents: every fault with its file, line, key path and expectation in Chinese."""

import pytest

from tijian.engine.catalogue.area import Areas
from tijian.engine.catalogue.case import Case
from tijian.engine.catalogue.criterion import Criterion
from tijian.engine.catalogue.definition import Aggregate, Indicator, Step, Variable
from tijian.engine.catalogue.disease import Pattern
from tijian.engine.catalogue.document import parse, read, read_mapping, read_sequence
from tijian.engine.kernel.faults import Refused

INDICATOR = """\
id: TC02
revision: 1
name: {zh: 城市道路网密度, en: road network density}
dimension: 交通便捷
meaning: 建成区内道路中心线长度与建成区面积之比。
concepts: [协调, 共享]
kind: 导向
unit: km/km2
decimals: 2
direction: higher
scales: [city, district]
period: {type: calendar_year, as_of: 12-31}
methods: [部门提报]
secrecy: 公开
inputs:
  road_length: {unit: km, zh: 道路中心线长度}
  built_area: {unit: km2, zh: 建成区面积}
formula: road_length / built_area
aggregate: {numerator: road_length, denominator: built_area}
checks: {min: 1, max: 25, jump: {rel: 0.1}, worsen2: {rel: 0.05}}
"""
NAME = "s/indicators/TC02.yaml"


@pytest.fixture
def faults_of(tmp_path):
    def refused(text, model=Indicator, reader=read):
        path = tmp_path / "a.yaml"
        path.write_text(text, encoding="utf-8")
        with pytest.raises(Refused) as refused:
            reader(model, path, NAME)
        assert all(f.file == NAME for f in refused.value.faults)
        return refused.value.faults

    return refused


def changed(old, new):
    assert INDICATOR.count(old) == 1
    return INDICATOR.replace(old, new)


def line(text):
    (found,) = [i for i, one in enumerate(INDICATOR.splitlines(), 1) if text in one]
    return found


def test_the_good_document_is_read(tmp_path):
    path = tmp_path / "a.yaml"
    path.write_text(INDICATOR, encoding="utf-8")
    document = read(Indicator, path, NAME)
    assert (document.id, document.decimals, document.period.as_of) == ("TC02", 2, "12-31")
    assert document.zero_denominator == "无数据"
    assert list(document.inputs) == ["road_length", "built_area"]


def test_a_document_cannot_be_changed_once_read(tmp_path):
    path = tmp_path / "a.yaml"
    path.write_text(INDICATOR, encoding="utf-8")
    document = read(Indicator, path, NAME)
    with pytest.raises(ValueError, match="frozen"):
        document.decimals = 3


WRONG = {
    # what is changed → code, line of, key path, value shown, words expected
    "unknown key": (
        "secrecy: 公开", "secrecy: 公开\ncolour: red",
        "document.extra_forbidden", 15, "colour", "red", ["格式说明中列出的键", "没有这个键", "formats.md"],
    ),
    "unknown key below": (
        "{unit: km, zh: 道路中心线长度}", "{unit: km, zh: 道路中心线长度, units: m}",
        "document.extra_forbidden", 16, "inputs.road_length.units", "m", ["格式说明中列出的键"],
    ),
    "text for a whole number": (
        "decimals: 2", 'decimals: "2"', "document.int_type", 9, "decimals", "2", ["应为整数", "不加引号"],
    ),
    "fraction for a whole number": (
        "decimals: 2", "decimals: 2.5", "document.int_type", 9, "decimals", "2.5", ["应为整数", "请写整数"],
    ),
    "number for a text": (
        "meaning: 建成区内道路中心线长度与建成区面积之比。", "meaning: 2019",
        "document.string_type", 5, "meaning", "2019", ["应为文字", "请加引号"],
    ),
    "text for a number": (
        "max: 25", "max: 多", "document.float_type", 20, "checks.max", "多", ["应为数", "不加引号"],
    ),
    "text for a list": (
        "scales: [city, district]", "scales: city", "document.tuple_type", 11, "scales", "city", ["应为列表"],
    ),
    "list for a mapping": (
        "period: {type: calendar_year, as_of: 12-31}", "period: [2019]",
        "document.model_type", 12, "period", "[2019]", ["应为键和值"],
    ),
    "a word that is not in the list": (
        "direction: higher", "direction: up", "document.literal_error", 10, "direction", "up",
        ["应为higher、lower、range、pass 之一", "请改为其中之一"],
    ),
    "a word in a list that is not in the list": (
        "concepts: [协调, 共享]", "concepts: [协调, 红色]",
        "document.literal_error", 6, "concepts.1", "红色", ["协调、绿色、开放", "之一"],
    ),
    "a period that does not exist": (
        "type: calendar_year", "type: fortnight", "document.enum", 12, "period.type", "fortnight",
        ["heating_season", "之一"],
    ),
    "a revision of zero": (
        "revision: 1", "revision: 0", "document.greater_than_equal", 2, "revision", "0", ["formats.md"],
    ),
    "an identifier that is none": (
        "id: TC02", "id: tc02", "document.string_pattern_mismatch", 1, "id", "tc02", ["formats.md"],
    ),
    "a day that is none": (
        "as_of: 12-31", "as_of: 12月31日", "document.string_pattern_mismatch", 12, "period.as_of", "12月31日", [],
    ),
    "no method": (
        "methods: [部门提报]", "methods: []", "document.too_short", 13, "methods", "[]", ["至少 1 项"],
    ),
    "both rel and abs": (
        "worsen2: {rel: 0.05}", "worsen2: {rel: 0.05, abs: 1}",
        "document.value_error", 20, "checks.worsen2", "{rel: 0.05, abs: 1}", ["应为rel 或 abs 之一", "只写一个"],
    ),
    "a step of nothing": (
        "worsen2: {rel: 0.05}", "worsen2: {rel: 0}", "document.greater_than", 20, "checks.worsen2.rel", "0", [],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", list(WRONG))
def test_one_wrong_thing_is_one_fault_with_line_and_key_path(faults_of, name):
    old, new, code, at, path, value, words = WRONG[name]
    (fault,) = faults_of(changed(old, new))
    assert (fault.code, fault.place, fault.value) == (code, f"第 {at} 行，{path}", value)
    for word in words:
        assert word in str(fault)


@pytest.mark.parametrize(
    "key", ["id", "revision", "name", "unit", "decimals", "direction", "inputs", "checks"]
)
def test_a_missing_key_is_named(faults_of, key):
    lines = INDICATOR.splitlines(keepends=True)
    kept, skipping = [], False
    for one in lines:
        skipping = one.startswith(f"{key}:") or (skipping and one.startswith("  "))
        if not skipping:
            kept.append(one)
    (fault,) = faults_of("".join(kept))
    assert (fault.code, fault.place, fault.value) == ("document.missing", key, "")
    assert str(fault) == f"{NAME}，{key}：应为这一键。必填，请补上。"


def test_a_missing_key_below_is_named_on_the_line_above(faults_of):
    (fault,) = faults_of(changed("{rel: 0.1}, worsen2: {rel: 0.05}}", "{rel: 0.1}}"))
    assert (fault.code, fault.place) == ("document.missing", f"第 {line('checks')} 行，checks.worsen2")


def test_every_wrong_thing_is_told_at_once(faults_of):
    text = (
        changed("decimals: 2", "decimals: two").replace("kind: 导向", "kind: 好").replace("revision: 1\n", "")
    )
    text = text.replace("unit: km2", "unit: 3")
    assert [(f.code, f.place) for f in faults_of(text)] == [
        ("document.missing", "revision"),
        ("document.literal_error", "第 6 行，kind"),
        ("document.int_type", "第 8 行，decimals"),
        ("document.string_type", "第 16 行，inputs.built_area.unit"),
    ]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("formula: road_length / built_area\n", ""), ["formula 或 compute", "就得不到值"]),
        (("methods: [部门提报]", "methods: [第三方计算]"), ["methods 与 formula 一致"]),
        (("methods: [部门提报]", "methods: [部门提报, 第三方计算]"), ["methods 与 compute 一致"]),
        (("secrecy: 公开", "secrecy: 公开\ncompute: road_density@1"), ["methods 与 compute 一致"]),
    ],
)
def test_methods_and_ways_of_computing_belong_together(faults_of, change, words):
    (fault,) = faults_of(changed(*change))
    assert fault.code == "document.value_error"
    for word in words:
        assert word in str(fault)


@pytest.mark.parametrize(
    ("text", "place", "value"),
    [
        ("id: TC02\nunit: km\nid: TC03\n", "第 3 行，第 1 列", "重复的键 id"),
        ("id: TC02\ninputs:\n  a: {unit: km}\n  b: {unit: m}\n  a: {unit: m}\n", "第 5 行，第 3 列", "重复的键 a"),
        ("a: {x: 1, y: 2, x: 3}\n", "第 1 行，第 17 列", "重复的键 x"),
        ("id: TC02\ninputs:\n\ta: 1\n", "第 3 行，第 1 列", ""),
        ("id: TC02\n unit: km\n", "第 2 行，第 6 列", ""),
        ("inputs:\n    a: 1\n  b: 2\n", "第 3 行，第 3 列", ""),
        ("id: [TC02\nunit: km\n", "第 2 行，第 5 列", ""),
        ('id: "TC02\n', "", ""),
        ("id: TC02\n---\nid: TC03\n", "第 2 行，第 1 列", ""),
        ("a: *nowhere\n", "第 1 行，第 4 列", ""),
        ("a: !!python/object/apply:os.system [ls]\n", "第 1 行，第 4 列", ""),
    ],
    ids=["double key", "double key below", "double key in braces", "tab", "indent", "dedent", "bracket", "quote",
         "two documents", "alias", "python object"],
)  # fmt: skip
def test_text_that_is_no_yaml_is_named_by_line_and_column(faults_of, text, place, value):
    (fault,) = faults_of(text)
    assert fault.code == "yaml.broken"
    assert place in fault.place
    assert fault.place.startswith("第 ")
    assert value in fault.value
    assert fault.value
    assert (fault.expected, fault.hint) == ("合法的 YAML", "请检查缩进、引号和重复的键。")


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(Refused) as refused:
        read(Indicator, tmp_path / "a.yaml", NAME)
    (fault,) = refused.value.faults
    assert (fault.code, fault.file, fault.expected) == ("file.missing", NAME, "一个 YAML 文件")


@pytest.mark.parametrize("text", ["", "null\n", "[1, 2]\n", "just words\n", "3\n"])
def test_a_document_that_is_no_mapping_is_refused(faults_of, text):
    (fault,) = faults_of(text)
    assert fault.code == "document.model_type"
    assert fault.expected == "键和值"


def test_documents_in_chinese_encodings_are_read(tmp_path):
    for i, encoding in enumerate(["gb18030", "utf-8-sig", "utf-16"]):
        path = tmp_path / f"{i}.yaml"
        path.write_bytes(INDICATOR.encode(encoding))
        assert read(Indicator, path, NAME).name.zh == "城市道路网密度"


def test_a_file_of_documents_collects_the_faults_of_all(faults_of):
    text = (
        "road: {zh: 路, unit: km, aggregate: sum, kind: 存量, decimals: 1}\n"
        "pop:\n  zh: 人口\n  unit: 万人\n  aggregate: total\n  kind: 存量\n  decimals: 1\n"
        "gdp: {zh: 产值, unit: 亿元, aggregate: own, kind: 流量}\n"
        "homes: 12\n"
    )
    assert [(f.code, f.place) for f in faults_of(text, Variable, read_mapping)] == [
        ("document.literal_error", "第 5 行，pop.aggregate"),
        ("document.missing", "第 8 行，gdp.decimals"),
        ("document.model_type", "第 9 行，homes"),
    ]


@pytest.mark.parametrize(("text", "shown"), [("- 1\n", "[1]"), ("", ""), ("x\n", "x")])
def test_a_file_that_should_hold_keys_says_so(faults_of, text, shown):
    (fault,) = faults_of(text, Variable, read_mapping)
    assert (fault.code, fault.value, fault.expected) == ("document.form", shown, "键和值")


def test_a_file_that_should_be_a_list_says_so(faults_of):
    (fault,) = faults_of("a: 1\n", Case, read_sequence)
    assert (fault.code, fault.value, fault.expected) == ("document.form", "{a: 1}", "列表")


def test_faults_in_a_list_carry_their_place_in_it(faults_of):
    text = (
        "- {name: 一, inputs: {a: 1}, expect: 6.24, how: 除}\n"
        "- name: 二\n  inputs: {a: [1, null]}\n  expect: 无\n  how: 除\n"
        "- {name: 三, expect: 无数据}\n"
    )
    faults = faults_of(text, Case, read_sequence)
    words = [f for f in faults if f.code == "document.literal_error"]
    assert [(f.place, f.value) for f in words] == [("第 4 行，1.expect", "无")]
    assert "应为数，或无数据、不适用 之一" in str(words[0])
    assert [f.place for f in faults if f.code == "document.missing"] == ["第 6 行，2.how"]


AREA = '  - {{code: {code}, zh: 铁西区, short: 铁西, level: district, parent: "1", types: {types}}}\n'
SCHEMES = "schemes: {城区类型: {types: [老区, 新区]}}\nareas:\n"


@pytest.mark.parametrize(
    ("areas", "words"),
    [
        ([('"2"', "{城区类型: {老区: 0.7, 新区: 0.2}}")], ["份额之和为 1", "铁西区的 城区类型 份额之和是 0.9"]),
        ([('"2"', "{城区类型: {老区: 0.7, 新区: 0.31}}")], ["份额之和是 1.01"]),
        ([('"2"', "{城区类型: {}}")], ["份额之和是 0"]),
        ([('"2"', "{城区类型: {老区: 0.7, 郊区: 0.3}}")], ["老区、新区 之一", "铁西区写了 郊区"]),
        ([('"2"', "{类型: {老区: 1}}")], ["schemes 中的一种", "类型 没有在 schemes 中定义"]),
        ([('"2"', "{城区类型: {老区: 1}}"), ('"2"', "{城区类型: {老区: 1}}")], ["各不相同的代码", "2 出现两次"]),
    ],
)  # fmt: skip
def test_areas_that_do_not_fit_are_refused(faults_of, areas, words):
    text = SCHEMES + "".join(AREA.format(code=c, types=t) for c, t in areas)
    (fault,) = faults_of(text, Areas)
    assert fault.code == "document.value_error"
    for word in words:
        assert word in str(fault)


@pytest.mark.parametrize("shares", ["{老区: 1}", "{老区: 0.7, 新区: 0.3}", "{老区: 0.1, 新区: 0.9}"])
def test_shares_that_sum_to_one_in_binary_or_not_are_let_pass(tmp_path, shares):
    path = tmp_path / "a.yaml"
    path.write_text(SCHEMES + AREA.format(code='"2"', types=f"{{城区类型: {shares}}}"), encoding="utf-8")
    assert read(Areas, path, NAME).default_scheme == "城区类型"


def test_a_code_without_quotes_is_told_so(faults_of):
    (fault,) = faults_of(SCHEMES + AREA.format(code="210106", types="{城区类型: {老区: 1}}"), Areas)
    assert (fault.code, fault.place, fault.value) == (
        "document.string_type",
        "第 3 行，areas.0.code",
        "210106",
    )
    assert "请加引号" in fault.hint


CRITERION = {
    "kind": "专家", "certainty": "示例/待核", "basis": "建议",
    "versions": [{"version": 1, "from": 2019, "to": None, "levels": {"city": {"judge": "cut", "cuts": [9, 8, 6]}}}],
}  # fmt: skip


def judged(**judgement):
    return CRITERION | {"versions": [{"version": 1, "from": 2019, "levels": {"city": judgement}}]}


def dated(*spans):
    versions = [{"version": v, "from": a, "to": b, "levels": {}} for v, a, b in spans]
    return CRITERION | {"versions": versions}


@pytest.mark.parametrize(
    ("document", "words"),
    [
        (judged(judge="cut"), ["judge: cut 与 cuts 同时出现"]),
        (judged(judge="none", reason="无", cuts=[1, 2, 3]), ["judge: cut 与 cuts 同时出现"]),
        (judged(judge="pass", op=">="), ["judge: pass 与 op、value 同时出现"]),
        (judged(judge="pass", value=1), ["judge: pass 与 op、value 同时出现"]),
        (judged(judge="own_trend", op=">=", value=1), ["judge: pass 与 op、value 同时出现"]),
        (judged(judge="none"), ["不评级要写明理由"]),
        (dated((1, 2019, 2020), (2, 2020, None)), ["前后相接的年份", "第 1 版与第 2 版的有效年份重叠"]),
        (dated((1, 2019, None), (2, 2021, None)), ["第 1 版与第 2 版的有效年份重叠"]),
        (dated((1, 2021, 2022), (2, 2019, 2020)), ["有效年份重叠"]),
        (dated((1, 2019, 2020), (1, 2021, None)), ["各不相同的 version"]),
    ],
)
def test_criteria_that_do_not_fit_are_refused(document, words):
    with pytest.raises(Refused) as refused:
        parse(Criterion, document, "criteria/TC.yaml")
    for word in words:
        assert word in str(refused.value)


@pytest.mark.parametrize(
    "cuts", [[9, 8], [9, 8, 6, 5], [[1, 2], [0, 3]], [[1, 2, 3], [0, 3], [0, 4]], [9, [1, 2], 3], "高"]
)
def test_cut_points_are_three_numbers_or_three_intervals(cuts):
    with pytest.raises(Refused) as refused:
        parse(Criterion, judged(judge="cut", cuts=cuts), "criteria/TC.yaml")
    assert all(f.place.startswith("versions.0.levels.city.cuts") for f in refused.value.faults)


@pytest.mark.parametrize(
    ("year", "version"), [(2018, None), (2019, 1), (2020, 1), (2021, None), (2022, 2), (2050, 2)]
)
def test_a_year_finds_its_version(year, version):
    criterion = parse(Criterion, dated((1, 2019, 2020), (2, 2022, None)), "a")
    found = criterion.version(year)
    assert (found.version if found else None) == version


@pytest.mark.parametrize(
    ("document", "fits"),
    [
        ({"numerator": "a", "denominator": "b"}, True),
        ({"weight": "a"}, True),
        ({"numerator": "a"}, False),
        ({"denominator": "b"}, False),
        ({}, False),
        ({"numerator": "a", "denominator": "b", "weight": "c"}, False),
        ({"numerator": "a", "weight": "c"}, False),
    ],
)
def test_an_aggregation_is_a_ratio_or_a_weight(document, fits):
    if fits:
        assert parse(Aggregate, document, "a") is not None
        return
    with pytest.raises(Refused, match="numerator 和 denominator，或 weight"):
        parse(Aggregate, document, "a")


@pytest.mark.parametrize(("document", "fits"), [({"rel": 0.1}, True), ({"abs": 2}, True), ({}, False)])
def test_a_step_is_relative_or_absolute(document, fits):
    if fits:
        assert parse(Step, document, "a") is not None
    else:
        with pytest.raises(Refused, match="rel 或 abs 之一"):
            parse(Step, document, "a")


GOOD_PATTERNS = [
    {"ind": "N-PK2", "grade": ["差"]},
    {"ind": "N-PK2", "trend": "恶化", "years": 2, "w": 3},
    {"ind": "TC01", "behind_type_pct": 12},
    {"ind": "EL05", "bottom": "破"},
    {"ind": "LC02", "district_gap_over": 20},
    {"survey": "Q13", "below": 50},
    {"survey": "Q13", "above": 50},
    {"survey": "Q13", "below": 50, "while": {"ind": "N-PK2", "grade": ["优", "良"]}},
    {"variable": "valid_days", "below": 330},
    {"variable": "vehicles", "growth_over": 5},
    {"complaint": "停车", "rise_pct": 20, "per_10k_over": 30},
    {"alarm": "占用消防通道", "count_over": 20},
    {"text": "须人工核对"},
    {"all": [{"ind": "A", "grade": ["差"]}, {"any": [{"text": "x"}]}]},
]
BAD_PATTERNS = [
    ({}, "一条症状只看一样东西"),
    ({"ind": "A", "survey": "Q13", "below": 50}, "一条症状只看一样东西"),
    ({"ind": "A"}, "条件写得不全或不配套"),
    ({"ind": "A", "trend": "恶化"}, "ind 配"),
    ({"ind": "A", "years": 2}, "条件写得不全或不配套"),
    ({"ind": "A", "grade": ["差"], "bottom": "破"}, "条件写得不全或不配套"),
    ({"ind": "A", "below": 3}, "条件写得不全或不配套"),
    ({"survey": "Q13", "below": 50, "above": 70}, "survey 配"),
    ({"survey": "Q13", "while": {"ind": "A", "grade": ["优"]}}, "while"),
    ({"variable": "x", "growth_over": 5, "growth_below": 9}, "variable 配"),
    ({"alarm": "x"}, "alarm 配 count_over"),
    ({"text": "x", "below": 3}, "text 配 （无）"),
    ({"ind": "A", "grade": ["好"]}, "之一"),
    ({"ind": "A", "trend": "好转", "years": 2}, "恶化"),
    ({"ind": "A", "grade": ["差"], "w": 4}, ""),
    ({"ind": "A", "trend": "恶化", "years": 6}, ""),
    ({"ind": "A", "grades": ["差"]}, "格式说明中列出的键"),
]


@pytest.mark.parametrize("document", GOOD_PATTERNS)
def test_every_form_of_a_pattern_is_read(document):
    pattern = parse(Pattern, document, "a")
    assert pattern.kind in document
    assert pattern.w == document.get("w", 1)


@pytest.mark.parametrize(("document", "word"), BAD_PATTERNS)
def test_a_pattern_looks_at_one_thing_with_its_own_conditions(document, word):
    with pytest.raises(Refused) as refused:
        parse(Pattern, document, "diseases/a.yaml")
    assert len(refused.value.faults) == 1
    assert word in str(refused.value)
