"""A 城市病 confirmed: on linked evidence, with what is missing beside it; every refusal with its control."""

import pytest
import treated
from treated import EXPERT, OFFICE, act, candidate, codes, confirm, confirmation, correct, day, link, result

from tijian.engine.kernel.faults import Refused


@pytest.fixture(scope="session")
def ill_template(request, tmp_path_factory):
    return treated.ill_of(request, tmp_path_factory)


@pytest.fixture
def ill(engine, ill_template, copy_of):
    return copy_of(ill_template(engine))


def refused(action, account=EXPERT):
    with pytest.raises(Refused) as found:
        act(action, account)
    return codes(found)


def case(number):
    from tijian.office.diagnose import queries

    return queries.case(queries.find(number))


def test_a_candidate_is_confirmed_with_what_is_missing_and_what_speaks_against_it(ill):
    number = confirm()
    found = case(number)
    diagnosis = found.diagnosis
    assert (number, str(diagnosis), found.state, found.is_open) == (
        "B-2023-01",
        "B-2023-01 管网老化漏损",
        "确认",
        True,
    )
    assert (diagnosis.disease, diagnosis.codes(), diagnosis.severity) == ("leaking_pipes", ("A1",), "中")
    assert (diagnosis.field, diagnosis.cause, diagnosis.cause_known) == ("基础设施承载", "管网超龄", True)
    assert (diagnosis.candidate, diagnosis.scan) == (candidate("A1"), candidate("A1").scan)
    assert (diagnosis.knowledge.kind, diagnosis.knowledge.name) == ("diseases", "mini-diseases")
    (supports,) = found.of_side("支持")
    assert (supports.result, supports.result.revision) == (
        result("WS1", "A1", 2023),
        result("WS1", "A1", 2023).revision,
    )
    (missing,) = found.of_side("缺")  # nobody typed it: the candidate lacks it
    assert ("水压" in missing.text, missing.candidate) == (True, candidate("A1"))
    assert [(s.state, s.account, s.day) for s in found.states] == [("确认", EXPERT, day(2024))]
    assert ill.verify().findings == []


def test_evidence_may_be_a_value_a_candidate_a_file_or_a_sentence_beside_them(ill, tmp_path):
    from tijian.office.ledger.actions import StoreEvidence

    path = tmp_path / "a.txt"
    path.write_bytes(b"1953")
    file = act(StoreEvidence(path, "管龄台账.txt"), EXPERT).answer["id"]
    value = result("WS1", "A1", 2023)
    number = confirm(
        evidence=(
            link(text="漏损率为差", result=value.pk),
            link(text="必要症状成立", candidate=candidate("A1").pk),
            link(text="台账载明 1953 年敷设", file=file),
            link("反对", "去年冬天少冻"),
        )
    )
    found = case(number)
    kept = [(e.side, e.text, e.linked) for e in found.evidence]
    assert kept[:4] == [
        ("支持", "漏损率为差", True), ("支持", "必要症状成立", True), ("支持", "台账载明 1953 年敷设", True),
        ("反对", "去年冬天少冻", False),
    ]  # fmt: skip
    assert found.of_side("支持")[2].file.name == "管龄台账.txt"
    assert ill.verify().findings == []


def test_what_speaks_against_a_candidate_cannot_be_dropped(ill):
    number = confirm("A2", cause="计量失准", evidence=(link(result=result("WS1", "A2", 2023).pk),))
    against = case(number).of_side("反对")
    assert [e.candidate for e in against] == [candidate("A2")]
    assert "人口密度" in against[0].text


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"evidence": ()}, "evidence.none"),
        ({"evidence": ({"text": "大家都这么说"},)}, "evidence.none"),
        ({"evidence": ({"side": "反对", "text": "不是", "result": 1},)}, "evidence.none"),
        ({"opinion": " "}, "diagnosis.opinion"),
        ({"cause": "天意"}, "diagnosis.cause"),
        ({"cause": ""}, "diagnosis.cause"),
        ({"cause": "", "own_cause": True}, "diagnosis.cause"),
        ({"severity": "极重"}, "diagnosis.severity"),
        ({"areas": ("A1", "X9")}, "diagnosis.areas"),
        ({"areas": ("A2",)}, "diagnosis.areas"),
        ({"candidate": 10**6}, "diagnosis.candidate"),
        ({"round": "2099"}, "round.missing"),
        ({"candidate": None, "name": "路难走", "areas": ("A1",), "severity": "中", "cause": "自拟", "own_cause": True}, "reason.missing"),
        ({"candidate": None, "disease": "gout", "areas": ("A1",), "severity": "中", "reason": "听说"}, "diagnosis.disease"),
        ({"candidate": None, "disease": "leaking_pipes", "areas": ("A1",), "severity": "中", "reason": "听说"}, "diagnosis.proposed"),
    ],
)  # fmt: skip
def test_what_a_confirmation_must_not_lack(ill, given, code):
    from tijian.office.diagnose.models import Diagnosis

    assert code in refused(confirmation(**given))
    assert not Diagnosis.objects.exists()
    assert confirm() == "B-2023-01"  # the control: the same without the fault


def test_all_faults_are_told_at_once(ill):
    found = refused(
        confirmation(
            evidence=(link("也许"), link(result=10**6), link(candidate=10**6), link(file=10**6)), opinion=""
        )
    )
    assert set(found) == {
        "diagnosis.opinion", "evidence.side", "evidence.empty", "evidence.result", "evidence.candidate", "evidence.file",
    }  # fmt: skip


