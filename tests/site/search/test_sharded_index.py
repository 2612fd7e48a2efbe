"""The index of the search in many files: what is in which, and that the same entries give the same bytes."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from golden import BASE, furnish

from builder.site.build import build
from builder.site.config.defaults import SEPARATOR
from builder.site.config.mkdocs_problems import WarningLog
from builder.site.config.reading import read_config
from builder.site.plugins import search_plugin
from builder.site.search.search_words import plain, word_splitter
from builder.site.search.sharded_index import by_page, write_index
from builder.system.cache_file import CacheFile

CONFIG = {"lang": ["en"], "separator": SEPARATOR, "pipeline": ["stopWordFilter"], "fields": {"title": {"boost": 1000}}}

ENTRIES: list[dict[str, Any]] = [
    {"location": "a/", "title": "<small>Visit</small> Cork", "text": "<p>Éire met. It met “Eire”.</p>"},
    {"location": "b/", "title": "Dublin", "text": "", "boost": 2, "tags": ["met", "cork"]},
    {"location": "a/#x", "title": "Came", "text": "<li>They met</li>"},
]


def files_below(folder: Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in files}


def test_the_index_is_in_files_of_words_texts_and_spellings(tmp_path: Path) -> None:
    assert write_index(ENTRIES, CONFIG, tmp_path)
    files = files_below(tmp_path / "search")
    parts = json.loads(files.pop("parts.json"))
    assert parts == {
        "version": "351816960c843227",
        "words": ["came"],
        "spellings": "cdetv",
        "texts": [3],
        "pages": [2, 1],
    }
    assert files == {
        "words/0.json": (
            '{"came":{"1":[1]},"cork":{"1":[0],"0,0,1*2":[2]},"dublin":{"1*2":[2]},"eire":{"0,1":[0]},"éire":{"0,1":[0]},'
            '"it":{"0,1":[0]},"met":{"0,2":[0],"0,1":[1],"0,0,1*2":[2]},"they":{"0,1":[1]},"visit":{"1":[0]}}'
        ),
        "texts/0.json": json.dumps([ENTRIES[0], ENTRIES[2], ENTRIES[1]], ensure_ascii=False, separators=(",", ":")),
        "spellings/0.json": '["came","cork"]',
        "spellings/1.json": '["dublin"]',
        "spellings/2.json": '["eire","éire"]',
        "spellings/3.json": '["they"]',
        "spellings/4.json": '["visit"]',
        "search_index.json": json.dumps(
            {"config": {**CONFIG, "parts": True}, "docs": []}, ensure_ascii=False, separators=(",", ":")
        ),
    }


def test_a_file_has_neighbouring_words_and_texts_up_to_a_size(tmp_path: Path) -> None:
    entries = [{"location": f"p{number}/", "title": f"word{number:05}", "text": "x" * 900} for number in range(3000)]
    assert write_index(entries, CONFIG, tmp_path)
    files = files_below(tmp_path / "search")
    parts = json.loads(files["parts.json"])
    words = [list(json.loads(files[f"words/{number}.json"])) for number in range(len(parts["words"]))]
    texts = [json.loads(files[f"texts/{number}.json"]) for number in range(len(parts["texts"]))]
    assert [each[0] for each in words] == parts["words"]
    assert [word for each in words for word in each] == [f"word{number:05}" for number in range(3000)] + ["x" * 900]
    assert [len(each) for each in texts] == parts["texts"]
    assert [text for each in texts for text in each] == entries
    assert len(words) > 2
    assert max(len(text) for name, text in files.items() if name.startswith("words/")) < 26_000
    assert max(len(text) for name, text in files.items() if name.startswith("texts/")) < 4_100


def test_words_are_in_the_order_in_which_javascript_compares_them(tmp_path: Path) -> None:
    written = ["\uff5ez", "\U0001f600z", "zed", "ábc", "abd", "abb"]
    entries = [{"location": "a/", "title": "", "text": " ".join(written)}]
    assert write_index(entries, CONFIG, tmp_path)
    found = json.loads((tmp_path / "search" / "words" / "0.json").read_text("utf-8"))
    assert list(found) == ["abb", "ábc", "abd", "zed", "\U0001f600z", "\uff5ez"]


def test_files_of_an_earlier_index_are_removed_and_its_hard_links_stay(tmp_path: Path) -> None:
    many = [{"location": f"p{number}/", "title": "word", "text": "x" * 900} for number in range(50)]
    for folder in ("new", "expected"):
        assert write_index(many if folder == "new" else ENTRIES, CONFIG, tmp_path / folder)
    shutil.copytree(tmp_path / "new", tmp_path / "old", copy_function=os.link)
    old = files_below(tmp_path / "old")
    assert write_index(ENTRIES, CONFIG, tmp_path / "new")
    assert files_below(tmp_path / "new") == files_below(tmp_path / "expected")
    assert files_below(tmp_path / "old") == old


def test_entries_of_a_page_are_together_with_that_of_the_page_first() -> None:
    assert by_page(ENTRIES) == [[ENTRIES[0], ENTRIES[2]], [ENTRIES[1]]]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("<p>Ship 1.5 m&amp;m, “Ship”</p>", ["ship", "1.5", "m", "m", "ship"]),
        ("Совместное заявление", ["совместное", "заявление"]),
        ("공동성명 평양", ["공동성명", "평양"]),
        ("بیانیهٔ مشترک، می‌آید", ["بیانیهٔ", "مشترک", "می‌آید"]),
        ("Wspólne oświadczenie", ["wspólne", "oświadczenie"]),
        ("ASEAN共同宣言2018", ["asean", "2018", "共同", "同宣", "宣言", "言"]),
    ],
)
def test_a_text_is_separated_into_words_in_each_language(text: str, words: list[str]) -> None:
    split = word_splitter(SEPARATOR)
    assert split
    assert split(text) == words


def test_words_are_ordered_without_accents() -> None:
    assert [plain(word) for word in ("éire", "oświadczenie", "بیانیهٔ")] == ["eire", "oswiadczenie", "بیانیه"]


def test_an_index_made_from_a_kept_one_has_the_same_bytes(tmp_path: Path) -> None:
    """After edits, a new entry and one that is gone; and whatever somebody has done to the kept one."""
    texts = ["They met twice", "met", "", "Éire met, and met again", "They came"]
    steps = [texts, [*texts[:1], "Nobody came", *texts[2:]], texts[:-1], [*texts, "met"], ["once"] * 6, texts]
    kept = tmp_path / "kept"
    for number, step in enumerate(steps):
        entries = [{"location": f"{at}/", "title": f"Page {at}", "text": text} for at, text in enumerate(step)]
        for damaged in (False, True):
            if damaged:
                kept.write_bytes(kept.read_bytes().replace(b"met", b"bad"))
            assert write_index(entries, CONFIG, tmp_path / f"{number}", CacheFile(kept, "1"))
            assert write_index(entries, CONFIG, tmp_path / "expected")
            assert files_below(tmp_path / f"{number}") == files_below(tmp_path / "expected")


def test_with_a_separator_that_python_can_not_read_the_index_stays_as_it_is(tmp_path: Path) -> None:
    assert not write_index(ENTRIES, {**CONFIG, "separator": r"(?<name>\s)"}, tmp_path)
    assert files_below(tmp_path) == {}


def test_a_build_splits_an_index_past_the_size_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = furnish(tmp_path)
    shutil.copytree(BASE, project.summaries)
    site = build(project).site
    whole = json.loads((site / "search" / "search_index.json").read_text("utf-8"))
    assert list(files_below(site / "search")) == ["search_index.json"]
    size = (site / "search" / "search_index.json").stat().st_size
    monkeypatch.setattr(search_plugin, "MOST_BYTES", size)
    assert list(files_below(build(project).site / "search")) == ["search_index.json"]
    monkeypatch.setattr(search_plugin, "MOST_BYTES", size - 1)
    again = files_below(build(project).site / "search")
    assert write_index(whole["docs"], whole["config"], tmp_path / "expected")
    assert again == files_below(tmp_path / "expected" / "search")
    config = read_config(project, WarningLog(project), strict=True)
    search_plugin.add_search(config, preview=True)
    config.plugins[search_plugin.NAME].on_post_build(config=config)
    assert list(files_below(site / "search")) == ["search_index.json"]
