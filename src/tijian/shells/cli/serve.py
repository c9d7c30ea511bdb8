"""``tijian serve``."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from tijian.engine.kernel.faults import Fault, Refused
from tijian.shells.cli import screen
from tijian.shells.cli.installation import OPERATOR

REAL = "实际"


def serve(
    data: Annotated[Path, typer.Option("--data", help="安装文件夹")],
    port: Annotated[int, typer.Option("--port", help="端口", min=1, max=65535)] = 8000,
    today: Annotated[
        str | None, typer.Option("--today", help=f"模拟的业务日期，如 2019-06-19；“{REAL}”回到实际日期")
    ] = None,
    account: Annotated[str, typer.Option("--as", help="以哪个账号设定日期")] = OPERATOR,
    listen: Annotated[
        str, typer.Option("--listen", help="监听地址；0.0.0.0 让别的机器也能访问")
    ] = "127.0.0.1",
    host: Annotated[
        list[str] | None, typer.Option("--host", help="浏览器里用的主机名，可写几次", metavar="名称")
    ] = None,
) -> None:
    """启动页面和后台任务，直到按 Ctrl-C。"""
    from tijian.shells.settings.use import keep_today, using
    from tijian.shells.web import server

    day = _day(today)
    with using(data):
        _check_schema()
        if today is not None:
            _set_today(day, account)
        keep_today()
        words = _words()
    address = f"http://{'127.0.0.1' if listen == '0.0.0.0' else listen}:{port}/"  # noqa: S104 — compared, not bound

    def ready() -> None:
        screen.say("\n".join([f"体检系统：{address}", *words, "按 Ctrl-C 停止。"]))
        sys.stdout.flush()

    server.serve(data, listen, port, host or [], ready)


def _day(text: str | None) -> date | None:
    if text in {None, REAL}:
        return None
    try:
        return date.fromisoformat(text or "")
    except ValueError as error:
        hint = "请写成 2019-06-19 的样子。"
        raise Refused(
            [Fault("today.form", "tijian serve", "--today", text or "", "一个日期", hint)]
        ) from error


def _set_today(day: date | None, account: str) -> None:
    from tijian.office.ledger import queries
    from tijian.office.ledger.actions import SetToday

    if queries.simulated_day() != day:
        SetToday(day).execute(account, today=queries.today())


def _words() -> list[str]:
    """Say what a person at the terminal wants to know: the date, and who can sign in."""
    from tijian.office.ledger import queries
    from tijian.office.people.models import Login
    from tijian.office.people.queries import demo_persons
    from tijian.shells.settings.staff import DEMO_PASSWORD

    day, demo = queries.simulated_day(), demo_persons()
    words = [] if day is None else [f"模拟日期：{day.isoformat()}"]
    if demo:
        words.append(f"演示账号（密码都是 {DEMO_PASSWORD}）：")
        columns = max(screen.width(p.name) for p in demo)
        words += [f"  {screen.padded(p.name, columns)}  {'、'.join(p.titles)}" for p in demo]
    elif not any(login.has_usable_password() for login in Login.objects.all()):
        words.append("还没有人能登录：请用 tijian people password 为系统管理员设定密码。")
    return words


def _check_schema() -> None:
    """Refuse a database that was made by another version of the program.

    Raises:
        Refused: With what it lacks.
    """
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if plan:
        lacking = "、".join(f"{m.app_label}.{m.name}" for m, _ in plan)
        hint = "这个安装是用较早的版本建立的；请换回那个版本，或重新建立安装。"
        raise Refused([Fault("database.old", "数据库", "结构", lacking, "与程序一致的数据库结构", hint)])
