"""``tijian catalogue check``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from tijian.engine.catalogue.loading import City
from tijian.engine.compute.program import Program, compile_catalogue
from tijian.engine.exam.cases import Check, Outcome, cases_file, check, stub_city
from tijian.engine.exam.equivalent import EQUIVALENT
from tijian.engine.exam.folder import open_programs
from tijian.engine.kernel.faults import Fault, Faults, Refused
from tijian.shells.cli import screen
from tijian.shells.cli.account import Account, AsJson, Data, perform
from tijian.shells.cli.help import Command, Group

app = typer.Typer(cls=Group, help="指标体系。", no_args_is_help=True)


@app.callback()
def group() -> None:
    """指标体系。"""


@app.command("check", cls=Command)
def check_catalogue(
    folder: Annotated[Path, typer.Argument(help="城市文件夹，或一个体系的文件夹", show_default=False)],
    as_json: Annotated[bool, typer.Option("--json", help="结果和错误用 JSON")] = False,
) -> None:
    """验算每个用例，再把每条公式改动一处，看用例能否发现（变异检验）。"""
    city, programs = _opened(folder)
    found = check(city, programs, EQUIVALENT)
    if as_json:
        screen.say(json.dumps(_figures(city, found), ensure_ascii=False, indent=1))
    else:
        _show(city, found)
    faults = _faults(city, found)
    if faults:
        raise Refused(faults)


@app.command("publish", cls=Command)
def publish(
    data: Data,
    account: Account,
    folder: Annotated[
        Path | None, typer.Argument(help="城市文件夹；不写就是安装里的 city", show_default=False)
    ] = None,
    kinds: Annotated[
        str, typer.Option("--kinds", help="公布哪几类：system、diseases、criteria、city，逗号隔开")
    ] = "system",
    unproven: Annotated[bool, typer.Option("--unproven", help="缺用例也公布，标记“未验算”")] = False,
    note: Annotated[str, typer.Option("--note", help="说明")] = "",
    as_json: AsJson = False,
) -> None:
    """公布城市文件夹中与上次不同的体系（或标准、知识、城市文件）：冻结，成为新的修订。"""
    from tijian.shells.settings.use import using

    wanted = tuple(k.strip() for k in kinds.split(",") if k.strip())
    with using(data):
        from tijian.office.register.actions import PublishDocuments
        from tijian.office.register.models import KINDS

        faults = Faults()
        for kind in wanted:
            if kind not in KINDS:
                faults.add("publish.kind", "--kinds", "", kind, "、".join(KINDS), "请改为其中之一。")
        faults.raise_if_any()
        action = PublishDocuments(folder or data / "city", wanted, unproven=unproven, note=note)
        done = perform(action, account)
    if as_json:
        screen.say(json.dumps(done.answer, ensure_ascii=False, indent=1))
    else:
        screen.say(f"已公布：{done.answer['published']}")


def _opened(folder: Path) -> tuple[City, dict[str, Program]]:
    if not (folder / "system.yaml").is_file():
        return open_programs(folder)
    city = stub_city(folder)
    return city, compile_catalogue(city.catalogue)


def _figures(city: City, found: Check) -> dict[str, object]:
    changed = [m for m in found.mutations if m.fate != "单位"]
    return {
        "systems": {s.id: city.catalogue.digest(s.id) for s in city.catalogue.systems},
        "indicators": len(city.catalogue.indicators),
        "variables": len(city.catalogue.variables),
        "cases": {
            "passed": sum(o.ok for o in found.outcomes),
            "total": len(found.outcomes),
            "not_run": len(found.skipped),
        },
        "mutants": {
            "killed": found.count("发现"),
            "total": len(changed) - found.count("等价"),
            "equivalent": found.count("等价"),
            "refused_by_unit": found.count("单位"),
        },
        "without_cases": found.without_cases,
    }


def _show(city: City, found: Check) -> None:
    for system in city.catalogue.systems:
        mark = f"，{system.mark}" if system.mark else ""
        screen.say(f"{system.id}：{system.title.zh}（{system.status}{mark}）")
        screen.say(f"  sha256 {city.catalogue.digest(system.id)}")
    screen.say(f"指标 {len(city.catalogue.indicators)} 项，变量 {len(city.catalogue.variables)} 个")
    skipped = f"，未跑 {len(found.skipped)}（问卷用例，要在城市文件夹里验算）" if found.skipped else ""
    screen.say(f"用例 {sum(o.ok for o in found.outcomes)}/{len(found.outcomes)}{skipped}")
    meaningful = len(found.mutations) - found.count("单位") - found.count("等价")
    screen.say(
        f"变异 {found.count('发现')}/{meaningful}"
        f"（另有 {found.count('单位')} 处改动因单位不符被拒绝，{found.count('等价')} 处与原式等价）"
    )
    for mutation in found.mutations:
        if mutation.fate == "等价":
            reason = EQUIVALENT[(mutation.indicator, mutation.text)]
            screen.say(f"  等价 {mutation.indicator} {mutation.text}：{reason}")
    if found.without_cases:
        screen.say(f"没有用例：{'、'.join(found.without_cases)}（草稿可以没有，公布前要补）")


def _faults(city: City, found: Check) -> list[Fault]:
    faults = [_case_fault(city, o) for o in found.outcomes if not o.ok]
    faults += [
        Fault(
            "mutant.survived",
            city.catalogue.files[m.indicator],
            m.place,
            m.text,
            "能被某个用例发现的改动",
            "公式改成这样，所有用例仍然通过；请补一个能分辨的用例。",
        )
        for m in found.mutations
        if m.fate == "漏过"
    ]
    return faults


def _case_fault(city: City, outcome: Outcome) -> Fault:
    return Fault(
        "case.wrong",
        cases_file(city.catalogue, outcome.indicator),
        outcome.case.name,
        outcome.got,
        outcome.expected,
        f"用例与公式不符，请核对：{outcome.case.how}",
    )
