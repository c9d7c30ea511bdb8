"""The hand-drawn town: two districts on a metre grid, every answer worked out on paper beside its figure.

Origin (0, 0) stands at EPSG:4550 (535000, 4629000); all layers are written in that system, so that a metre on
paper is a metre in the files.

    东区 A: x 0–3000, y 0–1000; built up x 0–2000.  西区 B: x 3000–5000, y 0–1000; built up x 3000–4000, y 0–500.
"""

import json
from pathlib import Path

EAST, NORTH = 535000.0, 4629000.0
CRS = "EPSG:4550"


def box(x0, y0, x1, y1, **fields):
    ring = [(x0, y0), (x1, y0), (x1, y1), (x0, y1), (x0, y0)]
    return "Polygon", [[(EAST + x, NORTH + y) for x, y in ring]], fields


def dot(x, y, **fields):
    return "Point", (EAST + x, NORTH + y), fields


def street(*places):
    return "LineString", [(EAST + x, NORTH + y) for x, y in places], {}


AREAS = [box(0, 0, 3000, 1000, code="980101"), box(3000, 0, 5000, 1000, code="980102")]

LAYERS = {
    "built_area": [box(0, 0, 2000, 1000), box(3000, 0, 4000, 500)],
    # A pond in a park, half of another pond over the edge of the built-up area.
    "water": [box(150, 150, 250, 250), box(1950, 800, 2050, 900)],
    "green": [box(100, 100, 300, 300), box(200, 200, 300, 400), box(3100, 100, 3200, 200)],
    # 5,000 m² exactly (500 m), 2,000 m² exactly (300 m), 1,999 m² (none), and a large one beyond the boundary.
    "parks": [
        box(1500, 100, 1600, 150),
        box(3200, 50, 3250, 90),
        box(3800, 210, 3840, 259.975),
        box(-200, 300, -100, 400),
    ],
    "residential": [
        box(1520, 400, 1580, 800),
        box(350, 320, 450, 380),
        box(3210, 200, 3240, 450),
        box(3800, 100, 3850, 200),
    ],
    # A hospital ground west of the town: its edge at x −3500 reaches 4 km to x 500.
    "hospitals": [box(-3600, -100, -3500, 1100)],
    "construction_land": [box(400, 0, 600, 100), box(450, 50, 550, 100), box(3000, 0, 3100, 100)],
    "historic_buildings": [dot(100, 900), dot(1999, 10), dot(2500, 500), dot(3500, 400)],
    "waterlogging": [dot(1000, 500), dot(3999, 499), dot(3999, 501)],
    "population": [
        dot(100, 500, people=1000),
        dot(1550, 500, people=2000),
        dot(2500, 500, people=500),
        dot(3220, 389, people=300),
        dot(3220, 391, people=100),
        dot(3900, 900, people=600),
    ],
    "kindergartens": [dot(100, 800), dot(2800, 500)],
    # From the people at (100, 500) round a block to the kindergarten at (100, 800): 900 m; and straight 300 m.
    "walk_ways": [street((100, 500), (400, 500), (400, 800), (100, 800)), street((2500, 500), (2800, 500))],
    "bus_stops": [dot(1050, 500), dot(3420, 389)],
    "sports_grounds": [box(1000, 0, 1100, 70), box(4000, 600, 4020, 650)],
    "shelters": [box(900, 400, 1000, 500, usable=6000.0), box(4500, 0, 4600, 100, usable=9000.0)],
    "communities": [box(0, 0, 1000, 1000), box(1000, 0, 3000, 1000), box(3000, 0, 5000, 1000)],
    "elderly_care": [dot(500, 1000), dot(3400, 900)],
}


def write(folder: Path) -> None:
    """Write boundary and layers of the town as GeoJSON."""
    (folder / "boundaries").mkdir(parents=True)
    (folder / "inputs" / "layers").mkdir(parents=True)
    _write(folder / "boundaries" / "areas.geojson", AREAS)
    for name, features in LAYERS.items():
        _write(folder / "inputs" / "layers" / f"{name}.geojson", features)


def _write(path, features):
    drawn = [
        {"type": "Feature", "properties": fields, "geometry": {"type": kind, "coordinates": coordinates}}
        for kind, coordinates, fields in features
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": drawn}), encoding="utf-8")
