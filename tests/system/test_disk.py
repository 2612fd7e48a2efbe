"""The disk, as builds and edits use it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from builder.system.disk import flush


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
