"""Streets of real cities: what folding keeps, who is not connected, what snapping to nodes would make of it."""

import csv
import io
import zipfile
from functools import cache
from itertools import pairwise
from pathlib import Path

import igraph
import numpy as np
import pytest
import shapely
from pyproj import Transformer

from tijian.engine.compute.geo import profile
from tijian.engine.compute.geo.graph import metres
from tijian.engine.compute.geo.network import build, largest_component
from tijian.engine.compute.geo.reach import nearest, nearest_of_nodes
from tijian.engine.compute.geo.service_area import service_area
from tijian.engine.compute.geo.snap import Snapped, snap
from tijian.engine.sources.osm import Wanted, read_osm

DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data"
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="needs ../shared/data")

CITIES = {
    "porto_alegre/poa_osm.pbf": "EPSG:31982",
    "sao_paulo/spo_osm.pbf": "EPSG:31983",
    "helsinki/Helsinki.osm.pbf": "EPSG:3879",
    "perf/liechtenstein.osm.pbf": "EPSG:2056",
}
PROFILES = {"walk": profile.WALK, "drive": profile.DRIVE}


def projected(lon, lat, crs):
    change = Transformer.from_crs("EPSG:4326", crs, always_xy=True)
    return np.column_stack(change.transform(np.asarray(lon, float), np.asarray(lat, float)))


@cache
def streets(name, crs, mode):
    """Lines in metres, and what holds for each under a profile."""
    keys = PROFILES[mode].keys
    table = read_osm(DATA / name, name, Wanted(lines=("highway",), line_tags=keys)).lines
    where, owner = shapely.get_coordinates(table.geometry, return_index=True)
    lines = shapely.linestrings(projected(where[:, 0], where[:, 1], crs), indices=owner)
    return lines, profile.admit(PROFILES[mode], table.fields)


@cache
def network(name, crs, mode):
    lines, ways = streets(name, crs, mode)
    return build(
        lines,
        join="vertices",
        forward=ways.forward,
        backward=ways.backward,
        road=ways.road,
        speed=ways.speed,
    )


@pytest.mark.parametrize("mode", PROFILES)
@pytest.mark.parametrize(("name", "crs"), CITIES.items(), ids=[name.split("/")[0] for name in CITIES])
def test_folding_keeps_every_metre_and_every_direction(name, crs, mode):
    lines, ways = streets(name, crs, mode)
    found = network(name, crs, mode)
    length = shapely.length(lines)
    used = ways.forward | ways.backward
    one_way = ways.forward ^ ways.backward
    assert found.length.sum() == pytest.approx(length[used].sum(), rel=1e-9)
    assert found.length[found.forward ^ found.backward].sum() == pytest.approx(
        length[one_way].sum(), rel=1e-9
    )
    assert (found.length > 0).all()
    assert len(found.nodes) < 0.6 * len(np.unique(found.shape, axis=0))
    assert np.allclose(shapely.length(found.lines()), found.length, rtol=1e-12)
    assert found.shares()[0] > 0.9


NAME, CRS = next(iter(CITIES.items()))


