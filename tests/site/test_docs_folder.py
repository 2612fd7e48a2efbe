"""Pages in docs/: sealed, replaced only if they differ, never written over pages that people edited."""

from __future__ import annotations

import errno
import os
import re
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from mkdocs.utils.meta import get_data

from builder.pages.page_file import Page, is_sealed, page_bytes
from builder.problems import MachineError, SummaryError
from builder.site import docs_folder
from builder.site.docs_folder import Written, put_back, write, write_schemas

HANOI = Page(path="visits/hanoi.md", meta={"title": "Hanoi", "description": "A summit."}, body="# Hanoi\n\nNo deal.\n")
INDEX = Page(path="index.md", meta={"title": "Home"}, body="# Home\n")
PAGES = (HANOI, INDEX)
ASSETS = {"data/visits.json": b"[]\n"}


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    folder = tmp_path / "docs"
    folder.mkdir()
    return folder


def tree(folder: Path) -> dict[str, bytes]:
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def test_a_page_is_its_front_matter_under_a_seal_and_its_body() -> None:
    assert page_bytes(HANOI).decode() == (
        "---\n"
        'seal: "0236fc307fe95d0f25e37248ba414440"\n'
        'title: "Hanoi"\n'
        'description: "A summit."\n'
        "---\n"
        "\n"
        "# Hanoi\n"
        "\n"
        "No deal.\n"
    )


@pytest.mark.parametrize(
    "value",
    [
        "&#38;: 'a' \"b\" \\ # c",
        "no",
        "2019-02-27",
        "---\nline",
        "김정은 🕊",
        "a\u2028b\x85c\x7fd\ufeffe\tf",
        "",
        ["navigation", "toc"],
        {"exclude": True},
        True,
        3,
        None,
    ],
)
def test_mkdocs_reads_the_front_matter_as_written(value: object) -> None:
    text = page_bytes(Page(path="a.md", meta={"value": value}, body="Body\n")).decode()
    body, meta = get_data(text)
    del meta["seal"]
    assert (meta, body) == ({"value": value}, "Body\n")


def test_a_seal_is_valid_until_a_byte_changes() -> None:
    data = page_bytes(HANOI)
    assert is_sealed(data)
    assert not any(is_sealed(data[:place] + b"~" + data[place + 1 :]) for place in range(len(data)))


def test_a_seal_is_valid_after_a_checkout_changed_line_endings() -> None:
    assert is_sealed(page_bytes(HANOI).replace(b"\n", b"\r\n"))


def test_everything_planned_is_written_and_listed(docs: Path) -> None:
    written = write(PAGES, ASSETS, docs)
    assert written == Written(changed=("data/visits.json", "index.md", "visits/hanoi.md"))
    assert tree(docs) == {
        "data/visits.json": b"[]\n",
        "index.md": page_bytes(INDEX),
        "visits/hanoi.md": page_bytes(HANOI),
    }


def test_a_missing_docs_folder_is_created(tmp_path: Path) -> None:
    write(PAGES, {}, tmp_path / "docs")
    assert sorted(tree(tmp_path / "docs")) == ["index.md", "visits/hanoi.md"]


def test_an_unchanged_file_is_not_written(docs: Path) -> None:
    write(PAGES, ASSETS, docs)
    before = {file: file.stat().st_mtime_ns for file in docs.rglob("*")}
    assert write(PAGES, ASSETS, docs) == Written(unchanged=3)
    assert {file: file.stat().st_mtime_ns for file in docs.rglob("*")} == before


def test_only_the_page_that_changed_is_replaced(docs: Path) -> None:
    write(PAGES, ASSETS, docs)
    inode = (docs / "visits/hanoi.md").stat().st_ino
    changed = Page(path="visits/hanoi.md", meta=HANOI.meta, body="# Hanoi\n\nNo agreement.\n")
    assert write((changed, INDEX), ASSETS, docs) == Written(changed=("visits/hanoi.md",), unchanged=2)
    assert (docs / "visits/hanoi.md").read_bytes() == page_bytes(changed)
    assert (docs / "visits/hanoi.md").stat().st_ino != inode


def test_pages_no_longer_planned_are_deleted_with_their_folder_and_nothing_else_is(docs: Path) -> None:
    write(PAGES, ASSETS | {"data/old/feed.xml": b"<feed/>"}, docs)
    (docs / "about.md").write_text("# About\n")
    (docs / ".gitignore").write_text("/visits/\n")
    (docs / "assets").mkdir()
    assert write((INDEX,), ASSETS, docs) == Written(pruned=("data/old/feed.xml", "visits/hanoi.md"), unchanged=2)
    assert sorted(tree(docs)) == [".gitignore", "about.md", "data/visits.json", "index.md"]
    assert sorted(path.name for path in docs.iterdir() if path.is_dir()) == ["assets", "data"]


