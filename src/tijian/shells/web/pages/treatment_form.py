"""The form of a new measure: rows for targets and milestones, read, looked at before it is saved, shown again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.http import QueryDict

from tijian.engine.kernel.faults import Fault, Faults
from tijian.engine.kernel.units import printed
from tijian.office.diagnose.models import Diagnosis
from tijian.office.people.queries import bodies
from tijian.office.treat.actions import CreateMeasure, MilestoneGiven
from tijian.office.treat.grading import column, type_of
from tijian.office.treat.models import Target
from tijian.office.treat.queries import baseline_round
from tijian.office.treat.targets import TargetGiven, plan
from tijian.shells.web.asked import number as asked_number
from tijian.shells.web.components.forms import ErrorSummary, Field, Option
from tijian.shells.web.components.grade import GradeCell
from tijian.shells.web.components.marks import Figure
from tijian.shells.web.pages.seen import Seen
from tijian.shells.web.pages.treatment_shared import Told, told_of

TARGETS, MILESTONES, MOST = 2, 3, 24
PARTS = {"targets": ("indicator", "type", "value", "year"), "milestones": ("name", "due", "done")}
FIELDS = {
    "measure.name": "name",
    "measure.area": "areas",
    "milestone.none": "m0-name",
    "milestone.name": "name",
    "milestone.done_when": "done",
    "milestone.order": "due",
    "milestone.date": "due",
    "target.none": "t0-indicator",
    "target.indicator": "indicator",
    "target.type": "type",
    "target.area": "type",
    "target.value": "value",
    "target.range": "value",
    "target.worse": "value",
    "target.baseline": "indicator",
    "target.direction": "indicator",
    "target.year": "year",
}
NOTHING = Told({}, ())


@dataclass(frozen=True)
class TargetRow:
    """One row for a target."""

    indicator: Field
    type: Field
    value: Field
    year: Field

    @property
    def fields(self) -> tuple[Field, ...]:
        """Its fields, in order."""
        return (self.indicator, self.type, self.value, self.year)


@dataclass(frozen=True)
class MilestoneRow:
    """One row for a milestone."""

    name: Field
    due: Field
    done: Field

    @property
    def fields(self) -> tuple[Field, ...]:
        """Its fields, in order."""
        return (self.name, self.due, self.done)


@dataclass(frozen=True)
class Reach:
    """What a target would come to in one area: from which value and grade to which."""

    area: str
    indicator: str
    before: Figure
    grade_before: GradeCell
    after: Figure
    grade_after: GradeCell
    words: str
    still_poor: bool


@dataclass(frozen=True)
class MeasureForm:
    """The form as typed.

    Attributes:
        origin: The round of the baselines, as pages see it.
        diagnosis: On which the measure stands.
        indicators: Those offered first: on which the diagnosis rests.
        post: What was posted; None where the form is fresh.
    """

    origin: Seen
    diagnosis: Diagnosis
    indicators: tuple[str, ...]
    post: QueryDict | None = None

    def typed(self, name: str, fresh: str = "") -> str:
        """Give what was typed, else what a fresh form starts with."""
        return fresh if self.post is None else self.post.get(name, "")

    def several(self, name: str, fresh: Sequence[str] = ()) -> tuple[str, ...]:
        """Give what was chosen, else what a fresh form starts with."""
        return tuple(fresh) if self.post is None else tuple(self.post.getlist(name))

    def rows(self, kind: str, least: int) -> int:
        """How many rows are shown: those there were, and more where that was asked for."""
        wanted = asked_number(self.typed(kind)) or least
        return min(max(wanted, least) + (2 if self.typed("do") == f"more_{kind}" else 0), MOST)

    # ── to the action ──

    @cached_property
    def typed_targets(self) -> list[tuple[int, TargetGiven]]:
        """Give the targets typed, each with the number of its row."""
        found = []
        for n in range(self.rows("targets", self._least)):
            key, kind, value, year = (self.typed(f"t{n}-{p}") for p in PARTS["targets"])
            if value.strip() or (n == 0 and key):
                found.append((n, TargetGiven(key, value, asked_number(year) or 0, kind)))
        return found

    @cached_property
    def typed_milestones(self) -> list[tuple[int, MilestoneGiven]]:
        """Give the milestones typed, each with the number of its row; a date that is none takes the one before."""
        found: list[tuple[int, MilestoneGiven]] = []
        for n in range(self.rows("milestones", MILESTONES)):
            name, due, done = (self.typed(f"m{n}-{p}") for p in PARTS["milestones"])
            if name.strip() or due.strip() or done.strip():
                day = day_of(due) or (found[-1][1].due if found else date.min)
                found.append((n, MilestoneGiven(name, day, done)))
        return found

    def action(self) -> CreateMeasure:
        """Make the action that the form asks for."""
        return CreateMeasure(
            self.diagnosis.number,
            self.typed("name"),
            self.typed("lead"),
            tuple(t for _, t in self.typed_targets),
            tuple(m for _, m in self.typed_milestones),
            self.several("supporting"),
            self.several("areas", self.diagnosis.codes()),
            self.typed("text"),
        )

    @property
    def unread(self) -> list[Fault]:
        """Tell what the action would not know was typed: dates that cannot be read, and that no area was left."""
        found = Faults()
        if not self.several("areas", self.diagnosis.codes()):
            found.add("measure.area", "对策", "区", None, "至少一个区", "请勾选治理的区。")
        for rank, (n, _) in enumerate(self.typed_milestones, 1):
            due = self.typed(f"m{n}-due")
            if day_of(due) is None:
                hint = "请按年-月-日写，如 2020-06-30。"
                found.add("milestone.date", "里程碑", f"第 {rank} 个", due, "一个日期", hint)
        return found.found

    def place(self, fault: Fault) -> str:
        """Say which field a fault speaks of."""
        if fault.code in {"body.unknown", "body.twice"}:
            return "lead" if fault.place == "牵头单位" else "supporting"
        name = FIELDS.get(fault.code, "")
        if fault.code in {"measure.name", "measure.area"} or "-" in name:
            return name
        typed = [n for n, _ in (self.typed_targets if fault.file == "目标" else self.typed_milestones)]
        number = asked_number(fault.place.removeprefix("第 ").partition(" ")[0]) or 0
        if not name or not 0 < number <= len(typed):
            return ""
        return f"{'t' if fault.file == '目标' else 'm'}{typed[number - 1]}-{name}"

    # ── looked at before it is saved ──

    @property
    def mark(self) -> str:
        """What the targets say, in one line: a target that was changed is looked at again."""
        areas = self.several("areas", self.diagnosis.codes())
        return "|".join(
            [
                ",".join(areas),
                *(f"{t.indicator},{t.area_type},{t.value},{t.year}" for _, t in self.typed_targets),
            ]
        )

    def reaches(self) -> tuple[list[Reach], list[Fault]]:
        """Give what each target would come to by the criteria, and what stands against the targets."""
        faults = Faults()
        areas = [a for a in self.diagnosis.codes() if a in self.several("areas", self.diagnosis.codes())]
        rows = plan([t for _, t in self.typed_targets], self.origin.which, areas, faults)
        return [self._reach(r) for r in rows], faults.found

    def _reach(self, row: Target) -> Reach:
        seen, before = self.origin, column(row.baseline, "value").replace("-", "−")
        synthetic = "合成" in column(row.baseline, "mark")
        return Reach(
            seen.city.label(row.area),
            seen.city.catalogue.indicators[row.indicator].name.zh,
            Figure(before, printed(row.unit), synthetic),
            GradeCell(row.baseline.grade, synthetic=synthetic),  # type: ignore[arg-type]
            Figure(row.text, printed(row.unit), synthetic),
            GradeCell(row.grade),  # type: ignore[arg-type]
            row.words,
            row.grade in {"差", "不合格"},
        )

    # ── to the page ──

    @property
    def _least(self) -> int:
        return max(TARGETS, len(self._types))

    @cached_property
    def _types(self) -> list[str]:
        found = (type_of(self.origin.opened, a) for a in self.diagnosis.codes())
        return list(dict.fromkeys(t for t in found if t))

    def shown(self, faults: Sequence[Fault] = ()) -> Mapping[str, object]:
        """Give the fields for the template, each with its faults, and the summary of all."""
        told = told_of(faults, self.place) if faults else NOTHING
        head = tuple(told.on(f) for f in self._head())
        targets = [TargetRow(*(told.on(f) for f in r.fields)) for r in self._target_rows()]
        milestones = [MilestoneRow(*(told.on(f) for f in r.fields)) for r in self._milestone_rows()]
        fields = (*head, *(f for t in targets for f in t.fields), *(f for m in milestones for f in m.fields))
        summary = ErrorSummary(fields, told.others)
        return {
            "head": head,
            "targets": targets,
            "milestones": milestones,
            "summary": summary if summary.count else None,
            "mark": self.mark,
        }

    def _head(self) -> Iterator[Field]:
        known = bodies()
        options = tuple(Option(b.code, b.short) for b in known)
        areas = tuple(Option(a, self.origin.city.label(a)) for a in self.diagnosis.codes())
        yield Field("name", "做什么", self.typed("name"), required=True, hint="如：打通断头路 12 条。")
        yield Field("lead", "牵头单位", self.typed("lead"), "select", required=True,
                    options=(Option("", "请选"), *options))  # fmt: skip
        yield Field("areas", "治理的区", kind="checkboxes", options=areas, required=True,
                    chosen=self.several("areas", self.diagnosis.codes()))  # fmt: skip
        yield Field(
            "supporting", "配合单位", kind="checkboxes", options=options, chosen=self.several("supporting")
        )
        yield Field("text", "内容", self.typed("text"), "textarea", hint="做法、规模、经费来源。")

    def _target_rows(self) -> Iterator[TargetRow]:
        indicators = self.origin.city.catalogue.indicators
        first = [k for k in self.indicators if k in indicators]
        keys = [*first, *(k for k in indicators if k not in first)]
        names = (
            Option("", "请选"),
            *(Option(k, f"{indicators[k].name.zh}（{printed(indicators[k].unit)}）") for k in keys),
        )
        types = (Option("", "不分"), *(Option(t, t) for t in self._types))
        year = str(self.origin.which.year + 1)
        for n in range(self.rows("targets", self._least)):
            key = first[0] if first and n < len(self._types) else ""
            kind = self._types[n] if n < len(self._types) else ""
            yield TargetRow(
                Field(
                    f"t{n}-indicator",
                    f"指标 {n + 1}",
                    self.typed(f"t{n}-indicator", key),
                    "select",
                    options=names,
                ),
                Field(f"t{n}-type", "城区", self.typed(f"t{n}-type", kind), "select", options=types),
                Field(f"t{n}-value", "目标值", self.typed(f"t{n}-value"), "number"),
                Field(f"t{n}-year", "目标年", self.typed(f"t{n}-year", year), "number"),
            )

    def _milestone_rows(self) -> Iterator[MilestoneRow]:
        for n in range(self.rows("milestones", MILESTONES)):
            yield MilestoneRow(
                Field(f"m{n}-name", f"里程碑 {n + 1}", self.typed(f"m{n}-name")),
                Field(f"m{n}-due", "应在", self.typed(f"m{n}-due"), "date"),
                Field(f"m{n}-done", "完成标准", self.typed(f"m{n}-done")),
            )


def day_of(text: str) -> date | None:
    """Read a date; None for what is none."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


def origin_of(seen: Seen, diagnosis: Diagnosis) -> Seen:
    """Give the round from which a new measure on a diagnosis starts."""
    which = baseline_round(diagnosis)
    return seen if which.pk == seen.which.pk else Seen(which)
