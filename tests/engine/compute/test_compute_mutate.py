"""Mutants: each differs in exactly one place, none is forgotten."""

import pytest
from formula_oracle import any_trees
from hypothesis import given, settings

from tijian.engine.compute.formula.mutate import mutants
from tijian.engine.compute.formula.syntax import Binary, Call, Compare, Name, Negative, Number, parse, written


def children(node):
    match node:
        case Negative(operand):
            return [operand]
        case Binary(_, left, right) | Compare(_, left, right):
            return [left, right]
        case Call(_, arguments):
            return list(arguments)
    return []


def label(node):
    match node:
        case Number(text) | Name(text):
            return type(node), text
        case Negative():
            return Negative, "-"
        case Binary(operator, _, _) | Compare(operator, _, _):
            return type(node), operator
        case Call(function, arguments):
            return Call, function, len(arguments)
    raise AssertionError(node)


def places(one, other):
    """Count the places in which two trees differ; a dropped minus or prev, or two swapped arms, is one place."""
    if one == other:
        return 0
    if isinstance(one, Negative) and one.operand == other:
        return 1
    if isinstance(one, Call) and one.function == "prev" and one.arguments[0] == other:
        return 1
    mine, theirs = children(one), children(other)
    if label(one) == label(other) == (Call, "if", 3) and mine[0] == theirs[0] and mine[1:] == theirs[:0:-1]:
        return 1
    if len(mine) != len(theirs) or type(one) is not type(other):
        return 99
    below = sum(places(a, b) for a, b in zip(mine, theirs, strict=True))
    return below + (label(one) != label(other))


@settings(derandomize=True, deadline=None, max_examples=100)
@given(any_trees(depth=4))
def test_every_mutant_differs_in_exactly_one_place(tree):
    found = mutants(tree, ["a", "b_2", "GDP", "x"])
    assert all(places(tree, m) == 1 for m in found)
    assert len(set(found)) == len(found)
    assert tree not in found


@settings(derandomize=True, deadline=None, max_examples=60)
@given(any_trees(depth=3))
def test_every_mutant_is_a_formula_again(tree):
    for mutant in mutants(tree, ["a", "b_2", "GDP", "x"]):
        assert parse(written(mutant)) == mutant


def test_all_mutants_of_one_formula_by_hand():
    tree = parse("if(prev(a) <= 2, min(a, b), -b) / b")
    assert sorted(written(m) for m in mutants(tree, ["a", "b"])) == sorted(
        [
            # the quotient
            "if(prev(a) <= 2, min(a, b), -b) + b",
            "if(prev(a) <= 2, min(a, b), -b) - b",
            "if(prev(a) <= 2, min(a, b), -b) * b",
            "if(prev(a) <= 2, min(a, b), -b) / a",
            # the arms swapped
            "if(prev(a) <= 2, -b, min(a, b)) / b",
            # the condition
            "if(prev(a) < 2, min(a, b), -b) / b",
            "if(prev(a) >= 2, min(a, b), -b) / b",
            "if(a <= 2, min(a, b), -b) / b",
            "if(prev(b) <= 2, min(a, b), -b) / b",
            "if(prev(a) <= 3, min(a, b), -b) / b",
            # the arms
            "if(prev(a) <= 2, max(a, b), -b) / b",
            "if(prev(a) <= 2, min(b, b), -b) / b",
            "if(prev(a) <= 2, min(a, a), -b) / b",
            "if(prev(a) <= 2, min(a, b), b) / b",
            "if(prev(a) <= 2, min(a, b), -a) / b",
        ]
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a", ["b"]),
        ("a / b", ["a + b", "a - b", "a * b", "b / b", "a / a"]),
        ("sum(a)", ["mean(a)", "sum(b)"]),
        ("mean(a)", ["sum(a)", "mean(b)"]),
        ("count(a < 1)", ["count(a <= 1)", "count(a > 1)", "count(b < 1)", "count(a < 2)"]),
        ("count(a == 1)", ["count(a != 1)", "count(b == 1)", "count(a == 2)"]),
        ("a + 0.5", ["a - 0.5", "a * 0.5", "a / 0.5", "b + 0.5", "a + 1.5"]),
    ],
)
def test_short_formulas_by_hand(text, expected):
    assert sorted(written(m) for m in mutants(parse(text), ["a", "b"])) == sorted(expected)


def test_with_one_variable_there_is_no_operand_to_take_instead():
    assert mutants(parse("a"), ["a"]) == []
