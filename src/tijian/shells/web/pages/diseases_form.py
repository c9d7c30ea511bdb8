"""The form that confirms a 城市病: read from what was posted, shown again with every fault beside its field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.http import QueryDict

from tijian.engine.catalogue.disease import Disease
from tijian.engine.kernel.faults import Fault
from tijian.office.diagnose.actions import SEVERITIES, Confirm
from tijian.office.diagnose.links import Link
from tijian.office.diagnose.models import Side
from tijian.office.diagnose.queries import proposal
from tijian.office.values.models import Candidate
from tijian.shells.web.asked import number as asked_number
from tijian.shells.web.components.forms import ErrorSummary, Field, Option
from tijian.shells.web.pages.seen import Cell, Seen
from tijian.shells.web.pages.treatment_shared import Told, told_of

ROWS, MOST_ROWS = 2, 20
OWN = "own"
OWN_CAUSE = "own_cause"
PLACES = {
    "diagnosis.cause": "cause",
    "diagnosis.opinion": "opinion",
    "diagnosis.severity": "severity",
    "diagnosis.areas": "areas",
    "diagnosis.name": "name",
    "diagnosis.disease": "disease",
    "evidence.none": "for",
    "reason.missing": "reason",
}
NOTHING = Told({}, ())


@dataclass(frozen=True)
class ExtraRow:
    """One row for evidence of one's own: side, value, sentence."""

    side: Field
    result: Field
    text: Field


