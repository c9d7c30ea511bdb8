"""``tijian audit verify``."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from tijian.shells.cli import screen
from tijian.shells.cli.help import Command, Group

app = typer.Typer(cls=Group, help="审计。", no_args_is_help=True)


@app.callback()
def group() -> None:
    """审计。"""


@app.command("verify", cls=Command)
def verify(
    data: Annotated[Path, typer.Option("--data", help="安装文件夹")],
    as_json: Annotated[bool, typer.Option("--json", help="结果和错误用 JSON")] = False,
) -> int:
    """核对全部记录：链、每一行、头文件和证据文件；有任何一处被改就逐一指出。"""
    from tijian.shells.settings.use import using

    with using(data):
        from tijian.shells.checking import verify_installation

        report = verify_installation(data)
    if as_json:
        screen.say(json.dumps(asdict(report), ensure_ascii=False, indent=1))
    else:
        for number, finding in enumerate(report.findings, 1):
            screen.say(f"{number:>3}. {finding.message}")
        for note in report.notes:
            screen.say(f"提示：{note}")
        if report.findings:
            screen.say(f"{report.entries} 条记录，发现 {len(report.findings)} 处不符。")
        else:
            screen.say(f"{report.entries} 条记录完整（{report.rows} 行数据，{report.files} 个证据文件）。")
    return 1 if report.findings else 0
