"""Plants: where they act, when they come and go, and what they leave alone."""

import pytest

from tijian.engine.catalogue.document import parse
from tijian.engine.catalogue.loading import load_city
from tijian.engine.catalogue.story import Plant, read_story, variable_of
from tijian.engine.exam.generate import generate
from tijian.engine.kernel.faults import Refused

SEED = 20190619


def plant(**keys):
    basis = {"id": "p", "disease": None, "indicators": ["N-WS2"], "areas": ["210104"], "from": 2019}
    return parse(Plant, basis | keys, "story")


def leak(**keys):
    return plant(effect=[{"indicator": "N-WS2", "input": "漏损水量", "multiplier": 2}], **keys)


@pytest.fixture
def made(template, tmp_path, table):
    """Make a city with some plants; the layers are not looked at."""

    def make(*plants, name="variables"):
        generate(template, SEED, tmp_path / "out", plants)
        return table(tmp_path / "out", name)

    return make


def changed(one, other):
    assert one.keys() == other.keys()
    return {key for key in one if one[key] != other[key]}


def test_the_twin_differs_only_in_planted_cells(template, story, sick, twin, table):
    planted = {
        (variable_of(e, template.catalogue), area, year)
        for p in story
        for e in p.effect
        if e.input is not None
        for area in p.areas
        for year in range(2018, 2024)
        if p.active(year, 2019)
    }
    assert changed(table(sick), table(twin)) == planted


def test_the_twin_differs_only_in_planted_answers(story, sick, twin, table):
    planted = {
        (e.question, area, year)
        for p in story
        for e in p.effect
        if e.question is not None
        for area in p.areas
        for year in range(2018, 2024)
        if p.active(year, 2019)
    }
    gap = {("Q21", "210112", year) for year in range(2020, 2024)}
    differing = changed(table(sick, "survey"), table(twin, "survey"))
    assert {k for k in differing if k[1] != "210100"} == planted | gap
    assert {k[0] for k in differing if k[1] == "210100"} <= {k[0] for k in planted | gap}


@pytest.mark.parametrize(
    ("keys", "years"),
    [
        ({}, range(2019, 2024)),
        ({"from": 2021}, range(2021, 2024)),
        ({"from": 2018}, range(2019, 2024)),
        ({"measure": {"starts": 2020, "works": True}}, range(2019, 2022)),
        ({"measure": {"starts": 2020, "works": False}}, range(2019, 2024)),
        ({"from": 2021, "measure": {"starts": 2021, "works": True}}, range(2021, 2023)),
    ],
)
def test_plants_come_and_go(made, twin, table, keys, years):
    assert changed(made(leak(**keys)), table(twin)) == {("leak_water", "210104", y) for y in years}


def test_a_planted_number_is_the_healthy_one_changed(made, twin, table):
    healthy, ill = table(twin), made(leak())
    for year in range(2019, 2024):
        key = ("leak_water", "210104", year)
        # 2 × the rounded healthy number, a whole number again
        assert float(ill[key]["value"]) == 2 * float(healthy[key]["value"])


def test_two_plants_on_one_cell_follow_one_another(made, twin, table):
    more = plant(id="q", effect=[{"input": "leak_water", "delta": 7}])
    key = ("leak_water", "210104", 2020)
    assert float(made(leak(), more)[key]["value"]) == 2 * float(table(twin)[key]["value"]) + 7


@pytest.mark.parametrize("name", ["leak_water", "漏损水量"])
def test_inputs_by_id_and_chinese_name(made, twin, table, name):
    ill = made(plant(effect=[{"input": name, "multiplier": 2}], areas=["210102"], **{"from": 2023}))
    assert changed(ill, table(twin)) == {("leak_water", "210102", 2023)}


def test_inputs_by_the_name_of_the_draft(made, twin, table):
    # LC01 and LC02 both call theirs communities_ok; each means its own.
    effect = [{"indicator": "LC02", "input": "communities_ok", "multiplier": 0.5}]
    ill = made(plant(indicators=["LC02"], effect=effect, **{"from": 2023}))
    assert changed(ill, table(twin)) == {("communities_elderly_ok", "210104", 2023)}


@pytest.mark.parametrize(
    ("effect", "key", "expected"),
    [
        ({"input": "heat_points_ok", "multiplier": 3}, "heat_points_ok", "heat_points"),
        ({"input": "communities", "multiplier": 0.1}, "communities", "max"),
        ({"input": "leak_water", "delta": -1e9}, "leak_water", "0"),
    ],
)
def test_planted_numbers_keep_their_bounds(made, effect, key, expected):
    rows = made(plant(effect=[effect], **{"from": 2023}))
    value = float(rows[key, "210104", 2023]["value"])
    if expected == "max":
        parts = ("communities_convenience_ok", "communities_elderly_ok")
        assert value == max(float(rows[p, "210104", 2023]["value"]) for p in parts)
    else:
        assert value == (0 if expected == "0" else float(rows[expected, "210104", 2023]["value"]))


def test_an_own_value_of_the_city(made, twin, table):
    ill = made(plant(areas=["210100"], effect=[{"input": "rd", "multiplier": 0.5}], **{"from": 2022}))
    assert changed(ill, table(twin)) == {("rd", "210100", y) for y in (2022, 2023)}