def test_results_newer_than_the_scan_refuse_until_it_is_scanned_again(ill):
    old = confirmation()
    correct(2023, A3=11)
    assert refused(old) == ["scan.stale"]
    treated.examine(2023)
    assert refused(old) == ["diagnosis.candidate"]  # it stands in the scan before
    assert confirm() == "B-2023-01"


def test_a_value_revised_since_is_no_evidence(ill):
    seen = link(result=result("WS1", "A1", 2023).pk)
    correct(2023, A1=25)
    treated.examine(2023)
    assert refused(confirmation(evidence=(seen,))) == ["evidence.revised"]
    confirm()


def test_open_already_is_refused_in_that_area_only(ill):
    confirm()
    assert refused(confirmation()) == ["diagnosis.open"]
    assert confirm("A2", evidence=(link(result=result("WS1", "A2", 2023).pk),)) == "B-2023-02"


def test_a_round_that_has_ended_can_be_diagnosed(ill):
    from tijian.office.values.rounds import CloseRound

    act(CloseRound("2023", "先行已毕"))
    assert confirm() == "B-2023-01"


def test_without_a_candidate_by_name_and_reason(ill):
    number = confirm(
        candidate=None, name="窨井多", areas=("A3", "B1"), severity="轻", cause="施工粗糙", own_cause=True,
        reason="专家踏勘", field="空间开发", evidence=(link(result=result("WS1", "A3", 2023).pk),),
    )  # fmt: skip
    found = case(number)
    assert (found.diagnosis.disease, found.diagnosis.name, found.diagnosis.codes()) == (
        "",
        "窨井多",
        ("A3", "B1"),
    )
    assert (found.diagnosis.cause_known, found.diagnosis.reason, found.states[0].reason) == (
        False,
        "专家踏勘",
        "专家踏勘",
    )
    assert refused(confirmation(
        "A1", candidate=None, name="窨井多", areas=("B1",), severity="轻", cause="施工粗糙", own_cause=True, reason="再看",
    )) == ["diagnosis.open"]  # fmt: skip


def test_a_disease_called_by_its_name_is_the_one_of_the_knowledge(ill):
    by_name = {"candidate": None, "name": "管网老化漏损", "severity": "轻", "reason": "踏勘"}
    assert refused(confirmation(areas=("A1",), **by_name)) == ["diagnosis.proposed"]
    number = confirm(areas=("A3",), **by_name)
    assert (case(number).diagnosis.disease, case(number).diagnosis.cause_known) == ("leaking_pipes", True)
    assert refused(confirmation(areas=("A3",), **by_name)) == ["diagnosis.open"]


@pytest.mark.parametrize("account", ["shuiwu", "shenhe", "laoyi", "tixi", "shenji", "guest"])
def test_others_may_not_confirm(ill, account):
    assert refused(confirmation(), account) == ["permission.missing"]
    act(confirmation(), OFFICE)


def test_a_wrong_confirmation_is_taken_back_and_may_be_made_again(ill):
    from tijian.office.diagnose.actions import Revoke
    from tijian.office.diagnose.queries import cases, find, state_of, unconfirmed
    from tijian.office.ledger.queries import position
    from tijian.office.register.models import Round

    which = Round.objects.get(name="2023")
    before = position()
    number = confirm()
    confirmed = position()
    assert [c.area for c in unconfirmed(which)] == ["A2", "B2"]
    assert refused(Revoke(number, " ")) == ["reason.missing"]
    assert refused(Revoke("B-2023-99", "错")) == ["diagnosis.missing"]
    act(Revoke(number, "看错了区"), EXPERT)
    assert refused(Revoke(number, "再来一次")) == ["diagnosis.state"]
    assert [c.area for c in unconfirmed(which)] == ["A1", "A2", "B2"]
    again = confirm()
    assert again == "B-2023-02"
    # As of every position what stood there.
    wrong = find(number)
    assert [state_of(wrong, at) for at in (before, confirmed, None)] == ["", "确认", "撤销"]
    assert [c.diagnosis.number for c in cases(state="open", at=confirmed)] == [number]
    assert [c.diagnosis.number for c in cases(state="open")] == [again]
    assert [c.state for c in cases(area="A1", round_name="2023", disease="leaking_pipes")] == ["撤销", "确认"]
    assert cases(area="A3") == []
    assert ill.verify().findings == []


def test_a_proposal_gives_links_that_can_be_confirmed(ill):
    from tijian.office.diagnose.queries import proposal

    found = proposal(candidate("A1"))
    assert {link.side for link in found} == {"支持", "缺"}
    assert result("WS1", "A1", 2023).pk in [link.result for link in found]
    number = confirm(evidence=found)
    assert len(case(number).evidence) == len(found)  # nothing is added twice


@pytest.mark.parametrize(
    ("statement", "table"),
    [
        ("UPDATE diagnose_diagnosis SET cause = '天意'", "diagnose_diagnosis"),
        ("UPDATE diagnose_evidence SET side = '支持' WHERE side = '缺'", "diagnose_evidence"),
        ("DELETE FROM diagnose_evidence WHERE side = '缺'", "diagnose_evidence"),
        ("UPDATE diagnose_state SET state = '销号'", "diagnose_state"),
    ],
)
def test_what_is_changed_past_the_actions_is_named(ill, statement, table):
    confirm()
    assert ill.verify().findings == []
    with ill.raw() as run:
        run(statement)
    assert {f.table for f in ill.verify().findings} == {table}
