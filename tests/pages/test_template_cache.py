"""The cache of compiled templates: never stale, and one file for each name."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from jinja2 import Environment, FileSystemLoader

from builder.pages.templating import template_cache


def test_a_template_is_cached_once_for_all_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Templates of one name in two folders share a file in the cache, and each still renders its own text."""
    cache = tmp_path / "__pycache__"
    cache.mkdir()
    monkeypatch.setattr(template_cache, "__file__", str(tmp_path / "bytecode.py"))
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    for text in ("one", "other", "other", "one"):
        folder = tmp_path / text
        folder.mkdir(exist_ok=True)
        (folder / "page.jinja").write_text(text)
        environment = Environment(
            loader=FileSystemLoader(folder), bytecode_cache=template_cache.bytecode_cache(__file__)
        )
        assert environment.get_template("page.jinja").render() == text
        assert len(list(cache.iterdir())) == 1
