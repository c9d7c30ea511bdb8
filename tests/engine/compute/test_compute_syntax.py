"""The closed grammar: what is read, how it is written back, what is refused and how fast."""

import time

import pytest
from formula_oracle import any_trees
from hypothesis import assume, given, settings

from tijian.engine.compute.formula.syntax import (
    MAX_LENGTH,
    Binary,
    Call,
    Compare,
    FormulaError,
    Name,
    Negative,
    Number,
    look_back,
    names,
    parse,
    sub_period_names,
    written,
)

A, B, C = Name("a"), Name("b"), Name("c")


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("a", A),
        (" a ", A),
        ("12.50", Number("12.50")),
        ("a + b * c", Binary("+", A, Binary("*", B, C))),
        ("a * b + c", Binary("+", Binary("*", A, B), C)),
        ("a - b - c", Binary("-", Binary("-", A, B), C)),
        ("a / b / c", Binary("/", Binary("/", A, B), C)),
        ("a / b * c", Binary("*", Binary("/", A, B), C)),
        ("a - (b - c)", Binary("-", A, Binary("-", B, C))),
        ("((a))", A),
        ("-a * b", Binary("*", Negative(A), B)),
        ("-(a * b)", Negative(Binary("*", A, B))),
        ("a - -b", Binary("-", A, Negative(B))),
        ("a+b", Binary("+", A, B)),
        ("min(a, b, c)", Call("min", (A, B, C))),
        ("prev(prev(a))", Call("prev", (Call("prev", (A,)),))),
        ("if(a <= 3, b, c)", Call("if", (Compare("<=", A, Number("3")), B, C))),
        ("if(a == b + c, 1, 0)", Call("if", (Compare("==", A, Binary("+", B, C)), Number("1"), Number("0")))),
        ("count(a <= 100)", Call("count", (Compare("<=", A, Number("100")),))),
        ("minimum + maxi", Binary("+", Name("minimum"), Name("maxi"))),
        ("__class__", Name("__class__")),
    ],
)
def test_texts_and_their_trees(text, tree):
    assert parse(text) == tree


@settings(derandomize=True, deadline=None, max_examples=200)
@given(any_trees(depth=4))
def test_what_is_written_reads_as_the_same_tree(tree):
    text = written(tree)
    assume(len(text) <= MAX_LENGTH)
    assert parse(text) == tree
    assert written(parse(text)) == text


def bracket_pairs(text):
    open_at = []
    for i, character in enumerate(text):
        if character == "(":
            open_at.append(i)
        elif character == ")":
            start = open_at.pop()
            if not text[:start].endswith(("min", "max", "if", "prev", "count", "sum", "mean")):
                yield start, i


@settings(derandomize=True, deadline=None, max_examples=100)
@given(any_trees(depth=4))
def test_no_bracket_is_written_that_could_be_left_out(tree):
    text = written(tree)
    assume(len(text) <= MAX_LENGTH)
    for start, end in bracket_pairs(text):
        less = text[:start] + text[start + 1 : end] + text[end + 1 :]
        try:
            assert parse(less) != tree
        except FormulaError:
            continue


REFUSED = [
    ("", "formula.operand", "公式末尾"),
    ("   ", "formula.operand", "公式末尾"),
    ("a b", "formula.rest", "b"),
    ("a +", "formula.operand", "公式末尾"),
    ("+ a", "formula.operand", "+"),
    ("a ** b", "formula.operand", "*"),
    ("2**2**2**9999", "formula.operand", "*"),
    ("a ^ 2", "formula.character", "^ 2"),
    ("a // b", "formula.operand", "/"),
    ("a % b", "formula.character", "% b"),
    ("100%", "formula.character", "%"),
    ("a.b", "formula.character", ".b"),
    ("a.__class__.__mro__", "formula.character", ".__class__._"),
    ("().__class__", "formula.character", ".__class__"),
    ("__import__('os')", "formula.character", "'os')"),
    ("__import__(os)", "formula.function", "__import__"),
    ("eval(a)", "formula.function", "eval"),
    ("lambda: 0", "formula.character", ": 0"),
    ("[a for a in b]", "formula.character", "[a for a in "),
    ("a[0]", "formula.character", "[0]"),
    ("a; b", "formula.character", "; b"),
    ("a = b", "formula.character", "= b"),
    ("'a'", "formula.character", "'a'"),
    ("{{ a }}", "formula.character", "{{ a }}"),
    ("a（b）", "formula.character", "（b）"),
    ("a ÷ b", "formula.character", "÷ b"),
    ("√a", "formula.character", "√a"),
    ("1e5", "formula.rest", "e5"),
    (".5", "formula.character", ".5"),
    ("1.", "formula.character", "."),
    ("1,000", "formula.rest", ","),
    ("(a", "formula.bracket", "公式末尾"),
    ("a)", "formula.rest", ")"),
    ("min(a, b", "formula.bracket", "公式末尾"),
    ("min(a b)", "formula.bracket", "b"),
    ("round(a)", "formula.function", "round"),
    ("a(b)", "formula.function", "a"),
    ("Min(a, b)", "formula.function", "Min"),
    ("min", "formula.call", "min"),
    ("prev + a", "formula.call", "prev"),
    ("min(a)", "formula.arguments", "min(…)"),
    ("prev(a, b)", "formula.arguments", "prev(…)"),
    ("sum(a, b)", "formula.arguments", "sum(…)"),
    ("if(a > b, a)", "formula.arguments", "if(…)"),
    ("if(a > b, a, b, c)", "formula.arguments", "if(…)"),
    ("min()", "formula.operand", ")"),
    ("min(a,,b)", "formula.operand", ","),
    ("a < b", "formula.rest", "<"),
    ("(a < b)", "formula.bracket", "<"),
    ("if((a < b), a, b)", "formula.bracket", "<"),
    ("if(a, b, c)", "formula.condition", "if 的第 1 个参数"),
    ("if(a > b, a > c, b)", "formula.condition", "if 的第 2 个参数"),
    ("count(a)", "formula.condition", "count 的第 1 个参数"),
    ("sum(a > 3)", "formula.condition", "sum 的第 1 个参数"),
    ("mean(a > 3)", "formula.condition", "mean 的第 1 个参数"),
    ("prev(a > 3)", "formula.condition", "prev 的第 1 个参数"),
    ("min(a, b > 3)", "formula.condition", "min 的第 2 个参数"),
    ("if(a < b < c, a, b)", "formula.bracket", "<"),
]


