"""The verbs that change a value, the strand adopted, or a layer: their results are fresh when they are done."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar, Self

from django.utils import timezone

from tijian.engine.catalogue.definition import STRAND_OF
from tijian.engine.exam.inputs import STRANDS
from tijian.engine.kernel.canonical import canonical, sha256
from tijian.engine.kernel.faults import Faults
from tijian.engine.sources.layer import read_layer
from tijian.office.ledger import evidence
from tijian.office.ledger.action import Action, Transaction
from tijian.office.ledger.models import Entry, EvidenceFile
from tijian.office.ledger.permissions import may
from tijian.office.people.permissions import CHOOSE, DATASETS, REPORT, Touches
from tijian.office.register import queries
from tijian.office.register.city import Opened
from tijian.office.register.models import Dataset
from tijian.office.values.closure import Changed, earliest, periods
from tijian.office.values.figures import SURVEY, VARIABLE, Figure, Standing, check, value_row
from tijian.office.values.models import Choice, Source, SurveyMean, Value
from tijian.office.values.recompute import recompute

YEAR = re.compile(r"[0-9]{4}")


def _years(since: int) -> tuple[str, ...]:
    """Name the periods to lock for a change in a year: it and every later one that a round may examine."""
    last = [which.year for which in queries.rounds()]
    return periods(since, max([since, *last]))


@dataclass(frozen=True)
class AcceptValues(Action):
    """Take figures in as the next revisions of their cells, and make fresh what depends on them.

    Attributes:
        figures: What was given.
        source: Name of the file or form they stand in.
        content: The file itself, kept as evidence; None for figures typed in.
        provider: Who delivered them.
        encoding: Text encoding found in the file.
        note: Why, where something stood before.
    """

    verb: ClassVar[str] = "values.accept"
    zh: ClassVar[str] = "采纳数值"
    permission = may(REPORT)

    figures: tuple[Figure, ...]
    source: str
    content: Path | None = None
    provider: str = ""
    encoding: str = ""
    note: str = ""
    sha256: str = ""
    size: int = 0

    def arguments(self) -> dict[str, object]:
        """Give the source by name and hash; the figures stand in the rows."""
        return {"source": self.source, "sha256": self.sha256, "figures": len(self.figures), "note": self.note}

    def touches(self) -> Touches:
        """Name variables, areas and strands, by which rights are bounded; a survey mean is nobody's variable."""
        items = {f.item if f.kind == VARIABLE else f"{SURVEY}:{f.item}" for f in self.figures}
        return Touches(
            variables=items,
            areas={f.area for f in self.figures},
            strands={f.strand for f in self.figures},
        )

    def periods(self) -> Collection[str]:
        """Lock the years of the figures and all later ones."""
        return _years(earliest(f.period for f in self.figures)) if self.figures else ()

    def prepare(self) -> Self:
        """Keep the file before a row names it; figures typed in are hashed as they stand."""
        if self.content is not None:
            digest, size = evidence.keep(self.content)
            return replace(self, sha256=digest, size=size)
        typed = [[f.kind, f.item, f.area, f.period, f.strand, f.text, f.unit] for f in self.figures]
        return replace(self, sha256=sha256(canonical(typed)))

    def precondition(self, faults: Faults) -> None:
        """Collect every faulty figure and every conflict."""
        if not self.figures:
            faults.add("values.none", self.source, "", None, "至少一个数", "文件里没有可以采纳的数。")
            return
        if any(YEAR.match(f.period) is None for f in self.figures):
            faults.add("value.period", self.source, "时期", None, "以四位年份开头的时期", "请改正时期。")
            return
        seen, standing = queries.city_now(), Standing.of(self.figures)
        check(self.figures, seen, standing, faults)
        if not faults.found and not self._rows(seen, standing):
            hint = "这些数已经在册，内容完全相同，不必再交。"
            faults.add("values.same", self.source, "", None, "与在册不同的数", hint)

    def brings_news(self) -> bool:
        """Tell whether any figure is other than what stands in its place now."""
        return bool(self._rows(queries.city_now(), Standing.of(self.figures)))

    def _rows(self, seen: Opened, standing: Standing) -> list[Value | SurveyMean]:
        made = (value_row(f, seen, standing) for f in self.figures)
        return [row for row in made if row is not None]

    def change(self, tx: Transaction) -> dict[str, object]:
        """Write source and figures, then the results that depend on them."""
        rows = self._rows(queries.city_now(), Standing.of(self.figures))
        file = None
        if self.content is not None:
            file = tx.add(EvidenceFile(sha256=self.sha256, name=self.source, size=self.size))
        source = tx.add(
            Source(
                name=self.source,
                sha256=self.sha256,
                file=file,
                provider=self.provider,
                rows=len(self.figures),
                encoding=self.encoding,
                note=self.note,
            )
        )
        for row in rows:
            row.source = source
        tx.add_all([r for r in rows if isinstance(r, Value)])
        tx.add_all([r for r in rows if isinstance(r, SurveyMean)])
        moved = recompute(tx, touched(rows))
        return {"written": len(rows), "same": len(self.figures) - len(rows), "moved": _moved(moved)}


