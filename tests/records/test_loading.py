"""Summaries read into records."""

from __future__ import annotations

import pytest
from golden import BASE

from builder.parsing import yaml_reader
from builder.records.loading import load


def test_each_summary_is_parsed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also if there are more of them than a preview keeps."""
    parsed: list[str] = []

    class Reader(yaml_reader._Reader):
        def __init__(self, text: str, name: str) -> None:
            super().__init__(text, name)
            parsed.append(name)

    monkeypatch.setattr(yaml_reader, "_Reader", Reader)
    yaml_reader.parse.cache_clear()
    monkeypatch.setattr(yaml_reader, "parse", yaml_reader.parse.__wrapped__)
    load(BASE)
    assert sorted(parsed) == sorted(f"summaries/{path.relative_to(BASE).as_posix()}" for path in BASE.rglob("*.yml"))
