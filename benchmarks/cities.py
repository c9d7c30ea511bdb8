"""Synthetic cities, generated and examined in this process or by the command line."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from tijian.engine.catalogue.loading import City
from tijian.engine.compute.registry import Computed, Material
from tijian.engine.exam import generate
from tijian.engine.exam.folder import open_city, open_folder
from tijian.engine.exam.inputs import Inputs
from tijian.engine.exam.results import Results
from tijian.engine.exam.run import run

ROOT = Path(__file__).resolve().parents[1]
TEMPLATE = ROOT / "cities" / "shenyang"
CATALOGUES = ROOT / "catalogues"
STORIES = Path(__file__).parent / "stories"
COMMAND = Path(sys.executable).with_name("tijian")
YEARS = range(2019, 2024)
MEGABYTE = 1024.0


def template() -> City:
    """Read the documents of the demo city."""
    return open_city(TEMPLATE)


def made(city: City, seed: int, folder: Path, story: Path | None = None) -> Path:
    """Generate a city into a folder that does not exist yet."""
    plants = generate.read_story(story, city) if story is not None else None
    generate.generate(city, seed, folder, plants)
    return folder


def opened(folder: Path) -> Inputs:
    """Read a city folder; its layers are measured once a year, however many years look back on it."""
    inputs = open_folder(folder)
    programs = dict(inputs.programs)
    for key, program in programs.items():
        computation = program.computation
        if computation is not None and "survey" not in computation.needs:
            programs[key] = replace(program, computation=replace(computation, run=_once(computation.run)))
    return replace(inputs, programs=programs)


def _once(compute: Callable[[Material], dict[str, Computed]]) -> Callable[[Material], dict[str, Computed]]:
    kept: dict[int, dict[str, Computed]] = {}

    def remembered(material: Material) -> dict[str, Computed]:
        if material.year not in kept:
            kept[material.year] = compute(material)
        return kept[material.year]

    return remembered


def examined(folder: Path, years: Iterable[int] = YEARS) -> dict[int, Results]:
    """Examine a city for several years, each as ``tijian exam`` would."""
    inputs = opened(folder)
    return {year: run(inputs, year) for year in years}


def side_by_side(work: Callable[[Any], Any], items: Sequence[Any], jobs: int | None = None) -> list[Any]:
    """Do a piece of work on every item, in processes of their own where there are processors for it."""
    count = min(jobs or os.cpu_count() or 1, len(items))
    if count <= 1:
        return [work(item) for item in items]
    with get_context("spawn").Pool(count) as pool:
        return pool.map(work, items, chunksize=1)


@dataclass(frozen=True)
class Took:
    """What a process took: seconds of wall clock, and the most memory it held, in MB."""

    seconds: float
    peak: float


def timed(command: Sequence[object], environment: Mapping[str, str] | None = None) -> Took:
    """Run a command in a new process and wait for it.

    Raises:
        RuntimeError: If it fails.
    """
    start = time.perf_counter()
    with subprocess.Popen(
        [str(word) for word in command],
        env={**os.environ, **(environment or {})},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    ) as process:
        told = process.stderr.read() if process.stderr is not None else b""
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(told.decode(errors="replace")[-2000:])
    return Took(time.perf_counter() - start, used.ru_maxrss / MEGABYTE)
