"""The manifest: hashes, parameters and revisions; no clock, no path."""

from __future__ import annotations

import json
from typing import Any

from tijian import __version__
from tijian.engine.exam.results import Results
from tijian.engine.kernel.canonical import canonical, sha256


def manifest_bytes(results: Results, files: dict[str, bytes]) -> bytes:
    """Write ``manifest.json``: what went in, by what rules, and what came out.

    Args:
        results: The examination.
        files: Everything else that is written, by name.
    """
    inputs = results.inputs
    city = inputs.city
    document: dict[str, Any] = {
        "engine": __version__,
        "city": city.doc.city.code,
        "area_set": city.doc.area_set.id,
        "period": results.year,
        "scope": "all" if len(results.scope) == len(inputs.programs) else list(results.scope),
        "projected_crs": city.doc.crs.projected,
        "systems": {s.id: city.catalogue.digest(s.id) for s in city.catalogue.systems},
        "criteria": sha256(
            canonical({k: c.model_dump(mode="json", by_alias=True) for k, c in city.book.criteria.items()})
        ),
        "rules": sha256(canonical(city.rules.model_dump(mode="json"))),
        "areas": sha256(canonical(city.areas.model_dump(mode="json"))),
        "computations": sorted(
            {p.computation.name for p in inputs.programs.values() if p.computation is not None}
        ),
        "inputs": [
            {
                "file": _within(r.file, city.name),
                "sha256": r.sha256,
                "rows": r.rows,
                "encoding": r.encoding,
                "crs": r.crs,
            }
            for r in (*inputs.records, *inputs.layers.records())
        ],
        "outputs": {name: sha256(data) for name, data in sorted(files.items())},
    }
    return (json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def _within(file: str, folder: str) -> str:
    return file.removeprefix(f"{folder}/")
