"""A synthetic city as a folder: documents copied, inputs written."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import yaml

from tijian.engine.catalogue.loading import City
from tijian.engine.catalogue.story import Plant, check_story, read_story
from tijian.engine.catalogue.yaml_file import read_yaml
from tijian.engine.exam.generate.frame import Frame, load_frame
from tijian.engine.exam.generate.ground import Features
from tijian.engine.exam.generate.layers import make_layers
from tijian.engine.exam.generate.plants import STORY, plant_values
from tijian.engine.exam.generate.streets import Size
from tijian.engine.exam.generate.survey import Answer, survey
from tijian.engine.exam.generate.values import Values, healthy_values, places
from tijian.engine.exam.inputs import REVISIONS, SURVEY, VARIABLES
from tijian.engine.kernel.faults import Faults
from tijian.engine.sources.layer import write_geoparquet

MARK = "合成"
STRAND = "自体检"
DOCUMENTS = ("areas.yaml", "rules.yaml", "reports.yaml", "bodies.yaml", "questionnaire.yaml")
FOLDERS = ("criteria", "catalogues")
WIDTH = 110


def generate(
    city: City, seed: int, out: Path, story: Sequence[Plant] | None = None, size: Size = "demo"
) -> None:
    """Make a synthetic city: the documents of a city's folder, with inputs from its ``generator.yaml``.

    Everything is made before anything is written. Equal city, seed, story and size give equal bytes. The
    story is not left in the folder, nor a trace of which cells it changed.

    Args:
        city: The template; its folder has a ``generator.yaml``.
        seed: From which every random number comes.
        out: A folder that does not exist or is empty.
        story: What is planted; None plants nothing (the twin of the same seed).
        size: ``full`` cuts the road layer into shorter pieces; everything else is the same.

    Raises:
        Refused: If the folder is taken, or with everything in settings and story that does not fit.
    """
    plants = tuple(story or ())
    _check_free(out)
    frame = load_frame(city, seed)
    check_story(plants, city, STORY)
    healthy = healthy_values(frame)
    values = plant_values(frame, plants, healthy)
    answers = survey(frame, plants, healthy)
    layers = make_layers(frame, healthy, values, size)
    copy_documents(city, out, [name for name, _ in layers])
    inputs = out / "inputs"
    inputs.mkdir()
    write_csv(inputs / "variables.csv", VARIABLES, _variable_rows(frame, values))
    if answers:
        write_csv(inputs / "survey.csv", (*SURVEY, "mark"), _survey_rows(answers))
    revisions = _revision_rows(plants)
    if revisions:
        write_csv(inputs / "revisions.csv", REVISIONS, revisions)
    _write_layers(city, out, layers)


def story_of(city: City) -> tuple[Plant, ...] | None:
    """Read the story that a city's own ``city.yaml`` names; None where it names none.

    Raises:
        Refused: If the story is missing or does not fit the city.
    """
    reference = city.doc.generator
    if reference is None or reference.story is None:
        return None
    return read_story(city.folder / reference.story, city)


def _check_free(out: Path) -> None:
    faults = Faults()
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        faults.add(
            "generate.out",
            out.name,
            "",
            None,
            "不存在的或空的文件夹",
            "生成的城市不与别的文件混放；请换一个文件夹或先清空它。",
        )
    faults.raise_if_any()


def copy_documents(city: City, out: Path, layers: Iterable[str]) -> None:
    """Copy what describes the city, without its inputs, its generator and its story.

    Args:
        city: The template.
        out: Where to; made if it is not there.
        layers: Layers that are generated: they carry the mark of what is synthetic.
    """
    out.mkdir(parents=True, exist_ok=True)
    for name in DOCUMENTS:
        if (city.folder / name).is_file():
            shutil.copyfile(city.folder / name, out / name)
    for folder in FOLDERS:
        for path in sorted((city.folder / folder).rglob("*.yaml")):
            target = out / path.relative_to(city.folder)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
    boundary = city.doc.boundary
    if boundary is not None and (city.folder / boundary.file).is_file():
        (out / boundary.file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(city.folder / boundary.file, out / boundary.file)
    document: dict[str, Any] = read_yaml(city.folder / "city.yaml", f"{city.name}/city.yaml")
    document.pop("generator", None)
    for name in set(layers):
        document["layers"][name].setdefault("mark", MARK)
    text = yaml.safe_dump(document, allow_unicode=True, sort_keys=False, width=WIDTH)
    (out / "city.yaml").write_text(text, encoding="utf-8", newline="\n")


def write_csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write a table as offices open it: UTF-8 with byte-order mark."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    path.write_bytes(stream.getvalue().encode("utf-8-sig"))


def _variable_rows(frame: Frame, values: Values) -> Iterable[Sequence[object]]:
    for name, variable in frame.city.catalogue.variables.items():
        if name not in values:
            continue
        decimals, cells = places(variable), values[name]
        for code in frame.asked(name):
            for year in frame.written(name):
                # Already rounded: the nearest float prints as its decimal.
                text = f"{cells[(code, year)]:.{decimals}f}"
                yield name, code, year, text, variable.unit, STRAND, MARK


def _survey_rows(answers: Iterable[Answer]) -> Iterable[Sequence[object]]:
    for a in answers:
        yield a.question, a.area, a.year, a.n, f"{a.mean:.1f}", f"{a.margin:.1f}", MARK


def _revision_rows(plants: Iterable[Plant]) -> Sequence[Sequence[object]]:
    changes = [(p.definition_change, p.from_) for p in plants if p.definition_change is not None]
    return sorted({(c.indicator, c.revision, start, c.link) for c, start in changes})


def _write_layers(city: City, out: Path, layers: dict[tuple[str, int], Features]) -> None:
    for (name, year), (geometry, fields) in layers.items():
        path = out / city.doc.layers[name].file.replace("{period}", str(year))
        path.parent.mkdir(parents=True, exist_ok=True)
        write_geoparquet(path, geometry, fields)
