"""What a round was judged by over time: every adoption of other criteria, and the way back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tijian.office.register import queries
from tijian.office.register.models import Basis, Publication, Round
from tijian.office.register.published import texts


@dataclass(frozen=True)
class Adoption:
    """Other criteria adopted for a round.

    Attributes:
        basis: What the round was judged by from then on.
        before: The criteria before it.
        after: The criteria adopted.
        paths: Files in which they differ.
        undoable: Whether those files still say what this adoption made them say, so that it alone can be undone.
    """

    basis: Basis
    before: Publication
    after: Publication
    paths: tuple[str, ...]
    undoable: bool


def adoptions(which: Round) -> list[Adoption]:
    """List the adoptions of a round, the latest first; changes of other documents are not among them."""
    bases = list(Basis.objects.filter(round=which).select_related("action").order_by("id"))
    criteria = [queries.criteria_of(b) for b in bases]
    if not criteria:
        return []
    now = criteria[-1].manifest()
    found = []
    for basis, before, after in zip(bases[1:], criteria, criteria[1:], strict=False):
        if before.pk == after.pk:
            continue
        old, new = before.manifest(), after.manifest()
        paths = tuple(p for p in sorted({*old, *new}) if old.get(p) != new.get(p))
        still = all(p in old and now.get(p) == new.get(p) for p in paths)
        found.append(Adoption(basis, before, after, paths, undoable=still and bool(paths)))
    return found[::-1]


def former_texts(adoption: Adoption) -> Mapping[str, str]:
    """Give the files of an adoption as they were before it, to be adopted again."""
    former = texts(adoption.before)
    return {path: former[path] for path in adoption.paths}
