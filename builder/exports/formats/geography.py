"""The map of places and routes as data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from builder.explainer.addresses import address_of, on_the_web
from builder.explainer.counting import status_on
from builder.explainer.linking import Explainer
from builder.exports.plain_values import is_empty
from builder.records.models.place import Place
from builder.records.models.project import Project


def geography(explainer: Explainer, site: str) -> dict[str, object]:
    """Return places and the routes of projects as GeoJSON (RFC 7946): WGS 84, longitude first."""
    places = [place for place in explainer.places if _position(place)]
    routes = [project for project in explainer.projects if len(_line(project, explainer)) > 1]
    return {
        "type": "FeatureCollection",
        "features": [
            *(_feature(place.first_id, "Point", _position(place), _of_place(place)) for place in places),
            *(
                _feature(project.first_id, "LineString", _line(project, explainer), _of_route(project, explainer, site))
                for project in routes
            ),
        ],
    }


def _position(place: Place) -> list[float]:
    return [] if place.lat is None or place.lon is None else [place.lon, place.lat]


def _line(project: Project, explainer: Explainer) -> list[list[float]]:
    return [position for id in project.route if (position := _position(explainer.place(id)))]


def _of_place(place: Place) -> dict[str, object]:
    return {"kind": "places", "name": str(place.name), "in": place.within, "precision": _str(place.precision)}


def _of_route(project: Project, explainer: Explainer, site: str) -> dict[str, object]:
    unplaced = [id for id in project.route if not _position(explainer.place(id))]
    return {
        "kind": "projects",
        "name": str(project.title),
        "status": status_on(project),
        "address": on_the_web(address_of(project) or "", site),
        "without_coordinates": unplaced,
    }


def _str(text: str | None) -> str | None:
    return None if text is None else str(text)


def _feature(id: str, kind: str, coordinates: Iterable[object], properties: Mapping[str, object]) -> dict[str, object]:
    filled = {name: value for name, value in properties.items() if not is_empty(value) and value != []}
    geometry = {"type": kind, "coordinates": list(coordinates)}
    return {"type": "Feature", "id": id, "geometry": geometry, "properties": filled}
