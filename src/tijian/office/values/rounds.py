"""The verbs of a round: opened, judged by other criteria or definitions, searched for weaknesses, ended."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import ClassVar, Self

from tijian.engine.exam.folder import open_programs
from tijian.engine.exam.results import Results
from tijian.engine.exam.run import run
from tijian.engine.kernel.canonical import canonical, sha256
from tijian.engine.kernel.faults import Faults, Refused
from tijian.office.ledger.action import Action, Transaction
from tijian.office.ledger.models import Entry
from tijian.office.ledger.permissions import may
from tijian.office.ledger.queries import position
from tijian.office.people.permissions import ADOPT_CRITERIA, OPEN_ROUND
from tijian.office.register import queries
from tijian.office.register.actions import keep, revision
from tijian.office.register.city import Opened, opened, pin, write_folder
from tijian.office.register.documents import Bundle
from tijian.office.register.models import (
    CITY,
    CRITERIA,
    SYSTEM,
    Basis,
    Closing,
    Dataset,
    Publication,
    Round,
)
from tijian.office.register.published import texts
from tijian.office.values.closure import periods
from tijian.office.values.inputs import inputs
from tijian.office.values.models import Choice, SurveyMean, Value
from tijian.office.values.recompute import BOUNDARY, CRITERION, DATA, DEFINITION, evaluate, write
from tijian.office.values.results import News, news

OPENED = "开启"
NAME_LENGTH = 40


def _find(name: str, faults: Faults) -> Round | None:
    """Find an open round, or tell why there is none."""
    found = Round.objects.filter(name=name).first()
    if found is None:
        known = "、".join(r.name for r in queries.rounds()) or "（还没有轮次）"
        faults.add("round.missing", "轮次", "", name, known, "请改正轮次的名称。")
    elif queries.is_closed(found):
        faults.add(
            "round.closed", "轮次", "", name, "还没有结束的轮次", "已结束的轮次不再重算；更正显示在旁边。"
        )
        return None
    return found


def _periods(which: Round | None, first: int) -> tuple[str, ...]:
    return () if which is None else periods(first, which.year)


@dataclass(frozen=True)
class OpenRound(Action):
    """Open a round for a year and some areas, on what is published now; its results stand at once."""

    verb: ClassVar[str] = "values.open_round"
    zh: ClassVar[str] = "开启轮次"
    permission = may(OPEN_ROUND)

    name: str
    year: int
    areas: tuple[str, ...] = ()
    note: str = ""

    def arguments(self) -> dict[str, object]:
        """Give name, year and areas."""
        return {"name": self.name, "year": self.year, "areas": " ".join(self.areas), "note": self.note}

    def periods(self) -> Collection[str]:
        """Lock the year, and those it looks back on, against values accepted meanwhile."""
        if queries.lacking():
            return ()
        years = queries.city_now().city.doc.years
        return periods(years.lookback, max(self.year, years.lookback))

    def precondition(self, faults: Faults) -> None:
        """Refuse a name or year that cannot be, areas that are not the city's, and missing publications."""
        lacking = queries.lacking()
        if lacking:
            hint = "请先公布，再开启轮次。"
            faults.add(
                "round.published", "轮次", "", "、".join(lacking), "已公布的体系、标准和城市文件", hint
            )
            return
        if not 0 < len(self.name.strip()) <= NAME_LENGTH:
            faults.add("round.name", "轮次", "名称", self.name, f"1—{NAME_LENGTH} 个字", "请写轮次的名称。")
        if Round.objects.filter(name=self.name).exists():
            faults.add("round.twice", "轮次", "名称", self.name, "还没有用过的名称", "请换一个名称。")
        city = queries.city_now().city
        if not city.doc.years.first <= self.year <= city.doc.years.last:
            expected = f"{city.doc.years.first}—{city.doc.years.last}"
            faults.add("round.year", "轮次", "年度", self.year, expected, "请改正年度。")
        for code in self.areas:
            if code not in {a.code for a in city.areas.areas}:
                faults.add("round.area", "轮次", "区", code, "本市试点范围的区", "请改正区的代码。")

    def change(self, tx: Transaction) -> dict[str, object]:
        """Write round and basis, then all its results."""
        codes = [a.code for a in queries.city_now().city.areas.areas if a.code in self.areas]
        which = tx.add(Round(name=self.name.strip(), year=self.year, areas=" ".join(codes)))
        tx.add(basis_row(which, queries.current_publications(), OPENED, self.note))
        write(tx, which, evaluate(which, queries.open_round_city(which), None), OPENED)
        return {"id": which.pk}


