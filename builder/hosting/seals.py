"""The first line of a file that the builder wrote for a host: which version wrote it, and whether anybody edited it."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Seal:
    """What the first line of a file says: the version that wrote it, and whether it is as that version wrote it."""

    version: str
    is_intact: bool


def sealed(text: str, version: str) -> str:
    """Put a comment in front of a text that says which version of the builder wrote it."""
    first = f"# Written by explainer {version} ({_digest(text)}). `explainer upgrade` replaces it unless you edit it."
    return f"{first}\n{text}"


def seal_of(text: str) -> Seal | None:
    """The seal of a text; None if it has none."""
    first, _, rest = text.partition("\n")
    match = _SEAL.match(first)
    return Seal(version=match["version"], is_intact=match["digest"] == _digest(rest)) if match else None


_SEAL = re.compile(r"# Written by explainer (?P<version>\S+) \((?P<digest>[0-9a-f]{12})\)")


def _digest(text: str) -> str:
    return hashlib.sha256(text.replace("\r\n", "\n").encode()).hexdigest()[:12]
