"""Gives texts from before a change the ids that records have now, so that only what else changed is a difference."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping


def with_new_ids(new_ids: Mapping[str, str]) -> Callable[[str], str]:
    """Return a function that replaces the ids of records in a text by their new ones, as whole ids only."""
    ids = sorted((id for id in new_ids if "#" not in id), key=len, reverse=True)
    if not ids:
        return str
    pattern = re.compile(rf"(?<!\w)(?<!\w-)(?:{'|'.join(ids)})(?!-?\w)")
    return lambda text: pattern.sub(lambda match: new_ids[match[0]], text)
