"""Signs that a source did not deliver all it has: a limit of its interface shows as equal round counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

ROUND = 50  # limits of interfaces are multiples of a page
LEAST = 100  # below, equal counts are ordinary
# AMap's search gave at most 900 objects a district (45 pages of 20): one district at the limit is enough.
KNOWN_LIMITS = (900,)


@dataclass(frozen=True, slots=True)
class Truncation:
    """Groups that stop at one and the same round count.

    Attributes:
        limit: The count.
        groups: The groups that have it, in order of their names.
        of: How many groups there are.
    """

    limit: int
    groups: tuple[str, ...]
    of: int

    def __str__(self) -> str:
        """Say it in one Chinese line."""
        names = "、".join(self.groups)
        return (
            f"{self.of} 个分组中 {len(self.groups)} 个（{names}）都恰好是 {self.limit} 条，"
            "很可能是来源接口的上限，数据不全；不能由它计算密度或覆盖率，请分片重新下载。"
        )


def truncation(groups: Iterable[str]) -> Truncation | None:
    """Find out whether the largest groups stop at a limit of the source.

    The largest count is suspect where it is round (a multiple of 50, from 100 up) and two or more groups
    have it, or where it is a limit known of a provider. Ordinary counts hardly ever tie at the top on a
    round number.

    Args:
        groups: The group (district) of every object, in any order; blanks are left out.
    """
    counts = Counter(group for group in groups if group)
    limit = max(counts.values(), default=0)
    if limit < LEAST or limit % ROUND:
        return None
    full = tuple(sorted(group for group, count in counts.items() if count == limit))
    if len(full) == 1 and limit not in KNOWN_LIMITS:
        return None
    return Truncation(limit, full, len(counts))