@pytest.mark.parametrize(("text", "code", "part"), REFUSED, ids=[r[0] or "empty" for r in REFUSED])
def test_everything_else_is_refused_by_the_part_that_is_wrong(text, code, part):
    with pytest.raises(FormulaError) as refused:
        parse(text)
    assert (refused.value.code, refused.value.part) == (code, part)
    assert refused.value.expected
    assert refused.value.hint


HEAVY = {
    "brackets": "(" * 10_000 + "a" + ")" * 10_000,
    "open brackets": "(" * 10_000,
    "minus": "-" * 10_000 + "a",
    "calls": "prev(" * 10_000,
    "100 KB": "a + " * 25_600,
    "100 KB of digits": "9" * 102_400,
    "100 KB of blanks": " " * 102_400 + "a",
    "powers": "9**" * 33_000 + "9",
    "400 brackets": "(" * 399,
    "50 calls": "prev(" * 50 + "a" + ")" * 50,
}


@pytest.mark.parametrize("name", list(HEAVY))
def test_a_bomb_is_refused_within_fifty_milliseconds(name):
    best = float("inf")
    for _ in range(3):  # the best of three: the limit is of the code, not of a busy machine
        start = time.perf_counter()
        with pytest.raises(FormulaError) as refused:
            parse(HEAVY[name])
        best = min(best, time.perf_counter() - start)
    assert refused.value.code in {"formula.long", "formula.deep"}
    assert best <= 0.05


def test_the_limits_themselves():
    assert parse("a" * MAX_LENGTH) == Name("a" * MAX_LENGTH)
    assert parse("(" * 23 + "a" + ")" * 23) == A
    with pytest.raises(FormulaError, match="不超过 24 层"):
        parse("(" * 24 + "a" + ")" * 24)
    with pytest.raises(FormulaError, match="不超过 400 个字符"):
        parse("a" * (MAX_LENGTH + 1))


def test_brackets_side_by_side_are_not_deep():
    text = " + ".join(["(a * (b))"] * 30)
    assert names(parse(text)) == ("a", "b")


@pytest.mark.parametrize(
    ("text", "depth"),
    [
        ("a", {"a": 0}),
        ("a - prev(a)", {"a": 1}),
        ("(a - prev(b)) / prev(prev(a))", {"a": 2, "b": 1}),
        ("prev(a + prev(b)) + b", {"a": 1, "b": 2}),
        ("if(prev(a) > b, prev(prev(prev(c))), 0)", {"a": 1, "b": 0, "c": 3}),
        ("prev(sum(a))", {"a": 1}),
        ("3 * 2", {}),
    ],
)
def test_how_far_back_a_formula_looks(text, depth):
    assert look_back(parse(text)) == depth


def test_names_come_in_order_of_appearance_each_once():
    assert names(parse("(c + a) / prev(c) - min(b, a)")) == ("c", "a", "b")


@pytest.mark.parametrize(
    ("text", "inside"),
    [
        ("a + b", set()),
        ("sum(a)", {"a"}),
        ("sum(a * b) / c", {"a", "b"}),
        ("count(a <= b) - prev(mean(c))", {"a", "b", "c"}),
        ("if(count(a > 1) > b, -mean(c), 2)", {"a", "c"}),
    ],
)
def test_which_variables_are_read_by_sub_period(text, inside):
    assert sub_period_names(parse(text)) == inside
