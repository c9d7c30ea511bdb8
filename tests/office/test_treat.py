"""A measure with targets and milestones: what it must have, who may settle a milestone, how far it has come."""

from datetime import date

import pytest
import treated
from treated import (
    DISTRICT,
    EXPERT,
    OFFICE,
    REVIEWER,
    WATER,
    accept,
    act,
    codes,
    confirm,
    correct,
    day,
    link,
    plan_of,
    proof,
    result,
    settle,
    submit,
    target,
    treat,
)

from tijian.engine.kernel.faults import Refused


@pytest.fixture(scope="session")
def ill_template(request, tmp_path_factory):
    return treated.ill_of(request, tmp_path_factory)


@pytest.fixture
def ill(engine, ill_template, copy_of):
    return copy_of(ill_template(engine))


def refused(action, account=OFFICE, today=None):
    with pytest.raises(Refused) as found:
        act(action, account, today)
    return codes(found)


def plan(number="M-01", at=None):
    from tijian.office.treat import queries

    return queries.plan(queries.find(number), at)


def wide(**more):
    """Give a diagnosis over two old districts, a new and a mixed one."""
    return confirm(areas=("A1", "A2", "B2", "C1"), **more)


# --- a measure ---


def test_a_measure_starts_from_revisions_of_results(ill):
    number = treat(confirm())
    found = plan(number)
    row, (aim,) = found.measure, found.targets
    assert (number, row.lead.code, row.supporters(), row.codes()) == ("M-01", "water", ("finance",), ("A1",))
    assert (aim.indicator, aim.area, aim.area_type, aim.year, aim.text, aim.value) == (
        "WS1", "A1", "老城区", 2024, "15.0", 15.0,
    )  # fmt: skip
    assert aim.baseline == result("WS1", "A1", 2023)
    assert (aim.grade, aim.criterion) == ("中", "WS1@1")
    assert aim.words.startswith("目标 15.0%，可达中（")
    assert [(m.milestone.rank, m.state, m.due) for m in found.milestones] == [
        (1, "未报送", day(2024, 7)), (2, "未报送", day(2024, 9)), (3, "未报送", day(2024, 12)),
    ]  # fmt: skip
    assert str(found.progress) == "0/3"
    assert ill.verify().findings == []


def test_a_target_that_stays_poor_is_allowed_and_named(ill):
    treat(confirm(), targets=(target("16"), target("0.42", indicator="PK1")))
    leak, spaces = plan().targets
    assert (leak.grade, spaces.grade) == ("差", "差")
    assert leak.words.startswith("目标 16.0%，仍为差")
    assert spaces.words.startswith("目标 0.42 个/户，仍为差")
    assert spaces.criterion == "PK1@1"


def test_a_target_is_judged_by_the_criterion_of_its_year(ill):
    # 12 is 中 by version 1 (≤15), and 中 by version 2 (≤12); 13 is 中 until 2025 and 差 from 2026.
    treat(confirm(), targets=(target("13", 2025),))
    treat("B-2023-01", targets=(target("13", 2026),))
    assert [(t.grade, t.criterion) for n in ("M-01", "M-02") for t in plan(n).targets] == [
        ("中", "WS1@1"), ("差", "WS1@2"),
    ]  # fmt: skip


