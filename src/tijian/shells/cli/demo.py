"""``tijian demo``."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from tijian.shells.cli import screen
from tijian.shells.cli.installation import OPERATOR


def demo(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="装在哪里；还不存在或空的文件夹", show_default=False)
    ],
    city: Annotated[str, typer.Option("--city", help="随附的城市名，或一个城市文件夹的路径")],
    database: Annotated[
        str, typer.Option("--database", help="sqlite，或 postgresql://用户:密码@主机/库名（空库）")
    ] = "sqlite",
) -> None:
    """建立一个演示安装：合成数据、两个轮次、治好的和在治的城市病、演示账号（密码公开）。"""
    from tijian.shells.settings.create import begin, create, find_city
    from tijian.shells.settings.use import using

    create(folder, city, database, OPERATOR, partial(begin, demo=True))
    with using(folder):
        from tijian.shells.demo import Demo

        Demo(folder, find_city(city), screen.progress).fill()
    screen.progress_done()
    screen.say(f"演示安装在 {folder}；用 tijian serve --data {folder} 打开。")