def test_a_question_is_lowered_and_the_city_with_it(made, twin, table):
    healthy = table(twin, "survey")
    ill = made(plant(effect=[{"question": "Q13", "delta": -25}]), name="survey")
    key = ("Q13", "210104", 2020)
    assert float(ill[key]["mean"]) == pytest.approx(float(healthy[key]["mean"]) - 25, abs=0.051)
    assert float(ill["Q13", "210100", 2020]["mean"]) < float(healthy["Q13", "210100", 2020]["mean"])
    assert ill["Q13", "210104", 2018] == healthy["Q13", "210104", 2018]


def test_a_survey_gap_lowers_what_speaks_of_the_indicators(made, twin, table):
    ill = made(plant(indicators=["TC01"], survey_gap=True), name="survey")
    healthy = table(twin, "survey")
    differing = {k for k in changed(ill, healthy) if k[1] != "210100"}
    assert differing == {("Q09", "210104", y) for y in range(2019, 2024)}
    assert all(40 <= float(ill[k]["mean"]) <= 50 for k in differing)


def test_survey_means_and_margins(template, twin, table):
    rows = table(twin, "survey")
    populations = table(twin)
    codes = [a.code for a in template.areas.areas]
    for (question, area, year), row in rows.items():
        # 1.96 × 25 × √(1.5 ÷ n): 3.0 for 400 answers, 1.0 for 3600
        assert (row["n"], row["margin"]) == (("3600", "1.0") if area == "210100" else ("400", "3.0"))
        if area == "210100":
            weights = [float(populations["resident_pop", c, year]["value"]) for c in codes]
            means = [float(rows[question, c, year]["mean"]) for c in codes]
            mean = sum(w * m for w, m in zip(weights, means, strict=True)) / sum(weights)
            assert float(row["mean"]) == pytest.approx(mean, abs=0.0501)
    assert {q for q, _, _ in rows} == {q.id for q in template.questionnaire.questions} - {"Q40"}


def test_a_change_of_definition_is_written(template, tmp_path, inputs_of):
    change = {"indicator": "EL06", "revision": 2, "link": "口径变化"}
    plants = [plant(indicators=["EL06"], definition_change=change, **{"from": 2021})]
    generate(template, SEED, tmp_path / "out", plants)
    inputs = inputs_of(tmp_path / "out")
    assert [inputs.revision("EL06", y) for y in (2020, 2021, 2023)] == [1, 2, 2]
    assert not inputs.joined("EL06", 2020, 2021)


def test_no_change_no_revisions(sick):
    assert not (sick / "inputs" / "revisions.csv").exists()


def test_a_district_stands_for_what_lies_below_it(make_toy, tmp_path, table):
    effect = [{"indicator": "A1", "input": "受益的人", "multiplier": 0.5}]
    p = plant(indicators=["A1"], areas=["D2"], effect=effect, **{"from": 2022})
    city = load_city(make_toy())
    generate(city, 1, tmp_path / "a")
    generate(city, 1, tmp_path / "b", [p])
    one, other = table(tmp_path / "a"), table(tmp_path / "b")
    assert changed(one, other) == {("served", "S3", 2022), ("served", "S4", 2022)}


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ({"areas": ["210199"]}, ["210199", "areas.yaml"]),
        ({"indicators": ["XX01"]}, ["XX01"]),
        ({"disease": "流感"}, ["流感", "停车难"]),
        ({"effect": [{"indicator": "N-WS2", "input": "水费", "multiplier": 2}]}, ["水费", "N-WS2"]),
        ({"effect": [{"question": "Q99", "delta": -3}]}, ["Q99"]),
        ({"areas": ["210104"], "effect": [{"input": "gdp", "multiplier": 2}]}, ["gdp", "大东"]),
        ({"indicators": ["EL01"], "survey_gap": True}, ["EL01", "survey_gap"]),
    ],
)
def test_a_story_that_does_not_fit_is_refused(template, tmp_path, keys, words):
    basis = {"effect": [{"input": "leak_water", "multiplier": 2}]}
    with pytest.raises(Refused) as refused:
        generate(template, SEED, tmp_path / "out", [plant(**(basis | keys))])
    shown = str(refused.value) + str(keys)
    assert all(word in shown for word in words)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("- {id: a, indicators: [N-WS2], areas: ['210104'], from: 2019}", ["什么也不改"]),
        ("- {id: a, indicators: [N-WS2], areas: ['210104'], from: 2019, effekt: []}", ["effekt"]),
        ("- {id: a, indicators: [N-WS2], areas: [210104], from: 2019, survey_gap: true}", ["加引号"]),
        (
            "- {id: a, indicators: [N-WS2], areas: ['210104'], from: 2019, effect: [{input: leak_water}]}",
            ["multiplier 或 delta"],
        ),
        (
            "\n".join(
                ["- {id: a, indicators: [N-WS2], areas: ['210104'], from: 2019, survey_gap: true}"] * 2
            ),
            ["各不相同的 id"],
        ),
    ],
)
def test_faults_of_form_are_told(template, tmp_path, text, words):
    path = tmp_path / "story.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(Refused) as refused:
        read_story(path, template)
    assert all(word in str(refused.value) for word in words)


def test_a_missing_story_is_named(template, tmp_path):
    with pytest.raises(Refused, match=r"nowhere\.yaml"):
        read_story(tmp_path / "nowhere.yaml", template)
