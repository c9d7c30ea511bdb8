"""``tijian values``."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tijian.engine.exam.intake.verdicts import Intake, Verdict
from tijian.engine.kernel.faults import Fault, Faults, Refused
from tijian.shells.cli import screen
from tijian.shells.cli.account import Account, AsJson, Data, perform
from tijian.shells.cli.help import Command, Group
from tijian.shells.cli.rounds import Name, find

if TYPE_CHECKING:  # a model cannot be imported before Django is set up
    from tijian.office.ledger.action import Action

app = typer.Typer(cls=Group, help="值。", no_args_is_help=True)
LAYERS = {".parquet", ".geojson"}
SHOWN = 40
EXPECTED = "可以直接采纳的数"
VERDICT_ZH = {
    Verdict.TAKEN: "接受",
    Verdict.CONVERTED: "规整后接受",
    Verdict.ASKED: "要说明",
    Verdict.REFUSED: "拒绝",
    Verdict.BLANK: "无数据",
}


@app.callback()
def group() -> None:
    """值。"""


@dataclass(frozen=True)
class Terms:
    """How figures are brought in: by whom, of which strand and mark, and what becomes of doubtful cells."""

    account: str
    strand: str
    mark: str
    provider: str
    sound_only: bool
    explained: str


@app.command("import", cls=Command)
def import_values(
    files: Annotated[
        list[Path], typer.Argument(help="csv、xlsx 表，或图层 <名称>-<年份>.parquet", show_default=False)
    ],
    data: Data,
    name: Name,
    account: Annotated[str, typer.Option("--as", help="以哪个账号办理；试读可以不写")] = "",
    strand: Annotated[str, typer.Option("--strand", help="表中没写来源时算作哪一种")] = "自体检",
    mark: Annotated[str, typer.Option("--mark", help="表中没写标记时用的标记")] = "",
    provider: Annotated[str, typer.Option("--provider", help="提供者")] = "",
    sound_only: Annotated[bool, typer.Option("--sound-only", help="只写入没有问题的格")] = False,
    explained: Annotated[
        str, typer.Option("--explain", help="要说明的格为什么是对的；写了就一并写入，说明随值留存")
    ] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只判，不写")] = False,
    as_json: AsJson = False,
) -> None:
    """读入表格和图层，给每一格一个判定；有要说明或拒绝的格时什么也不写，除非只写没有问题的。"""
    from tijian.shells.settings.use import using

    terms = Terms(account, strand, mark, provider or account, sound_only, explained)
    tables = [f for f in files if f.suffix.lower() not in LAYERS]
    layers = [f for f in files if f.suffix.lower() in LAYERS]
    with using(data):
        intake, known = _read(tables, name, terms, dry_run=dry_run)
        document: dict[str, Any] = intake.as_json() | (
            {} if known else {"round": f"没有轮次 {name}，按年度试读"}
        )
        if not dry_run:
            _refuse_doubtful(intake, terms)
            document["written"] = _write(intake, tables, layers, terms)
    if as_json:
        screen.say(json.dumps(document, ensure_ascii=False, indent=1))
    else:
        _show(intake, document)
    if dry_run and (intake.faults or _doubtful(intake)):
        raise typer.Exit(1)


def _read(tables: list[Path], name: str, terms: Terms, *, dry_run: bool) -> tuple[Intake, bool]:
    """Examine tables against the round; a dry run makes do with a year where there is no such round."""
    from tijian.engine.exam.intake.examine import examine
    from tijian.office.register import queries
    from tijian.office.values.intake import previous

    try:
        which = find(name)
    except Refused:
        if not dry_run or not name.isdigit():
            raise
        city = queries.city_now().city
        return examine(tables, city, year=int(name), strand=terms.strand, mark=terms.mark), False
    city = queries.city_now().city  # figures are the city's: a round of two districts reads what is there
    read = examine(
        tables, city, year=which.year, strand=terms.strand, mark=terms.mark, previous=previous(which)
    )
    return read, True


def _doubtful(intake: Intake) -> list[Any]:
    return [c for c in intake.cells if c.verdict in {Verdict.ASKED, Verdict.REFUSED}]


def _refuse_doubtful(intake: Intake, terms: Terms) -> None:
    """Refuse the import where files or cells are faulty.

    Raises:
        Refused: With every faulty cell.
    """
    found = list(intake.faults)
    if not terms.sound_only:
        hint = "改正后重交；数没有错就用 --explain 说明；只写没有问题的格加 --sound-only。"
        found += [
            Fault(f"cell.{c.verdict}", c.file, c.address, c.text, EXPECTED, c.note or hint)
            for c in _doubtful(intake)
            if c.verdict is Verdict.REFUSED or not terms.explained.strip()
        ]
    if found:
        raise Refused(found)


def _write(intake: Intake, tables: list[Path], layers: list[Path], terms: Terms) -> list[dict[str, object]]:
    from tijian.office.values.intake import accepting

    named: list[tuple[str, Action]] = [
        *((a.source, a) for a in accepting(intake, tables, terms.provider, asked=terms.explained)),
        *((path.name, _layer(path, terms)) for path in layers),
    ]
    done = [{"file": file} | perform(action, terms.account).answer for file, action in named]
    if not done:
        faults = Faults()
        faults.add("values.none", "", "", None, "至少一个可以采纳的数", "文件里没有可以采纳的数。")
        faults.raise_if_any()
    return done


def _layer(path: Path, terms: Terms) -> Action:
    from tijian.office.values.actions import RegisterDataset

    layer, _, period = path.stem.rpartition("-")
    return RegisterDataset(layer, period, path, terms.provider, mark=terms.mark)


def _show(intake: Intake, document: dict[str, Any]) -> None:
    for fault in intake.faults:
        screen.say(str(fault))
    doubtful = _doubtful(intake)
    for cell in doubtful[:SHOWN]:
        screen.say(f"{VERDICT_ZH[cell.verdict]}  {cell.place}“{cell.text}”：{cell.note}")
    if len(doubtful) > SHOWN:
        screen.say(f"……还有 {len(doubtful) - SHOWN} 格")
    for c in intake.contradictions:
        values = "、".join(f"{v:g}" for v in c.values)
        screen.say(f"互相矛盾：{c.indicator} {c.area} {c.period}：{values}（{'；'.join(c.places)}）")
    for s in intake.series:
        screen.say(
            f"{s.item} {s.area} {s.year}：{s.condition} 的 {s.counted} 天，覆盖 {s.covered}/{s.days}；"
            f"标签与数矛盾 {s.contradictions} 处，其中 {s.would_change} 处会改变天数"
        )
    totals = intake.totals
    parts = "，".join(f"{zh} {totals[v.value]}" for v, zh in VERDICT_ZH.items())
    if intake.files:
        screen.say(f"{len(intake.files)} 个文件，{totals['cells']} 格：{parts}。")
    if "round" in document:
        screen.say(f"提示：{document['round']}")
    for done in document.get("written", []):
        words = f"写入 {done['written']} 个数" if "written" in done else "已登记"
        screen.say(f"{done['file']}：{words}；{done['moved'] or '没有等级变动'}")


@app.command("adopt", cls=Command)
def adopt(
    item: Annotated[str, typer.Argument(help="指标或变量", show_default=False)],
    area: Annotated[str, typer.Argument(help="区的代码", show_default=False)],
    period: Annotated[int, typer.Argument(help="年度", show_default=False)],
    data: Data,
    account: Account,
    strand: Annotated[str, typer.Option("--strand", help="采用哪个来源；不写就是撤销")] = "",
    reason: Annotated[str, typer.Option("--reason", help="理由")] = "",
    as_json: AsJson = False,
) -> None:
    """选定一项的采用值（或撤销选定），写明理由。"""
    from tijian.shells.settings.use import using

    with using(data):
        from tijian.office.values.actions import AdoptStrand

        done = perform(AdoptStrand(item, area, period, strand, reason), account)
    words = f"{item} {area} {period} {'采用' + strand if strand else '已撤销选定'}。{done.answer['moved']}"
    screen.say(json.dumps(done.answer, ensure_ascii=False, indent=1) if as_json else words)
