"""回评, 销号 and 复发 over four rounds; the effect is worked out by hand from ``treated.LEAKAGE``."""

import pytest
import treated
import yaml
from treated import (
    EXPERT,
    OFFICE,
    REVIEWER,
    WATER,
    act,
    assess,
    candidate,
    codes,
    confirm,
    confirmation,
    correct,
    day,
    examine,
    link,
    plan_of,
    result,
    settle,
    submit,
    target,
    treat,
    write,
)

from tijian.engine.kernel.faults import Refused


@pytest.fixture(scope="session")
def ill_template(request, tmp_path_factory):
    return treated.ill_of(request, tmp_path_factory)


@pytest.fixture
def ill(engine, ill_template, copy_of):
    return copy_of(ill_template(engine))


def refused(action, account=OFFICE):
    with pytest.raises(Refused) as found:
        act(action, account)
    return codes(found)


def effects(number="M-01"):
    from tijian.office.treat import queries

    return queries.plan(queries.find(number)).effects


def close(number, **more):
    from tijian.office.treat.closing import CloseDisease

    return CloseDisease(number, "目标达到，里程碑都已验收", **more)


def relapse(number, **sign):
    from tijian.office.treat.closing import RecordRelapse

    return RecordRelapse(number, "又漏了", **sign)


def assessment(number, year):
    from tijian.office.treat.effects import AssessEffect

    return AssessEffect(number, str(year))


def state(number, at=None):
    from tijian.office.diagnose.queries import find, state_of

    return state_of(find(number), at)


def elsewhere(area, **more):
    """Confirm a disease by name where no candidate is."""
    return confirm(
        candidate=None, name="老管多", areas=(area,), severity="轻", cause="年久", own_cause=True, reason="踏勘",
        evidence=(link(result=result("WS1", area, 2023).pk),), **more,
    )  # fmt: skip


# --- 回评 ---


def test_an_effect_worked_out_by_hand(ill):
    """24 → 14, so −10.0; beside it A2 18 → 17, A3 9 → 10, C1 (mainly old) 12 → 9: −1, +1, −3, in the mean −1.0."""
    treat(confirm())
    examine(2024)
    assess("M-01", 2024)
    (effect,) = effects()
    assert (effect.before, effect.after) == (result("WS1", "A1", 2023), result("WS1", "A1", 2024))
    assert (effect.change, effect.better, effect.reached, effect.due, effect.comparable) == (
        "-10.0",
        True,
        True,
        True,
        True,
    )
    assert (effect.peers, effect.peers_change, effect.difference) == (3, "-1.0", "-9.0")
    assert [(p.area, p.change, p.before.value, p.after.value) for p in effect.beside.order_by("id")] == [
        ("A2", "-1.0", 18.0, 17.0), ("A3", "1.0", 9.0, 10.0), ("C1", "-3.0", 12.0, 9.0),
    ]  # fmt: skip
    assert (effect.grade_before, effect.grade_after, effect.grade_cause) == ("差", "中", "数据")
    assert effect.words == (
        "24.0% → 14.0%，变化 -10.0（变好）；达标（目标 15.0）；同类未治理的 3 个区平均变化 -1.0，相差 -9.0；"
        "等级由差到中，出自数据"
    )
    assert ill.verify().findings == []


def test_areas_under_another_measure_are_not_untreated(ill):
    treat(confirm())
    treat(confirm("A2", evidence=(link(result=result("WS1", "A2", 2023).pk),)))
    examine(2024)
    assess("M-01", 2024)
    assert [p.area for p in effects()[0].beside.order_by("id")] == ["A3", "C1"]


def test_a_new_district_stands_beside_new_districts(ill):
    treat(confirm("B2", evidence=(link(result=result("WS1", "B2", 2023).pk),)))
    examine(2024)
    assess("M-01", 2024)
    (effect,) = effects()  # 16 → 16; B1 7 → 8
    assert [p.area for p in effect.beside.all()] == ["B1"]
    assert (effect.change, effect.better, effect.reached) == ("0.0", None, False)
    assert (effect.peers_change, effect.difference) == ("1.0", "-1.0")
    assert "未达标（目标 15.0）" in effect.words
    assert effect.grade_cause == ""


