"""``tijian doctor``."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Annotated

import typer

from tijian.shells.cli import screen
from tijian.shells.cli.account import AsJson, Data

SHOWN = 20


def doctor(
    data: Data,
    recompute: Annotated[
        bool, typer.Option("--recompute", help="按在册的依据重算每一个结果，逐一比对")
    ] = False,
    as_json: AsJson = False,
) -> int:
    """检查一个安装；加 --recompute 时重算全部结果，与在册的逐一比对。"""
    from tijian.shells.settings.use import using

    if not recompute:
        with using(data):
            from tijian.office.ledger import queries

            position = queries.position()
        screen.say(
            f"数据库可用，共 {position} 条记录。要核对结果请加 --recompute，要核对台账用 tijian audit verify。"
        )
        return 0
    with using(data):
        from tijian.office.values.doctor import recompute_all

        found = recompute_all()
    if as_json:
        screen.say(json.dumps(asdict(found), ensure_ascii=False, indent=1))
    else:
        for line in found.differences[:SHOWN]:
            screen.say(line)
        if len(found.differences) > SHOWN:
            screen.say(f"……还有 {len(found.differences) - SHOWN} 处")
        if found.unproven:
            screen.say(f"未验 {found.unproven}（由另一版本的程序算出）")
        if found.waiting:
            screen.say(f"待重算（短板）：{'、'.join(found.waiting)}")
        screen.say(f"重算 {found.compared} 项，差异 {len(found.differences)}")
    return 1 if found.differences else 0
