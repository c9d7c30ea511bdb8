"""城市人居环境满意度 from the item means of the questionnaire."""

from __future__ import annotations

from collections.abc import Mapping

from tijian.engine.compute.registry import Computed, Material, indicator
from tijian.engine.kernel.missing import Status


@indicator(
    "survey_score@1",
    numerator_unit="分",
    denominator_unit="1",
    needs=("survey",),
    meaning="每个维度取各题均值的平均，再对各维度等权平均；缺一题则无数据。",
    own=True,
)
def survey_score(material: Material) -> dict[str, Computed]:
    """Average the item means within each dimension, then the dimensions with equal weight.

    Numerator: sum of the dimension scores (分); denominator: number of dimensions. A missing item makes
    the score 无数据; an item that is 不适用 in an area leaves it. The rule is ours (示例/待核).
    """
    groups = material.question_groups()
    results: dict[str, Computed] = {}
    for code in material.codes():
        means = material.survey(code)
        if means is None:
            results[code] = Computed(Status.NO_DATA, Status.NO_DATA, {"缺": "问卷"})
            continue
        scores = [s for s in (_dimension_score(means, items) for _, items in groups) if s is not None]
        missing = any(means.get(q, Status.NO_DATA) is Status.NO_DATA for _, items in groups for q in items)
        if missing or not scores:
            results[code] = Computed(Status.NO_DATA, Status.NO_DATA, {"缺": "至少一题的得分"})
            continue
        results[code] = Computed(sum(scores), float(len(scores)), {"维度数": str(len(scores))})
    return results


def _dimension_score(means: Mapping[str, float | Status], items: tuple[str, ...]) -> float | None:
    numbers = [m for m in (means.get(q, Status.NO_DATA) for q in items) if not isinstance(m, Status)]
    return sum(numbers) / len(numbers) if numbers else None
