"""Decay functions: how much an opportunity weighs when it costs so many minutes to reach."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from tijian.engine.kernel.faults import Faults

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Decay:
    """A weight between 0 and 1 as a function of cost.

    Attributes:
        label: What it is called in results, such as ``exponential(0.1)``.
        weigh: Minutes, float64 of any shape → weights of the same shape.
    """

    label: str
    weigh: Callable[[Floats], Floats] = field(compare=False)


def binary(cutoff: float) -> Decay:
    """Weigh 1 up to and at the cutoff, 0 beyond."""
    _require("binary", cutoff=cutoff)
    return Decay(f"binary({cutoff:g})", lambda t: (t <= cutoff).astype(np.float64))


def stepped(cutoffs: Sequence[float], weights: Sequence[float]) -> Decay:
    """Weigh by zones of cost, the last cutoff included, 0 beyond: the zones of E2SFCA.

    Args:
        cutoffs: Upper limits of the zones in minutes, ascending.
        weights: Weight of each zone, 0…1.

    Raises:
        Refused: If the numbers of the two differ, cutoffs do not ascend, or a weight is not within 0…1.
    """
    faults = Faults()
    limits, values = np.asarray(cutoffs, dtype=np.float64), np.asarray(weights, dtype=np.float64)
    if len(limits) != len(values) or not len(limits):
        faults.add(
            "decay.steps",
            "stepped",
            "cutoffs, weights",
            f"{len(limits)} 个、{len(values)} 个",
            "个数相同",
            "请给每一段一个权重。",
        )
    if not bool((np.diff(limits, prepend=0.0) > 0).all()):
        faults.add(
            "decay.steps", "stepped", "cutoffs", list(cutoffs), "从小到大的分钟数", "请按从小到大排列。"
        )
    if not bool(((values >= 0) & (values <= 1)).all()):
        faults.add("decay.steps", "stepped", "weights", list(weights), "0 到 1 之间的权重", "请改正权重。")
    faults.raise_if_any()
    padded = np.append(values, 0.0)
    told = ", ".join(f"{limit:g}: {weight:g}" for limit, weight in zip(limits, values, strict=True))
    return Decay(f"stepped({told})", lambda t: padded[np.searchsorted(limits, t, side="left")])


def exponential(beta: float) -> Decay:
    """Weigh exp(−beta · t); Hansen (1959) with the impedance of Wilson (1971).

    Args:
        beta: Per minute, above zero.
    """
    _require("exponential", beta=beta)
    return Decay(f"exponential({beta:g})", lambda t: np.exp(-beta * t))


def power(beta: float) -> Decay:
    """Weigh t to the power of −beta, and 1 below one minute, where the power would exceed 1.

    Args:
        beta: Above zero.
    """
    _require("power", beta=beta)
    return Decay(f"power({beta:g})", lambda t: np.maximum(t, 1.0) ** -beta)


def logistic(cutoff: float, sd: float) -> Decay:
    """Weigh by a cumulative logistic curve that is 1 at zero cost and falls around the cutoff.

    f(t) = (1 + exp(−c·π/(s·√3))) / (1 + exp((t − c)·π/(s·√3))); Bauer & Groneberg (2016), PLoS ONE 11(7).

    Args:
        cutoff: Minutes c at which the curve is near one half.
        sd: Standard deviation s in minutes.
    """
    _require("logistic", cutoff=cutoff, sd=sd)
    slope = math.pi / (sd * math.sqrt(3.0))
    top = 1.0 + math.exp(-cutoff * slope)
    # Written with exp of a negative number only: far from the cutoff exp would overflow.
    return Decay(f"logistic({cutoff:g}, {sd:g})", lambda t: top * _falling((t - cutoff) * slope))


def _falling(x: Floats) -> Floats:
    """Give 1 / (1 + exp(x)) without overflow."""
    small = np.exp(-np.abs(x))
    return np.where(x > 0, small, 1.0) / (1.0 + small)


def _require(name: str, **parameters: float) -> None:
    """Refuse parameters that are not finite numbers above zero."""
    faults = Faults()
    for key, value in parameters.items():
        if not (math.isfinite(value) and value > 0):
            faults.add("decay.parameter", name, key, value, "大于 0 的数", "请改正这个参数。")
    faults.raise_if_any()
