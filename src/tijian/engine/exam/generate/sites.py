"""What stands at places of an area: communities, facilities, people and amounts, as many as are reported."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from tijian.engine.compute.geo.overlay import weighted_centres
from tijian.engine.compute.indicators.living.communities import CONVENIENCES, ELDERLY_REACH
from tijian.engine.exam.generate.draws import fractions, word, words
from tijian.engine.exam.generate.ground import Features, Ground
from tijian.engine.exam.generate.land import Land
from tijian.engine.exam.generate.lattice import SLIVER, Floats, Positions, sound
from tijian.engine.kernel.units import parse_unit

POPULATION, COMMUNITIES, ELDERLY, CONVENIENCE = "population", "communities", "elderly_care", "convenience"
RESIDENTS, IN_BUILT = "resident_pop", "resident_pop_built"
VILLAGES = 80  # places outside the built-up area where people live
ASIDE = 120.0  # metres a facility stands at most from the centre of its community
# Everywhere there is some of everything but a market: it decides whether a community is well served.
MARKET, DAILY = CONVENIENCES[0], CONVENIENCES[1:]
# Along the two families of streets; where one is missing there is a way round, so 800 m on foot are fewer here.
WALK, ON_STREETS = 640.0, 300.0  # metres
SPREAD = 0.5  # of the logarithm of amounts
MIN_SEEDS = 2  # with fewer there is nothing to divide


@dataclass(frozen=True)
class Amount:
    """A layer of points that share an amount out among them.

    Attributes:
        column: Of the layer.
        variable: Reported amount that it is a part of.
        unit: Of the column; with ``per`` that of the sum of both multiplied.
        digits: Decimals of the column.
        per: Column of the same layer of which it is the mean: minutes a person; "" for none.
    """

    column: str
    variable: str
    unit: str
    digits: int = 0
    per: str = ""


@dataclass(frozen=True)
class Spots:
    """A layer of points with amounts.

    Attributes:
        count: How many points an area has.
        amounts: Their columns.
    """

    count: int
    amounts: tuple[Amount, ...]


SPOTS: Mapping[str, Spots] = {
    "sports_grounds": Spots(120, (Amount("area", "community_sports_area", "m2"),)),
    "shelters": Spots(45, (Amount("area", "shelter_area", "m2"),)),
    "road_speeds": Spots(
        150, (Amount("length", "segment_length", "m", 1), Amount("seconds", "segment_time", "s", 2))
    ),
    "commutes": Spots(
        160,
        (Amount("persons", "commuters", "人"), Amount("minutes", "commute_minutes", "人·min", 2, "persons")),
    ),
    "trips": Spots(
        160, (Amount("motorised", "motorised_trips", "人次/d"), Amount("transit", "pt_trips", "人次/d"))
    ),
    "parking": Spots(140, (Amount("spaces", "parking_spaces", "个"),)),
    "vehicles": Spots(160, (Amount("vehicles", "vehicles", "辆"),)),
    "estates": Spots(
        120, (Amount("households", "households_estate", "户"), Amount("spaces", "residential_spaces", "个"))
    ),
}
COUNTS: Mapping[str, str] = {
    "historic_buildings": "historic_buildings",
    "waterlogging": "waterlogging_points",
}
SITES: Mapping[str, tuple[str, ...]] = {
    POPULATION: (RESIDENTS, IN_BUILT),
    COMMUNITIES: ("communities",),
    ELDERLY: ("communities", "communities_elderly_ok"),
    CONVENIENCE: ("communities", "communities_convenience_ok", RESIDENTS, IN_BUILT),
    **{layer: tuple(a.variable for a in spots.amounts) for layer, spots in SPOTS.items()},
    **{layer: (variable,) for layer, variable in COUNTS.items()},
}


def site_layers(land: Land, year: int, known: Mapping[str, object]) -> Iterator[tuple[str, Features]]:
    """Give the layers of places of one area and year."""
    people = population(land, year) if {POPULATION, CONVENIENCE} & set(known) else None
    if POPULATION in known and people is not None:
        yield POPULATION, people
    if COMMUNITIES in known:
        parts = communities(land, year)
        yield COMMUNITIES, (parts, {"id": _numbered(land, len(parts)), "name": _names(land, len(parts))})
        if ELDERLY in known:
            yield ELDERLY, elderly_care(land, parts, year)
        if CONVENIENCE in known and people is not None:
            yield CONVENIENCE, conveniences(land, parts, people, year)
    for layer, spots in SPOTS.items():
        if layer in known:
            yield layer, amounts_at(land, layer, spots, year)
    for layer, variable in COUNTS.items():
        if layer in known:
            count = round(land.built.lattice.ground.measured(variable, layer)[year])
            points, ids = _places(land, layer, count)
            yield layer, (points, {"id": ids})


def _numbered(land: Land, n: int) -> list[str]:
    return [f"{land.built.lattice.ground.code}-{k + 1:03d}" for k in range(n)]


def _names(land: Land, n: int) -> list[str]:
    label = land.built.lattice.ground.frame.city.label(land.built.lattice.ground.code)
    return [f"{label}第 {k + 1} 社区（合成）" for k in range(n)]


def population(land: Land, year: int) -> Features:
    """Share people out: those of the built-up area over homes, the others over villages around it."""
    lattice = land.built.lattice
    ground = lattice.ground
    everyone = ground.measured(RESIDENTS, POPULATION)[year]
    inside = min(everyone, ground.measured(IN_BUILT, POPULATION)[year])
    homes = land.homes if len(land.homes) else np.arange(len(land.built.cells))
    cells = land.built.cells[homes]
    weight = land.built.area[homes] * _weights(lattice.draw("people")[cells])
    geometry = [_inside(land, homes)]
    people, ids = [_shared(weight, inside, 0)], [lattice.names(cells)]
    spots, names = _villages(ground, year)
    if len(spots):
        geometry.append(spots)
        people.append(_shared(np.ones(len(spots)), everyone - inside, 0))
        ids.append(names)
    numbers = np.concatenate(people).astype(int).tolist()
    return np.concatenate(geometry), {"id": [i for part in ids for i in part], "people": numbers}


def _inside(land: Land, chosen: Positions) -> Any:
    """Give a place in each square that is not its middle, on which the borders of communities may fall."""
    lattice, cells = land.built.lattice, land.built.cells[chosen]
    aside = np.stack([lattice.draw("home", axis)[cells] - 0.5 for axis in ("x", "y")], axis=1)
    places = shapely.points(lattice.placed(lattice.middle[cells] + 0.6 * lattice.side * aside))
    cut = np.flatnonzero(~land.built.whole[chosen])
    places[cut] = shapely.point_on_surface(land.built.geometry[chosen[cut]])
    return places


def _villages(ground: Ground, year: int) -> tuple[Any, list[str]]:
    """Find places in an area outside what is built up in a year; few or none where all of it is."""
    low_x, low_y, high_x, high_y = shapely.bounds(ground.outline).tolist()
    k = np.arange(VILLAGES, dtype=np.int64)
    x, y = (fractions(words(word(ground.seed, "village", ground.code, axis), k)) for axis in ("x", "y"))
    points = shapely.points(low_x + (high_x - low_x) * x, low_y + (high_y - low_y) * y)
    outside = shapely.contains(ground.outline, points) & ~shapely.intersects(ground.built[year], points)
    return points[outside], [f"{ground.code}-v{n:03d}" for n in np.flatnonzero(outside).tolist()]


def communities(land: Land, year: int) -> Any:
    """Divide an area among as many communities as reported: what is nearest to each of their middles."""
    lattice = land.built.lattice
    ground = lattice.ground
    count = max(1, round(ground.measured("communities", COMMUNITIES)[year]))
    chosen = _ranked(land, COMMUNITIES, land.homes)[:count]
    seeds = shapely.get_coordinates(shapely.point_on_surface(land.built.geometry[chosen]))
    if len(seeds) < MIN_SEEDS:
        return np.array([ground.outline], dtype=object)
    whole = shapely.voronoi_polygons(shapely.multipoints(seeds), extend_to=ground.outline, ordered=True)
    parts = shapely.get_parts(whole)
    shapely.prepare(ground.outline)
    cut = np.flatnonzero(~shapely.contains_properly(ground.outline, parts))
    parts[cut] = shapely.intersection(parts[cut], ground.outline)
    parts = sound(parts)
    return parts[shapely.area(parts) > SLIVER]


def elderly_care(land: Land, parts: Any, year: int) -> Features:
    """Open facilities near the middles of communities, in an order that stays, until as many are served as reported."""
    ground = land.built.lattice.ground
    middle = shapely.get_coordinates(shapely.centroid(parts))
    draws = _draws(ground, ELDERLY, len(parts))
    late = shapely.dwithin(ground.edge, shapely.points(middle), ELDERLY_REACH).astype(np.float64)
    order = np.argsort(draws + late, kind="stable")  # those that also serve the neighbouring area come last
    angle, far = 2.0 * np.pi * draws, ASIDE * _draws(ground, ELDERLY, len(parts), "aside")
    sites = middle + (far * np.stack([np.cos(angle), np.sin(angle)])).T
    wanted = ground.share("communities_elderly_ok", "communities", ELDERLY)[year] * len(parts)
    near = ((middle[:, None, :] - sites[order][None, :, :]) ** 2).sum(axis=2) <= ELDERLY_REACH**2
    first = np.where(near.any(axis=1), near.argmax(axis=1), len(parts))
    served = np.cumsum(np.bincount(first, minlength=len(parts) + 1)[:-1])
    n = int(np.argmin(np.abs(served - wanted))) + 1
    ids = [f"{ground.code}-e{k:03d}" for k in order[:n].tolist()]
    return shapely.points(sites[order[:n]]), {"id": ids}


def conveniences(land: Land, parts: Any, people: Features, year: int) -> Features:
    """Put shops where the people of each community are, and markets, in an order that stays, as is reported."""
    lattice = land.built.lattice
    ground = lattice.ground
    points, fields = people
    middle = weighted_centres(
        parts, shapely.get_coordinates(points), np.array(fields["people"], dtype=np.float64)
    )
    turned = (middle - np.asarray(ground.centre)) @ lattice.axes.T
    # Villages have no streets that are mapped: nobody there walks to a market along one.
    street = shapely.dwithin(ground.built[year], shapely.points(middle), ON_STREETS)
    order = np.argsort(_draws(ground, CONVENIENCE, len(parts)) + ~street, kind="stable")
    # Streets run along the axes of the lattice: on foot one goes the sum of both ways.
    way = np.abs(turned[:, None, :] - turned[order][None, :, :]).sum(axis=2)
    near = (way <= WALK) & street[:, None]
    first = np.where(near.any(axis=1), near.argmax(axis=1), len(parts))
    served = np.cumsum(np.bincount(first, minlength=len(parts) + 1)[:-1])
    wanted = ground.share("communities_convenience_ok", "communities", CONVENIENCE)[year] * len(parts)
    markets = np.sort(order[: int(np.argmin(np.abs(served - wanted))) + 1])
    where = np.concatenate([middle[markets], *([middle] * len(DAILY))])
    kinds = [MARKET] * len(markets) + [kind for kind in DAILY for _ in range(len(middle))]
    ids = [f"{ground.code}-c{k:03d}-{MARKET}" for k in markets.tolist()]
    ids += [f"{ground.code}-c{k:03d}-{kind}" for kind in DAILY for k in range(len(middle))]
    return shapely.points(where), {"id": ids, "type": kinds}


def amounts_at(land: Land, layer: str, spots: Spots, year: int) -> Features:
    """Share the reported amounts of an area out over points that stay."""
    ground = land.built.lattice.ground
    points, ids = _places(land, layer, spots.count)
    weight = _weights(_draws(ground, layer, len(ids), "weight"))
    columns: dict[str, Floats] = {}
    for amount in spots.amounts:
        scale = float(parse_unit(amount.unit).factor)
        total = ground.measured(amount.variable, f"{layer}.{amount.column}")[year] / scale
        if amount.per:
            spread = 0.8 + 0.4 * _draws(ground, layer, len(ids), amount.column)
            mean = total / columns[amount.per].sum()
            level = (columns[amount.per] * spread).sum() / columns[amount.per].sum()
            columns[amount.column] = np.round(mean * spread / level, amount.digits)
        else:
            columns[amount.column] = _shared(weight, total, amount.digits)
    return points, {"id": ids, **{name: numbers.tolist() for name, numbers in columns.items()}}


def _places(land: Land, layer: str, count: int) -> tuple[Any, list[str]]:
    """Give points in the built-up area that stay over the years, and their ids; a square may hold several."""
    everywhere = np.arange(len(land.built.cells))
    order = _ranked(land, layer, everywhere)
    chosen = order[np.arange(count) % max(len(order), 1)]
    points = shapely.point_on_surface(land.built.geometry[chosen])
    names = land.built.lattice.names(land.built.cells[chosen])
    turn = (np.arange(count) // max(len(order), 1)).tolist()
    return points, [f"{name}-{t}" if t else name for name, t in zip(names, turn, strict=True)]


def _ranked(land: Land, key: str, among: Positions) -> Positions:
    """Order built-up squares by a number that stays over the years; first those with homes, then the rest."""
    rank = land.built.lattice.draw("site", key)[land.built.cells]
    preferred = among[np.argsort(rank[among], kind="stable")]
    rest = np.setdiff1d(np.arange(len(land.built.cells)), among)
    return np.concatenate([preferred, rest[np.argsort(rank[rest], kind="stable")]])


def _draws(ground: Ground, layer: str, n: int, *key: object) -> Floats:
    return fractions(words(word(ground.seed, "site", ground.code, layer, *key), np.arange(n, dtype=np.int64)))


def _weights(draws: Floats) -> Floats:
    """Turn even numbers into uneven amounts."""
    weights: Floats = np.exp(SPREAD * (2.0 * draws - 1.0))
    return weights


def _shared(weight: Floats, total: float, digits: int) -> Floats:
    """Share a total out by weight, rounded so that the parts add up to the rounded total."""
    scale = 10.0**digits
    edges = np.round(np.cumsum(weight) / weight.sum() * round(total * scale))
    parts: Floats = np.diff(edges, prepend=0.0) / scale
    return parts
