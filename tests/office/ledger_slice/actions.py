import time
from dataclasses import dataclass
from typing import ClassVar

from ledger_slice.models import Board, Figure, Total
from tijian.office.ledger.action import Action
from tijian.office.ledger.permissions import OPERATION, may


def latest(period):
    found = Figure.objects.filter(period=period).order_by("-id").first()
    return found.value if found else 0.0


def totals_on(earlier, later):
    return {earlier: latest(earlier), later: latest(earlier) + latest(later)}


@dataclass(frozen=True)
class Accept(Action):
    """Accept the figure of one of two periods; the total of the later looks back on the earlier."""

    verb: ClassVar[str] = "slice.accept"
    zh: ClassVar[str] = "采纳"
    permission = may(OPERATION)

    earlier: str
    later: str
    own: str
    value: float
    pause: float = 0.0

    def closure(self):
        return [self.earlier, self.later] if self.own == self.earlier else [self.later]

    def periods(self):
        return self.closure()

    def change(self, tx):
        tx.add(Figure(period=self.own, value=self.value))
        totals = totals_on(self.earlier, self.later)
        time.sleep(self.pause)
        tx.add_all([Total(period=p, value=totals[p]) for p in self.closure()])


@dataclass(frozen=True)
class AcceptWithoutLocks(Accept):
    def periods(self):
        return []


@dataclass(frozen=True)
class AcceptWithOwnLock(Accept):
    def periods(self):
        return [self.own]


@dataclass(frozen=True)
class Write(Action):
    """Write a board, new or changed."""

    verb: ClassVar[str] = "slice.write"
    zh: ClassVar[str] = "写公告"
    permission = may(OPERATION)

    name: str
    text: str

    def precondition(self, faults):
        if not self.text:
            faults.add("slice.empty", "公告", "", None, "内容", "请写内容。")
        if self.name == "忌":
            faults.add("slice.name", "公告", "", self.name, "别的名称", "请改名。")

    def change(self, tx):
        known = Board.objects.filter(name=self.name).first()
        if known is None:
            row = tx.add(Board(name=self.name, text=self.text))
        else:
            known.text = self.text
            row = tx.change(known)
        return {"id": row.pk}
