"""A preview in a process of its own, for tests that edit files while it runs."""

from __future__ import annotations

import html
import os
import re
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from conftest import free_port
from golden import GUARD, ROOT

from builder.project import Project

CONFIG = f"""\
site_name: Talks
theme: {{name: material, font: false}}
markdown_extensions: [abbr, admonition, attr_list, def_list, footnotes, md_in_html, tables]
nav: [index.md]
not_in_nav: "*"
strict: true
hooks: [{ROOT / "builder" / "hook.py"}]
"""
VISIT = "visits/kim-putin-vladivostok"
BANNER = " to fix"


def talks(folder: Path) -> Project:
    """A small explainer with a page written by hand."""
    shutil.copytree(ROOT / "tests/sites/one-of-each/summaries", folder / "summaries")
    (folder / "templates").symlink_to(ROOT / "templates")
    (folder / "docs").mkdir()
    (folder / "docs/about.md").write_text("# About\n\nFirst words.\n")
    (folder / "mkdocs.yml").write_text(CONFIG)
    return Project(root=folder)


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    save(file, text.replace(old, new))


def save(file: Path, text: str) -> None:
    """Write a file in one step, as text editors do."""
    temporary = file.with_name(f"{file.name}~")
    temporary.write_text(text, encoding="utf-8")
    temporary.replace(file)


def environment() -> dict[str, str]:
    """The environment without the repository on Python's path: the hook must find the builder by itself."""
    return {**os.environ, "PYTHONPATH": str(GUARD)}


SERVE = (
    sys.executable,
    "-c",
    f"""
import sys
from pathlib import Path
sys.path.insert(0, {str(ROOT)!r})
from builder.project import Project
from builder.preview.server import serve
try:
    serve(Project(root=Path.cwd()), port=PORT, follow=True)
except KeyboardInterrupt:
    sys.exit(130)
""",
)


@dataclass(frozen=True, slots=True)
class Server:
    """A preview in a separate process."""

    url: str
    log: Path
    process: subprocess.Popen[bytes]

    def get(self, path: str, host: str | None = None) -> str:
        request = urllib.request.Request(self.url + path, headers={"Host": host} if host else {})
        with urllib.request.urlopen(request, timeout=60) as response:
            return str(response.read().decode())

    def shows(self, path: str, words: str) -> bool:
        try:
            return words in self.get(path)
        except urllib.error.HTTPError:
            return False

    def reports(self, problem: str) -> bool:
        """Whether the bar on a page shows a problem, written as in a terminal or only its beginning."""
        place, message = problem.split(": ", 1)
        path, line, column = place.rsplit(":", 2)
        page = self.get("/about/")
        text = html.escape(message.removesuffix("]").rpartition(" [")[0] or message)
        return f"<code>{path}</code>" in page and f"line {line}, column {column}</a>: {text}" in page

    def missing(self, path: str) -> str:
        """What is shown for a page that does not exist."""
        with pytest.raises(urllib.error.HTTPError, match="404") as caught:
            self.get(path)
        return str(caught.value.read().decode())

    def updates(self) -> int:
        """How often the site was brought up to date after an edit."""
        return self.log.read_text().count(" Updated in ")

    def number(self) -> str:
        """The number of what is shown now."""
        return str(re.findall(r"/.preview/(\d+)", self.get("/about/"))[-1])

    def is_quiet(self) -> bool:
        """Whether nothing new is shown while the watcher looks several times."""
        try:
            urllib.request.urlopen(f"{self.url}/.preview/{self.number()}", timeout=1).close()
        except TimeoutError:
            return True
        return False


@contextmanager
def serving(project: Project, *command: str) -> Iterator[Server]:
    """Run a preview, by `SERVE` or another command, in which `PORT` stands for a free port."""
    port, log = free_port(), project.root.with_suffix(".log")
    with log.open("wb") as output:
        arguments = [part.replace("PORT", str(port)) for part in command or SERVE]
        process = subprocess.Popen(arguments, cwd=project.root, env=environment(), stdout=output, stderr=output)
    server = Server(f"http://127.0.0.1:{port}", log, process)
    try:
        until(lambda: process.poll() is not None or "Serving on" in log.read_text(), server)
        yield server
    finally:
        process.kill()
        process.wait(timeout=60)


def until(condition: Callable[[], bool], server: Server) -> None:
    """Wait for a condition, for a minute at most."""
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline, server.log.read_text()
        time.sleep(0.02)


def add_links_and_pipe(docs: Path, outside: Path) -> list[str]:
    """Add a link out of docs/, two links in circles and a pipe, which builds refuse. Returns the expected problems."""
    (docs / "out").symlink_to(outside)
    for name in ("round", "self"):
        (docs / name).symlink_to("." if name == "round" else name)
    os.mkfifo(docs / "waits.md")
    link = "this is a link, and a build would follow it anywhere (put the file itself here) [no-file]"
    return [
        f"docs/out:1:1: {link}",
        f"docs/round:1:1: {link}",
        f"docs/self:1:1: {link}",
        "docs/waits.md:1:1: this is a pipe or a device (put the file itself here) [no-file]",
    ]
