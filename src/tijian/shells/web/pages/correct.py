"""更正: one figure put right as its next revision; who else changed it meanwhile is told, nothing typed is lost."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.datastructures import MultiValueDict
from django.views.decorators.http import require_http_methods

from tijian.engine.kernel.faults import Fault, Faults
from tijian.engine.kernel.units import printed
from tijian.office.people.queries import Person
from tijian.office.values.correct import CONFLICT, FORM, CorrectValues, Revision, revisions
from tijian.office.values.figures import VARIABLE, Figure
from tijian.office.values.imports import may_write, whose
from tijian.office.values.preview import preview
from tijian.shells.web.access import who
from tijian.shells.web.asked import number as asked_number
from tijian.shells.web.components.changes import Conflict
from tijian.shells.web.components.forms import Field, Option
from tijian.shells.web.pages.importing_moves import RoundMoves, moved_words, moves
from tijian.shells.web.pages.seen import Seen, frame, seen_of
from tijian.shells.web.pages.values_page_one import One
from tijian.shells.web.perform import CONFLICTING, UNFIT, perform

MARKS = ("", "合成", "估算", "示例/待核")
TEXT, REASON, SHORT = 60, 2_000, 40  # characters that are kept
NOTHING = "没有数"
THOUSANDS = re.compile(r"[+-]?[0-9]{1,3}(,[0-9]{3})*(\.[0-9]+)?|[+-]?[0-9]+(\.[0-9]+)?")


@dataclass
class Case:
    """One cell that is put right: what stands, what was typed, what revision the person saw."""

    seen: Seen
    person: Person
    given: MultiValueDict[str, str]

    @cached_property
    def one(self) -> One:
        """The item and area."""
        return One(self.seen, self._word("variable"), self._word("area"), self.person)

    def _word(self, name: str, usual: str = "", most: int = SHORT) -> str:
        return str(self.given.get(name, usual)).strip()[:most]

    @property
    def period(self) -> str:
        """Period of the cell."""
        return self._word("period", str(self.seen.which.year))

    @property
    def strand(self) -> str:
        """Strand of the cell."""
        return self._word("strand", "自体检")

    @cached_property
    def revisions(self) -> list[Revision]:
        """All revisions, newest first."""
        return revisions(self.one.item, self.one.area, self.period, self.strand)

    def revision(self, number: str) -> Revision | None:
        """Find a revision by its number."""
        return next((r for r in self.revisions if str(r.value.revision) == number), None)

    @property
    def current(self) -> Revision | None:
        """What stands now."""
        return self.revisions[0] if self.revisions else None

    @cached_property
    def restored(self) -> Revision | None:
        """The revision whose figure is to stand again; none where a new figure is typed."""
        return self.revision(self._word("restore"))

    @property
    def expected(self) -> int:
        """The revision that the person saw when the form was opened."""
        typed = asked_number(self._word("expected"))
        if typed is not None:
            return typed
        return self.current.value.revision if self.current is not None else 0

    @property
    def typed(self) -> dict[str, str]:
        """What was typed; before anything was, the figure restored or standing."""
        start = self.restored or self.current
        unit = self.seen.city.catalogue.variables[self.one.item].unit
        return {
            "text": plain_digits(self._word("text", start.value.text if start is not None else "", TEXT)),
            "unit": self._word("unit", start.value.unit if start is not None else unit),
            "mark": self._word("mark", start.value.mark if start is not None else ""),
            "reason": self._word("reason", "", REASON),
        }

    @property
    def figure(self) -> Figure:
        """What would be written."""
        t = self.typed
        return Figure(
            VARIABLE,
            self.one.item,
            self.one.area,
            self.period,
            t["text"],
            t["unit"],
            self.strand,
            t["mark"],
            expected=self.expected,
        )

    def action(self) -> CorrectValues:
        """Give the action that writes it."""
        reason = self.typed["reason"]
        if self.restored is not None and reason:
            reason = f"恢复到修订 {self.restored.value.revision}：{reason}"
        provider = "、".join(self.person.bodies) or self.person.zh
        return CorrectValues((self.figure,), FORM, provider=provider, note=reason)


def plain_digits(text: str) -> str:
    """Write a number as it is stored: full-width figures as usual ones, marks between thousands taken away."""
    found = unicodedata.normalize("NFKC", text)
    return found.replace(",", "") if THOUSANDS.fullmatch(found) else text


@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest, round_id: int) -> HttpResponse:
    """Show the form that puts a figure right, foretell what it moves, or write it.

    Raises:
        Http404: If the round has no such variable or area.
        PermissionDenied: If somebody else reports it.
    """
    seen, given = seen_of(round_id), request.POST if request.method == "POST" else request.GET
    if "variable" not in given:
        return redirect("values", round_id=round_id)
    case = Case(seen, who(request), given)
    if case.one.is_indicator:
        raise Http404("指标由变量算出，要改请改它的变量。")
    if not may_write(case.person, case.figure):
        raise PermissionDenied(whose(case.person, case.one.item))
    if request.method != "POST":
        return _form(request, case)
    if given.get("keep") == "theirs":
        messages.success(request, "已保留现在的数，您填的没有写入。")
        return redirect(case.one.href())
    if given.get("step") == "look":
        return _look(request, case)
    return _write(request, case)


def _look(request: HttpRequest, case: Case) -> HttpResponse:
    """Foretell; nothing is written."""
    faults = Faults()
    case.action().precondition(faults)
    if any(f.code == CONFLICT for f in faults.found):
        return _conflict(request, case)
    if faults.found:
        return _form(request, case, faults.found, status=UNFIT)
    return _form(request, case, foretold=moves(preview([case.figure])))


def _write(request: HttpRequest, case: Case) -> HttpResponse:
    outcome = perform(request, case.action())
    if outcome.done is not None:
        moved = moved_words(outcome.done.action)
        messages.success(request, f"已写入{case.one.area_zh}{case.one.name}的新修订。{moved}。")
        return redirect(case.one.href())
    if any(f.code == CONFLICT for f in outcome.faults):
        return _conflict(request, case)
    return _form(request, case, outcome.faults, status=outcome.status)


def _conflict(request: HttpRequest, case: Case) -> HttpResponse:
    """Show both figures side by side; what was typed goes along."""
    now, saw = case.current, case.revision(str(case.expected))
    revision = now.value.revision if now is not None else 0
    typed = case.typed
    hidden = {
        "variable": case.one.item,
        "area": case.one.area,
        "period": case.period,
        "strand": case.strand,
        "expected": str(revision),
        **typed,
    }
    if case.restored is not None:
        hidden["restore"] = str(case.restored.value.revision)
    conflict = Conflict(
        f"{case.one.area_zh} {case.one.name} {case.period} {case.strand}",
        now.who if now is not None else "",
        now.at if now is not None else "",
        _said(saw),
        _said(now),
        f"{typed['text']} {printed(typed['unit'])}".strip(),
        case.seen.url("values_correct"),
        tuple(hidden.items()),
    )
    context = frame(request, case.seen) | {"one": case.one, "conflict": conflict, "typed": typed, "now": now}
    return render(request, "pages/conflict.html", context, status=CONFLICTING)


def _said(revision: Revision | None) -> str:
    if revision is None:
        return NOTHING
    value = revision.value
    return value.text if value.value is None else f"{value.text} {printed(value.unit)}".strip()


def _errors(faults: Sequence[Fault], label: str) -> tuple[str, ...]:
    """Give what stands against one field, to be said beside it."""
    return tuple(f"应为{f.expected}。{f.hint}" for f in faults if f.place == label)


def _form(
    request: HttpRequest,
    case: Case,
    faults: Sequence[Fault] = (),
    foretold: Sequence[RoundMoves] | None = None,
    status: int = 200,
) -> HttpResponse:
    typed, restored = case.typed, case.restored
    marks = dict.fromkeys([*MARKS, typed["mark"]])
    unit = printed(case.seen.city.catalogue.variables[case.one.item].unit)
    fields = (
        Field("text", "数值", errors=_errors(faults, "数值"), value=typed["text"], kind="number", hint="没有数就写“无数据”，不适用就写“不适用”；0 就填 0。", required=True),
        Field("unit", "单位", errors=_errors(faults, "单位"), value=typed["unit"], hint=f"能换算成 {unit} 的单位都行。", required=True),
        Field("mark", "标记", typed["mark"], "select", options=tuple(Option(m, m or "没有标记") for m in marks)),
        Field("reason", "理由", errors=_errors(faults, "理由"), value=typed["reason"], kind="textarea", hint="写明为什么改、依据哪份材料；和新修订一起留存。", required=True),
    )  # fmt: skip
    context = frame(request, case.seen) | {
        "one": case.one,
        "case": case,
        "fields": fields[:-1],
        "reason": fields[-1],
        "restored": restored,
        "now": _said(case.current),
        "current": case.current,
        "faults": faults,
        "foretold": foretold,
        "verb": f"恢复到修订 {restored.value.revision}" if restored is not None else "写入新修订",
    }
    return render(request, "pages/correct.html", context, status=status)
