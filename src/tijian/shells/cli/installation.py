"""``tijian init``."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from tijian.shells.cli import screen

OPERATOR = "系统管理员"


def init(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="装在哪里；还不存在或空的文件夹", show_default=False)
    ],
    city: Annotated[str, typer.Option("--city", help="随附的城市名，或一个城市文件夹的路径")],
    database: Annotated[
        str, typer.Option("--database", help="sqlite，或 postgresql://用户:密码@主机/库名（空库）")
    ] = "sqlite",
    account: Annotated[str, typer.Option("--as", help="以哪个账号办理；它成为第一个系统管理员")] = OPERATOR,
    demo: Annotated[
        bool, typer.Option("--demo-accounts", help="另建演示账号，密码公开；不要用于正式安装")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="结果和错误用 JSON")] = False,
) -> None:
    """建立一个安装：复制城市文件夹，建数据库，写下第一条记录。"""
    from tijian.shells.settings.create import begin, create

    made = create(folder, city, database, account, partial(begin, demo=demo))
    name = made.doc.city.zh
    if as_json:
        screen.say(json.dumps({"data": str(folder), "city": made.name, "name": name}, ensure_ascii=False))
    else:
        screen.say(f"已建立 {folder}（{name}，{'SQLite' if database == 'sqlite' else 'PostgreSQL'}）。")