def touched(rows: Sequence[Value | SurveyMean]) -> Changed:
    """Say what rows of figures change."""
    return Changed(
        since=earliest(row.period for row in rows),
        variables=frozenset(r.variable for r in rows if isinstance(r, Value)),
        survey=any(isinstance(r, SurveyMean) for r in rows),
    )


def _moved(moved: dict[str, int]) -> str:
    return "；".join(f"{name} {n} 个等级变动" for name, n in moved.items())


@dataclass(frozen=True)
class AdoptStrand(Action):
    """Choose which strand of an indicator or variable stands in an area and year; an empty one takes it back.

    Attributes:
        item: Indicator or variable.
        area, year: Where and when.
        strand: 自体检, 第三方, 调查 or 监测; empty to take the choice back.
        reason: Why; never empty.
        expected: Revision seen by who chose; None: whatever stands is followed.
    """

    verb: ClassVar[str] = "values.adopt"
    zh: ClassVar[str] = "选定采用值"
    permission = may(CHOOSE)

    item: str
    area: str
    year: int
    strand: str
    reason: str
    expected: int | None = None

    def periods(self) -> Collection[str]:
        """Lock the year and all later ones."""
        return _years(self.year)

    def precondition(self, faults: Faults) -> None:
        """Ask for a reason and for a strand that is there; refuse what is so already or was changed meanwhile."""
        seen = queries.city_now()
        place = f"{self.item} {self.area} {self.year}"
        if not self.reason.strip():
            faults.add("choice.reason", place, "理由", None, "选定的理由", "采用值要写明理由。")
        if self.area not in seen.city.by_code:
            faults.add("choice.area", place, "区", self.area, "本市试点范围的区", "请改正区的代码。")
        if self.item not in seen.programs and self.item not in seen.city.catalogue.variables:
            faults.add("choice.item", place, "项", self.item, "体系中的指标或变量", "请改正代码。")
        if faults.found:
            return
        self._check_standing(seen, place, faults)

    def _check_standing(self, seen: Opened, place: str, faults: Faults) -> None:
        there = self._standing()
        if self.expected is not None and there is not None and there.revision != self.expected:
            entry = Entry.objects.get(action=there.action_id)
            shown = there.strand or "撤销"
            hint = f"{entry.actor} 于 {timezone.localtime(entry.at):%Y-%m-%d %H:%M} 选定 {shown}，理由：{there.reason}"
            faults.add("choice.conflict", place, "来源", self.strand, "没有人同时改过", hint)
        elif (there.strand if there is not None else "") == self.strand:
            faults.add("choice.same", place, "来源", self.strand, "与现在不同的选择", "现在已是如此。")
        if self.strand and self.strand not in self._available(seen):
            options = "、".join(self._available(seen)) or "（还没有任何来源的数）"
            faults.add("choice.strand", place, "来源", self.strand, options, "没有这一来源的数，不能采用。")

    def _available(self, seen: Opened) -> list[str]:
        if self.item in seen.programs:
            return list(dict.fromkeys(STRAND_OF[m] for m in seen.programs[self.item].indicator.methods))
        rows = Value.objects.filter(variable=self.item, area=self.area, period__startswith=str(self.year))
        there = set(rows.values_list("strand", flat=True))
        return [s for s in STRANDS if s in there]

    def _standing(self) -> Choice | None:
        rows = Choice.objects.filter(item=self.item, area=self.area, year=self.year)
        return rows.order_by("-id").first()

    def change(self, tx: Transaction) -> dict[str, object]:
        """Write the choice, then the results that depend on it."""
        there = self._standing()
        revision = 1 if there is None else there.revision + 1
        tx.add(
            Choice(
                item=self.item,
                area=self.area,
                year=self.year,
                revision=revision,
                strand=self.strand,
                reason=self.reason.strip(),
            )
        )
        item = frozenset([self.item])
        changed = (
            Changed(self.year, indicators=item)
            if self.item in queries.city_now().programs
            else Changed(self.year, variables=item)
        )
        return {"revision": revision, "moved": _moved(recompute(tx, changed))}