def test_a_folder_with_a_hand_written_page_is_not_deleted(docs: Path) -> None:
    write(PAGES, {}, docs)
    (docs / "visits/how-we-count.md").write_text("# How\n")
    write((INDEX,), {}, docs)
    assert sorted(tree(docs)) == ["index.md", "visits/how-we-count.md"]


def test_a_hand_edited_page_is_never_overwritten(docs: Path) -> None:
    write(PAGES, ASSETS, docs)
    (docs / "visits/hanoi.md").write_bytes(page_bytes(HANOI) + b"A deal!\n")
    before = tree(docs)
    other = Page(path="index.md", meta={"title": "Home"}, body="# Another home\n")
    with pytest.raises(SummaryError) as caught:
        write((HANOI, other), {}, docs)
    assert str(caught.value) == (
        "docs/visits/hanoi.md:1:1: this page was written or edited by hand, but the builder generates it "
        "(move your changes to summaries/, then delete the file: the builder writes it again) [hand-edited]"
    )
    assert tree(docs) == before


def test_a_hand_written_page_in_place_of_a_generated_one_is_reported(docs: Path) -> None:
    (docs / "index.md").write_text("# Welcome\n")
    with pytest.raises(SummaryError, match=r"^docs/index\.md:1:1: this page was written or edited by hand"):
        write(PAGES, {}, docs)
    assert tree(docs) == {"index.md": b"# Welcome\n"}


def test_a_hand_edited_page_that_is_no_longer_generated_is_reported_and_not_deleted(docs: Path) -> None:
    write(PAGES, {}, docs)
    edited = page_bytes(HANOI) + b"A deal!\n"
    (docs / "visits/hanoi.md").write_bytes(edited)
    with pytest.raises(SummaryError) as caught:
        write((INDEX,), {}, docs)
    assert str(caught.value) == (
        "docs/visits/hanoi.md:1:1: this page was edited by hand, and the builder no longer generates it "
        "(delete the file, or its 'seal:' line to keep it as a page of your own) [hand-edited]"
    )
    assert (docs / "visits/hanoi.md").read_bytes() == edited


def test_a_hand_written_page_may_contain_the_word_seal(docs: Path) -> None:
    (docs / "about.md").write_text("---\ntitle: About\n---\n\nseal: a mark\n")
    assert write((INDEX,), {}, docs) == Written(changed=("index.md",))


def test_all_files_in_data_belong_to_the_builder(docs: Path) -> None:
    (docs / "data").mkdir()
    (docs / "data/visits.json").write_text("by hand")
    (docs / "data/.hidden").write_text("by hand")
    (docs / "data/page.md").write_text("by hand")
    written = write((), ASSETS, docs)
    assert written == Written(changed=("data/visits.json",), pruned=("data/.hidden", "data/page.md"))
    assert tree(docs) == {"data/visits.json": b"[]\n"}


def test_half_written_files_of_a_killed_run_are_deleted(docs: Path) -> None:
    (docs / "visits").mkdir()
    (docs / "visits/.hanoi.md.builder.tmp").write_text("half a pa")
    (docs / "visits/.draft.tmp").write_text("not ours")
    write((INDEX,), {}, docs)
    assert sorted(tree(docs)) == ["index.md", "visits/.draft.tmp"]


def test_half_written_schemas_of_a_killed_run_are_written_over(tmp_path: Path) -> None:
    (tmp_path / ".visits.json.builder.tmp").write_bytes(b"{")
    write_schemas({"visits.json": b"{}\n"}, tmp_path)
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == {"visits.json": b"{}\n"}


def test_a_link_in_place_of_a_folder_is_refused_and_not_followed(docs: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "hanoi.md").write_bytes(page_bytes(HANOI))
    (docs / "visits").symlink_to(outside)
    with pytest.raises(MachineError, match=r"^docs/visits is a link, but a folder belongs there: move it away$"):
        write(PAGES, {}, docs)
    assert tree(outside) == {"hanoi.md": page_bytes(HANOI)}
    with pytest.raises(SummaryError) as problem:
        write((INDEX,), {}, docs)
    assert str(problem.value) == (
        "docs/visits:1:1: this is a link, and a build would follow it anywhere (put the file itself here) [no-file]"
    )
    assert tree(outside) == {"hanoi.md": page_bytes(HANOI)}


def test_links_and_pipes_are_refused_before_mkdocs_reads_them(docs: Path) -> None:
    (docs / "hosts.md").symlink_to("/etc/hosts")
    (docs / "round").symlink_to(".")
    os.mkfifo(docs / "pipe.md")
    with pytest.raises(SummaryError) as caught:
        write(PAGES, {}, docs)
    assert str(caught.value).splitlines() == [
        "docs/hosts.md:1:1: this is a link, and a build would follow it anywhere (put the file itself here) [no-file]",
        "docs/pipe.md:1:1: this is a pipe or a device (put the file itself here) [no-file]",
        "docs/round:1:1: this is a link, and a build would follow it anywhere (put the file itself here) [no-file]",
    ]
    assert sorted(path.name for path in docs.iterdir()) == ["hosts.md", "pipe.md", "round"]


