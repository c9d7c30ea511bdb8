"""Faults are collected, all of them, each once."""

import json

import pytest

from tijian.engine.kernel.faults import Fault, Faults, Refused

ONE = Fault("unit.unknown", "variables.yaml", "第 3 行，a.unit", "亩", "已知的单位", "请改正。")
TWO = Fault("file.missing", "areas.yaml", "", "", "一个 YAML 文件", "请放入它。")


def test_a_fault_says_where_what_and_how_to_mend_it():
    assert str(ONE) == "variables.yaml，第 3 行，a.unit：写的是“亩”，应为已知的单位。请改正。"
    assert str(TWO) == "areas.yaml：应为一个 YAML 文件。请放入它。"


def test_a_fault_is_plain_data():
    assert json.loads(json.dumps(ONE.as_dict(), ensure_ascii=False)) == {
        "code": "unit.unknown", "file": "variables.yaml", "place": "第 3 行，a.unit", "value": "亩",
        "expected": "已知的单位", "hint": "请改正。",
    }  # fmt: skip


def test_nothing_found_refuses_nothing():
    Faults().raise_if_any()


def test_all_faults_are_told_in_order_and_each_once():
    faults = Faults()
    faults.add("b", "f", "", 2, "x", "y")
    faults.add("a", "f", "", None, "x", "y")
    faults.add("b", "f", "", 2, "x", "y")
    with pytest.raises(Refused) as refused:
        faults.raise_if_any()
    assert [(f.code, f.value) for f in refused.value.faults] == [("b", "2"), ("a", "")]
    assert str(refused.value).count("\n") == 1


def test_zero_is_shown_and_nothing_is_not():
    faults = Faults()
    faults.add("a", "f", "", 0, "x", "y")
    assert faults.found[0].value == "0"


def test_a_step_that_refuses_does_not_stop_the_next_one():
    faults, done = Faults(), []
    with faults.kept():
        raise Refused([ONE])
    with faults.kept():
        done.append("second step")
        raise Refused([TWO, ONE])
    assert done == ["second step"]
    assert faults.found == [ONE, TWO, ONE]
    with pytest.raises(Refused) as refused:
        faults.raise_if_any()
    assert refused.value.faults == (ONE, TWO)


def test_other_errors_are_not_swallowed():
    with pytest.raises(KeyError), Faults().kept():
        raise KeyError("x")
