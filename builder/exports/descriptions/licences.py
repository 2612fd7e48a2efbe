"""Licences by their SPDX identifiers, which other programs know: https://spdx.org/licenses/"""

from __future__ import annotations

import re

_KNOWN = re.compile(r"CC-BY(?:-NC)?(?:-SA|-ND)?-[1-4]\.0|CC0-1\.0|ODbL-1\.0|ODC-By-1\.0|PDDL-1\.0|MIT")


def licence_id(licence: str) -> str | None:
    """Return the identifier of a licence that editors wrote as, for instance, `CC BY 4.0`; None if it is not known."""
    found = "-".join(licence.split())
    return found if _KNOWN.fullmatch(found) else None