def test_old_and_new_districts_have_targets_of_their_own(ill):
    number = wide()
    assert refused(plan_of(number)) == ["target.type"]
    treat(number, targets=(target("12", area_type="老城区"), target("14", area_type="新城区")))
    assert [(t.area, t.area_type, t.text) for t in plan().targets] == [
        ("A1", "老城区", "12.0"), ("A2", "老城区", "12.0"), ("C1", "老城区", "12.0"), ("B2", "新城区", "14.0"),
    ]  # fmt: skip
    assert [t.baseline.area for t in plan().targets] == ["A1", "A2", "C1", "B2"]


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"diagnosis": "B-2023-99"}, "diagnosis.missing"),
        ({"name": " "}, "measure.name"),
        ({"lead": "nobody"}, "body.unknown"),
        ({"supporting": ("nobody",)}, "body.unknown"),
        ({"supporting": ("water",)}, "body.twice"),
        ({"areas": ("A2",)}, "measure.area"),
        ({"round": "2099"}, "round.missing"),
        ({"targets": ()}, "target.none"),
        ({"targets": ({"indicator": "X1"},)}, "target.indicator"),
        ({"targets": ({"year": 2023},)}, "target.year"),
        ({"targets": ({"value": "多"},)}, "target.value"),
        ({"targets": ({"value": "NaN"},)}, "target.value"),
        ({"targets": ({"value": "15.05"},)}, "target.value"),
        ({"targets": ({"value": "-1"},)}, "target.range"),
        ({"targets": ({"value": "24.1"},)}, "target.worse"),
        ({"targets": ({"value": "0.39", "indicator": "PK1"},)}, "target.worse"),
        ({"targets": ({"value": "2.1", "indicator": "DN1"},)}, "target.worse"),
        ({"targets": ({"value": "15", "area_type": "新城区"},)}, "target.area"),
        ({"targets": ({"value": "15"}, {"value": "14"})}, "target.twice"),
        ({"milestones": ()}, "milestone.none"),
        ({"milestones": (("", day(2024), "成"),)}, "milestone.name"),
        ({"milestones": (("一", day(2024), " "),)}, "milestone.done_when"),
        ({"milestones": (("一", day(2024, 9), "成"), ("二", day(2024, 8), "成"))}, "milestone.order"),
    ],
)
def test_what_a_measure_must_not_lack(ill, given, code):
    from tijian.office.treat.actions import MilestoneGiven
    from tijian.office.treat.models import Measure

    number = confirm()
    if "targets" in given:
        given = given | {"targets": tuple(target(**t) for t in given["targets"])}
    if "milestones" in given:
        given = given | {"milestones": tuple(MilestoneGiven(*m) for m in given["milestones"])}
    assert code in refused(plan_of(number, **given))
    assert not Measure.objects.exists()
    assert treat(number) == "M-01"


def test_the_baseline_itself_is_no_worse_than_the_baseline(ill):
    treat(confirm(), targets=(target("24"), target("0.40", indicator="PK1"), target("2", indicator="DN1")))
    assert [t.text for t in plan().targets] == ["24.0", "0.40", "2.00"]


def test_every_area_treated_has_a_target(ill):
    assert refused(plan_of(wide(), targets=(target(areas=("A1",)),))) == ["target.area"] * 3


def test_no_measure_on_what_was_revoked(ill):
    from tijian.office.diagnose.actions import Revoke

    number = confirm()
    act(Revoke(number, "错了"), EXPERT)
    assert refused(plan_of(number)) == ["diagnosis.state"]


def test_a_diagnosis_with_a_measure_is_revoked_only_after_the_measure(ill):
    from tijian.office.diagnose.actions import Revoke
    from tijian.office.treat.actions import CancelMeasure
    from tijian.office.treat.queries import measures

    number = confirm()
    treat(number)
    assert refused(Revoke(number, "错了"), EXPERT) == ["diagnosis.measures"]
    assert refused(CancelMeasure("M-01", "")) == ["reason.missing"]
    act(CancelMeasure("M-01", "没有资金"))
    assert refused(CancelMeasure("M-01", "再来")) == ["measure.cancelled"]
    act(Revoke(number, "错了"), EXPERT)
    assert measures() == []
    assert [p.cancellation.reason for p in measures(cancelled=True)] == ["没有资金"]
    assert ill.verify().findings == []


@pytest.mark.parametrize("account", [EXPERT, WATER, REVIEWER, DISTRICT, "tixi"])
def test_others_may_not_make_a_measure(ill, account):
    number = confirm()
    assert refused(plan_of(number), account) == ["permission.missing"]
    treat(number)


# --- milestones ---


def test_evidence_then_acceptance_by_somebody_else(ill, tmp_path):
    treat(confirm())
    submit("M-01", 1, tmp_path)
    waiting = plan().milestones[0]
    assert (waiting.state, len(waiting.own_proofs()), waiting.submission.account) == ("待验收", 1, WATER)
    assert str(plan().progress) == "0/3"
    accept("M-01", 1)
    done = plan().milestones[0]
    assert (done.state, done.accepted.account, done.accepted.submission) == (
        "已验收",
        REVIEWER,
        waiting.submission,
    )
    assert str(plan().progress) == "1/3"
    assert ill.verify().findings == []