@dataclass(frozen=True)
class RegisterDataset(Action):
    """Register a spatial layer of a period as the next revision of its dataset.

    Attributes:
        layer: Name of the layer in ``city.yaml``.
        period: Year it shows.
        content: The file.
        provider, captured, licence, mark: What must be known of it.
    """

    verb: ClassVar[str] = "values.register_dataset"
    zh: ClassVar[str] = "登记数据集"
    permission = may(DATASETS)

    layer: str
    period: str
    content: Path
    provider: str
    captured: str = ""
    licence: str = ""
    mark: str = ""
    sha256: str = ""
    size: int = 0

    def arguments(self) -> dict[str, object]:
        """Give layer, period and hash; where the file came from on this machine is nobody's business."""
        return {"layer": self.layer, "period": self.period, "sha256": self.sha256, "provider": self.provider}

    def periods(self) -> Collection[str]:
        """Lock the year and all later ones."""
        return _years(int(self.period[:4]))

    def prepare(self) -> Self:
        """Read the layer and keep its bytes.

        Raises:
            Refused: If it is no layer that the city declares, or cannot be read.
        """
        faults, city = Faults(), queries.city_now().city
        known = city.doc.layers
        if self.layer not in known:
            faults.add(
                "dataset.layer", self.content.name, "图层", self.layer, "、".join(known), "请改正图层名。"
            )
        elif (wanted := Path(known[self.layer].file).suffix) != self.content.suffix.lower():
            hint = f"city.yaml 说这个图层是 {wanted} 文件，请转换格式。"
            faults.add("dataset.format", self.content.name, "格式", self.content.suffix, wanted, hint)
        if YEAR.fullmatch(self.period) is None:
            faults.add("dataset.period", self.content.name, "时期", self.period, "四位年份", "请改正时期。")
        if not self.provider.strip():
            faults.add(
                "dataset.provider", self.content.name, "提供者", "", "提供单位", "数据集要写明谁提供。"
            )
        faults.raise_if_any()
        read_layer(self.content, self.content.name, known[self.layer].crs)
        digest, size = evidence.keep(self.content)
        return replace(self, sha256=digest, size=size)

    def precondition(self, faults: Faults) -> None:
        """Refuse the bytes that stand already."""
        there = self._standing()
        if there is not None and (there.sha256, there.mark) == (self.sha256, self.mark):
            hint = "同样的文件已经登记，不必再交。"
            faults.add("dataset.same", self.content.name, "", self.sha256[:12], "与在册不同的文件", hint)

    def _standing(self) -> Dataset | None:
        return Dataset.objects.filter(layer=self.layer, period=self.period).order_by("-id").first()

    def change(self, tx: Transaction) -> dict[str, object]:
        """Write the dataset, then the results that are computed from it."""
        there = self._standing()
        file = tx.add(EvidenceFile(sha256=self.sha256, name=self.content.name, size=self.size))
        tx.add(
            Dataset(
                layer=self.layer,
                period=self.period,
                revision=1 if there is None else there.revision + 1,
                file=file,
                sha256=self.sha256,
                provider=self.provider,
                captured=self.captured,
                licence=self.licence,
                mark=self.mark,
            )
        )
        moved = recompute(tx, Changed(int(self.period), layers=frozenset([self.layer])))
        return {"sha256": self.sha256, "moved": _moved(moved)}
