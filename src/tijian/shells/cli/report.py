"""``tijian report trace``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tijian.shells.cli import screen

app = typer.Typer(help="报告。", no_args_is_help=True)


@app.callback()
def group() -> None:
    """报告。"""


@app.command("trace")
def trace(
    file: Annotated[Path, typer.Argument(help="报告的 DOCX 文件", show_default=False)],
    as_json: Annotated[bool, typer.Option("--json", help="结果用 JSON")] = False,
) -> None:
    """核对一份报告里的每个数：连着哪个值，有没有改动，有没有来历不明的数。"""
    screen.say(f"{file} {as_json}")
