"""From the indicator to the effect in seven steps, as a strip on top of a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from tijian.engine.grade.findings import RULE_ZH
from tijian.office.diagnose.queries import Case
from tijian.office.treat.queries import Plan
from tijian.office.values.models import Candidate, Scan
from tijian.shells.web.components.marks import Figure
from tijian.shells.web.pages.seen import Cell, Seen
from tijian.shells.web.pages.treatment_shared import delay

FINDING = ("id", "rule", "indicator", "area", "year", "severity", "evidence", "disease", "cause", "certainty")
RULE, INDICATOR, AREA, EVIDENCE = (FINDING.index(n) for n in ("rule", "indicator", "area", "evidence"))


@dataclass(frozen=True)
class Rung:
    """One step: its name, what stands there in a few words, address, whether the page is about it."""

    name: str
    words: str
    href: str = ""
    here: bool = False


@dataclass(frozen=True)
class Found:
    """A finding of the search: the rule that raised it, in words, with the cell that it speaks of.

    Attributes:
        number: Of the finding in its search.
        rule: In Chinese.
        cell: The figure.
        name: Of the indicator.
        evidence: In words.
    """

    number: str
    rule: str
    cell: Cell
    name: str
    evidence: str

    @property
    def before(self) -> Figure | None:
        """The value of the year before; None where there is none."""
        last = self.cell.last_year()
        if last is None or last[1] is None:
            return None
        return Figure(last[1].replace("-", "−"), synthetic=self.cell.synthetic)

    @property
    def line(self) -> str:
        """The line of 中, in words; empty where it is not judged by cut points."""
        cut = self.cell.cut("中")
        if isinstance(cut, list):
            return f"{cut[0]}～{cut[1]}"
        return str(cut or "")


def findings_of(
    seen: Seen, scan: Scan | None, indicators: Sequence[str], areas: Sequence[str]
) -> list[Found]:
    """Give what a search found of some indicators in some areas, in its order."""
    names = seen.city.catalogue.indicators
    return [
        Found(
            line[0],
            RULE_ZH.get(line[RULE], line[RULE]),
            seen.cells[(line[INDICATOR], line[AREA])],
            names[line[INDICATOR]].name.zh,
            line[EVIDENCE],
        )
        for line in (scan.lines() if scan is not None else ())
        if line[INDICATOR] in indicators
        and line[AREA] in areas
        and (line[INDICATOR], line[AREA]) in seen.cells
    ]


def indicators_of(case: Case) -> list[str]:
    """Name the indicators that a diagnosis rests on: those of its candidate, then those of its evidence."""
    candidate = case.diagnosis.candidate
    first = candidate.known()["indicators"] if candidate is not None else []
    linked = [e.result.indicator for e in case.evidence if e.result is not None]
    return list(dict.fromkeys([*first, *linked]))


def ladder_of_case(
    seen: Seen, case: Case, found: Sequence[Found], plans: Sequence[Plan], today: date
) -> list[Rung]:
    """Give the seven steps of a confirmed disease; ``seen`` is its own round."""
    diagnosis = case.diagnosis
    area = diagnosis.codes()[0]
    cells = [seen.cells[(k, area)] for k in indicators_of(case) if (k, area) in seen.cells]
    return [
        *_begin(seen, cells, found),
        Rung("症结", diagnosis.cause, here=True),
        *_end(seen, plans, today),
    ]


def ladder_of_candidate(seen: Seen, candidate: Candidate, found: Sequence[Found]) -> list[Rung]:
    """Give the seven steps of a candidate: what comes after it is not there yet."""
    keys = candidate.known()["indicators"]
    cells = [seen.cells[(k, candidate.area)] for k in keys if (k, candidate.area) in seen.cells]
    return [
        *_begin(seen, cells, found),
        Rung("症结", "等专家确认", here=True),
        Rung("对策", "确认以后"),
        Rung("里程碑", "有对策以后"),
        Rung("回评", "下一轮体检"),
    ]


def _begin(seen: Seen, cells: Sequence[Cell], found: Sequence[Found]) -> list[Rung]:
    names = seen.city.catalogue.indicators
    shown = "、".join(names[c.row.indicator].name.zh for c in cells[:2]) or "没有链接指标"
    more = f"等 {len(cells)} 项" if len(cells) > 2 else ""  # noqa: PLR2004 - two fit
    rules = list(dict.fromkeys(f.rule for f in found))
    first = cells[0] if cells else None
    href = "" if first is None else seen.url("explain", indicator=first.row.indicator, area=first.row.area)
    return [
        Rung("指标", f"{shown}{more}", href),
        Rung("等级", "、".join(c.grade for c in cells) or "没有"),
        Rung("问题", "、".join(rules) or "没有线索命中"),
    ]


def _end(seen: Seen, plans: Sequence[Plan], today: date) -> list[Rung]:
    if not plans:
        return [
            Rung("对策", "还没有，等办公室制定"),
            Rung("里程碑", "有对策以后"),
            Rung("回评", "下一轮体检"),
        ]
    first = plans[0]
    href = seen.url("measure", number=first.measure.number)
    target = f"，目标 {first.targets[0].text}" if first.targets else ""
    more = f"等 {len(plans)} 项" if len(plans) > 1 else ""
    late = next((d for p in plans if (d := delay(p, today))), "")
    done = sum(p.progress.done for p in plans)
    total = sum(p.progress.total for p in plans)
    progress = f"{done}/{total} 完成" + (f"，{late}" if late else "")
    effects = [e for p in plans for e in p.effects]
    last = effects[-1] if effects else None
    said = "还没有回评" if last is None else f"{last.round.name}：{reached_words(last.reached)}"
    return [
        Rung("对策", f"{first.measure.number}{more}{target}", href),
        Rung("里程碑", progress, f"{href}#h-ms"),
        Rung("回评", said, f"{href}#h-eff"),
    ]


def reached_words(reached: bool | None) -> str:
    """Say whether a target was reached."""
    return {True: "达标", False: "未达标", None: "不可比"}[reached]
