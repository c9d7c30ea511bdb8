"""What every changing command shares: in whose name, on which date."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:  # a model cannot be imported before Django is set up
    from tijian.office.ledger.action import Action, Done

Data = Annotated[Path, typer.Option("--data", help="安装文件夹")]
Account = Annotated[str, typer.Option("--as", help="以哪个账号办理")]
AsJson = Annotated[bool, typer.Option("--json", help="结果和错误用 JSON")]


def perform(action: Action, account: str) -> Done:
    """Execute an action on the installation in use, on its business date.

    Raises:
        Refused: If it is not permitted or a precondition fails.
    """
    from tijian.office.ledger import queries

    return action.execute(account, today=queries.today())
