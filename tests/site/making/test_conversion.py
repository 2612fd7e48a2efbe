"""Our conversion of a page gives the very result of MkDocs's, whatever is on the page."""

from __future__ import annotations

import logging
import random
from collections.abc import Callable, Iterator
from contextlib import suppress
from copy import deepcopy
from functools import partial
from pathlib import Path

import pytest
from golden import EXPLAINER, ROOT, SITES
from mkdocs.config import load_config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import AnchorLink

from builder.project import Project
from builder.site.config.defaults import add_defaults
from builder.site.making import markdown_blocks
from builder.site.making.conversion import convert
from builder.site.making.markdown_text import UnusualError

FOLDERS = [*sorted(SITES.glob("*/docs")), ROOT / "docs" / "handbook"]

PIECES = (Path(__file__).parent / "pieces.md").read_text("utf-8").split("\n%%\n")
"""Pieces of Markdown and HTML, good and bad, that pages are put together from."""

ODD = [
    *"*_`\\[]()<>&#|:-!{}\"'= \n\t",
    *(
        "\n\n",
        "    ",
        "<div>",
        "</div>",
        "<p>",
        "<hr>",
        "](",
        "**",
        "&amp;",
        "{: .a }",
        "\n: ",
        "- ",
        "1. ",
        "<b>",
        "~~~",
    ),
]
"""What is put into the blocks of generated pages to make them unusual."""


@pytest.fixture
def config(tmp_path: Path) -> MkDocsConfig:
    root = tmp_path / "explainer"
    (root / "docs").mkdir(parents=True)
    text = (EXPLAINER / "mkdocs.yml").read_text("utf-8")
    (root / "mkdocs.yml").write_text(text.replace("hooks:\n  - builder/hook.py\n", ""), "utf-8")
    (root / "templates").symlink_to(ROOT / "templates")
    config = load_config(str(root / "mkdocs.yml"), plugins=[])
    add_defaults(config, Project(root=root))
    config.plugins._current_plugin = "test"  # which the files come from
    return config


def outcome(step: Callable[[], None], page: Page, log: pytest.LogCaptureFixture) -> object:
    """Everything that a conversion leaves, with what was logged; or what it raises."""
    try:
        step()
    except Exception as error:  # MkDocs fails on some of what the standard library's parser refuses
        log.clear()
        return repr(error)
    links = {file.src_uri: links for file, links in (page.links_to_anchors or {}).items()}
    toc = [anchors(each) for each in page.toc]
    messages = [record.getMessage() for record in log.records]
    log.clear()
    return [page.content, toc, page._title_from_render, page.present_anchor_ids, links, messages]


def anchors(anchor: AnchorLink) -> list[object]:
    return [anchor.title, anchor.id, anchor.level, [anchors(child) for child in anchor.children]]


def assert_same(pages: list[File], config: MkDocsConfig, log: pytest.LogCaptureFixture) -> None:
    """Convert pages in both ways, with the same configuration, and compare."""
    log.set_level(logging.INFO)
    files = Files(pages)
    expected = deepcopy(config)
    for file in pages:
        page = Page(None, file, config)
        page.read_source(config)
        theirs = outcome(partial(page.render, expected, files), page, log)
        ours = outcome(partial(convert, page, files, config), page, log)
        assert ours == theirs, f"{file.src_uri}\n\n{page.markdown}"


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.parent.name)
def test_pages_are_converted_as_mkdocs_converts_them(
    folder: Path, config: MkDocsConfig, caplog: pytest.LogCaptureFixture
) -> None:
    paths = [path.relative_to(folder).as_posix() for path in folder.rglob("*.md")]
    pages = [File.generated(config, path, abs_src_path=str(folder / path)) for path in sorted(paths)]
    assert pages
    assert_same(pages, config, caplog)


def made_up(seed: int) -> Iterator[str]:
    """Pages of a few pieces each, joined with or without a blank line, some indented, some cut off."""
    choose = random.Random(seed)
    for _ in range(150):
        page = ""
        for piece in choose.choices(PIECES, k=choose.randint(1, 7)):
            text = piece[: choose.randint(1, len(piece))] if choose.random() < 0.15 else piece
            indent = choose.choice(["", "", "", "", "", "    ", " "])
            page += "\n".join(f"{indent}{line}" for line in text.split("\n"))
            page += choose.choice(["\n\n", "\n\n", "\n\n", "\n", " ", ""])
        yield page


@pytest.mark.parametrize("seed", range(6))
def test_any_page_is_converted_as_mkdocs_converts_it(
    seed: int, config: MkDocsConfig, caplog: pytest.LogCaptureFixture
) -> None:
    texts = enumerate(made_up(seed))
    pages = [File.generated(config, f"{number % 3}/{number}.md", content=text) for number, text in texts]
    assert_same(pages, config, caplog)


def generated() -> list[str]:
    """The Markdown of the generated pages of all mini-explainers."""
    texts = [path.read_text("utf-8") for folder in FOLDERS for path in sorted(folder.rglob("*.md"))]
    return [text.split("\n---\n", 1)[1] for text in texts if text.startswith("---\nseal: ")]


def test_generated_pages_are_converted_in_one_pass_but_for_a_few() -> None:
    unusual = []
    for text in generated():
        try:
            markdown_blocks.convert(text, str)
        except UnusualError:
            unusual.append(text)
    assert len(unusual) < len(generated()) / 20


@pytest.mark.parametrize("seed", range(2))
def test_a_generated_page_that_was_changed_is_converted_as_mkdocs_converts_it(
    seed: int, config: MkDocsConfig, caplog: pytest.LogCaptureFixture
) -> None:
    choose = random.Random(seed)
    blocks = sorted({block for text in generated() for block in text.split("\n\n") if len(block) < 600})
    pages = []
    for number in range(600):
        page = ""
        for block in choose.choices(blocks, k=choose.randint(1, 4)):
            at = choose.randint(0, len(block))
            odd = choose.choice(ODD) if choose.random() < 0.5 else ""
            page += block[:at] + odd + block[at:] + choose.choice(["\n\n", "\n\n", "\n\n", "\n", " "])
        with suppress(UnusualError):
            markdown_blocks.convert(page, str)
            pages.append(File.generated(config, f"{number}.md", content=page))
    assert_same(pages, config, caplog)


@pytest.mark.parametrize("piece", PIECES)
def test_each_piece_alone_is_converted_as_mkdocs_converts_it(
    piece: str, config: MkDocsConfig, caplog: pytest.LogCaptureFixture
) -> None:
    assert_same([File.generated(config, "piece.md", content=piece)], config, caplog)