@dataclass(frozen=True)
class ConfirmForm:
    """The form as typed.

    Attributes:
        seen: The round.
        area: Where: that of the candidate, or the one chosen first.
        candidate: From which it is confirmed; None: by name, with a reason.
        knowledge: What is known of the disease.
        post: What was posted; None where the form is fresh.
    """

    seen: Seen
    area: str
    candidate: Candidate | None = None
    knowledge: Disease | None = None
    post: QueryDict | None = None

    def typed(self, name: str, fresh: str = "") -> str:
        """Give what was typed, else what a fresh form starts with."""
        return fresh if self.post is None else self.post.get(name, "")

    def several(self, name: str, fresh: Sequence[str] = ()) -> tuple[str, ...]:
        """Give what was chosen, else what a fresh form starts with."""
        return tuple(fresh) if self.post is None else tuple(self.post.getlist(name))

    @cached_property
    def rows(self) -> int:
        """How many rows for further evidence are shown."""
        wanted = asked_number(self.typed("rows")) or ROWS
        more = ROWS if self.typed("do") == "more" else 0
        return min(max(wanted, ROWS) + more, MOST_ROWS)

    @cached_property
    def proposed(self) -> tuple[Link, ...]:
        """What the candidate brings as evidence."""
        return () if self.candidate is None else proposal(self.candidate)

    def offered(self, side: Side) -> list[tuple[str, Link]]:
        """Give the candidate's evidence of one side with the values of its boxes."""
        return [
            (f"r{link.result}" if link.result is not None else f"c{n}", link)
            for n, link in enumerate(self.proposed)
            if link.side == side
        ]

    # ── to the action ──

    @cached_property
    def evidence(self) -> list[tuple[str, Link]]:
        """Give every piece of evidence with the name of the field that it was typed in."""
        offered = dict(self.offered(Side.FOR))
        found = [
            ("for", link) for key in self.several("for", list(offered)) if (link := _boxed(key, offered))
        ]
        for n in range(self.rows):
            result, text = self.typed(f"x{n}-result"), self.typed(f"x{n}-text")
            if result or text.strip():
                side = self.typed(f"x{n}-side", Side.FOR.value)
                found.append((f"x{n}-result", Link(side, text, result=asked_number(result))))
        return found

    def action(self) -> Confirm:
        """Make the action that the form asks for."""
        chosen = self.typed("cause")
        own = chosen == OWN or (self.candidate is None and bool(self.typed(OWN_CAUSE).strip()))
        return Confirm(
            self.seen.which.name,
            self.typed(OWN_CAUSE) if own else chosen,
            self.typed("opinion"),
            tuple(link for _, link in self.evidence),
            candidate=None if self.candidate is None else self.candidate.pk,
            disease=self.typed("disease") if self.candidate is None else "",
            name=self.typed("name") if self.candidate is None else "",
            areas=self.several("areas"),
            severity=self.typed("severity"),
            own_cause=own,
            reason=self.typed("reason"),
        )

    def place(self, fault: Fault) -> str:
        """Say which field a fault speaks of."""
        if fault.code == "diagnosis.cause" and (self.candidate is None or self.typed("cause") == OWN):
            return OWN_CAUSE
        if fault.code in PLACES:
            return PLACES[fault.code]
        number = asked_number(fault.place.removeprefix("第 ").removesuffix(" 条证据")) or 0
        if fault.code.startswith("evidence.") and 0 < number <= len(self.evidence):
            return self.evidence[number - 1][0]
        return ""

    # ── to the page ──

    def shown(self, faults: Sequence[Fault] = ()) -> Mapping[str, object]:
        """Give the fields for the template, each with its faults, and the summary of all."""
        told = told_of(faults, self.place) if faults else NOTHING
        head = tuple(told.on(f) for f in self._head())
        pro = told.on(self._for())
        body = tuple(told.on(f) for f in self._body())
        extra = [ExtraRow(told.on(r.side), told.on(r.result), told.on(r.text)) for r in self._extra()]
        fields = (*head, pro, *(f for r in extra for f in (r.side, r.result, r.text)), *body)
        summary = ErrorSummary(fields, told.others)
        return {
            "head": head,
            "pro": pro if self.candidate is not None or pro.errors else None,
            "against": self._kept(Side.AGAINST, "反对（必附）", "候选中与它相反的证据，不能略去。"),
            "missing": self._kept(Side.MISSING, "缺（必附）", "要看而没有看到的证据，不能略去。"),
            "extra": extra,
            "rows": self.rows,
            "body": body,
            "summary": summary if summary.count else None,
        }

    def _head(self) -> list[Field]:
        fields: list[Field] = []
        if self.candidate is None:
            known = tuple(Option(d.id, d.name) for d in self.seen.city.diseases)
            fields += [
                Field("disease", "城市病", self.typed("disease"), "select",
                      options=(Option("", "知识里没有的，写在右边"), *known)),
                Field("name", "名称", self.typed("name"), hint="不写就用所选城市病的名称。"),
            ]  # fmt: skip
        else:
            causes = [str(c["name"]) for c in self.candidate.known()["causes"]]
            options = (*(Option(c, c) for c in causes), Option(OWN, "自拟成因，写在下面"))
            fields.append(
                Field(
                    "cause", "成因", self.typed("cause"), "radio", required=True, options=options, wide=True
                )
            )
        label = "成因" if self.candidate is None else "自拟的成因"
        fields.append(
            Field(OWN_CAUSE, label, self.typed(OWN_CAUSE), required=self.candidate is None, hint="一句话。")
        )
        return fields

    def _for(self) -> Field:
        offered = self.offered(Side.FOR)
        options = tuple(Option(key, self._words(link)) for key, link in offered)
        chosen = self.several("for", [key for key, _ in offered])
        return Field("for", "支持", kind="checkboxes", options=options, chosen=chosen,
                     hint="勾选的作为支持证据登记；至少一条。")  # fmt: skip

    def _words(self, link: Link) -> str:
        cell = self._cell(link.result)
        return link.text if cell is None else self._value(cell)

    def _cell(self, result: int | None) -> Cell | None:
        return next((c for c in self._here if c.row.pk == result), None) if result is not None else None

    @cached_property
    def _here(self) -> list[Cell]:
        keys = self.seen.city.catalogue.indicators
        return [self.seen.cells[(k, self.area)] for k in keys if (k, self.area) in self.seen.cells]

    def _value(self, cell: Cell) -> str:
        name = self.seen.city.catalogue.indicators[cell.row.indicator].name.zh
        value = f"{cell.value} {cell.unit}".strip() if cell.value else cell.status
        return f"{name} {value}，{cell.grade}（修订 {cell.row.revision}）"

    def _kept(self, side: Side, label: str, hint: str) -> Field | None:
        """Show what the candidate brings and nobody may leave out."""
        offered = self.offered(side)
        if not offered:
            return None
        options = tuple(Option(key, link.text) for key, link in offered)
        return Field(f"kept-{side.name.lower()}", label, kind="checkboxes", options=options,
                     chosen=tuple(o.value for o in options), hint=hint, locked=True)  # fmt: skip

    def _extra(self) -> list[ExtraRow]:
        sides = tuple(Option(s.value, s.value) for s in Side)
        results = (Option("", "不链接数值"), *(Option(str(c.row.pk), self._value(c)) for c in self._here))
        return [
            ExtraRow(
                Field(f"x{n}-side", f"证据 {n + 1} 的作用", self.typed(f"x{n}-side", "支持"), "select", options=sides),
                Field(f"x{n}-result", "链接的数值", self.typed(f"x{n}-result"), "select", options=results),
                Field(f"x{n}-text", "说明", self.typed(f"x{n}-text")),
            )
            for n in range(self.rows)
        ]  # fmt: skip

    def _body(self) -> list[Field]:
        severity = self.typed("severity", self.candidate.severity if self.candidate is not None else "")
        words = self.knowledge.severity if self.knowledge is not None else {}
        shown = {s: f"{s}：{words[s]}" if s in words else s for s in SEVERITIES}
        by_code = self.seen.city.by_code
        areas = [a for a in self.seen.districts if a != self.area]
        fields = [
            Field("opinion", "诊断意见", self.typed("opinion"), "textarea", required=True,
                  hint="看到了什么，为何确认，还有什么没有看到。"),
            Field("severity", "程度", severity, "select", required=True,
                  options=(Option("", "请选"), *(Option(k, v) for k, v in shown.items()))),
            Field("areas", "所在的区", kind="checkboxes", required=True, chosen=self.several("areas", [self.area]),
                  options=tuple(Option(a, by_code[a].zh) for a in (self.area, *areas))),
        ]  # fmt: skip
        if self.candidate is None:
            fields.append(
                Field("reason", "没有候选而确认的理由", self.typed("reason"), "textarea", required=True)
            )
        return fields


def _boxed(key: str, offered: Mapping[str, Link]) -> Link | None:
    """Give what a box stands for; a value that was revised meanwhile is passed on, so that it is refused in words."""
    if key in offered:
        return offered[key]
    result = asked_number(key[1:]) if key[:1] == "r" else None
    return None if result is None else Link(Side.FOR.value, "", result=result)
