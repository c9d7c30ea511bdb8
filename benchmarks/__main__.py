"""``python -m benchmarks``: every table, one after the other.

It prints figures and says whether a bar is reached; it fails only where a program of its own fails.
"""

from __future__ import annotations

import argparse
import os
import platform

from benchmarks import evaluation, kernels, office, processes, quiet, reading, recall, surface


def main() -> None:
    """Run every benchmark."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeat", type=int, default=5, help="samples of every time")
    parser.add_argument("--seeds", type=int, default=60, help="healthy cities")
    parser.add_argument("--jobs", type=int, help="cities examined at the same time; default: processors")
    arguments = parser.parse_args()
    print(f"Python {platform.python_version()}，{os.cpu_count()} 个处理器")
    processes.show(processes.measure(arguments.repeat))
    kernels.show(kernels.measure(arguments.repeat))
    evaluation.show(*evaluation.measure(arguments.repeat))
    reading.show(reading.measure(arguments.repeat))
    surface.show(surface.measure(arguments.repeat))
    quiet.show(quiet.measure(arguments.seeds, arguments.jobs))
    recall.show(recall.measure(arguments.jobs))
    office.run()


if __name__ == "__main__":
    main()