@cache
def hexagons():
    """Centres, people, and which have jobs and schools; blank is no data."""
    with (DATA / "porto_alegre/poa_hexgrid.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    centres = projected([r["lon"] for r in rows], [r["lat"] for r in rows], CRS)
    people = np.array([float(r["population"]) for r in rows])
    return centres, people, np.array([float(r["schools"]) > 0 for r in rows])


@cache
def stops():
    with zipfile.ZipFile(DATA / "porto_alegre/poa_eptc.zip") as archive:
        text = io.TextIOWrapper(archive.open("stops.txt"), encoding="utf-8-sig")
        rows = list(csv.DictReader(text))
    return projected([r["stop_lon"] for r in rows], [r["stop_lat"] for r in rows], CRS)


def test_fourteen_hexagons_lie_off_the_largest_component_and_one_off_all_streets():
    centres, people, _ = hexagons()
    walk = network(NAME, CRS, "walk")
    kept, lost = largest_component(walk)
    off = snap(kept, centres).unconnected
    assert (len(centres), off.sum(), people[off].sum()) == (1227, 14, 1224.0)
    assert 0.98 < lost.share < 0.99
    off = snap(walk, centres).unconnected
    assert (off.sum(), people[off].sum()) == (1, 0.0)


def test_who_is_not_connected_or_cannot_get_there_is_unknown_and_not_at_zero():
    centres, _, schools = hexagons()
    walk = network(NAME, CRS, "walk")
    origins = snap(walk, centres)
    found = nearest(metres(walk), origins, snap(walk, centres[schools]))
    none = found.facility < 0
    assert np.array_equal(none, np.isnan(found.cost))
    # the one beside all streets, and those on streets that no way joins with a school
    assert none[origins.unconnected].all()
    assert none.sum() == 19
    islands = walk.component[walk.source[origins.edge[none & ~origins.unconnected]]]
    assert (islands > 0).all()


def test_a_seventh_of_the_hexagons_have_their_stop_on_their_own_edge():
    """172 when first counted, with a walking profile of its own; over the ends of the edge they walk too far."""
    centres, _, _ = hexagons()
    walk = network(NAME, CRS, "walk")
    graph, origins, there = metres(walk), snap(walk, centres), snap(walk, stops())
    found = nearest(graph, origins, there)
    same = np.flatnonzero((found.facility >= 0) & (origins.edge == there.edge[found.facility]))
    assert abs(len(same) - 172) <= 5
    edge, offset = origins.edge[same], origins.offset[same]
    stop = found.facility[same]
    along = np.abs(offset - there.offset[stop])
    assert np.allclose(found.cost[same], origins.distance[same] + along + there.distance[stop], atol=1e-9)
    ends = nearest_of_nodes(graph, there).cost
    by_source, by_target = (
        offset + ends[walk.source[edge]],
        walk.length[edge] - offset + ends[walk.target[edge]],
    )
    further = np.minimum(by_source, by_target) + origins.distance[same] - found.cost[same]
    assert further.min() > -1e-9
    assert np.median(further) > 30


@pytest.mark.parametrize("radius", [300.0, 500.0])
def test_snapping_to_nodes_overstates_coverage(radius):
    centres, people, _ = hexagons()
    walk = network(NAME, CRS, "walk")
    graph, origins, there = metres(walk), snap(walk, centres), snap(walk, stops())
    by_edge = nearest(graph, origins, there, cutoff=radius).facility >= 0
    nodes = shapely.STRtree(shapely.points(walk.nodes))
    stop, node = nodes.query_nearest(shapely.points(stops()), max_distance=500.0, all_matches=False)
    assert len(stop) < len(stops())
    zero = np.zeros(1)
    facilities = [walk.source == n for n in np.unique(node)]
    edge = np.array([int(np.argmax(s)) if s.any() else -1 for s in facilities], np.int32)
    ends = Snapped(edge, np.where(edge < 0, np.nan, 0.0), np.where(edge < 0, np.nan, zero))
    cost = nearest_of_nodes(graph, ends, cutoff=radius).cost
    hexagon, near = nodes.query_nearest(shapely.points(centres), max_distance=500.0, all_matches=False)
    by_node = np.zeros(len(centres), bool)
    by_node[hexagon] = ~np.isnan(cost[near])
    excess = 100 * (people[by_node].sum() - people[by_edge].sum()) / people.sum()
    assert 1 <= excess <= 8, excess


def test_the_service_area_of_stops_holds_the_hexagons_they_serve():
    centres, _, _ = hexagons()
    walk = network(NAME, CRS, "walk")
    graph, origins, there = metres(walk), snap(walk, centres), snap(walk, stops())
    served = nearest(graph, origins, there, cutoff=500.0).facility >= 0
    area = service_area(graph, there, 500.0, beside=100.0).polygon
    beside = origins.distance <= 100.0
    inside = shapely.dwithin(area, shapely.points(centres), 0.5)  # arcs are drawn with corners
    assert inside[served & beside].all()
    assert not inside[origins.distance > 101].all()
    # streets further than the nearest one may lead there sooner: few, but they are
    assert (inside & beside & ~served).sum() < 0.05 * beside.sum()


def test_distances_are_those_on_every_vertex_with_points_snapped_by_looking_at_all_pieces():
    centres, _, schools = hexagons()
    lines, ways = streets(NAME, CRS, "walk")
    lines = lines[ways.forward | ways.backward]
    shape, owner = shapely.get_coordinates(lines, return_index=True)
    places, vertex = np.unique(np.rint(shape * 1000), axis=0, return_inverse=True)
    first = np.flatnonzero((owner[1:] == owner[:-1]) & (vertex[1:] != vertex[:-1]))
    low, step = shape[first], shape[first + 1] - shape[first]
    cuts = {}  # piece → (share along it, extra vertex)
    away = []
    asked = np.concatenate([np.arange(0, len(centres), 9), np.flatnonzero(schools)])
    for k, point in enumerate(centres[asked]):
        share = np.clip(((point - low) * step).sum(axis=1) / (step**2).sum(axis=1), 0, 1)
        gap = np.hypot(*(point - low - share[:, None] * step).T)
        piece = int(gap.argmin())
        away.append(gap[piece])
        cuts.setdefault(piece, []).append((share[piece], len(places) + k))
    metre = np.hypot(*step.T)
    edges, cost = [], []
    for piece, (a, b) in enumerate(zip(vertex[first].tolist(), vertex[first + 1].tolist(), strict=True)):
        chain = [(0.0, a), *sorted(cuts.get(piece, [])), (1.0, b)]
        for (s, one), (t, other) in pairwise(chain):
            edges.append((one, other))
            cost.append((t - s) * metre[piece])
    whole = igraph.Graph(n=len(places) + len(asked), edges=edges)
    away = np.array(away)
    count = int(schools.sum())
    ids = len(places) + np.arange(len(asked))
    found = np.array(whole.distances(ids[:-count].tolist(), ids[-count:].tolist(), weights=cost))
    expected = (found + away[-count:]).min(axis=1) + away[:-count]
    expected[(away[:-count] > 500) | np.isinf(expected)] = np.nan
    walk = network(NAME, CRS, "walk")
    ours = nearest(metres(walk), snap(walk, centres[asked[:-count]]), snap(walk, centres[schools])).cost
    assert np.isnan(expected).sum() > 0
    np.testing.assert_allclose(ours, expected, rtol=0, atol=1e-6)