def test_a_submission_without_evidence_is_refused(ill, tmp_path):
    from tijian.office.treat.milestones import SubmitMilestone

    treat(confirm())
    assert refused(SubmitMilestone("M-01", 1, (), text="都做完了"), WATER) == ["milestone.evidence"]
    empty = SubmitMilestone("M-01", 1, (proof(tmp_path, content=b""),))
    assert refused(empty, WATER) == ["milestone.empty"]
    assert refused(SubmitMilestone("M-01", 1, evidence=(10**6,)), WATER) == ["evidence.file"]
    assert refused(SubmitMilestone("M-01", 9, (proof(tmp_path),)), WATER) == ["milestone.missing"]
    act(SubmitMilestone("M-01", 1, (proof(tmp_path),)), WATER)


def test_a_file_in_the_ledger_already_is_evidence_too(ill, tmp_path):
    from tijian.office.ledger.actions import StoreEvidence
    from tijian.office.treat.milestones import SubmitMilestone

    treat(confirm())
    file = proof(tmp_path)
    key = act(StoreEvidence(file.path, file.name), WATER).answer["id"]
    act(SubmitMilestone("M-01", 1, evidence=(key,)), WATER)
    accept("M-01", 1)
    assert ill.verify().findings == []


def test_no_milestone_is_accepted_without_evidence(ill, tmp_path):
    from tijian.office.treat.milestones import AcceptMilestone

    treat(confirm())
    found = refused(AcceptMilestone("M-01", 3), REVIEWER)
    assert found == ["milestone.state", "milestone.evidence"]
    submit("M-01", 3, tmp_path)
    accept("M-01", 3)
    assert refused(AcceptMilestone("M-01", 3), REVIEWER) == ["milestone.state"]


def test_evidence_that_is_not_what_was_submitted_is_not_accepted(ill, tmp_path):
    from tijian.office.ledger import evidence
    from tijian.office.treat.milestones import AcceptMilestone

    treat(confirm())
    submit("M-01", 1, tmp_path)
    file = evidence.path(plan().milestones[0].own_proofs()[0].sha256)
    whole = file.read_bytes()
    file.chmod(0o640)
    file.write_bytes(b"something else")
    assert refused(AcceptMilestone("M-01", 1), REVIEWER) == ["milestone.proof"]
    file.write_bytes(whole)
    accept("M-01", 1)


def told(action, account):
    with pytest.raises(Refused) as found:
        act(action, account)
    assert codes(found) == ["permission.missing"]
    return str(found.value)


def test_only_the_lead_body_submits(ill, tmp_path):
    from tijian.office.treat.milestones import SubmitMilestone

    treat(confirm())
    action = SubmitMilestone("M-01", 1, (proof(tmp_path),))
    for account in ("caizheng", DISTRICT, EXPERT, REVIEWER):
        assert "报送里程碑" in told(action, account)
    assert "牵头单位（水务局）" in told(action, OFFICE)
    act(action, WATER)


def test_neither_who_submitted_nor_the_doing_body_accepts(ill, tmp_path):
    from tijian.office.people.actions import CreateAccount
    from tijian.office.treat.milestones import AcceptMilestone, ReturnMilestone

    treat(confirm())
    submit("M-01", 1, tmp_path)
    for action in (AcceptMilestone("M-01", 1), ReturnMilestone("M-01", 1, "看不清")):
        assert "牵头单位（水务局）" in told(action, "shuiwu-shenhe")
        assert "验收里程碑" in told(action, WATER)  # no reviewer at all
        assert "验收里程碑" in told(action, EXPERT)
    both = (("部门填报人", "water"), ("部门审核人", "finance"))
    act(CreateAccount("liangtou", "两头", both, "Wei-chuan-2023"), "系统管理员")
    assert "牵头单位（水务局）" in told(AcceptMilestone("M-01", 1), "liangtou")
    act(ReturnMilestone("M-01", 1, "看不清"), REVIEWER)
    submit("M-01", 1, tmp_path, account="liangtou")
    assert "自己报送" in told(AcceptMilestone("M-01", 1), "liangtou")
    accept("M-01", 1, OFFICE)


