"""Results made fresh in the transaction that changed their inputs."""

from __future__ import annotations

from collections.abc import Collection

from tijian.engine.exam.results import Results
from tijian.engine.exam.run import run
from tijian.office.ledger.action import Transaction
from tijian.office.register import queries
from tijian.office.register.city import Opened
from tijian.office.register.models import Basis, Round
from tijian.office.values.closure import Changed, dependants
from tijian.office.values.inputs import inputs
from tijian.office.values.results import dimension_news, news

DATA, CRITERION, DEFINITION, BOUNDARY = "数据", "标准", "口径", "边界"


def recompute(tx: Transaction, changed: Changed) -> dict[str, int]:
    """Recompute in every open round what depends on a change, and write what is other than before.

    Must run under the locks of the year changed and of all later ones.

    Returns:
        Name of each round touched → how many grades moved.
    """
    moved = {}
    for which in queries.open_rounds(changed.since):
        seen = queries.open_round_city(which)
        scope = dependants(seen, changed)
        if scope:
            moved[which.name] = write(tx, which, evaluate(which, seen, scope), DATA)
    return moved


def evaluate(which: Round, seen: Opened, scope: Collection[str] | None, at: int | None = None) -> Results:
    """Examine a round; the scope is widened to whole dimensions, whose grades need all their members."""
    wanted = None if scope is None else widened(seen, scope)
    return run(inputs(which, at, wanted, seen), which.year, wanted)


def widened(seen: Opened, scope: Collection[str]) -> frozenset[str]:
    """Add to some indicators all that share a dimension with them."""
    known = seen.city.catalogue.indicators
    dimensions = {known[k].dimension for k in scope}
    return frozenset(k for k, d in known.items() if d.dimension in dimensions)


def write(tx: Transaction, which: Round, results: Results, cause: str, basis: Basis | None = None) -> int:
    """Write what differs from the stored results; tell how many grades are other than before."""
    found = news(which, basis or queries.basis(which), results, cause)
    tx.add_all(found.fresh)
    tx.add_all(dimension_news(which, results))
    return len(found.moved)
