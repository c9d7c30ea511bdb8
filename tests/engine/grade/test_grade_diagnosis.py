"""Candidates: what makes one, in which order, how severe, and why."""

from decimal import Decimal

import pytest
from fake_facts import CITY, Answers, FakeFacts

from tijian.engine.catalogue.disease import Disease
from tijian.engine.catalogue.document import parse
from tijian.engine.grade.diagnosis import candidates_of, diagnose
from tijian.engine.grade.findings import Finding

D = Decimal


def low(question, **more):
    return {"survey": question, "below": 50} | more


def disease(name="d", necessary=None, **more):
    document = {
        "id": name, "name": name, "field": "某", "dimension": "维", "definition": "定义",
        "necessary": necessary or low("N"), "causes": [{"name": "因", "supports": ["证"], "usually_available": True}],
        "severity": {"重": "a", "中": "b", "轻": "c"},
    }  # fmt: skip
    return parse(Disease, document | more, name)


def facts(*true, area="A"):
    """Questions named are answered 40, all others 60, in one area; nothing is known of the others."""
    answers = {(q, area): Answers(400, D(60)) for q in ("N", "P", "Q", "R", "S", "T")}
    return FakeFacts(answers=answers | {(q, area): Answers(400, D(40)) for q in true})


def test_the_necessary_pattern_alone_makes_a_candidate():
    (one,) = diagnose(facts("N"), [disease()])
    assert (one.disease.id, one.area, one.score, one.severity) == ("d", "A", 3, "轻")
    assert one.questions == ("N",)


@pytest.mark.parametrize("necessary", [low("N"), {"text": "不知"}, {"survey": "ZZ", "below": 50}])
def test_false_or_unknown_makes_none(necessary):
    made = facts("P", "Q")
    assert diagnose(made, [disease(necessary=necessary, supporting=[low("P", w=3), low("Q", w=3)])]) == []


def test_the_score_is_three_and_weights_and_minus_two_for_each_contradiction():
    some = disease(
        supporting=[low("P", w=1), low("Q", w=2), low("R", w=3), {"text": "不知", "w": 3}],
        contradict=[low("S"), low("T"), {"text": "不知"}],
    )
    assert diagnose(facts("N"), [some])[0].score == 3
    assert diagnose(facts("N", "P"), [some])[0].score == 4
    assert diagnose(facts("N", "Q", "R"), [some])[0].score == 8
    assert diagnose(facts("N", "P", "S"), [some])[0].score == 2
    assert diagnose(facts("N", "S", "T"), [some])[0].score == -1
    assert diagnose(facts("N", "P", "Q", "R", "S", "T"), [some])[0].score == 5


def test_what_matched_what_is_missing_and_what_speaks_against():
    some = disease(
        supporting=[low("P"), low("Q"), {"text": "不知"}, {"alarm": "爆管", "count_over": 3}],
        contradict=[low("S"), low("T"), {"text": "口径变化"}],
    )
    (one,) = diagnose(facts("N", "P", "S"), [some])
    assert [s.questions for s in one.matched] == [("P",)]
    assert [s.words for s in one.missing] == ["不知", "“爆管”告警一年超过 3 次"]
    assert [s.questions for s in one.against] == [("S",)]
    assert one.questions == ("N", "P")


def test_candidates_come_by_area_then_score_then_order_of_the_knowledge():
    made = facts("N", "P")
    made.answers |= {("N", CITY): Answers(900, D(40)), ("N", "B"): Answers(400, D(40))}
    some = [
        disease("plain"),
        disease("against", contradict=[low("P")]),
        disease("strong", supporting=[low("P", w=2)]),
        disease("alike"),
    ]
    assert [(c.area, c.disease.id, c.score) for c in diagnose(made, some)] == [
        ("A", "strong", 5), ("A", "plain", 3), ("A", "alike", 3), ("A", "against", 1),
        ("B", "plain", 3), ("B", "against", 3), ("B", "strong", 3), ("B", "alike", 3),
        (CITY, "plain", 3), (CITY, "against", 3), (CITY, "strong", 3), (CITY, "alike", 3),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("true", "severity"),
    [((), "轻"), (("P",), "中"), (("Q",), "重"), (("P", "Q"), "重")],
)
def test_severity_is_judged_from_heavy_to_light(true, severity):
    some = disease(severity_when={"中": low("P"), "重": low("Q")})
    assert diagnose(facts("N", *true), [some])[0].severity == severity


def test_severity_that_cannot_be_known_is_light():
    some = disease(severity_when={"中": {"text": "不知"}, "重": {"text": "不知"}})
    assert diagnose(facts("N"), [some])[0].severity == "轻"


def cause(name, when=(), unless=()):
    return {
        "name": name,
        "supports": ["证"],
        "usually_available": True,
        "when": list(when),
        "unless": list(unless),
    }


@pytest.mark.parametrize(
    ("true", "order", "first"),
    [
        ((), ["甲", "乙", "丙"], ""),
        (("P",), ["乙", "甲", "丙"], "乙"),
        (("P", "Q"), ["乙", "丙", "甲"], "乙"),
        (("Q",), ["丙", "甲", "乙"], "丙"),
        (("P", "Q", "R"), ["丙", "乙", "甲"], "丙"),  # R speaks against 乙: balance 0 after 丙's 1
        (("R",), ["甲", "丙", "乙"], ""),  # only evidence against: last, and never first
        (("P", "S"), ["乙", "甲", "丙"], "乙"),
    ],
)
def test_causes_with_evidence_come_first_by_balance(true, order, first):
    causes = [
        cause("甲"),
        cause("乙", [low("P"), {"text": "不知"}], [low("R")]),
        cause("丙", [low("Q")], [low("S")]),
    ]
    (one,) = diagnose(facts("N", *true), [disease(causes=causes)])
    assert [r.cause.name for r in one.causes] == order
    assert one.first_cause == first


def test_the_evidence_of_a_cause_is_kept():
    (one,) = diagnose(
        facts("N", "P", "Q", "R"), [disease(causes=[cause("乙", [low("P"), low("Q")], [low("R"), low("S")])])]
    )
    (ranked,) = one.causes
    assert ([s.questions for s in ranked.seen_for], [s.questions for s in ranked.seen_against]) == (
        [("P",), ("Q",)],
        [("R",)],
    )
    assert ranked.balance == 1


def finding(indicator="X1", question="", area="A"):
    return Finding("poor", indicator, area, "中", "", question)


def test_a_finding_speaks_for_the_diseases_that_rest_on_it():
    made = facts("N", "P")
    direct, supported, other = (
        disease("direct", low("P")),
        disease("supported", supporting=[low("P", w=3)]),
        disease("other"),
    )
    candidates = diagnose(made, [supported, other, direct])
    assert [c.disease.id for c in candidates] == ["supported", "other", "direct"]
    # A disease that needs the question stands before one that it only supports, whatever their scores.
    assert [c.disease.id for c in candidates_of(finding(question="P"), candidates)] == ["direct", "supported"]
    assert [c.disease.id for c in candidates_of(finding(question="N"), candidates)] == ["supported", "other"]
    assert candidates_of(finding(question="P", area="B"), candidates) == []
    assert candidates_of(finding(), candidates) == []


def test_no_more_than_three_diseases_for_one_finding():
    some = [disease(f"d{i}", supporting=[low("P", w=w)]) for i, w in enumerate([1, 3, 2, 1, 3])]
    candidates = diagnose(facts("N", "P"), some)
    assert [c.disease.id for c in candidates_of(finding(question="N"), candidates)] == ["d1", "d4", "d2"]
