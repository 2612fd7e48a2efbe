"""A place."""

from __future__ import annotations

from pydantic import Field

from builder.records.models.fields import (
    Latitude,
    Longitude,
    PlaceId,
    Title,
)
from builder.records.models.record import Record
from builder.records.safe_text import Line


class Place(Record):
    """A place that visits and projects refer to."""

    kind_name = "places"

    name: Title
    """Its name."""

    within: PlaceId | None = Field(default=None, alias="in")
    """The larger place it is in."""

    lat: Latitude | None = None
    """Latitude in degrees, north positive (WGS 84)."""

    lon: Longitude | None = None
    """Longitude in degrees, east positive (WGS 84)."""

    precision: Title | None = None
    """How exact the coordinates are, such as building, site or city."""

    @property
    def label(self) -> Line:
        return self.name
