"""``tijian report trace``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tijian.engine.kernel.faults import Fault, Refused
from tijian.shells.cli import screen
from tijian.shells.cli.help import Command, Group

if TYPE_CHECKING:
    from tijian.engine.report.trace import Trace

KINDS = {"value": "值", "count": "计数", "cut": "切点", "fact": "文件事实"}
SHOWN = 40

app = typer.Typer(cls=Group, help="报告。", no_args_is_help=True)


@app.callback()
def group() -> None:
    """报告。"""


@app.command("trace", cls=Command)
def trace(
    file: Annotated[Path, typer.Argument(help="报告的 DOCX 文件", show_default=False)],
    as_json: Annotated[bool, typer.Option("--json", help="结果和错误用 JSON")] = False,
) -> int:
    """核对一份报告里的每个数：连着哪个值，有没有改动，有没有来历不明的数；有问题时退出码为 1。"""
    found = _read(file)
    if as_json:
        screen.say(json.dumps(_plain(found), ensure_ascii=False, indent=1))
    else:
        _show(file, found)
    return 0 if found.clean else 1


def _read(file: Path) -> Trace:
    from tijian.engine.report.trace import NotAReportError
    from tijian.engine.report.trace import trace as follow

    try:
        return follow(file)
    except (NotAReportError, FileNotFoundError) as error:
        raise Refused(
            [
                Fault(
                    "report.unreadable",
                    file.name,
                    "",
                    "",
                    "tijian 编出的 DOCX 报告",
                    "请检查路径；另存为别的格式再存回来的文件可能丢了数的出处。",
                )
            ]
        ) from error


def _plain(found: Trace) -> dict[str, object]:
    return {
        "resolved": len(found.resolved),
        "changed": [
            {"id": c.reference.id, "key": c.reference.key, "old": c.old, "new": c.new} for c in found.changed
        ],
        "unresolved": [{"text": u.text, "place": u.place, "context": u.context} for u in found.unresolved],
        "missing": [{"id": m.id, "key": m.key, "text": m.text} for m in found.missing],
    }


def _show(file: Path, found: Trace) -> None:
    kinds: dict[str, int] = {}
    for reference in (*found.resolved, *(c.reference for c in found.changed)):
        kinds[reference.kind] = kinds.get(reference.kind, 0) + 1
    by_kind = "、".join(f"{KINDS[k]} {n}" for k, n in kinds.items())
    screen.say(f"{file.name}：{by_kind}")
    screen.say(
        f"相符 {len(found.resolved)}，改动 {len(found.changed)}，未解析 {len(found.unresolved)}，丢失 {len(found.missing)}"
    )
    for change in found.changed[:SHOWN]:
        screen.say(f"  改动 {change.reference.key}：{change.old} → {change.new}")
    for loose in found.unresolved[:SHOWN]:
        screen.say(f"  未解析 {loose.place}：“{loose.text}”，在“{loose.context}”")
    for missing in found.missing[:SHOWN]:
        screen.say(f"  丢失 {missing.key}：原为 {missing.text}")
