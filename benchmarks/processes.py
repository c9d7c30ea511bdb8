"""Whole processes: an examination with and without reports, the first ever, generation, and the usual chain.

``python -m benchmarks.processes``. Every run is a new process, imports counted; memory is its largest RSS.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from benchmarks.cities import CATALOGUES, COMMAND, ROOT, TEMPLATE, Took, timed
from benchmarks.tables import bar, spread, table

SEED, YEAR, REPEAT, MAX_MB = 20190619, 2019, 5, 1024.0
USUAL_CHAIN = """
import sys
sys.path.insert(0, sys.argv[1])
from oracle import Oracle
oracle = Oracle(sys.argv[2], sys.argv[3], measured=(int(sys.argv[4]),))
oracle.values(int(sys.argv[4])).to_csv(sys.argv[5] + "-values.csv")
oracle.dimensions(int(sys.argv[4])).to_csv(sys.argv[5] + "-dimensions.csv")
"""

Rows = list[tuple[str, list[Took]]]


def exam(out: Path, cache: Path, *more: str) -> Took:
    """Examine the demo city once."""
    command = [COMMAND, "exam", TEMPLATE, "--period", YEAR, "--out", out, *more]
    return timed(command, {"TIJIAN_CACHE": str(cache)})


def generation(out: Path) -> Took:
    """Generate the demo city once."""
    story = TEMPLATE / "story.yaml"
    return timed([COMMAND, "city", "generate", out, "--template", TEMPLATE, "--seed", SEED, "--story", story])


def usual_chain(folder: Path, out: Path) -> Took:
    """Evaluate and grade the same city and year in pandas and geopandas."""
    oracle = ROOT / "tests" / "acceptance"
    return timed([sys.executable, "-c", USUAL_CHAIN, oracle, folder, CATALOGUES, YEAR, out])


def measure(repeat: int = REPEAT) -> Rows:
    """Run everything, turn by turn."""
    with tempfile.TemporaryDirectory() as scratch:
        place = Path(scratch)
        first = exam(place / "first", place / "cache", "--no-reports")
        made = [generation(place / f"city-{i}") for i in range(repeat)]
        plain, chain, full = [], [], []
        for i in range(repeat):
            plain.append(exam(place / f"plain-{i}", place / "cache", "--no-reports"))
            chain.append(usual_chain(place / "city-0", place / f"chain-{i}"))
            full.append(exam(place / f"full-{i}", place / "cache"))
    return [
        ("第一次体检（含生成），不出报告", [first]),
        ("体检，不出报告", plain),
        ("体检，出九份报告", full),
        ("生成一座城市（带故事）", made),
        ("pandas + geopandas 对照实现", chain),
    ]


def show(rows: Rows) -> None:
    """Print seconds, memory and the ratio to the usual chain."""
    figures = [
        (name, spread([t.seconds for t in took]), f"{max(t.peak for t in took):.0f}", len(took))
        for name, took in rows
    ]
    title = f"{TEMPLATE.name} {YEAR} 年，每次一个新进程"
    table(title, ("", "秒 最小/中位", "内存峰值 MB", "次"), figures)
    by_name = dict(rows)
    own, chain = by_name["体检，不出报告"], by_name["pandas + geopandas 对照实现"]
    ratio = min(t.seconds for t in chain) / min(t.seconds for t in own)
    peak = max(t.peak for t in own)
    print(f"  对照实现 ÷ 体检（不出报告）＝ {ratio:.2f} ×")
    print(f"  内存 {peak:.0f} MB，线 ≤ {MAX_MB:.0f} MB：{bar(peak, MAX_MB)}")


def main() -> None:
    """Run alone."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeat", type=int, default=REPEAT)
    show(measure(parser.parse_args().repeat))


if __name__ == "__main__":
    main()