def test_a_district_accepts_in_its_own_area_only(ill, tmp_path):
    from tijian.office.treat.milestones import AcceptMilestone

    treat(confirm())
    treat(confirm("A2", evidence=(link(result=result("WS1", "A2", 2023).pk),)))
    submit("M-01", 1, tmp_path)
    submit("M-02", 1, tmp_path)
    told(AcceptMilestone("M-02", 1), DISTRICT)
    accept("M-01", 1, DISTRICT)


def test_returned_with_a_reason_and_submitted_again(ill, tmp_path):
    from tijian.office.treat.milestones import ReturnMilestone, SubmitMilestone

    treat(confirm())
    submit("M-01", 1, tmp_path)
    assert refused(SubmitMilestone("M-01", 1, (proof(tmp_path),)), WATER) == ["milestone.state"]
    assert refused(ReturnMilestone("M-01", 1, ""), REVIEWER) == ["reason.missing"]
    act(ReturnMilestone("M-01", 1, "缺监理签字"), REVIEWER)
    found = plan().milestones[0]
    assert (found.state, found.events[-1].text, found.events[-1].account) == (
        "已退回",
        "缺监理签字",
        REVIEWER,
    )
    assert refused(ReturnMilestone("M-01", 1, "再退"), REVIEWER) == ["milestone.state"]
    submit("M-01", 1, tmp_path)
    accept("M-01", 1)
    assert [e.kind for e in plan().milestones[0].events] == ["报送", "退回", "报送", "验收"]
    assert refused(SubmitMilestone("M-01", 1, (proof(tmp_path),)), WATER) == ["milestone.state"]


def test_progress_is_derived_from_milestones_not_cancelled(ill, tmp_path):
    from tijian.office.treat.milestones import CancelMilestone
    from tijian.office.treat.models import Measure

    treat(confirm())
    assert not [f.name for f in Measure._meta.get_fields() if "progress" in f.name or "state" in f.name]
    settle("M-01", tmp_path, (1,))
    assert refused(CancelMilestone("M-01", 1, "不做了")) == ["milestone.state"]
    assert refused(CancelMilestone("M-01", 2, " ")) == ["reason.missing"]
    act(CancelMilestone("M-01", 2, "并入第三步"))
    found = plan()
    assert (str(found.progress), found.progress.cancelled, found.done) == ("1/2", 1, False)
    settle("M-01", tmp_path, (3,))
    assert (str(plan().progress), plan().done) == ("2/2", True)
    assert ill.verify().findings == []


def test_the_last_milestone_left_is_not_cancelled(ill):
    from tijian.office.treat.milestones import CancelMilestone

    treat(confirm())
    act(CancelMilestone("M-01", 1, "不做了"))
    act(CancelMilestone("M-01", 2, "不做了"))
    assert refused(CancelMilestone("M-01", 3, "不做了")) == ["milestone.last"]


def test_a_postponement_keeps_the_baseline_date(ill):
    from tijian.office.treat.milestones import PostponeMilestone

    treat(confirm())
    assert refused(PostponeMilestone("M-01", 1, day(2024, 6), "赶工")) == ["milestone.due"]
    assert refused(PostponeMilestone("M-01", 1, day(2024, 7), "")) == ["reason.missing", "milestone.due"]
    assert refused(PostponeMilestone("M-01", 1, day(2024, 10), "汛期")) == ["milestone.order"]
    act(PostponeMilestone("M-01", 1, day(2024, 8, 15), "汛期不能开挖"))
    found = plan().milestones[0]
    assert (found.milestone.due, found.due, found.postponed) == (day(2024, 7), day(2024, 8, 15), True)
    assert (found.overdue_days(day(2024, 8, 20)), found.late_days(day(2024, 8, 20))) == (5, 50)
    assert ill.verify().findings == []


