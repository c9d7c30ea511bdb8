"""Loading, evaluating and grading 47 indicators × 10 areas × 6 years against the pandas oracle of the tests.

``python -m benchmarks.evaluation``. Both read the same folder in this process. The product also looks for
findings and diseases, which the oracle does not.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.cities import CATALOGUES, ROOT, YEARS, made, template
from benchmarks.tables import spread, table

from tijian.engine.exam.folder import open_folder
from tijian.engine.exam.run import run

SEED, REPEAT = 20190619, 3


@dataclass
class Times:
    """Seconds of each step, a sample a repetition."""

    load: list[float] = field(default_factory=list)
    evaluate: list[float] = field(default_factory=list)
    again: list[float] = field(default_factory=list)

    @property
    def whole(self) -> list[float]:
        """Loading, then evaluating and grading once, layers measured on the way."""
        return [a + b for a, b in zip(self.load, self.evaluate, strict=True)]


def by_product(folder: Path, times: Times) -> None:
    """Load, evaluate and grade once; then once more on the same inputs."""
    start = time.perf_counter()
    inputs = open_folder(folder)
    loaded = time.perf_counter()
    run(inputs, YEARS[-1])
    done = time.perf_counter()
    run(inputs, YEARS[-1])
    times.load.append(loaded - start)
    times.evaluate.append(done - loaded)
    times.again.append(time.perf_counter() - done)


def by_oracle(folder: Path, times: Times) -> None:
    """Do the same in pandas and geopandas; the second time the layers are not overlaid again."""
    sys.path.insert(0, str(ROOT / "tests" / "acceptance"))
    from oracle import Oracle

    start = time.perf_counter()
    oracle = Oracle(folder, CATALOGUES)
    loaded = time.perf_counter()
    _all_years(oracle)
    done = time.perf_counter()
    _all_years(oracle.without(oracle.files, set(oracle.files.indicators)))
    times.load.append(loaded - start)
    times.evaluate.append(done - loaded)
    times.again.append(time.perf_counter() - done)


def _all_years(oracle: object) -> None:
    for year in YEARS:
        oracle.values(year)  # type: ignore[attr-defined]
        oracle.dimensions(year)  # type: ignore[attr-defined]


def measure(repeat: int = REPEAT) -> tuple[Times, Times]:
    """Time both, turn by turn."""
    product, oracle = Times(), Times()
    with tempfile.TemporaryDirectory() as scratch:
        folder = made(template(), SEED, Path(scratch) / "city")
        for _ in range(repeat):
            by_product(folder, product)
            by_oracle(folder, oracle)
    return product, oracle


def show(product: Times, oracle: Times) -> None:
    """Print seconds and ratios."""
    rows = [
        (name, spread(ours), spread(theirs), f"{min(theirs) / min(ours):.1f} ×")
        for name, ours, theirs in (
            ("读入", product.load, oracle.load),
            ("计算、评级（含图层）", product.evaluate, oracle.evaluate),
            ("再算一遍（我们重量图层，对照不重叠置）", product.again, oracle.again),
            ("读入＋计算＋评级", product.whole, oracle.whole),
        )
    ]
    title = "47 项 × 10 个区 × 6 年，与 pandas 对照实现（秒 最小/中位）"
    table(title, ("步骤", "tijian", "pandas", "倍数"), rows)


def main() -> None:
    """Run alone."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeat", type=int, default=REPEAT)
    show(*measure(parser.parse_args().repeat))


if __name__ == "__main__":
    main()
