"""Ids that other programs remember: of feeds, their entries and calendar events.

They depend on the explainer's key and on the first id of a record, so a new address of the site or a new id of a record
changes none. RFC 9562, version 5.
"""

from __future__ import annotations

import uuid

from builder.explainer.linking import Explainer


def lasting_id(name: str, explainer: Explainer) -> uuid.UUID:
    """The id of something by its name within the explainer.

    With the site's first address as the key, it is the id of the first version of the builder, which used the address.
    """
    settings = explainer.settings
    return uuid.uuid5(uuid.NAMESPACE_URL, f"{settings.key or settings.title}{name}")


def first_id(id: str, explainer: Explainer) -> str:
    """The id that a record had first."""
    record = explainer.records.get(id)
    return record.first_id if record else id
