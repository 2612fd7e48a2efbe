"""A built site whose search has its index in many files, as that of a big explainer."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from conftest import BASE, served

from builder.site.search.sharded_index import write_index


@contextmanager
def in_parts(
    site: Path, folder: Path, entries: Sequence[Mapping[str, Any]] | None = None, **config: object
) -> Iterator[str]:
    """Serve a copy of a site with its own entries or with others, and with its settings of the search or others."""
    copy = folder / "site"
    shutil.copytree(site, copy, copy_function=os.link, ignore=shutil.ignore_patterns("search"))
    index = json.loads((site / "search" / "search_index.json").read_text("utf-8"))
    assert write_index(index["docs"] if entries is None else entries, {**index["config"], **config}, copy)
    with served(copy, BASE) as address:
        yield address