def basis_row(which: Round, publications: Sequence[Publication], cause: str, note: str) -> Basis:
    """Make the row that pins publications to a round."""
    ids = sorted(p.pk for p in publications)
    digest = sha256(canonical(sorted([p.kind, p.name, p.sha256] for p in publications)))
    return Basis(round=which, publications=" ".join(map(str, ids)), sha256=digest, cause=cause, note=note)


@dataclass(frozen=True)
class Draft:
    """Results of a round on another basis, computed before any lock was taken.

    Attributes:
        at: Position in the ledger they rest on.
        results: The examination.
    """

    at: int
    results: Results


def _draft(which: Round, seen: Opened) -> Draft:
    at = position()
    return Draft(at, run(inputs(which, at, None, seen), which.year))


def changed_since(at: int) -> bool:
    """Tell whether any input of any round was written after a position."""
    later = Entry.objects.filter(position__gt=at).values("action")
    return any(
        model.objects.filter(action__in=later).exists()
        for model in (Value, SurveyMean, Choice, Dataset, Basis)
    )


@dataclass(frozen=True)
class AdoptCriteria(Action):
    """Publish criteria with some files changed, and judge an open round by them.

    Attributes:
        round: Name of the round.
        files: Path below the city folder (``criteria/TC.yaml``, ``rules.yaml``) → new text.
        note: Why.
        made: What was computed before the locks, filled in by ``prepare``.
    """

    verb: ClassVar[str] = "values.adopt_criteria"
    zh: ClassVar[str] = "采用标准"
    permission = may(ADOPT_CRITERIA)

    round: str
    files: Mapping[str, str]
    note: str = ""
    made: Proposal | None = None

    def arguments(self) -> dict[str, object]:
        """Give round, reason, and the hash of what is adopted."""
        digest = "" if self.made is None else self.made.bundle.sha256
        return {
            "round": self.round,
            "files": " ".join(sorted(self.files)),
            "sha256": digest,
            "note": self.note,
        }

    def periods(self) -> Collection[str]:
        """Lock every year the round reads."""
        which = Round.objects.filter(name=self.round).first()
        return _periods(which, queries.city_now().city.doc.years.lookback)

    def prepare(self) -> Self:
        """Check the new criteria and examine the round by them, before any lock.

        Raises:
            Refused: With every fault of the criteria, or if the round is not open.
        """
        return replace(self, made=propose(self.round, self.files))

    def precondition(self, faults: Faults) -> None:
        """Ask for a reason; refuse what changes nothing."""
        _find(self.round, faults)
        if not self.note.strip():
            faults.add("criteria.note", "标准", "说明", "", "为什么改", "采用新的标准要写明理由。")
        if self.made is not None and self.made.bundle.sha256 == self.made.before.sha256:
            faults.add("criteria.same", "标准", "", None, "与现行不同的标准", "内容与现行标准完全相同。")

    def change(self, tx: Transaction) -> dict[str, object]:
        """Publish, pin, and swap the results in."""
        if self.made is None:
            raise RuntimeError("a proposal is made by prepare")
        which, bundle = self.made.which, self.made.bundle
        keep([bundle], tx)
        publication = tx.add(revision(bundle, self.note))
        kept = [p for p in queries.publications(queries.basis(which)) if p.kind != CRITERIA]
        basis = tx.add(basis_row(which, [*kept, publication], CRITERION, self.note))
        moved = swap(tx, which, basis, self.made.draft, CRITERION)
        return {"revision": publication.revision, "moved": moved}


def swap(tx: Transaction, which: Round, basis: Basis, draft: Draft, cause: str) -> int:
    """Write results computed outside; where inputs changed meanwhile they are computed again under the locks."""
    results = draft.results
    if changed_since(draft.at):  # by others: what this transaction wrote has no entry yet
        results = evaluate(which, queries.open_round_city(which), None)
    return write(tx, which, results, cause, basis)


@dataclass(frozen=True)
class Proposal:
    """Criteria that might be adopted, and what they would do.

    Attributes:
        which: The round.
        bundle: The new criteria.
        before: What it is judged by now.
        draft: Its results by the new criteria.
        news: What would differ, each beside what stands.
    """

    which: Round
    bundle: Bundle
    before: Publication
    draft: Draft
    news: News


