"""``tijian exam`` and ``tijian explain``."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated

import typer

from tijian.engine.exam import explain as explaining
from tijian.engine.exam.files import check_out, tables, write
from tijian.engine.exam.folder import examine
from tijian.engine.exam.manifest import manifest_bytes
from tijian.engine.exam.results import Results
from tijian.engine.exam.steps import Done
from tijian.engine.kernel.faults import Faults
from tijian.shells.cli import screen

INSTALLATION = "installation.yaml"
Folder = Annotated[Path, typer.Argument(help="城市文件夹", show_default=False)]
Year = Annotated[int, typer.Option("--period", help="体检年度，如 2019")]


def exam(
    city: Folder,
    period: Year,
    out: Annotated[Path, typer.Option("--out", help="结果写到哪个文件夹")],
    only: Annotated[str, typer.Option("--only", help="只算这些指标，逗号隔开")] = "",
    jobs: Annotated[int, typer.Option("--jobs", min=1, help="同时做几件事；结果逐字节相同")] = 2,
    no_reports: Annotated[bool, typer.Option("--no-reports", help="不出报告")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="结果摘要和错误用 JSON")] = False,
) -> None:
    """体检一座城市的一个年度：值、等级、短板、候选城市病和报告。"""
    scope = tuple(x.strip() for x in only.split(",") if x.strip()) or None
    progress = None if as_json else screen.progress
    check_out(out)
    results = examine(city, period, scope, progress)
    files = tables(results)
    if not no_reports and scope is None:
        from tijian.engine.report.edition import editions

        files |= editions(results, progress, jobs)
    files["manifest.json"] = manifest_bytes(results, files)
    write(out, files)
    if as_json:
        screen.say(json.dumps(_summary(results, out, files), ensure_ascii=False, indent=1))
    else:
        screen.progress_done()
        _show(results, out, files)


def explain(
    indicator: Annotated[str, typer.Argument(help="指标代码，如 TC02", show_default=False)],
    area: Annotated[str, typer.Argument(help="areas.yaml 中的地区代码；全市写城市代码", show_default=False)],
    period: Annotated[int, typer.Argument(help="年度", show_default=False)],
    data: Annotated[Path, typer.Option("--data", help="城市文件夹，或安装文件夹")],
    as_of: Annotated[int | None, typer.Option("--as-of", help="截至第几条记录（只用于安装）")] = None,
    name: Annotated[str, typer.Option("--round", help="轮次；不写就是这一年最后开启的")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="错误用 JSON")] = False,
) -> None:
    """说明一个值和等级是怎么来的：公式、数字、判定标准、文件、单位。"""
    if (data / INSTALLATION).is_file():
        _explain_installation(data, Asked(indicator, area, period, name, as_of), as_json=as_json)
        return
    results = examine(data, period)
    faults = Faults()
    if indicator not in results.scope:
        faults.add("request.indicator", data.name, "指标", indicator, "体系中的指标代码", "请改正代码。")
    if area not in results.areas:
        faults.add("request.area", data.name, "地区", area, "areas.yaml 中的代码", "请改正代码。")
    faults.raise_if_any()
    explanation = explaining.explain(results, indicator, area, period)
    if as_json:
        screen.say(json.dumps(asdict(explanation), ensure_ascii=False, indent=1))
        return
    for line in explanation.lines():
        screen.say(line)


@dataclass(frozen=True)
class Asked:
    """Which row of an installation is asked for."""

    indicator: str
    area: str
    period: int
    name: str
    as_of: int | None


def _explain_installation(data: Path, asked: Asked, *, as_json: bool) -> None:
    from tijian.shells.settings.use import using

    with using(data):
        from tijian.office.register.models import Basis
        from tijian.office.values import explain as office

        which = office.round_of(asked.period, asked.area, asked.name)
        faults = Faults()
        if which is None:
            faults.add(
                "request.round", data.name, "年度", asked.period, "已开启轮次的年度", "请改正年度或轮次。"
            )
            faults.raise_if_any()
            raise LookupError(asked.period)
        try:
            found = office.explanation(which, asked.indicator, asked.area, asked.as_of)
        except KeyError:
            place = f"{asked.indicator} {asked.area}"
            faults.add("request.row", which.name, "", place, "本轮有的指标和区", "请改正代码。")
        except Basis.DoesNotExist:
            hint = "那时这一轮还没有开启。"
            faults.add("request.as_of", which.name, "--as-of", asked.as_of, "开启之后的位置", hint)
        faults.raise_if_any()
        moved = [c.words() for c in office.changes(which, asked.indicator, asked.area, asked.as_of or 0)]
    if as_json:
        shown = asdict(found) | {"changes": moved}
        screen.say(json.dumps(shown, ensure_ascii=False, indent=1))
        return
    for line in found.lines():
        screen.say(line)
    if moved:
        screen.say("此后的变动" if asked.as_of is not None else "变动")
        for line in moved:
            screen.say(f"  {line}")


def _counts(results: Results) -> dict[str, int]:
    counts: dict[str, int] = {}
    for row in results.current():
        counts[row.verdict.grade] = counts.get(row.verdict.grade, 0) + 1
    order = ("优", "良", "中", "差", "合格", "不合格", "不评级", "无数据", "不适用")
    return {g: counts[g] for g in order if g in counts}


def _summary(results: Results, out: Path, files: dict[str, bytes]) -> dict[str, object]:
    return {
        "city": results.inputs.city.doc.city.zh,
        "period": results.year,
        "rows": len(results.current()),
        "grades": _counts(results),
        "findings": len(results.findings),
        "candidates": [
            {"disease": c.disease.name, "area": c.area, "score": c.score, "severity": c.severity}
            for c in results.candidates
        ],
        "steps": {
            "all": len(results.inputs.done),
            "run": [f"{d.name} {d.year}" for d in results.inputs.done if not d.kept],
        },
        "out": str(out),
        "files": sorted(files),
    }


def _kind(results: Results) -> str:
    """Name what is examined below the city: 区 where all areas are districts of one level, else 地区."""
    city = results.inputs.city
    levels = {area.level for area in city.areas.areas}
    named = [level.zh for level in city.doc.levels if level.id in levels]
    return named[0] if len(named) == 1 else "地区"


def _steps_words(done: Sequence[Done]) -> str:
    """Say how many steps over layers were computed now, and which: the others stand on unchanged files."""
    run: dict[str, list[str]] = {}
    for step in done:
        if not step.kept:
            run.setdefault(step.name, []).append(str(step.year))
    named = "、".join(f"{name}（{'、'.join(years)} 年）" for name, years in run.items())
    count = sum(len(years) for years in run.values())
    return f"图层量算 {len(done)} 步，本次重算 {count} 步" + (f"：{named}" if named else "，图层都没有变")


def _show(results: Results, out: Path, files: dict[str, bytes]) -> None:
    city, kind = results.inputs.city, _kind(results)
    screen.say(f"{city.doc.city.zh} {results.year} 年度城市体检（{city.doc.area_set.zh}）")
    marks = {m for row in results.current() for m in row.mark.split(";") if m}
    if marks:
        screen.say(f"注意：数据带有标记 {'、'.join(sorted(marks))}，不得引用。")
    screen.say()
    dimensions = [d for d in city.catalogue.dimensions if any(k[0] == d.zh for k in results.dimensions)]
    rows = []
    for area in results.areas:
        grades = [results.dimensions[(d.zh, area, results.year)].grade for d in dimensions]
        poor = sum(results.row(k, area).verdict.grade == "差" for k in results.scope)
        rows.append([city.label(area), *grades, str(poor)])
    if dimensions:
        screen.table([kind, *(d.short for d in dimensions), "差"], rows, right=(len(dimensions) + 1,))
        screen.say()
    counts = "、".join(f"{g} {n}" for g, n in _counts(results).items())
    screen.say(
        f"{len(results.scope)} 项指标 × {len(results.areas)} 个{kind}（含全市）＝ {len(results.current())} 格：{counts}"
    )
    if results.candidates:
        named = "、".join(
            f"{city.label(c.area)}{c.disease.name}"
            for c in sorted(results.candidates, key=lambda c: -c.score)[:8]
        )
        more = f"等 {len(results.candidates)} 个" if len(results.candidates) > 8 else ""  # noqa: PLR2004
        screen.say(f"候选城市病（未经确认）：{named}{more}")
    screen.say(f"短板线索 {len(results.findings)} 条")
    if results.inputs.done:
        screen.say(_steps_words(results.inputs.done))
    reports = [f for f in files if f.startswith("reports/")]
    screen.say(f"结果在 {out}" + (f"，报告 {len(reports)} 份在 {out / 'reports'}" if reports else ""))
