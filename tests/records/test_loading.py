"""Summaries read into records."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from golden import BASE

from builder.parsing import yaml_reader
from builder.problems import SummaryError
from builder.records.loading import load, load_partly
from builder.system import parallel
from builder.system.cache_file import CacheFile


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


def test_what_was_parsed_before_is_read_in_the_same_way_and_not_parsed_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fresh = load(BASE)
    first = CacheFile(tmp_path / "kept", yaml_reader.version())
    load_partly(BASE, kept=first)
    first.save()
    yaml_reader.parse.cache_clear()
    monkeypatch.setattr(yaml_reader, "_Reader", None)
    again = load_partly(BASE, kept=CacheFile(tmp_path / "kept", yaml_reader.version()))
    for field in ("settings", "records", "claims", "files", "warnings", "drafts", "names", "removals", "unread"):
        assert getattr(again, field) == getattr(fresh, field), field
    monkeypatch.undo()
    assert {key: origin.at() for key, origin in again.origins.items()} == {
        key: origin.at() for key, origin in fresh.origins.items()
    }
    for key, origin in again.origins.items():
        assert origin.document.plain_at(origin.path) == fresh.origins[key].document.plain_at(origin.path)


def test_a_file_that_was_edited_is_parsed_again(tmp_path: Path) -> None:
    shutil.copytree(BASE, tmp_path / "summaries")
    for title in ("one", "two"):
        with (tmp_path / "summaries" / "explainer.yml").open("r+", encoding="utf-8") as file:
            text = re.sub("^title: .*", f"title: {title}", file.read(), flags=re.MULTILINE)
            file.seek(0)
            file.truncate()
            file.write(text)
        kept = CacheFile(tmp_path / "kept", yaml_reader.version())
        assert load_partly(tmp_path / "summaries", kept=kept).settings.title == title
        kept.save()


def test_files_are_parsed_by_all_processes_and_problems_are_found_as_by_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(BASE, tmp_path / "summaries")
    (tmp_path / "summaries" / "visits" / "broken.yml").write_text("title: [\n", "utf-8")
    for number in range(40):
        text = f"name: Person {number}\nkind: person\n"
        (tmp_path / "summaries" / "parties" / f"person-{number}.yml").write_text(text, "utf-8")
    with pytest.raises(SummaryError) as caught:
        load(tmp_path / "summaries")
    expected = load_partly(tmp_path / "summaries")
    monkeypatch.setattr(parallel, "processors", lambda: 2)
    kept = CacheFile(tmp_path / "kept", yaml_reader.version())
    found = load_partly(tmp_path / "summaries", kept=kept)
    assert (found.records, found.files, found.unread) == (expected.records, expected.files, expected.unread)
    assert found.unread.problems == caught.value.problems
    assert len(kept.used) == len(expected.files) == len(list((tmp_path / "summaries").rglob("*.yml"))) - 1
