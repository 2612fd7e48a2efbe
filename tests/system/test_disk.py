"""The disk, as builds and edits use it."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

import pytest

from builder.problems import MachineError
from builder.system.disk import Pile, flush


def test_without_syncfs_every_file_and_folder_is_flushed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "visits").mkdir()
    for path in ("index.html", "visits/index.html"):
        (tmp_path / path).touch()
    (tmp_path / "link").symlink_to("nowhere")
    flushed: list[str] = []
    monkeypatch.setattr(sys, "platform", "freebsd14")
    monkeypatch.setattr(os, "fsync", lambda handle: flushed.append(os.readlink(f"/proc/self/fd/{handle}")))
    flush(tmp_path)
    below = {Path(path).relative_to(tmp_path).as_posix() for path in flushed}
    assert below == {".", "index.html", "visits", "visits/index.html"}


def test_without_syncfs_only_the_new_files_are_flushed_if_they_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for path in ("old.md", "new.md"):
        (tmp_path / path).touch()
    flushed: list[str] = []
    monkeypatch.setattr(sys, "platform", "freebsd14")
    monkeypatch.setattr(os, "fsync", lambda handle: flushed.append(os.readlink(f"/proc/self/fd/{handle}")))
    flush(tmp_path, [tmp_path / "new.md"])
    assert [Path(path).relative_to(tmp_path).as_posix() for path in flushed] == ["new.md", "."]


def test_a_pile_gives_back_what_this_process_and_forked_ones_put_on_it(tmp_path: Path) -> None:
    with Pile(tmp_path / "cache") as pile:
        pile.put(b"first")
        if (child := os.fork()) == 0:
            pile.put(b"")
            pile.put(b"x" * 100_000)
            os._exit(0)
        os.waitpid(child, 0)
        assert list(pile) == list(pile) == [b"first", b"", b"x" * 100_000]
        assert list((tmp_path / "cache").iterdir()) == [], "the file has no name"
        pile.clear()
        pile.put(b"last")
        assert list(pile) == [b"last"]


def test_a_full_disk_is_reported_by_the_pile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with open("/dev/full", "wb", buffering=0) as full:
        monkeypatch.setattr(tempfile, "TemporaryFile", lambda **_: full)
        with Pile(tmp_path) as pile, pytest.raises(MachineError) as caught:
            pile.put(b"too much")
    assert str(caught.value) == f"{tmp_path} can't be written to: No space left on device"


def test_a_pile_in_a_place_that_is_no_folder_is_reported(tmp_path: Path) -> None:
    (tmp_path / "cache").touch()
    with pytest.raises(MachineError) as caught:
        Pile(tmp_path / "cache")
    assert str(caught.value) == f"{tmp_path / 'cache'} can't be written to: File exists"
