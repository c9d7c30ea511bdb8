"""``tijian round``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tijian.engine.exam.files import check_out, write
from tijian.shells.cli import screen
from tijian.shells.cli.account import Account, AsJson, Data, perform
from tijian.shells.cli.help import Command, Group

if TYPE_CHECKING:  # a model cannot be imported before Django is set up
    from tijian.office.register.models import Round

app = typer.Typer(cls=Group, help="体检轮次。", no_args_is_help=True)
Name = Annotated[str, typer.Option("--round", help="轮次的名称")]


@app.callback()
def group() -> None:
    """体检轮次。"""


@app.command("open", cls=Command)
def open_round(
    name: Annotated[str, typer.Argument(help="名称，如 2019", show_default=False)],
    data: Data,
    account: Account,
    period: Annotated[int, typer.Option("--period", help="体检年度")],
    areas: Annotated[str, typer.Option("--areas", help="哪些区，代码用逗号隔开；不写就是全部")] = "",
    note: Annotated[str, typer.Option("--note", help="说明")] = "",
    as_json: AsJson = False,
) -> None:
    """开启一个轮次：固定使用现行的指标体系、判定标准和边界。"""
    from tijian.shells.settings.use import using

    with using(data):
        from tijian.office.values.rounds import OpenRound

        codes = tuple(c.strip() for c in areas.split(",") if c.strip())
        done = perform(OpenRound(name, period, codes, note), account)
    _told(done.answer, f"已开启轮次 {name}（第 {done.position} 条记录）。", as_json=as_json)


@app.command("list", cls=Command)
def list_rounds(data: Data, as_json: AsJson = False) -> None:
    """列出全部轮次。"""
    from tijian.shells.settings.use import using

    with using(data):
        from tijian.office.register import queries

        rows = [
            {
                "round": r.name,
                "period": r.year,
                "areas": len(queries.open_round_city(r).city.areas.areas),
                "state": "已结束" if queries.is_closed(r) else "进行中",
                "basis": queries.basis(r).sha256[:12],
            }
            for r in queries.rounds()
        ]
    if as_json:
        screen.say(json.dumps(rows, ensure_ascii=False, indent=1))
    elif rows:
        header = ["轮次", "年度", "区数", "状态", "判定依据"]
        screen.table(header, [[str(v) for v in r.values()] for r in rows], right=(1, 2))
    else:
        screen.say("还没有轮次。用 tijian round open 开启一个。")


@app.command("rebase", cls=Command)
def rebase(
    data: Data,
    account: Account,
    name: Name,
    note: Annotated[str, typer.Option("--note", help="为什么改")],
    as_json: AsJson = False,
) -> None:
    """按现行公布的体系、标准和边界重算一个进行中的轮次。"""
    from tijian.shells.settings.use import using

    with using(data):
        from tijian.office.values.rounds import Rebase

        done = perform(Rebase(name, note), account)
    words = f"已重算：因{done.answer['cause']}，{done.answer['moved']} 个等级变动。"
    _told(done.answer, words, as_json=as_json)


@app.command("scan", cls=Command)
def scan(data: Data, account: Account, name: Name, as_json: AsJson = False) -> None:
    """重新查找短板和候选城市病。"""
    from tijian.shells.settings.use import using

    with using(data):
        from tijian.office.values.scan import ScanRound

        done = perform(ScanRound(name), account)
    words = f"短板线索 {done.answer['findings']} 条，候选城市病 {done.answer['candidates']} 个（未经确认）。"
    _told(done.answer, words, as_json=as_json)


@app.command("close", cls=Command)
def close(
    data: Data,
    account: Account,
    name: Name,
    lesson: Annotated[str, typer.Option("--lesson", help="小结")] = "",
    as_json: AsJson = False,
) -> None:
    """结束一个轮次：结果不再重算。"""
    from tijian.shells.settings.use import using

    with using(data):
        from tijian.office.values.rounds import CloseRound

        done = perform(CloseRound(name, lesson), account)
    _told(done.answer, f"轮次 {name} 已结束。", as_json=as_json)


@app.command("results", cls=Command)
def results(
    data: Data,
    name: Name,
    out: Annotated[Path, typer.Option("--out", help="写到哪个文件夹")],
    as_of: Annotated[int | None, typer.Option("--as-of", help="截至第几条记录")] = None,
    as_json: AsJson = False,
) -> None:
    """写出一个轮次在册的结果：values.csv、dimensions.csv、findings.csv。"""
    from tijian.shells.settings.use import using

    check_out(out)
    with using(data):
        from tijian.office.values.export import tables

        files = tables(find(name), as_of)
    write(out, files)
    _told({"files": sorted(files)}, f"已写到 {out}：{'、'.join(sorted(files))}。", as_json=as_json)


def find(name: str) -> Round:
    """Find a round by name, or by its year where that is clear.

    Raises:
        Refused: If there is none.
    """
    from tijian.engine.kernel.faults import Faults
    from tijian.office.register import queries

    found = [r for r in queries.rounds() if name in {r.name, str(r.year)}]
    exact = [r for r in found if r.name == name]
    if exact or len(found) == 1:
        return (exact or found)[0]
    faults = Faults()
    known = "、".join(r.name for r in queries.rounds()) or "（还没有轮次）"
    faults.add("round.missing", "--round", "", name, known, "请改正轮次的名称。")
    faults.raise_if_any()
    raise LookupError(name)


def _told(answer: dict[str, object], words: str, *, as_json: bool) -> None:
    screen.say(json.dumps(answer, ensure_ascii=False, indent=1) if as_json else words)