def test_a_link_in_data_is_deleted_and_its_target_stays(docs: Path, tmp_path: Path) -> None:
    (tmp_path / "mine.json").write_text("mine")
    (docs / "data").mkdir()
    (docs / "data/mine.json").symlink_to(tmp_path / "mine.json")
    assert write((), {}, docs) == Written(pruned=("data/mine.json",))
    assert (tmp_path / "mine.json").read_text() == "mine"
    assert not (docs / "data").exists()


def test_a_docs_folder_that_is_a_link_is_refused(docs: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").symlink_to(docs)
    with pytest.raises(MachineError, match=r"^elsewhere/ is not an ordinary folder: replace it with one$"):
        write(PAGES, {}, tmp_path / "elsewhere")


@pytest.mark.parametrize(
    ("lay_out", "message"),
    [
        (
            lambda docs: (docs / "visits").write_text(""),
            "docs/visits is a file, but a folder belongs there: move it away",
        ),
        (
            lambda docs: (docs / "visits/hanoi.md").mkdir(parents=True),
            "docs/visits/hanoi.md is a folder, but a generated page belongs there: move it away",
        ),
        (
            lambda docs: os.mkfifo(docs / "index.md"),
            "docs/index.md is a pipe or a device, but a generated page belongs there: move it away",
        ),
        (
            lambda docs: (docs / "index.md").symlink_to("/etc/hostname"),
            "docs/index.md is a link, but a generated page belongs there: move it away",
        ),
    ],
    ids=["file", "folder", "pipe", "link"],
)
def test_something_in_the_way_is_reported(docs: Path, lay_out: object, message: str) -> None:
    assert callable(lay_out)
    lay_out(docs)
    with pytest.raises(MachineError) as caught:
        write(PAGES, {}, docs)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    "path", ["../out.md", "/out.md", "a/../b.md", "a//b.md", "a\\b.md", ".hidden.md", "a.txt", "data/a.md"]
)
def test_a_page_is_never_planned_outside_docs(docs: Path, path: str) -> None:
    with pytest.raises(ValueError, match=re.escape(repr(path))):
        write((Page(path=path, meta={}, body=""),), {}, docs)
    assert tree(docs.parent) == {}


def test_an_asset_is_never_planned_outside_data(docs: Path) -> None:
    for path in ("feed.xml", "data/../feed.xml"):
        with pytest.raises(ValueError, match=re.escape(repr(path))):
            write((), {path: b""}, docs)


def test_a_full_disk_leaves_every_page_unchanged(docs: Path) -> None:
    write(PAGES, {}, docs)
    before = tree(docs)
    changed = Page(path="index.md", meta={"title": "Home"}, body="# New home\n")
    long = Page(path="zz.md", meta={}, body="x" * 5000)
    with files_of_at_most(2000), pytest.raises(MachineError) as caught:
        write((HANOI, changed, long), {}, docs)
    assert str(caught.value) == f"docs can't be updated: {os.strerror(errno.EFBIG)}"
    assert tree(docs) == before


def test_pages_are_put_back_without_space_on_the_disk(docs: Path, tmp_path: Path) -> None:
    write(PAGES, ASSETS, docs)
    before = tree(docs)
    changed = Page(path="index.md", meta={"title": "Home"}, body="# New home\n")
    new = Page(path="stages/talks.md", meta={"title": "Talks"}, body="# Talks\n")
    written = write((changed, new), {}, docs, backup=tmp_path / "backup")
    assert tree(docs) != before
    with files_of_at_most(0):
        put_back(written, docs)
    assert tree(docs) == before
    assert sorted(path.name for path in docs.iterdir()) == ["data", "index.md", "visits"]


def test_a_disk_that_fails_between_two_replacements_leaves_every_page_unchanged(
    docs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(PAGES, ASSETS, docs)
    before = tree(docs)
    changed = [replace(page, body=f"{page.body}\nMore.\n") for page in PAGES]
    real, times = os.replace, iter(range(99))

    def fail_once(old: Path, new: Path) -> None:
        if next(times) == 1:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        real(old, new)

    monkeypatch.setattr(os, "replace", fail_once)
    with pytest.raises(MachineError) as caught:
        write(changed, {}, docs, backup=tmp_path / "backup")
    assert str(caught.value) == f"docs can't be updated: {os.strerror(errno.EIO)}"
    assert tree(docs) == before


@contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    """Have the system refuse files above this size, as a full disk or a quota would."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize(("count", "times"), [(8, 8), (9, 1)])
def test_many_new_pages_are_written_through_to_the_disk_at_once(
    count: int, times: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flushed: list[object] = []
    monkeypatch.setattr(docs_folder, "flush", lambda *arguments: flushed.append(arguments))
    monkeypatch.setattr(os, "fsync", flushed.append)
    write([Page(path=f"{number}.md", meta={}, body="Text.\n") for number in range(count)], {}, tmp_path)
    assert len(flushed) == times