def test_overdue_follows_from_the_business_date(ill, tmp_path):
    from tijian.office.treat.actions import CancelMeasure
    from tijian.office.treat.queries import overdue

    treat(confirm())

    def late(today, lead=None):
        return [(o.plan.measure.number, o.standing.milestone.rank, o.days) for o in overdue(today, lead)]

    assert late(day(2024, 7)) == []  # on the day itself
    assert late(day(2024, 7, 2)) == [("M-01", 1, 1)]
    assert late(day(2024, 9, 3)) == [("M-01", 1, 64), ("M-01", 2, 2)]
    assert late(day(2024, 9, 3), "water") == late(day(2024, 9, 3))
    assert late(day(2024, 9, 3), "finance") == []
    submit("M-01", 1, tmp_path, today=day(2024, 6, 30))  # in time: whoever accepts is awaited
    submit("M-01", 2, tmp_path, today=day(2024, 9, 2))  # late, until it is accepted
    assert late(day(2024, 9, 3)) == [("M-01", 2, 2)]
    accept("M-01", 2, today=day(2024, 9, 4))
    assert late(day(2024, 9, 5)) == []
    assert plan().milestones[1].late_days(day(2024, 12)) == 1
    assert late(date(2025, 1, 1)) == [("M-01", 3, 31)]
    act(CancelMeasure("M-01", "没有资金"))
    assert late(date(2025, 1, 1)) == []


def test_a_measure_as_of_a_position(ill, tmp_path):
    from tijian.office.ledger.queries import position
    from tijian.office.treat.queries import measures

    before = position()
    number = confirm()
    treat(number)
    made = position()
    settle("M-01", tmp_path, (1,))
    assert measures(at=before) == []
    assert [str(p.progress) for p in measures(at=made)] == ["0/3"]
    assert [str(p.progress) for p in measures()] == ["1/3"]
    assert [p.measure.number for p in measures(lead="water", area="A1", round_name="2023")] == ["M-01"]
    assert measures(lead="finance") == measures(area="A2") == measures(round_name="2099") == []


def test_what_is_being_done_about_a_cell(ill):
    from tijian.office.treat.queries import doing_about

    assert doing_about("WS1", "A1") == []
    treat(confirm())
    (doing,) = doing_about("WS1", "A1")
    assert (doing.diagnosis.number, doing.state, doing.is_open) == ("B-2023-01", "确认", True)
    assert [p.measure.number for p in doing.plans] == ["M-01"]
    assert doing_about("WS1", "A2") == doing_about("DN1", "A1") == []
    # The candidate rests on PK1 too: it matched beside the necessary pattern.
    assert [d.diagnosis.number for d in doing_about("PK1", "A1")] == ["B-2023-01"]


def test_a_corrected_baseline_is_told_beside_the_target(ill):
    from tijian.office.treat.chain import chain_of_disease

    number = confirm()
    treat(number)
    correct(2023, A1=23)
    (way,) = chain_of_disease(number)
    assert [(t.baseline_value, t.baseline_revised) for t in way.targets] == [("24.0", True)]


@pytest.mark.parametrize(
    ("statement", "table"),
    [
        ("UPDATE treat_milestone SET due = '2030-01-01' WHERE rank = 3", "treat_milestone"),
        ("UPDATE treat_event SET account = '别人' WHERE kind = '验收'", "treat_event"),
        ("DELETE FROM treat_event WHERE kind = '验收'", "treat_event"),
        ("UPDATE treat_target SET text = '99.0'", "treat_target"),
        ("UPDATE treat_measure SET name = '别的'", "treat_measure"),
        ("UPDATE treat_proof SET sha256 = 'x'", "treat_proof"),
    ],
)
def test_what_is_changed_past_the_actions_is_named(ill, tmp_path, statement, table):
    treat(confirm())
    settle("M-01", tmp_path, (1,))
    assert ill.verify().findings == []
    with ill.raw() as run:
        run(statement)
    assert {f.table for f in ill.verify().findings} == {table}


def test_the_acceptance_of_two_at_once_counts_once(ill, tmp_path):
    """Two reviewers press the button together: one is told that it is done already."""
    from concurrent.futures import ThreadPoolExecutor

    from django.db import connection

    from tijian.office.treat.milestones import AcceptMilestone

    treat(confirm())
    submit("M-01", 1, tmp_path)

    def one(account):
        try:
            act(AcceptMilestone("M-01", 1), account)
        except Refused as found:
            return [f.code for f in found.faults]
        else:
            return []
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        answers = sorted(pool.map(one, (REVIEWER, OFFICE)))
    assert answers == [[], ["milestone.state"]]
    assert [e.kind for e in plan().milestones[0].events] == ["报送", "验收"]
