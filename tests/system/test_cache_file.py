"""Texts kept in a file are as they were, or must be made again."""

from __future__ import annotations

from pathlib import Path

import pytest

from builder.system.cache_file import CacheFile

TEXTS = {"one": '{"title": "조선 Ä"}', "two": "", "three": "x y"}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / ".cache" / "kept"


def keep(file: Path, texts: dict[str, str], version: str = "1") -> None:
    cache = CacheFile(file, version)
    for key, text in texts.items():
        cache.put(key, text)
    cache.save()


def found(file: Path, version: str = "1") -> dict[str, str]:
    cache = CacheFile(file, version)
    return {key: text for key in TEXTS if (text := cache.get(key)) is not None}


def test_texts_are_kept(file: Path) -> None:
    keep(file, TEXTS)
    assert found(file) == TEXTS
    assert [path.name for path in file.parent.iterdir()] == ["kept"]


def test_a_text_kept_by_another_version_is_not_used(file: Path) -> None:
    keep(file, TEXTS)
    assert found(file, "2") == {}


def test_a_damaged_text_is_not_used(file: Path) -> None:
    keep(file, TEXTS)
    whole = file.read_bytes()
    for place in range(len(whole)):
        file.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        assert len(found(file)) < len(TEXTS)
        assert found(file).items() <= TEXTS.items()


def test_what_is_left_of_a_file_is_used(file: Path) -> None:
    keep(file, TEXTS)
    whole = file.read_bytes()
    for length in range(len(whole)):
        file.write_bytes(whole[:length])
        assert found(file).items() <= TEXTS.items()
    file.write_bytes(whole[: whole.rindex(b"\n") + 5])
    assert found(file) == {"one": TEXTS["one"], "two": TEXTS["two"]}


def test_a_text_under_the_key_of_another_is_not_used(file: Path) -> None:
    keep(file, TEXTS)
    file.write_bytes(file.read_bytes().replace(b"one ", b"two "))
    assert found(file) == {"two": TEXTS["two"], "three": TEXTS["three"]}
    file.write_bytes(file.read_bytes().replace(b"\ntwo ", b"\none "))
    assert found(file) == {"three": TEXTS["three"]}


def test_a_file_that_is_a_link_is_replaced_and_not_followed(file: Path, tmp_path: Path) -> None:
    keep(tmp_path / "other", TEXTS)
    before = (tmp_path / "other").read_bytes()
    file.parent.mkdir()
    file.symlink_to(tmp_path / "other")
    assert found(file) == {}
    keep(file, {"one": "1"})
    assert (tmp_path / "other").read_bytes() == before
    assert found(file) == {"one": "1"}


def test_nothing_is_kept_if_the_file_cannot_be_written(file: Path) -> None:
    file.parent.write_text("no folder")
    keep(file, TEXTS)
    assert found(file) == {}
    assert file.parent.read_text() == "no folder"


def test_texts_that_nobody_asks_for_are_dropped_once_they_are_the_most(file: Path) -> None:
    keep(file, TEXTS)
    keep(file, {"four": "4"})
    assert found(file) == {}
    keep(file, TEXTS)
    keep(file, {"four": "4", "five": "5", "six": "6"})
    assert found(file) == TEXTS


def test_a_file_with_nothing_new_is_not_written(file: Path) -> None:
    keep(file, TEXTS)
    before = file.stat().st_mtime_ns, file.stat().st_ino
    cache = CacheFile(file, "1")
    assert cache.get("one") == TEXTS["one"]
    assert cache.get("two") == TEXTS["two"]
    cache.save()
    assert (file.stat().st_mtime_ns, file.stat().st_ino) == before