def test_a_target_of_a_later_year_is_not_due_yet(ill):
    treat(confirm(), targets=(target("12", 2026),))
    examine(2024)
    assess("M-01", 2024)
    assert (effects()[0].reached, effects()[0].due) == (False, False)
    assert "2026 年到期" in effects()[0].words


@pytest.mark.parametrize(
    ("year_value", "grades", "cause"),
    [
        ({}, ("良", "中"), "标准"),  # 10 is 良 by version 1 as 9 was, 中 by version 2
        ({"A3": 7}, ("良", "良"), ""),
        ({"A3": 11}, ("良", "中"), "数据"),  # 11 is 中 by either
        ({"A3": 13}, ("良", "差"), "数据和标准"),  # 中 by version 1, 差 by version 2
    ],
)
def test_a_change_of_grade_is_told_apart_by_cause(ill, year_value, grades, cause):
    treat(elsewhere("A3"), targets=(target("8", 2026),))
    examine(2026, scan=False, **year_value)
    assess("M-01", 2026)
    (effect,) = effects()
    assert ((effect.grade_before, effect.grade_after), effect.grade_cause) == (grades, cause)


def redefine(folder, **more):
    from tijian.office.register.actions import PublishDocuments

    path = folder / "city/catalogues/mini-2023/indicators/WS1.yaml"
    write(path, yaml.safe_load(path.read_text(encoding="utf-8")) | {"revision": 2} | more)
    act(PublishDocuments(folder / "city", ("system",), unproven=True), "tixi")


def test_another_definition_is_not_comparable(ill):
    treat(confirm())
    redefine(ill.folder)
    examine(2024)
    assess("M-01", 2024)
    (effect,) = effects()
    assert (effect.comparable, effect.why_not) == (False, "口径由 mini-2023 修订 1 变为 mini-2023 修订 2")
    assert (effect.change, effect.better, effect.reached, effect.peers) == ("", None, None, 0)
    assert (effect.grade_cause, effect.words) == ("口径", f"24.0% → 14.0%，不可比：{effect.why_not}")
    assert ill.verify().findings == []


def test_another_definition_linked_as_the_same_is_comparable(ill):
    treat(confirm())
    redefine(ill.folder, links=[{"to": "mini-2023/WS1", "kind": "same"}])
    examine(2024)
    assess("M-01", 2024)
    assert (effects()[0].comparable, effects()[0].change) == (True, "-10.0")


def test_no_value_is_not_comparable(ill):
    treat(confirm())
    examine(2024, A1="无数据")
    assess("M-01", 2024)
    assert (effects()[0].comparable, effects()[0].words) == (False, "24.0% → 无数据，不可比：本轮无数据")
    assert effects()[0].reached is None


def test_only_a_later_round_and_only_what_is_new(ill):
    from tijian.office.values.rounds import OpenRound

    treat(confirm())
    assert refused(assessment("M-01", 2023)) == ["effect.round"]
    assert refused(assessment("M-01", 2024)) == ["round.missing"]
    assert refused(assessment("M-09", 2023)) == ["measure.missing"]
    act(OpenRound("2025 先行", 2025, ("A2",)))
    assert refused(assessment("M-01", "2025 先行")) == ["effect.result"]
    examine(2024)
    assess("M-01", 2024)
    assert refused(assessment("M-01", 2024)) == ["effect.same"]
    correct(2024, A1=16)
    assess("M-01", 2024)
    (effect,) = effects()  # the latest; the one before stays
    assert (effect.revision, effect.change, effect.reached, effect.moves) == (2, "-8.0", False, "开启、数据")
    correct(2024, A2=20)  # a peer moved
    assess("M-01", 2024)
    assert (effects()[0].revision, effects()[0].peers_change) == (3, "0.0")
    assert ill.verify().findings == []


