"""The boxes of the chain, level by level: what stands there, with version and address, or what is not there yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tijian.engine.kernel.units import printed
from tijian.office.diagnose.queries import Case
from tijian.office.ledger.queries import today as business_day
from tijian.office.people.permissions import DIAGNOSE, REPORT, TREAT, told
from tijian.office.treat.chain import grade_link
from tijian.office.treat.queries import Plan
from tijian.office.values.models import Candidate
from tijian.office.values.scan import latest_scan
from tijian.shells.web.components.component import Component
from tijian.shells.web.components.marks import Tag
from tijian.shells.web.pages.diseases import state_tag
from tijian.shells.web.pages.diseases_ladder import findings_of, reached_words
from tijian.shells.web.pages.seen import Cell, Seen
from tijian.shells.web.pages.treatment_measure import explain_url
from tijian.shells.web.pages.treatment_shared import area_names, bar, fingerprint

TONE = {True: "ok", False: "bad", None: "warn"}


@dataclass(frozen=True)
class Box:
    """One thing in the chain.

    Attributes:
        title: What it is.
        href: Its page.
        words: What it says.
        version: Id, revision, position and hash.
        mark: Its grade, state or progress.
        empty: Whether it says what is not there yet.
    """

    title: str
    href: str = ""
    words: str = ""
    version: str = ""
    mark: Component | None = None
    empty: bool = False


@dataclass(frozen=True)
class Level:
    """One link of the chain.

    Attributes:
        key: Of its place on the page.
        name: Its name.
        boxes: What stands there; never none.
        before, after: Keys of its neighbours.
    """

    key: str
    name: str
    boxes: tuple[Box, ...]
    before: str = ""
    after: str = ""


def boxes_of(
    seen: Seen,
    keys: Sequence[tuple[str, str]],
    cases: Sequence[Case],
    candidates: Sequence[Candidate],
    plans: Sequence[Plan],
) -> list[Level]:
    """Lay out all levels.

    Args:
        seen: Round of the values.
        keys: Values, as indicator and area.
        cases: Confirmed diseases.
        candidates: Those that wait.
        plans: Measures on the diseases.
    """
    cells = [seen.cells[k] for k in keys]
    return [
        Level(
            "value",
            "值",
            tuple(_value(seen, c) for c in cells) or (_nothing("没有链接的值", "诊断只凭文字和文件"),),
        ),
        Level(
            "grade", "等级", tuple(_grade(seen, c) for c in cells) or (_nothing("没有等级", "没有链接的值"),)
        ),
        Level("finding", "问题", _findings(seen, keys)),
        Level("disease", "城市病", _diseases(seen, cases, candidates)),
        Level("cause", "症结", _causes(seen, cases, candidates)),
        Level("measure", "对策", _measures(seen, cases, plans)),
        Level("milestones", "里程碑", _milestones(seen, plans)),
        Level("effect", "回评", _effects(seen, plans)),
    ]


def _nothing(title: str, words: str, href: str = "") -> Box:
    return Box(title, href, words, empty=True)


def _name(seen: Seen, cell: Cell) -> str:
    return f"{seen.city.label(cell.row.area)} {seen.city.catalogue.indicators[cell.row.indicator].name.zh}"


def _value(seen: Seen, cell: Cell) -> Box:
    row = cell.row
    href = seen.url("explain", indicator=row.indicator, area=row.area)
    if not cell.value:
        return _nothing(
            f"{_name(seen, cell)}：{cell.status}", f"{cell.note or '还没有数'}。{told(REPORT)}。", href
        )
    words = f"{cell.value} {cell.unit}　{cell.line[4]}".strip()
    version = f"{row.indicator} 定义修订 {cell.line[17]} · 结果修订 {row.revision} · {fingerprint(row)}"
    return Box(_name(seen, cell), href, words, version, Tag("合成数据", "syn") if cell.synthetic else None)


def _grade(seen: Seen, cell: Cell) -> Box:
    row = cell.row
    href = seen.url("indicator", indicator=row.indicator)
    words = str(cell.facts["words"])
    link = grade_link(row)
    criterion = f"{link.criterion}（{cell.line[15]}）" if link.criterion else "没有适用的标准"
    published = f"标准公布 修订 {link.publication_revision}（{link.sha256[:8]}）"
    version = f"{criterion} · {published} · {fingerprint(row)}"
    return Box(_name(seen, cell), href, words, version, cell.shown())


def _findings(seen: Seen, keys: Sequence[tuple[str, str]]) -> tuple[Box, ...]:
    scan = latest_scan(seen.which)
    if scan is None:
        return (_nothing("还没有扫描", "数值写入后由后台作业扫描短板，完成后这里列出命中的规则。"),)
    indicators, areas = {k for k, _ in keys}, {a for _, a in keys}
    found = findings_of(seen, scan, list(indicators), list(areas))
    boxes = tuple(
        Box(
            f"{f.rule}：{f.name}",
            seen.url("explain", indicator=f.cell.row.indicator, area=f.cell.row.area),
            f.evidence,
            f"{f.number} · 扫描到第 {scan.position} 条记录 · {fingerprint(scan)}",
        )
        for f in found
    )
    return boxes or (_nothing("没有规则命中", f"扫描到第 {scan.position} 条记录为止，这里没有问题线索。"),)


def _diseases(seen: Seen, cases: Sequence[Case], candidates: Sequence[Candidate]) -> tuple[Box, ...]:
    boxes = [
        Box(
            f"{c.diagnosis.number} {c.diagnosis.name}",
            seen.url("disease", number=c.diagnosis.number),
            f"{area_names(seen, c.diagnosis.codes())}，{c.diagnosis.severity}；{c.diagnosis.opinion}",
            f"{c.diagnosis.round.name} 轮次 · {fingerprint(c.diagnosis)}",
            state_tag(c.state),
        )
        for c in cases
    ]
    boxes += [
        Box(
            f"候选 {c.number} {c.name}",
            seen.url("candidate", disease=c.disease, area=c.area),
            f"还没有确认。{told(DIAGNOSE)}。",
            fingerprint(c),
            Tag("待确认"),
            empty=True,
        )
        for c in candidates
    ]
    why = f"没有候选，也没有登记。{told(DIAGNOSE)}。"
    return tuple(boxes) or (_nothing("没有城市病", why, seen.url("diseases")),)


def _causes(seen: Seen, cases: Sequence[Case], candidates: Sequence[Candidate]) -> tuple[Box, ...]:
    boxes = [
        Box(
            c.diagnosis.cause,
            f"{seen.url('disease', number=c.diagnosis.number)}#h-tree",
            "出自知识，专家确认" if c.diagnosis.cause_known else "专家自拟并确认",
            f"{c.diagnosis.knowledge.name} 修订 {c.diagnosis.knowledge.revision}（{c.diagnosis.knowledge.sha256[:8]}）"
            if c.diagnosis.knowledge is not None
            else fingerprint(c.diagnosis),
        )
        for c in cases
    ]
    if boxes:
        return tuple(boxes)
    waiting = [
        _nothing(
            f"可能：{c.known()['causes'][0]['name']}",
            "确认城市病时由专家选定。",
            seen.url("candidate", disease=c.disease, area=c.area),
        )
        for c in candidates
        if c.known()["causes"]
    ]
    return tuple(waiting) or (_nothing("没有症结", "先要确认城市病。"),)


def _measures(seen: Seen, cases: Sequence[Case], plans: Sequence[Plan]) -> tuple[Box, ...]:
    today = business_day()
    boxes = [
        _measure(
            seen, p, Tag("已取消") if p.cancellation is not None else bar(p, today, synthetic=seen.synthetic)
        )
        for p in plans
    ]
    if boxes:
        return tuple(boxes)
    first = next((c for c in cases if c.is_open), None)
    if first is None:
        return (_nothing("没有对策", "对策立在确认的城市病上。"),)
    return (_nothing("没有对策", f"{told(TREAT)}。", seen.url("measure_new", number=first.diagnosis.number)),)


def _measure(seen: Seen, plan: Plan, mark: Component) -> Box:
    measure = plan.measure
    targets = "；".join(
        f"{area_names(seen, [t.area])} {t.text} {printed(t.unit)}（{t.year} 年，{t.grade}）"
        for t in plan.targets
    )
    href = seen.url("measure", number=measure.number)
    return Box(str(measure), href, f"{measure.lead.short}牵头；目标 {targets}", fingerprint(measure), mark)


def _milestones(seen: Seen, plans: Sequence[Plan]) -> tuple[Box, ...]:
    today = business_day()
    boxes = [
        Box(
            f"{p.measure.number} 第 {m.milestone.rank} 个：{m.milestone.name}",
            seen.url("milestone", number=p.measure.number, rank=m.milestone.rank),
            f"{m.state}，应在 {m.due}" + (f"，逾期 {days} 天" if (days := m.overdue_days(today)) else ""),
            f"佐证 {len(m.own_proofs())} 个 · {fingerprint(m.events[-1] if m.events else m.milestone)}",
            Tag(m.state, "bad" if days else "ok" if m.accepted is not None else ""),
        )
        for p in plans
        if p.cancellation is None
        for m in p.milestones
    ]
    return tuple(boxes) or (_nothing("没有里程碑", "制定对策时一并写明，由牵头单位报送、别人验收。"),)


def _effects(seen: Seen, plans: Sequence[Plan]) -> tuple[Box, ...]:
    boxes = [
        Box(
            f"{e.round.name} {e.target.measure.number} {area_names(seen, [e.target.area])}",
            explain_url(e.round_id, e.target.indicator, e.target.area),
            e.words,
            f"回评 {e.revision} · 结果修订 {e.before.revision} → {e.after.revision} · {fingerprint(e)}",
            Tag(reached_words(e.reached), TONE[e.reached]),  # type: ignore[arg-type]
        )
        for p in plans
        for e in p.effects
    ]
    if boxes:
        return tuple(boxes)
    carried = next((p for p in plans if p.cancellation is None), None)
    if carried is None:
        return (_nothing("没有回评", "有了对策，用下一轮的同一指标回评。"),)
    href = f"{seen.url('measure', number=carried.measure.number)}#h-eff"
    return (_nothing("还没有回评", f"用治理以后一轮的同一指标看变化。{told(TREAT)}。", href),)
