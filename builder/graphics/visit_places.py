"""Places on maps: the visits by town, and where projects are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass

from builder.explainer.counting import counted_once, status_on
from builder.explainer.linking import Explainer
from builder.graphics.maps import Maps, Spot, draw_maps
from builder.records.models.place import Place
from builder.records.models.project import Project
from builder.records.models.visit import TOOK_PLACE, Visit
from builder.records.safe_text import Line

_ONE_TOWN = 0.5
"""Within how many degrees places in one larger place are drawn as one spot."""

_PROJECT_WIDTH = 440
"""The width of a map of one project, which has few places."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Visited:
    """A place with the visits there, oldest first: those held, and those to come or fallen through."""

    place: Place
    held: tuple[Visit, ...]
    not_held: tuple[Visit, ...]
    on_map: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Whereabouts:
    """Places, and the maps that show them, if any can be shown."""

    places: tuple[Visited, ...]
    maps: Maps | None


def places_of_visits(explainer: Explainer, every: Sequence[Visit]) -> Whereabouts:
    """Every place with a visit, those with the most visits first. `every` are all visits in the site's order.

    A visit of which a part was at the same place is left out there.
    """
    visits: dict[str, list[Visit]] = defaultdict(list)
    towns = towns_of_visits(explainer, every)
    for visit in every:
        for town in dict.fromkeys(towns[id] for id in visit.all_places):
            visits[town].append(visit)
    places: list[Visited] = []
    spots: list[Spot] = []
    for town, members in visits.items():
        place = explainer.place(town)
        spot = _spot(explainer, place, [id for id, name in towns.items() if name == town])
        held_here = counted_once(explainer, [visit for visit in members if status_on(visit) in TOOK_PLACE])
        others = counted_once(explainer, [visit for visit in members if status_on(visit) not in TOOK_PLACE])
        places.append(Visited(place=place, held=held_here, not_held=others, on_map=spot is not None))
        if spot:
            around = _names_around(explainer, place, visits)
            spots.append(
                Spot(
                    name=place.name,
                    lat=spot[0],
                    lon=spot[1],
                    count=len(held_here),
                    others=len(others),
                    within=around,
                )
            )
    places.sort(key=lambda visited: (-len(visited.held), -len(visited.not_held), visited.place.name.casefold()))
    return Whereabouts(places=tuple(places), maps=draw_maps(spots))


def towns_of_visits(explainer: Explainer, visits: Sequence[Visit]) -> dict[str, str]:
    """By the id of each place of a visit: the id of the place that it is shown as."""
    return _towns(explainer, {id for visit in visits for id in visit.all_places})


def maps_of_project(explainer: Explainer, project: Project) -> Maps | None:
    """Maps of the place or route of a project. The line is drawn only if every place on the route has coordinates."""
    ids = project.route or ((project.place,) if project.place else ())
    found = [(explainer.place(id), _spot(explainer, explainer.place(id), [id])) for id in ids]
    spots = [
        Spot(name=place.name, lat=spot[0], lon=spot[1], within=_names_around(explainer, place, ids))
        for place, spot in found
        if spot
    ]
    return draw_maps(spots, spots if len(spots) == len(ids) else (), wide=_PROJECT_WIDTH)


def _names_around(explainer: Explainer, place: Place, shown: Container[str]) -> tuple[Line, ...]:
    """The names of the larger places that a place is in, the largest first, without those that are spots themselves."""
    return tuple(
        larger.name
        for larger in reversed([*_chain(explainer, place)])
        if larger is not place and larger.id not in shown
    )


def _towns(explainer: Explainer, ids: set[str]) -> dict[str, str]:
    """By the id of each place: the id of the place that it is shown as.

    That is a larger place that it is in: one with which its own name ends ("Opera, Vienna" in "Vienna"), or one in
    which all the visited places are close together.
    """
    named = {id: _named_after(explainer, explainer.place(id)) for id in sorted(ids)}
    around: dict[str, set[str]] = defaultdict(set)
    for id, town in named.items():
        for larger in _chain(explainer, explainer.place(town)):
            around[larger.id].add(id)
    towns = dict(named)
    for larger_id, members in sorted(around.items(), key=lambda item: len(item[1])):
        several = len({towns[id] for id in members}) > 1
        if several and _all_close(explainer, [explainer.place(id) for id in members if id != larger_id]):
            towns |= dict.fromkeys(members, larger_id)
    return towns


def _named_after(explainer: Explainer, place: Place) -> str:
    for larger in _chain(explainer, place):
        if place.name.endswith(f", {larger.name}"):
            return larger.id
    return place.id


def _chain(explainer: Explainer, place: Place) -> Iterator[Place]:
    """A place and the larger places it is in."""
    yield place
    while place.within:
        place = explainer.place(place.within)
        yield place


def _all_close(explainer: Explainer, places: Sequence[Place]) -> bool:
    """Whether all have coordinates and are close together."""
    spots = [_spot(explainer, place, [place.id]) for place in places]
    known = [spot for spot in spots if spot]
    return len(known) == len(places) and _are_close(known)


def _are_close(spots: Sequence[tuple[float, float]]) -> bool:
    return bool(spots) and all(max(axis) - min(axis) <= _ONE_TOWN for axis in zip(*spots, strict=True))


def _spot(explainer: Explainer, place: Place, members: Sequence[str]) -> tuple[float, float] | None:
    """Latitude and longitude of a place: its own, or the middle of the places in it if they are close together."""
    if place.lat is not None and place.lon is not None:
        return place.lat, place.lon
    inside = [explainer.place(id) for id in members if id != place.id] or [
        other for other in explainer.places if other.within == place.id
    ]
    known = [(other.lat, other.lon) for other in inside if other.lat is not None and other.lon is not None]
    if not known or not _are_close(known):
        return None
    lats, lons = zip(*known, strict=True)
    return round(sum(lats) / len(lats), 4), round(sum(lons) / len(lons), 4)