def test_others_may_not_assess(ill):
    treat(confirm())
    examine(2024)
    assert (
        refused(assessment("M-01", 2024), EXPERT)
        == refused(assessment("M-01", 2024), WATER)
        == ["permission.missing"]
    )


# --- 销号 and 复发 ---


def test_closed_only_with_milestones_settled_and_the_target_reached(ill, tmp_path):
    number = confirm()
    assert refused(close(number)) == ["closing.measures"]
    treat(number)
    assert refused(close(number)) == [*["closing.milestone"] * 3, "closing.effect"]
    settle("M-01", tmp_path, (1, 2))
    submit("M-01", 3, tmp_path)
    examine(2024, A1=16)
    assess("M-01", 2024)
    assert refused(close(number)) == ["closing.milestone", "closing.reached"]
    # An exception stands for a target, never for a milestone.
    assert refused(close(number, exception="另有安排")) == ["closing.milestone"]
    treated.accept("M-01", 3)
    assert refused(close(number)) == ["closing.reached"]
    correct(2024, A1=14)
    assert refused(close(number)) == ["closing.reached", "closing.stale"]
    assess("M-01", 2024)
    assert refused(close(number), EXPERT) == refused(close(number), REVIEWER) == ["permission.missing"]
    act(close(number))
    assert state(number) == "销号"
    assert refused(close(number)) == ["diagnosis.state"]
    assert refused(plan_of(number)) == ["diagnosis.state"]
    assert ill.verify().findings == []


def test_a_later_round_must_be_looked_at_before_closing(ill, tmp_path):
    number = confirm()
    treat(number)
    settle("M-01", tmp_path)
    examine(2024)
    assess("M-01", 2024)
    examine(2025)  # 20: it is back
    assert refused(close(number)) == ["closing.stale"]
    assess("M-01", 2025)
    assert refused(close(number)) == ["closing.reached"]


def test_an_exception_is_written_down_with_its_reason(ill, tmp_path):
    from tijian.office.treat.models import Discharge

    number = confirm()
    treat(number)
    settle("M-01", tmp_path)
    assert refused(close(number, exception=" ")) == ["closing.effect"]
    act(close(number, exception="片区整体征收，不再供水"))
    row = Discharge.objects.get()
    assert (row.exception, row.ids(), row.state.account) == ("片区整体征收，不再供水", (), OFFICE)


def cured(tmp_path, area="A1"):
    """Bring a disease to its 销号 in 2024; give its number."""
    number = confirm(area, evidence=(link(result=result("WS1", area, 2023).pk),))
    treat(number)
    settle("M-01", tmp_path)
    examine(2024)
    assess("M-01", 2024)
    act(close(number), today=day(2025))
    return number


