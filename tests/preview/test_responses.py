"""What browsers get from the preview's server, and what they do with it."""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import free_port
from mkdocs.config.defaults import MkDocsConfig
from playwright.sync_api import Browser
from preview_process import VISIT, edit, serving, talks

from builder.preview.responses import Server
from builder.preview.updates import Preview

FILES = {
    "index.html": b"<body>Home</body>",
    "404.html": b"<title>Talks</title><body>Not here</body>",
    "visits/a b/index.html": b"<body>A visit</body>",
    "words.txt": "Schöne Worte".encode(),
    "look.css": b"a {}",
    "code.js": b"",
    "icon.svg": b"<svg/>",
    "sitemap.xml.gz": b"",
    "data/map.unknown": b"",
}


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """A server for a few files under /talks/."""
    for name, data in FILES.items():
        (tmp_path / "site" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "site" / name).write_bytes(data)
    (tmp_path / "secret.txt").write_bytes(b"secret")
    config = MkDocsConfig()
    config.site_url = "http://127.0.0.1:8000/talks/"

    def more_file(now: Preview, path: str) -> bytes | None:
        return b"<body>A form</body>" if path == "admin/" else None

    with Server("127.0.0.1", free_port(), more_file, tmp_path, follow=False) as running:
        running.show(Preview(site=tmp_path / "site", config=config))
        running.start()
        yield running
        running.stop()


def ask(server: Server, path: str, method: str = "GET") -> tuple[int, str, bytes]:
    """The status, the kind or the address of another page, and what is sent."""
    connection = http.client.HTTPConnection(*server.server_address[:2], timeout=30)  # type: ignore[arg-type]
    connection.request(method, path)
    answer = connection.getresponse()
    found = answer.status, answer.headers["Location"] or answer.headers["Content-Type"], answer.read()
    assert answer.headers["Cache-Control"] == "no-store"
    connection.close()
    return found


HTML = "text/html; charset=utf-8"


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("words.txt", "text/plain; charset=utf-8"),
        ("look.css?v=2", "text/css; charset=utf-8"),
        ("code.js", "text/javascript; charset=utf-8"),
        ("icon.svg", "image/svg+xml"),
        ("sitemap.xml.gz", "application/gzip"),
        ("data/map.unknown", "application/octet-stream"),
    ],
)
def test_a_file_is_sent_as_it_is_with_its_type(server: Server, path: str, kind: str) -> None:
    assert ask(server, f"/talks/{path}") == (200, kind, FILES[path.partition("?")[0]])
    assert ask(server, f"/talks/{path}", "HEAD") == (200, kind, b"")


@pytest.mark.parametrize(("path", "words"), [("", "Home"), ("visits/a%20b/", "A visit"), ("index.html", "Home")])
def test_a_page_waits_for_something_newer(server: Server, path: str, words: str) -> None:
    status, kind, page = ask(server, f"/talks/{path}")
    assert (status, kind) == (200, HTML)
    assert page.startswith(f"<body>{words}<script>".encode())
    assert f"/.preview/{server.number}".encode() in page


@pytest.mark.parametrize(
    ("path", "address"),
    [
        ("/", "/talks/"),
        ("/talks/visits/a%20b", "/talks/visits/a%20b/"),
        ("/talks/visits/a%20b?q=1", "/talks/visits/a%20b/?q=1"),
    ],
)
def test_a_browser_is_sent_to_the_address_with_a_slash(server: Server, path: str, address: str) -> None:
    assert ask(server, path) == (302, address, b"")


@pytest.mark.parametrize(
    "path",
    [
        "/talks/visits/",
        "/talks/nothing",
        "/words.txt",
        "/talks/../../secret.txt",
        "/talks/%2e%2e/secret.txt",
        "/talks/%00",
    ],
)
def test_what_is_not_there_is_said_on_a_page_of_the_site(server: Server, path: str) -> None:
    status, kind, page = ask(server, path)
    assert (status, kind) == (404, HTML)
    assert page.startswith(b"<title>Talks</title><body>Not here<script>")


def test_the_form_never_loads_itself_again(server: Server) -> None:
    assert ask(server, "/talks/admin/") == (200, HTML, b"<body>A form</body>")


def test_a_site_that_was_just_replaced_is_not_missed(server: Server, tmp_path: Path) -> None:
    """The old one may be removed while a browser asks."""

    class Replacing(Path().__class__):  # type: ignore[misc]
        """A folder that is replaced as soon as something in it is opened."""

        def __truediv__(self, name: str) -> Path:
            server.show(replace(server.now, site=tmp_path / "site"))
            return tmp_path / "removed" / name

    server.show(replace(server.now, site=Replacing(tmp_path)))
    assert ask(server, "/talks/words.txt")[0] == 200


def test_a_browser_shows_an_edit_by_itself_and_opens_the_edited_page(tmp_path: Path, browser: Browser) -> None:
    project = talks(tmp_path)
    with serving(project) as server:
        page = browser.new_page()
        page.goto(f"{server.url}/about/")
        edit(project.docs / "about.md", "First words", "Second words")
        page.get_by_text("Second words").wait_for()
        edit(project.summaries / f"{VISIT}.yml", "title: ", "title: Once more, ")
        page.wait_for_url(f"{server.url}/{VISIT}/")
        page.get_by_role("heading", name="Once more, ").wait_for()
        page.close()
