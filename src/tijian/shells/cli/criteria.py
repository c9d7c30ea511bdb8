"""``tijian criteria``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from tijian.engine.kernel.faults import Faults
from tijian.shells.cli import screen
from tijian.shells.cli.account import Account, AsJson, Data, perform
from tijian.shells.cli.help import Command, Group
from tijian.shells.cli.rounds import Name

app = typer.Typer(cls=Group, help="判定标准。", no_args_is_help=True)


@app.callback()
def group() -> None:
    """判定标准。"""


@app.command("adopt", cls=Command)
def adopt(
    files: Annotated[
        list[Path], typer.Argument(help="改过的 criteria/*.yaml 或 rules.yaml", show_default=False)
    ],
    data: Data,
    account: Account,
    name: Name,
    note: Annotated[str, typer.Option("--note", help="为什么改")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只看哪些等级会变，什么也不写")] = False,
    as_json: AsJson = False,
) -> None:
    """采用改过的标准判定一个进行中的轮次；先说哪些等级会变。"""
    from tijian.shells.settings.use import using

    texts = _texts(files)
    with using(data):
        from tijian.office.register.queries import open_round_city
        from tijian.office.values.rounds import AdoptCriteria, propose

        proposal = propose(name, texts)
        label = open_round_city(proposal.which).city.label
        moves = [
            {"indicator": new.indicator, "area": label(new.area), "before": old.grade, "after": new.grade}
            for old, new in proposal.news.moved
            if old is not None
        ]
        revision = None if dry_run else perform(AdoptCriteria(name, texts, note), account).answer["revision"]
    if as_json:
        screen.say(json.dumps({"revision": revision, "moves": moves}, ensure_ascii=False, indent=1))
        return
    for move in moves:
        screen.say(f"{move['indicator']} {move['area']}：{move['before']} → {move['after']}")
    done = "（试算，没有写入）" if dry_run else f"，已采用为第 {revision} 版"
    screen.say(f"{len(moves)} 个等级变动{done}。")


def _texts(files: list[Path]) -> dict[str, str]:
    """Read the files under the names they have in a city folder.

    Raises:
        Refused: If one is missing or is no UTF-8 text.
    """
    faults, texts = Faults(), {}
    for path in files:
        name = path.name if path.name == "rules.yaml" else f"criteria/{path.name}"
        try:
            texts[name] = path.read_bytes().decode("utf-8")
        except OSError:
            faults.add("file.missing", str(path), "", None, "一个标准文件", "请检查路径。")
        except UnicodeDecodeError as error:
            faults.add(
                "file.encoding", str(path), f"第 {error.start} 字节", None, "UTF-8 文字", "请另存为 UTF-8。"
            )
    faults.raise_if_any()
    return texts