def test_a_disease_that_comes_back_is_taken_up_again_and_cured_again(ill, tmp_path):
    from tijian.office.diagnose.queries import cases
    from tijian.office.ledger.queries import position
    from tijian.office.treat import queries
    from tijian.office.treat.closing import all_backs
    from tijian.office.treat.models import Discharge, Relapse

    number = cured(tmp_path)
    closed = position()
    assert Discharge.objects.get().ids() == (effects()[0].pk,)
    assert all_backs() == []
    assert refused(relapse(number, result=result("WS1", "A1", 2024).pk), EXPERT) == ["relapse.sign"]
    examine(2025)  # 20: 差, a candidate, and worse than the target of 15
    assert [(b.candidate is not None, b.result is not None) for b in all_backs()] == [
        (True, False),
        (False, True),
    ]
    assert refused(confirmation("A1", round="2025", candidate=candidate("A1", 2025).pk), EXPERT) == [
        "diagnosis.open"
    ]
    assert refused(relapse(number), EXPERT) == ["relapse.sign"]
    assert refused(relapse(number, candidate=candidate("A2", 2025).pk), EXPERT) == ["relapse.sign"]
    assert refused(relapse(number, candidate=candidate("A1", 2025).pk), WATER) == ["permission.missing"]
    act(relapse(number, candidate=candidate("A1", 2025).pk), EXPERT)
    assert (Relapse.objects.get().candidate, state(number)) == (candidate("A1", 2025), "复发")
    assert refused(relapse(number, candidate=candidate("A1", 2025).pk), EXPERT) == ["diagnosis.state"]
    # The measure that worked once does not close it a second time; a new one starts from 2025.
    assert refused(close(number)) == ["closing.measures"]
    treat(number, targets=(target("15", 2026),))
    (aim,) = queries.plan(queries.find("M-02")).targets
    assert aim.baseline == result("WS1", "A1", 2025)
    settle("M-02", tmp_path)
    examine(2026)
    assess("M-02", 2026)
    act(close(number))
    assert [c.state for c in cases(state="销号")] == ["销号"]
    assert [s.state for s in cases()[0].states] == ["确认", "销号", "复发", "销号"]
    assert state(number, closed) == "销号"
    assert state(number, closed - 1) == "确认"
    assert ill.verify().findings == []


def test_a_target_that_fell_back_is_a_sign_without_a_candidate(ill, tmp_path):
    from tijian.office.treat.models import Relapse

    number = confirm()
    treat(number, targets=(target("14"),))
    settle("M-01", tmp_path)
    examine(2024)
    assess("M-01", 2024)
    act(close(number))
    examine(2025, A1=15)  # 中, so no candidate; but 15 is worse than the target of 14
    assert [c.area for c in treated_candidates(2025)] == ["A2"]
    assert refused(relapse(number, result=result("WS1", "A2", 2025).pk), EXPERT) == ["relapse.sign"]
    act(relapse(number, result=result("WS1", "A1", 2025).pk), EXPERT)
    row = Relapse.objects.get()
    assert (row.result, row.target.text, row.candidate) == (result("WS1", "A1", 2025), "14.0", None)
    assert ill.verify().findings == []


def treated_candidates(year):
    from tijian.office.diagnose.queries import candidates
    from tijian.office.register.models import Round

    return candidates(Round.objects.get(name=str(year)))


def test_what_still_holds_is_no_relapse(ill, tmp_path):
    from tijian.office.treat.closing import all_backs

    number = cured(tmp_path)
    examine(2025, A1=15)
    assert all_backs() == []
    assert refused(relapse(number, result=result("WS1", "A1", 2025).pk), EXPERT) == ["relapse.sign"]
    correct(2025, A1=16)
    examine(2025)
    act(relapse(number, result=result("WS1", "A1", 2025).pk), EXPERT)


def test_what_a_closing_rests_on_stays(ill, tmp_path):
    from tijian.office.diagnose.actions import Revoke
    from tijian.office.treat.actions import CancelMeasure

    number = cured(tmp_path)
    assert refused(CancelMeasure("M-01", "不要了")) == ["diagnosis.state"]
    assert refused(Revoke(number, "错了"), EXPERT) == ["diagnosis.state", "diagnosis.measures"]


@pytest.mark.parametrize(
    ("statement", "table"),
    [
        ("UPDATE treat_effect SET reached = NOT reached", "treat_effect"),
        ("UPDATE treat_effect SET words = '达标'", "treat_effect"),
        ("UPDATE treat_peer SET change = '9.0' WHERE area = 'A2'", "treat_peer"),
        ("DELETE FROM treat_peer WHERE area = 'A3'", "treat_peer"),
        ("UPDATE treat_discharge SET exception = '另有安排'", "treat_discharge"),
        ("UPDATE diagnose_state SET reason = '别的' WHERE state = '销号'", "diagnose_state"),
    ],
)
def test_what_is_changed_past_the_actions_is_named(ill, tmp_path, statement, table):
    cured(tmp_path)
    assert ill.verify().findings == []
    with ill.raw() as run:
        run(statement)
    assert {f.table for f in ill.verify().findings} == {table}


