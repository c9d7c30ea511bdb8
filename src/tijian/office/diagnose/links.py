"""Evidence on its way in: links to what is stored, checked, with what a candidate lacks and contradicts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tijian.engine.kernel.faults import Faults
from tijian.office.diagnose.models import Diagnosis, Evidence, Side
from tijian.office.ledger.models import EvidenceFile
from tijian.office.values.models import Candidate, Result


@dataclass(frozen=True)
class Link:
    """One piece of evidence as it is given.

    Attributes:
        side: 支持, 反对 or 缺.
        text: What it says.
        result, candidate, file: Ids of what it rests on; at most one. None of them: a sentence alone.
    """

    side: str
    text: str = ""
    result: int | None = None
    candidate: int | None = None
    file: int | None = None

    @property
    def linked(self) -> bool:
        """Whether it rests on something stored."""
        return any(i is not None for i in (self.result, self.candidate, self.file))


def kept(given: Sequence[Link], candidate: Candidate | None) -> tuple[Link, ...]:
    """Add to the evidence given what a candidate lacks and what speaks against it: neither may be dropped."""
    if candidate is None:
        return tuple(given)
    known = candidate.known()
    told = {(link.side, link.text) for link in given}
    sides = ((Side.AGAINST, known["against"]), (Side.MISSING, known["missing"]))
    added = [
        Link(side.value, text, candidate=candidate.pk)
        for side, texts in sides
        for text in texts
        if (side.value, text) not in told
    ]
    return (*given, *added)


def check_links(links: Sequence[Link], place: str, faults: Faults) -> None:
    """Collect every faulty link; refuse evidence that rests on nothing stored."""
    if not any(link.side == Side.FOR and link.linked for link in links):
        hint = "请链接至少一条支持的证据：一个结果、一个候选或一个文件；只有文字不够。"
        faults.add("evidence.none", place, "证据", None, "有链接的支持证据", hint)
    for number, link in enumerate(links, 1):
        where = f"第 {number} 条证据"
        if link.side not in Side.values:
            faults.add("evidence.side", place, where, link.side, "、".join(Side.values), "请写明作用。")
        if not link.linked and not link.text.strip():
            faults.add("evidence.empty", place, where, None, "一个链接或一句话", "请补上，或删去这一条。")
        if sum(i is not None for i in (link.result, link.candidate, link.file)) > 1:
            faults.add("evidence.several", place, where, None, "一个链接", "一条证据只链接一处，请分成几条。")
        _check_result(link, place, where, faults)
        if link.candidate is not None and not Candidate.objects.filter(id=link.candidate).exists():
            faults.add("evidence.candidate", place, where, link.candidate, "已有的候选", "请检查链接。")
        if link.file is not None and not EvidenceFile.objects.filter(id=link.file).exists():
            faults.add("evidence.file", place, where, link.file, "已提交的文件", "请先提交文件。")


def _check_result(link: Link, place: str, where: str, faults: Faults) -> None:
    if link.result is None:
        return
    found = Result.objects.filter(id=link.result).first()
    if found is None:
        faults.add("evidence.result", place, where, link.result, "已有的结果", "请检查链接。")
        return
    cell = Result.objects.filter(round=found.round, indicator=found.indicator, area=found.area)
    latest = cell.order_by("-revision").first()
    if latest is not None and latest.pk != found.pk:
        hint = f"这个值已有修订 {latest.revision}，请看过新值再链接。"
        faults.add("evidence.revised", place, where, str(found), "最新的修订", hint)


def evidence_rows(diagnosis: Diagnosis, links: Sequence[Link]) -> list[Evidence]:
    """Make the rows of checked links."""
    return [
        Evidence(
            diagnosis=diagnosis,
            rank=rank,
            side=link.side,
            text=link.text.strip(),
            result_id=link.result,
            candidate_id=link.candidate,
            file_id=link.file,
        )
        for rank, link in enumerate(links, 1)
    ]
