"""``tijian people``: accounts and roles."""

from __future__ import annotations

import getpass
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tijian.engine.kernel.faults import Fault, Refused
from tijian.shells.cli import screen
from tijian.shells.cli.help import Command, Group
from tijian.shells.cli.installation import OPERATOR

if TYPE_CHECKING:  # Django stays away from commands that need none
    from tijian.office.ledger.action import Action

Data = Annotated[Path, typer.Option("--data", help="安装文件夹")]
As = Annotated[str, typer.Option("--as", help="以哪个账号办理")]
Json = Annotated[bool, typer.Option("--json", help="结果和错误用 JSON")]
Name = Annotated[str, typer.Argument(metavar="账号", help="登录用的名称", show_default=False)]
Role = Annotated[str, typer.Option("--role", help="角色，如 部门填报人")]
Body = Annotated[str, typer.Option("--body", help="单位的代码或简称；有的角色必须写")]

app = typer.Typer(cls=Group, help="账号和角色。", no_args_is_help=True)


@app.callback()
def group() -> None:
    """账号和角色。"""


@app.command("list", cls=Command)
def listed(data: Data, as_json: Json = False) -> None:
    """列出账号、角色和单位。"""
    from tijian.shells.settings.use import using

    with using(data):
        from tijian.office.people import queries

        persons = queries.persons()
    if as_json:
        shown = [
            {
                "account": p.name,
                "name": p.zh,
                "active": p.active,
                "roles": [{"role": h.role, "body": h.body} for h in p.held],
            }
            for p in persons
        ]
        screen.say(json.dumps(shown, ensure_ascii=False, indent=1))
        return
    rows = [(p.name, p.zh, "、".join(p.titles) or "无", "" if p.active else "已停用") for p in persons]
    screen.table(("账号", "称呼", "角色", ""), rows)


@app.command("add", cls=Command)
def add(
    name: Name,
    data: Data,
    called: Annotated[str, typer.Option("--name", help="称呼，如 王芳")],
    role: Annotated[str, typer.Option("--role", help="第一个角色，如 部门填报人")] = "",
    body: Body = "",
    account: As = OPERATOR,
) -> None:
    """建立账号；之后用 password 设定密码。"""
    from tijian.shells.settings.use import using

    with using(data):
        from tijian.office.people.actions import CreateAccount

        grants = ((role, _code(body)),) if role else ()
        _do(CreateAccount(name, called, grants), account)
    screen.say(f"已建立账号 {name}；还没有密码，请用 tijian people password 设定。")


@app.command("grant", cls=Command)
def grant(name: Name, role: Role, data: Data, body: Body = "", account: As = OPERATOR) -> None:
    """授予角色。"""
    from tijian.shells.settings.use import using

    with using(data):
        from tijian.office.people.actions import GrantRole

        _do(GrantRole(name, role, _code(body)), account)
    screen.say(f"已授予 {name}：{role}。")


@app.command("revoke", cls=Command)
def revoke(name: Name, role: Role, data: Data, body: Body = "", account: As = OPERATOR) -> None:
    """收回角色。"""
    from tijian.shells.settings.use import using

    with using(data):
        from tijian.office.people.actions import RevokeRole

        _do(RevokeRole(name, role, _code(body)), account)
    screen.say(f"已收回 {name}：{role}。")


@app.command("deactivate", cls=Command)
def deactivate(name: Name, data: Data, account: As = OPERATOR) -> None:
    """停用账号；它的登录随即失效，台账里的名字不变。"""
    from tijian.shells.settings.use import using

    with using(data):
        from tijian.office.people.actions import Deactivate

        _do(Deactivate(name), account)
    screen.say(f"已停用 {name}。")


@app.command("password", cls=Command)
def password(
    name: Name,
    data: Data,
    from_stdin: Annotated[bool, typer.Option("--stdin", help="从标准输入读一行，不询问")] = False,
    account: As = OPERATOR,
) -> None:
    """设定密码：询问两次，不回显；其他地方的登录随即失效。"""
    from tijian.shells.settings.use import using

    given = sys.stdin.readline().rstrip("\n") if from_stdin else _asked()
    with using(data):
        from tijian.office.people.actions import SetPassword

        _do(SetPassword(name, given), account)
    screen.say(f"已设定 {name} 的密码。")


def _asked() -> str:
    first, second = getpass.getpass("新密码："), getpass.getpass("再输一次：")
    if first != second:
        raise Refused(
            [Fault("password.again", "设定密码", "再输一次", "", "与新密码相同的内容", "两次输入不同。")]
        )
    return first


def _code(body: str) -> str:
    """Take a body by its code or its short name; what is neither is left for the action to refuse."""
    from tijian.office.people import queries

    return next((b.code for b in queries.bodies() if body and body in {b.code, b.short}), body)


def _do(action: Action, account: str) -> None:
    from tijian.office.ledger import queries

    action.execute(account, today=queries.today())
