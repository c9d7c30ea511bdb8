"""Which revision of a definition a criterion judges."""

from __future__ import annotations

from collections.abc import Sequence

from tijian.engine.catalogue.definition import Indicator


def other_revision(stated: int | None, definition: Indicator, revisions: Sequence[int]) -> str:
    """Say that a value stands under another revision than the one a criterion or a bottom line judges.

    Cut points, steps and lines are numbers of one definition: under another one they say nothing.

    Args:
        stated: The revision that is judged; None: the definition's.
        definition: The indicator.
        revisions: The revision in force, then those joined with it by ``same`` or ``renamed``; empty: the
            definition's alone.

    Returns:
        In Chinese which revision is judged and which is in force; empty where the value is judged.
    """
    judged = definition.revision if stated is None else stated
    found = revisions or (definition.revision,)
    return "" if judged in found else f"按修订 {judged} 的口径定，这一年是修订 {found[0]}"
