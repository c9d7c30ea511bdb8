"""The commands and their exit codes: 0 done, 1 input refused, 2 wrong usage, 3 a fault of the program."""

from __future__ import annotations

import json
import os
import sys
import traceback

import typer
from typer.exceptions import TyperException

from tijian import __version__
from tijian.engine.kernel.faults import Refused
from tijian.shells.cli import catalogue, city, examine, report, screen

DONE, REFUSED, USAGE, BROKEN = 0, 1, 2, 3

app = typer.Typer(
    name="tijian",
    help="城市体检：从一个城市文件夹到有等级、有解释的结果和报告。",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command("exam")(examine.exam)
app.command("explain")(examine.explain)
app.command("version")(lambda: print(__version__))  # noqa: T201 — the command's answer
app.add_typer(catalogue.app, name="catalogue")
app.add_typer(city.app, name="city")
app.add_typer(report.app, name="report")


def main() -> None:
    """Run ``tijian`` and leave with the contract's exit code."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run one command.

    Returns:
        The exit code; faults have been told on standard error (as JSON with ``--json``).
    """
    try:
        result = app(arguments, standalone_mode=False)
    except Refused as refused:
        _tell(refused, as_json="--json" in arguments)
        return REFUSED
    except TyperException as error:
        screen.error(_usage(error))
        return USAGE
    except (typer.Abort, KeyboardInterrupt):
        screen.error("已中断，没有写出结果。")
        return REFUSED
    except BrokenPipeError:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123 — the reader has gone
        return DONE
    except Exception:  # noqa: BLE001 — the last door: whatever it is, it is ours
        screen.error("程序出错，不是您的数据有误。请把下面的内容发给维护人员。")
        screen.error(traceback.format_exc())
        return BROKEN
    return result if isinstance(result, int) else DONE


def _usage(error: TyperException) -> str:
    """Say a wrong usage in Chinese: what was given, what is expected."""
    kind, tail = type(error).__name__, "看用法请加 --help。"
    parameter = getattr(error, "param", None)
    name = (parameter.opts[-1] if parameter.opts else parameter.name) if parameter is not None else ""
    if kind == "NoSuchOption":
        near = "、".join(getattr(error, "possibilities", None) or ())
        return f"没有选项 {getattr(error, 'option_name', '')}{f'，是不是 {near}' if near else ''}。{tail}"
    if kind == "MissingParameter":
        return f"缺少 {name or '参数'}。{tail}"
    if kind == "BadParameter":
        return f"{name or '参数'} 的写法不对。{tail}"
    if "command" in error.format_message().lower():
        given = error.format_message().rsplit(" ", 1)[-1].strip("'.")
        return f"没有这个命令：{given}。{tail}"
    return f"用法不对：{error.format_message()}。{tail}"


def _tell(refused: Refused, *, as_json: bool) -> None:
    if as_json:
        faults = [fault.as_dict() for fault in refused.faults]
        screen.error(json.dumps({"refused": faults}, ensure_ascii=False, indent=1))
        return
    screen.error(f"没有通过，共 {len(refused.faults)} 处，什么也没有写出：")
    for number, fault in enumerate(refused.faults, 1):
        screen.error(f"{number:>3}. {fault}")
