"""A city folder examined: no database, no server."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

from tijian import __version__
from tijian.engine.catalogue.city import CityDoc
from tijian.engine.catalogue.consistency import check_city
from tijian.engine.catalogue.document import read
from tijian.engine.catalogue.loading import City, find_folder, load_city
from tijian.engine.compute.program import Program, compile_catalogue
from tijian.engine.exam import generate
from tijian.engine.exam.cache import cache_root
from tijian.engine.exam.inputs import Inputs, read_inputs
from tijian.engine.exam.results import Results
from tijian.engine.exam.run import Progress, run
from tijian.engine.exam.steps import KeptSteps
from tijian.engine.kernel.canonical import canonical, sha256, sha256_file
from tijian.engine.kernel.faults import Faults
from tijian.engine.kernel.missing import Status
from tijian.engine.kernel.units import PURE

COMPLETE = ".complete"
ENGINE = Path(generate.__file__).parents[2]
GENERATING = ("kernel", "sources", "catalogue", "compute", "exam/generate")  # code that decides the bytes


def open_city(folder: Path) -> City:
    """Read and check the documents of a city folder.

    Raises:
        Refused: With every fault of every document.
    """
    city = _load(folder)
    check_city(city)
    return city


def open_programs(folder: Path) -> tuple[City, dict[str, Program]]:
    """Read and check the documents of a city folder and make its indicators ready to run.

    Raises:
        Refused: With every fault of documents and formulas.
    """
    city, faults = _load(folder), Faults()
    programs = _ready(city, faults)
    faults.raise_if_any()
    return city, programs


def open_folder(folder: Path, progress: Progress | None = None, until: int | None = None) -> Inputs:
    """Read a city folder with its inputs; a folder without inputs is first generated into a cache.

    Args:
        folder: The city folder.
        progress: Called with a Chinese step name, k and n.
        until: Last year whose layers are needed; None: all of the city's.

    Raises:
        Refused: With every fault of documents, formulas and inputs.
    """
    city, faults = _load(folder), Faults()
    programs = _ready(city, faults)
    own = (folder / "inputs").is_dir()
    if faults.found and own and _readable(city, faults):
        with faults.kept():
            read_inputs(city, _unready(city) | programs, until)
    faults.raise_if_any()
    if not own:
        made = _generated(city, progress)
        # Its documents are copies of those read already; only city.yaml says more, of the layers.
        city = replace(city, folder=made, doc=read(CityDoc, made / "city.yaml", f"{city.name}/city.yaml"))
    return read_inputs(city, programs, until, KeptSteps(cache_root() / "steps"))


def _load(folder: Path) -> City:
    faults = Faults()
    if not (folder / "city.yaml").is_file():
        faults.add(
            "city.missing",
            folder.name,
            "",
            None,
            "一个城市文件夹，内有 city.yaml",
            "请检查路径；另一座城市从复制一个文件夹开始。",
        )
        faults.raise_if_any()
    return load_city(folder)


def _ready(city: City, faults: Faults) -> dict[str, Program]:
    """Check documents and formulas, keeping the faults of both; no programs where a formula is faulty."""
    programs: dict[str, Program] = {}
    with faults.kept():
        check_city(city)
    with faults.kept():
        programs.update(compile_catalogue(city.catalogue))
    return programs


def _readable(city: City, faults: Faults) -> bool:
    """Tell whether tables and layers can be read by documents that have faults.

    Not where levels, units of variables or anything in city.yaml is wrong: sound rows would be told as faults.
    """
    variables = set(city.catalogue.variable_files.values())
    return not any(
        f.code == "area.level" or f.file == f"{city.name}/city.yaml" or f.file in variables
        for f in faults.found
    )


def _unready(city: City) -> dict[str, Program]:
    """Give programs that cannot run, by which tables are read all the same where a formula is faulty."""
    return {
        key: Program(indicator, {}, PURE, None, 1.0, None, None, None, Status.NO_DATA)
        for key, indicator in city.catalogue.indicators.items()
    }


def examine(
    folder: Path, year: int, scope: Collection[str] | None = None, progress: Progress | None = None
) -> Results:
    """Examine a city folder for one year.

    Raises:
        Refused: If documents or inputs are faulty, or the year or an indicator is not the city's.
    """
    inputs = open_folder(folder, progress, year)
    _check_request(inputs, year, scope)
    return run(inputs, year, scope, progress)


def _check_request(inputs: Inputs, year: int, scope: Collection[str] | None) -> None:
    faults = Faults()
    years = inputs.city.doc.years
    if not years.first <= year <= years.last:
        faults.add(
            "request.period",
            f"{inputs.city.name}/city.yaml",
            "years",
            year,
            f"{years.first}—{years.last} 之间的年份",
            "请改 --period，或在 city.yaml 中延长年份。",
        )
    for key in scope or ():
        if key not in inputs.programs:
            faults.add(
                "request.indicator", inputs.city.name, "--only", key, "体系中的指标代码", "请改正代码。"
            )
    faults.raise_if_any()


def _generated(city: City, progress: Progress | None) -> Path:
    """Generate a city's inputs once; the cache is keyed by everything that went in."""
    faults = Faults()
    if city.doc.generator is None:
        faults.add(
            "inputs.missing",
            f"{city.name}/inputs",
            "",
            None,
            "输入数据文件夹",
            "请放入 inputs/，或在 city.yaml 中写 generator 以生成合成数据。",
        )
        faults.raise_if_any()
        raise LookupError(city.name)
    place = cache_root() / "cities" / _key(city) / city.name
    if (place.parent / COMPLETE).exists():
        return place
    if progress is not None:
        progress("生成合成数据", 0, 1)
    place.parent.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=place.parent.parent) as scratch:
        draft = Path(scratch) / "new"
        generate.generate(city, city.doc.generator.seed, draft / city.name, generate.story_of(city))
        (draft / COMPLETE).touch()
        _swap(draft, place.parent)
    return place


def _swap(draft: Path, target: Path) -> None:
    """Put a finished folder in place; another process may have been quicker."""
    try:
        draft.rename(target)
    except OSError:
        if not (target / COMPLETE).exists():
            shutil.rmtree(target, ignore_errors=True)
            draft.rename(target)


def _key(city: City) -> str:
    folders = [city.folder, *(find_folder(city.folder, s, "systems") for s in city.doc.systems)]
    files = [p for f in folders for p in sorted(f.rglob("*")) if p.is_file()]
    files += [p for room in GENERATING for p in sorted((ENGINE / room).rglob("*.py"))]
    return sha256(canonical([__version__, *(f"{p.name}:{sha256_file(p)}" for p in files)]))[:24]