# --- the chain ---


def test_the_chain_from_a_value_to_its_effect_and_back(ill, tmp_path):
    from tijian.office.register.models import Round
    from tijian.office.treat.chain import chain_of, chain_of_disease, chain_of_effect

    number = cured(tmp_path)
    which = Round.objects.get(name="2023")
    (way,) = chain_of("WS1", "A1", which)
    start, end = result("WS1", "A1", 2023), result("WS1", "A1", 2024)
    assert (way.value.id, way.value.revision, way.value.value, way.value.definition) == (
        start.pk,
        start.revision,
        "24.0",
        1,
    )
    assert way.value.position == start.action.position
    assert (way.grade.grade, way.grade.criterion, way.grade.publication_revision) == ("差", "WS1@1", 1)
    assert len(way.grade.sha256) == 64
    assert {f.rule for f in way.findings} >= {"poor"}
    assert (way.disease.number, way.disease.state, way.disease.candidate) == (
        number,
        "销号",
        candidate("A1").pk,
    )
    assert (way.disease.knowledge_revision, len(way.disease.knowledge_sha256)) == (1, 64)
    assert [(e.kind, e.target, e.version) for e in way.disease.evidence if e.side == "支持"] == [
        ("结果", start.pk, str(start.revision)),
    ]  # fmt: skip
    assert (way.cause.name, way.cause.known) == ("管网超龄", True)
    assert (way.measure.number, way.measure.lead, way.measure.progress) == ("M-01", "water", "3/3")
    assert [(t.value, t.baseline, t.baseline_revision, t.grade) for t in way.targets] == [
        ("15.0", start.pk, start.revision, "中")
    ]
    assert [(m.state, m.accepted_by, len(m.proofs)) for m in way.milestones] == [("已验收", REVIEWER, 1)] * 3
    (effect,) = way.effects
    assert (effect.before, effect.after, effect.after_revision, effect.reached) == (
        start.pk,
        end.pk,
        end.revision,
        True,
    )
    assert [p.area for p in effect.peers] == ["A2", "A3", "C1"]
    assert (way.value.mark, way.targets[0].mark, effect.mark) == ("示例", "示例", "示例")
    assert chain_of_disease(number) == [way]
    assert chain_of_effect(effects()[0]) == way


def test_the_chain_ends_where_nothing_is_there_yet(ill):
    from tijian.office.ledger.queries import position
    from tijian.office.register.models import Round
    from tijian.office.treat.chain import chain_of, chain_of_disease

    which = Round.objects.get(name="2023")
    before = position()
    (way,) = chain_of("WS1", "A1", which)
    assert (way.grade.grade, way.disease, way.measure, way.effects) == ("差", None, None, ())
    number = confirm()
    confirmed = position()
    (way,) = chain_of("WS1", "A1", which)
    assert (way.disease.state, way.measure, way.targets) == ("确认", None, ())
    treat(number)
    treat(number, name="分区计量")
    assert [w.measure.number for w in chain_of("WS1", "A1", which)] == ["M-01", "M-02"]
    assert [w.measure for w in chain_of("WS1", "A1", which, confirmed)] == [None]
    assert [w.disease for w in chain_of("WS1", "A1", which, before)] == [None]
    assert chain_of_disease(number, before) == chain_of_disease("B-2099-01") == []
    assert chain_of("XX1", "A1", which) == []


def test_a_value_of_a_later_round_leads_to_what_was_done_before(ill, tmp_path):
    from tijian.office.register.models import Round
    from tijian.office.treat.chain import chain_of

    cured(tmp_path)
    (way,) = chain_of("WS1", "A1", Round.objects.get(name="2024"))
    assert (way.value.value, way.disease.round, way.effects[0].words.split("，")[0]) == (
        "14.0",
        "2023",
        "24.0% → 14.0%",
    )