def propose(name: str, files: Mapping[str, str]) -> Proposal:
    """Check changed criteria and examine a round by them; nothing is written.

    Raises:
        Refused: With every fault of the criteria, or if the round is not open.
    """
    faults = Faults()
    which = _find(name, faults)
    faults.raise_if_any()
    if which is None:
        raise Refused(faults.found)
    before = queries.criteria_of(queries.basis(which))
    unknown = [f for f in files if f != "rules.yaml" and not f.startswith("criteria/")]
    for path in unknown:
        faults.add("criteria.file", path, "", None, "criteria/*.yaml 或 rules.yaml", "标准只在这些文件里。")
    faults.raise_if_any()
    changed = texts(before) | dict(files)
    bundle = Bundle(CRITERIA, before.name, dict(sorted(changed.items())), before.mark)
    seen = _seen_with(which, bundle)
    draft = _draft(which, seen)
    return Proposal(which, bundle, before, draft, news(which, queries.basis(which), draft.results, CRITERION))


def _seen_with(which: Round, bundle: Bundle) -> Opened:
    """Open a round's city by criteria that are not published yet, checked like a folder's."""
    kept = [p for p in queries.publications(queries.basis(which)) if p.kind != CRITERIA]
    pinned = pin(kept, which.codes(), queries.datasets(which.year))
    scratch = TemporaryDirectory(prefix="tijian-criteria-")
    folder = Path(scratch.name) / pinned.name
    write_folder(pinned, folder)
    for path, text in bundle.files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(text.encode())
    try:
        city, programs = open_programs(folder)
    finally:
        scratch.cleanup()
    # The folder is gone, and nothing reads it again: the layers are those of the round.
    return Opened(city, programs, queries.open_round_city(which).layers)


@dataclass(frozen=True)
class Rebase(Action):
    """Judge an open round by what is published now: definitions, criteria, boundaries.

    Attributes:
        round: Name of the round.
        note: Why.
        draft: What was computed before the locks, filled in by ``prepare``.
    """

    verb: ClassVar[str] = "values.rebase"
    zh: ClassVar[str] = "按现行公布重算"
    permission = may(OPEN_ROUND)

    round: str
    note: str
    draft: Draft | None = field(default=None, repr=False)

    def arguments(self) -> dict[str, object]:
        """Give round and reason."""
        return {"round": self.round, "note": self.note}

    def periods(self) -> Collection[str]:
        """Lock every year the round reads."""
        which = Round.objects.filter(name=self.round).first()
        return _periods(which, queries.city_now().city.doc.years.lookback)

    def prepare(self) -> Self:
        """Examine the round by what is published, before any lock.

        Raises:
            Refused: If the round is not open.
        """
        faults = Faults()
        which = _find(self.round, faults)
        faults.raise_if_any()
        if which is None:
            raise Refused(faults.found)
        pinned = pin(queries.current_publications(), which.codes(), queries.datasets(which.year))
        return replace(self, draft=_draft(which, opened(pinned)))

    def precondition(self, faults: Faults) -> None:
        """Ask for a reason; refuse what changes nothing."""
        which = _find(self.round, faults)
        if not self.note.strip():
            faults.add("rebase.note", self.round, "说明", "", "为什么改", "请写明理由。")
        if which is not None and not self._changed(which):
            faults.add("rebase.same", self.round, "", None, "比本轮更新的公布", "本轮已按现行公布判定。")

    def _changed(self, which: Round) -> set[str]:
        before = {(p.kind, p.name): p.sha256 for p in queries.publications(queries.basis(which))}
        return {p.kind for p in queries.current_publications() if before.get((p.kind, p.name)) != p.sha256}

    def change(self, tx: Transaction) -> dict[str, object]:
        """Pin what is published, and swap the results in."""
        which = Round.objects.get(name=self.round)
        kinds = self._changed(which)
        named = ((SYSTEM, DEFINITION), (CITY, BOUNDARY), (CRITERIA, CRITERION))
        cause = next((zh for kind, zh in named if kind in kinds), DATA)
        basis = tx.add(basis_row(which, queries.current_publications(), cause, self.note))
        if self.draft is None:
            raise RuntimeError("a draft is made by prepare")
        return {"cause": cause, "moved": swap(tx, which, basis, self.draft, cause)}


@dataclass(frozen=True)
class CloseRound(Action):
    """End a round: its results stand from here on; later corrections are shown beside them."""

    verb: ClassVar[str] = "values.close_round"
    zh: ClassVar[str] = "结束轮次"
    permission = may(OPEN_ROUND)

    round: str
    lesson: str = ""

    def periods(self) -> Collection[str]:
        """Lock every year the round reads, so that no value is half accepted."""
        which = Round.objects.filter(name=self.round).first()
        return _periods(which, queries.city_now().city.doc.years.lookback)

    def precondition(self, faults: Faults) -> None:
        """Refuse a round that is not open."""
        _find(self.round, faults)

    def change(self, tx: Transaction) -> None:
        """Write the end."""
        tx.add(Closing(round=Round.objects.get(name=self.round), lesson=self.lesson))
