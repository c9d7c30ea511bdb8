"""The commands and their exit codes: 0 done, 1 input refused, 2 wrong usage, 3 a fault of the program."""

from __future__ import annotations

import gc
import json
import os
import re
import sys
import traceback
from collections.abc import Iterable

import typer
from typer.exceptions import TyperException

from tijian import __version__
from tijian.engine.kernel.faults import Refused
from tijian.shells.cli import (
    audit,
    catalogue,
    city,
    criteria,
    demo,
    doctor,
    examine,
    installation,
    people,
    report,
    rounds,
    screen,
    serve,
    values,
)
from tijian.shells.cli.help import Command, Group

DONE, REFUSED, USAGE, BROKEN = 0, 1, 2, 3
FAULTS_SHOWN = 200  # on a terminal; nobody reads eight thousand lines
GARBAGE = 50_000  # objects made between two looks for garbage
INTERRUPTED = 130  # what typer gives where a command was interrupted

app = typer.Typer(
    name="tijian",
    cls=Group,
    help="城市体检：从一个城市文件夹到有等级、有解释的结果和报告。",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command("exam", cls=Command)(examine.exam)
app.command("explain", cls=Command)(examine.explain)
app.command("demo", cls=Command)(demo.demo)
app.command("doctor", cls=Command)(doctor.doctor)
app.command("init", cls=Command)(installation.init)
app.command("serve", cls=Command)(serve.serve)
app.add_typer(audit.app, name="audit")
app.add_typer(catalogue.app, name="catalogue")
app.add_typer(city.app, name="city")
app.add_typer(criteria.app, name="criteria")
app.add_typer(people.app, name="people")
app.add_typer(report.app, name="report")
app.add_typer(rounds.app, name="round")
app.add_typer(values.app, name="values")


@app.command("version", cls=Command)
def version() -> None:
    """版本号。"""
    screen.say(__version__)


def main() -> None:
    """Run ``tijian`` and leave with the contract's exit code."""
    # A command makes many lasting objects and ends: looking for garbage every 700 of them is a sixth of its time.
    gc.set_threshold(GARBAGE)
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run one command.

    Returns:
        The exit code; faults have been told on standard error (as JSON with ``--json``).
    """
    try:
        result = app(arguments, standalone_mode=False)
    except Refused as refused:
        screen.progress_done()
        _tell(refused, as_json="--json" in arguments)
        return REFUSED
    except TyperException as error:
        screen.error(_usage(error))
        return USAGE
    except (typer.Abort, KeyboardInterrupt):
        result = INTERRUPTED
    except BrokenPipeError:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123 — the reader has gone
        return DONE
    except Exception:  # noqa: BLE001 — the last door: whatever it is, it is ours
        screen.error("程序出错，不是您的数据有误。请把下面的内容发给维护人员。")
        screen.error(traceback.format_exc())
        return BROKEN
    if result == INTERRUPTED:
        screen.progress_done()
        screen.error("已中断，没有写出结果。")
        return REFUSED
    return result if isinstance(result, int) else DONE


def _usage(error: TyperException) -> str:
    """Say a wrong usage in Chinese: what was given, what is expected."""
    kind, message = type(error).__name__, error.format_message()
    if kind == "NoArgsIsHelpError":
        return message
    parameter = getattr(error, "param", None)
    name = (parameter.opts[-1] if parameter.opts else parameter.name) if parameter is not None else ""
    option = getattr(error, "option_name", "")
    if kind == "NoSuchOption":
        said = f"没有选项 {option}{_perhaps(getattr(error, 'possibilities', None) or ())}"
    elif kind == "MissingParameter":
        said = f"缺少 {name or '参数'}"
    elif kind == "BadOptionUsage":
        said = f"{option} 不带值" if "does not take" in message else f"{option} 后面要写值"
    elif kind == "BadParameter":
        said = f"{name or '参数'} 的写法不对"
    else:
        said = _misspelt(message)
    return f"{said}。看用法请加 --help。"


def _misspelt(message: str) -> str:
    """Say a wrong usage that only typer's words tell: an unknown command, words too many."""
    unknown = re.match(r"No such command (['\"])(.*?)\1\.?(?: Did you mean (.*))?$", message)
    if unknown is not None:
        near = re.findall(r"'([^']*)'", unknown[3] or "")
        return f"没有这个命令：{unknown[2]}{_perhaps(near)}"
    extra = re.search(r"extra argument(?:s|\(s\))? \((.*)\)$", message)
    if extra is not None:
        return f"多写了：{extra[1]}"
    return "缺少命令" if message.startswith("Missing command") else f"用法不对：{message}"


def _perhaps(near: Iterable[str]) -> str:
    words = " 或 ".join(near)
    return f"，是不是 {words}" if words else ""


def _tell(refused: Refused, *, as_json: bool) -> None:
    if as_json:
        faults = [fault.as_dict() for fault in refused.faults]
        screen.error(json.dumps({"refused": faults}, ensure_ascii=False, indent=1))
        return
    screen.error(f"没有通过，共 {len(refused.faults)} 处，什么也没有写出：")
    for number, fault in enumerate(refused.faults[:FAULTS_SHOWN], 1):
        screen.error(f"{number:>3}. {fault}")
    if len(refused.faults) > FAULTS_SHOWN:
        screen.error(f"……还有 {len(refused.faults) - FAULTS_SHOWN} 处；加 --json 看全部。")
