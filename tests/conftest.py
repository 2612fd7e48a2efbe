"""What tests share: the option that rewrites golden files, a real browser, a server for a built site."""

from __future__ import annotations

import functools
import http.server
import os
import runpy
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from command import small_explainer
from golden import EXPLAINER, GUARD, ROOT, furnish
from playwright.sync_api import Browser, Playwright, sync_playwright

from builder.site.build import build

NO_BROWSER = "Chromium was not found: install it (Debian: apt-get install chromium) or set CHROMIUM to its path"
BASE = "/explainer/"
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

# A shell makes background jobs ignore interrupts, and so would every process that the tests start.
signal.signal(signal.SIGINT, signal.default_int_handler)

if str(GUARD) not in os.environ.get("PYTHONPATH", "").split(os.pathsep):
    runpy.run_path(str(GUARD / "sitecustomize.py"))
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (str(GUARD), os.environ.get("PYTHONPATH"))))

for variable in ("SITE_URL", "REPO_URL", "EDIT_URI", "COMMIT", "GITHUB_SHA", "GITHUB_STEP_SUMMARY"):
    os.environ.pop(variable, None)  # a workflow sets them for the build; tests only use mkdocs.yml, and report nothing
os.environ.setdefault("NO_MKDOCS_2_WARNING", "1")
os.environ.setdefault("DISABLE_MKDOCS_2_WARNING", "true")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="rewrite the expected pages and reports")


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Print a clear warning if tests were skipped because there is no browser."""
    skipped = terminalreporter.stats.get("skipped", [])
    if any(NO_BROWSER in str(report.longrepr) for report in skipped):
        terminalreporter.section("THE BROWSER TESTS DID NOT RUN", sep="!")
        terminalreporter.line(NO_BROWSER)


def chromium() -> str | None:
    """The path of the browser, or None."""
    named = os.environ.get("CHROMIUM")
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return named or next((path for name in names if (path := shutil.which(name))), None)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A small explainer in a folder of its own."""
    return small_explainer(tmp_path)


@pytest.fixture
def without_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ignore the proxies of this machine, as servers on loopback are asked."""
    for name in tuple(os.environ):
        if name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def browser(request: pytest.FixtureRequest) -> Iterator[Browser]:
    """A real Chromium. Without one, the test is skipped with a warning; on CI it fails."""
    executable = chromium()
    if executable is None:
        if os.environ.get("CI") == "true":
            pytest.fail(NO_BROWSER)
        pytest.skip(NO_BROWSER)
    playwright: Playwright = request.getfixturevalue("playwright")
    launched = playwright.chromium.launch(executable_path=executable, args=FLAGS)
    yield launched
    launched.close()


def start_process_group(arguments: list[str], cwd: Path, **environment: str) -> subprocess.Popen[str]:
    """Start Python in a new process group, as a terminal does, with its output and its errors in one stream."""
    return subprocess.Popen(
        [sys.executable, *arguments],
        cwd=cwd,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def free_port() -> int:
    """A free port on 127.0.0.1."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The complete mini-explainer, with the handbook, built once."""
    project = furnish(tmp_path_factory.mktemp("explainer"))
    shutil.copytree(EXPLAINER / "summaries", project.summaries)
    shutil.copytree(ROOT / "docs" / "handbook", project.docs / "handbook")
    config = project.config.read_text("utf-8")
    project.config.write_text(config.replace("127.0.0.1:8000/", f"127.0.0.1:8000{BASE}"), "utf-8")
    return build(project).site


@pytest.fixture(scope="session")
def address(site: Path) -> Iterator[str]:
    with served(site, BASE) as found:
        yield found


def kinds_of_pages(site: Path) -> list[str]:
    """One page of each kind, as paths below a site: the home page, each folder's index and longest record, every page
    of the handbook, and a page that does not exist.
    """
    found = ["", "nothing-is-here/"]
    for folder in sorted(path for path in site.iterdir() if path.is_dir()):
        pages = sorted(folder.glob("*/index.html"), key=lambda page: page.stat().st_size)
        records = pages if folder.name == "handbook" else pages[-1:]
        found += [f"{page.parent.relative_to(site)}/" for page in (folder / "index.html", *records) if page.is_file()]
    return found


def fullest(site: Path, path: str) -> str:
    """Resolve a path below a site: `visits/*/` is the longest page of a record in that folder, `visits/*/?cancelled`
    the longest of those with this status, if there is one.
    """
    folder, mark, status = path.partition("*/")
    if not mark:
        return path
    pages = sorted(site.glob(f"{folder}*/index.html"), key=lambda page: page.stat().st_size)
    matching = [page for page in pages if f"status--{status[1:]}" in page.read_text("utf-8").partition("<h2")[0]]
    return f"{(matching or pages)[-1].parent.relative_to(site).as_posix()}/"


@contextmanager
def served(site: Path, base: str = "/") -> Iterator[str]:
    """Serve a built site on 127.0.0.1 under `base`, as GitHub Pages would, and give its address."""
    handler = functools.partial(_Handler, directory=str(site), base=base)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}{base}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(http.server.SimpleHTTPRequestHandler):
    def __init__(self, *args: Any, directory: str, base: str) -> None:
        self.base = base
        super().__init__(*args, directory=directory)

    def translate_path(self, path: str) -> str:
        return super().translate_path("/" + path.removeprefix(self.base))

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        page = Path(self.directory) / "404.html"
        if code != http.HTTPStatus.NOT_FOUND or not page.is_file():
            super().send_error(code, message, explain)
            return
        body = page.read_bytes()
        self.send_response(code)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Log nothing."""
