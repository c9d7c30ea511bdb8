"""``tijian city generate``."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Annotated, Literal

import typer

from tijian.engine.exam import generate
from tijian.engine.exam.files import check_out
from tijian.engine.exam.folder import open_city
from tijian.engine.kernel.faults import Faults
from tijian.shells.cli import screen
from tijian.shells.cli.account import AsJson, Data
from tijian.shells.cli.help import Command, Group
from tijian.shells.cli.rounds import Name

app = typer.Typer(cls=Group, help="城市文件夹。", no_args_is_help=True)


@app.callback()
def group() -> None:
    """城市文件夹。"""


@app.command("generate", cls=Command)
def generate_city(
    out: Annotated[Path, typer.Argument(help="写到哪里；必须还不存在", show_default=False)],
    template: Annotated[Path, typer.Option("--template", help="照着哪个城市文件夹")],
    seed: Annotated[int, typer.Option("--seed", help="随机种子；同一种子得到同样的城市")],
    size: Annotated[Literal["demo", "full"], typer.Option("--size", help="图层大小")] = "demo",
    story: Annotated[Path | None, typer.Option("--story", help="植入已知病症的故事文件")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="错误用 JSON")] = False,
) -> None:
    """照一个城市文件夹生成一座合成的城市（只写输入，不写指标值）。"""
    faults = Faults()
    if out.exists():
        faults.add("out.exists", str(out), "", None, "还不存在的文件夹", "请换一个名字，或先移走它。")
        faults.raise_if_any()
    check_out(out)
    city = open_city(template)
    plants = generate.read_story(story, city) if story is not None else None
    try:
        generate.generate(city, seed, out, plants, size)
    except BaseException:
        shutil.rmtree(out, ignore_errors=True)
        raise
    if not as_json:
        screen.say(f"已生成 {out}（种子 {seed}，合成数据）。")


@app.command("export", cls=Command)
def export_city(
    out: Annotated[Path, typer.Argument(help="写到哪里；必须还不存在", show_default=False)],
    data: Data,
    name: Name,
    as_json: AsJson = False,
) -> None:
    """把一个轮次写成城市文件夹，tijian exam 可以直接体检，结果与在册的逐字节相同。"""
    from tijian.shells.settings.use import using

    faults = Faults()
    if out.exists():
        faults.add("out.exists", str(out), "", None, "还不存在的文件夹", "请换一个名字，或先移走它。")
        faults.raise_if_any()
    check_out(out)
    with using(data):
        from tijian.office.values.export import export_folder
        from tijian.shells.cli.rounds import find

        which = find(name)
        export_folder(which, out)
        year = which.year
    if as_json:
        screen.say(json.dumps({"out": str(out), "period": year}, ensure_ascii=False))
    else:
        screen.say(f"已写到 {out}；体检用 tijian exam {out} --period {year} --out …")
