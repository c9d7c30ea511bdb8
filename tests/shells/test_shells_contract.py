"""Exit codes, help, and what goes to which stream."""

import json
import re
import subprocess
import sys

import pytest

from tijian import __version__
from tijian.shells.cli import examine as command

CHINESE = re.compile(r"[一-鿿]")
COMMANDS = [
    ("exam",),
    ("explain",),
    ("catalogue", "check"),
    ("city", "generate"),
    ("report", "trace"),
]


def exam(city, out, *more):
    return ("exam", city, "--period", 2024, "--out", out, "--no-reports", *more)


def test_done_is_0(tijian, toy, tmp_path):
    answer = tijian(*exam(toy, tmp_path / "out"))
    assert answer.code == 0
    assert "9 项指标 × 12 个" in answer.out
    assert f"结果在 {tmp_path / 'out'}" in answer.out


def test_refused_is_1(tijian, tmp_path):
    answer = tijian(*exam(tmp_path, tmp_path / "out"))
    assert (answer.code, answer.out) == (1, "")
    assert answer.err.startswith("没有通过，共 1 处，什么也没有写出：\n")


def test_a_fault_of_the_program_is_3_and_says_whose_fault_it_is(tijian, toy, tmp_path, monkeypatch):
    def planted(_results):
        raise ZeroDivisionError("planted")

    monkeypatch.setattr(command, "tables", planted)
    answer = tijian(*exam(toy, tmp_path / "out"))
    assert answer.code == 3
    assert "程序出错，不是您的数据有误。请把下面的内容发给维护人员。" in answer.err
    assert "ZeroDivisionError: planted" in answer.err
    assert answer.out == ""
    assert not (tmp_path / "out").exists()


def test_the_exit_code_reaches_the_shell(tmp_path):
    program = "from tijian.shells.cli import main; main()"
    arguments = [sys.executable, "-c", program, "explain", "TC02", "1", "2019", "--data", tmp_path]
    done = subprocess.run(arguments, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "应为一个城市文件夹" in done.stderr


def test_the_version(tijian):
    answer = tijian("version")
    assert (answer.code, answer.out) == (0, f"{__version__}\n")


def test_help_names_every_command_in_chinese(tijian):
    answer = tijian("--help")
    assert answer.code == 0
    assert "城市体检" in answer.out
    for name in ("exam", "explain", "catalogue", "city", "report"):
        (line,) = re.findall(rf"^ +{name} .*$", answer.out, re.MULTILINE)
        assert CHINESE.search(line)


@pytest.mark.parametrize("command_line", COMMANDS, ids=" ".join)
def test_help_of_a_command_is_chinese(tijian, command_line):
    answer = tijian(*command_line, "--help")
    assert answer.code == 0
    assert answer.err == ""
    explained = re.findall(r"^ {2}(?:-{1,2}\w|\w+ +<).*$", answer.out, re.MULTILINE)
    assert explained
    for line in explained:
        assert line.lstrip().startswith("--help") or CHINESE.search(line), line


@pytest.mark.parametrize("group", ["catalogue", "city", "report"])
def test_help_of_a_group_is_chinese(tijian, group):
    answer = tijian(group, "--help")
    assert answer.code == 0
    assert CHINESE.search(answer.out)


def test_progress_goes_to_standard_error_only(tijian, toy, tmp_path):
    answer = tijian(*exam(toy, tmp_path / "out"))
    assert re.search(r"^\[\d+/\d+\] 计算 2024 年$", answer.err, re.MULTILINE)
    assert re.search(r"^\[\d+/\d+\] 评级$", answer.err, re.MULTILINE)
    assert not re.search(r"\[\d+/\d+\]", answer.out)


def test_summary_as_json(tijian, toy, tmp_path):
    answer = tijian(*exam(toy, tmp_path / "out", "--json"))
    summary = answer.json
    assert (summary["city"], summary["period"], summary["rows"]) == ("澄湖市", 2024, 108)
    assert sum(summary["grades"].values()) == 108
    assert summary["out"] == str(tmp_path / "out")
    assert sorted(summary["files"]) == sorted(p.name for p in (tmp_path / "out").iterdir())


def test_faults_as_json_on_standard_error(tijian, tmp_path):
    answer = tijian(*exam(tmp_path, tmp_path / "out", "--json"))
    assert (answer.code, answer.out) == (1, "")
    (fault,) = json.loads(answer.err)["refused"]
    assert list(fault) == ["code", "file", "place", "value", "expected", "hint"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("exam",), "缺少 city"),
        (("exam", "c", "--out", "o"), "缺少 --period"),
        (("exam", "c", "--period", 2019), "缺少 --out"),
        (("exam", "c", "--period", "今年", "--out", "o"), "--period 的写法不对"),
        (("exam", "c", "--period", 2019, "--out", "o", "--jobs", 0), "--jobs 的写法不对"),
        (("exam", "c", "--peroid", 2019), "没有选项 --peroid，是不是 --period"),
        (("city", "generate", "o", "--template", "c", "--seed", 1, "--size", "huge"), "--size 的写法不对"),
        (("heal",), "没有这个命令：heal"),
        (("catalogue", "import"), "没有这个命令：import"),
        (("explain", "TC02"), "缺少 area"),
    ],
)
def test_wrong_usage_is_2_and_told_in_one_chinese_line(tijian, arguments, words):
    answer = tijian(*arguments)
    assert (answer.code, answer.out) == (2, "")
    assert words in answer.err
    assert answer.err.endswith("看用法请加 --help。\n")
    assert answer.err.count("\n") == 1


@pytest.mark.parametrize("arguments", [(), ("catalogue",), ("city",), ("report",)])
def test_a_command_without_words_is_wrong_usage(tijian, arguments):
    assert tijian(*arguments).code == 2


@pytest.mark.parametrize(
    ("arguments", "code", "value"),
    [
        (("--period", 2030), "request.period", "2030"),
        (("--period", 2024, "--only", "MO01,MO99"), "request.indicator", "MO99"),
    ],
)
def test_a_request_the_city_cannot_answer(tijian, toy, tmp_path, arguments, code, value):
    answer = tijian("exam", toy, "--out", tmp_path / "out", "--no-reports", *arguments, "--json")
    assert answer.code == 1
    assert [(f["code"], f["value"]) for f in answer.refused] == [(code, value)]
    assert not (tmp_path / "out").exists()
