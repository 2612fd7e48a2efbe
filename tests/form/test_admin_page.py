"""The form on the preview and on the site: from the site itself, on one page, and only if the host asks for it."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import tarfile
from pathlib import Path
from typing import Any

import pytest
from command import run
from conftest import served
from playwright.sync_api import Browser

from builder.explainer.word_files import load_words
from builder.form import bundle
from builder.form.admin_page import Form, Repository, form_file, form_files, repository
from builder.inspection import Inspected, inspect
from builder.parsing.documents import Document, Mapping
from builder.problems import Location, MachineError, SummaryError
from builder.project import Project
from builder.records.loading import Origin
from builder.site.build import build

GITHUB = {
    "name": "github",
    "repo": "us/talks",
    "branch": "main",
    "open_authoring": True,
    "auth_scope": "public_repo",
    "squash_merges": True,
}
TOKEN = {"auth_methods": ["token"]}
NOWHERE = {"name": "github", "repo": "owner/name", "branch": "main", "auth_methods": ["token"]}

REPOSITORIES: dict[str, tuple[tuple[str, str, str, dict[str, str]], Repository]] = {
    "GitHub": (
        ("https://github.com/us/talks", "main", "https://github.com/us/talks/blob/main", {}),
        Repository(backend={**GITHUB, **TOKEN}, host="https://api.github.com"),
    ),
    "a folder on GitHub": (
        ("https://github.com/us/talks", "main", "https://github.com/us/talks/blob/main/two/site", {}),
        Repository(backend={**GITHUB, **TOKEN}, folder="two/site", host="https://api.github.com"),
    ),
    "GitHub with a service for signing in": (
        (
            "https://github.com/us/talks",
            "main",
            "https://github.com/us/talks/blob/main",
            {"base_url": "https://login.example.org"},
        ),
        Repository(backend={**GITHUB, "base_url": "https://login.example.org"}, host="https://api.github.com"),
    ),
    "GitHub on a server of one's own": (
        ("https://git.example.org/us/talks", "main", "https://git.example.org/us/talks/blob/main", {}),
        Repository(
            backend={
                **GITHUB,
                "base_url": "https://git.example.org",
                "api_root": "https://git.example.org/api/v3",
                **TOKEN,
            },
            host="https://git.example.org",
        ),
    ),
    "GitLab": (
        ("https://gitlab.com/us/all/talks", "main", "https://gitlab.com/us/all/talks/-/blob/main", {"app_id": "12ab"}),
        Repository(
            backend={"name": "gitlab", "repo": "us/all/talks", "branch": "main", "app_id": "12ab"},
            host="https://gitlab.com",
        ),
    ),
    "Forgejo": (
        ("https://code.example.org/us/talks", "main", "https://code.example.org/us/talks/src/branch/main/talks", {}),
        Repository(
            backend={
                "name": "gitea",
                "repo": "us/talks",
                "branch": "main",
                "base_url": "https://code.example.org",
                "api_root": "https://code.example.org/api/v1",
                **TOKEN,
            },
            folder="talks",
            host="https://code.example.org",
        ),
    ),
    "a host that the CMS can't reach": (
        ("https://bitbucket.org/us/talks", "main", "https://bitbucket.org/us/talks/src/main", {}),
        Repository(backend=NOWHERE),
    ),
    "none": (("", "", "", {}), Repository(backend=NOWHERE)),
}


@pytest.mark.parametrize("name", REPOSITORIES)
def test_the_form_proposes_changes_to_the_repository_in_mkdocs_yml(name: str) -> None:
    given, expected = REPOSITORIES[name]
    assert repository(*given) == expected


FILES = {
    "dist/sveltia-cms.js": b"document.title += ' (' + document.querySelector('[rel=cms-config-url]').href + ')'\n",
    "dist/sveltia-cms.js.map": b"{}",
    "LICENSE.txt": b"MIT",
    "npm/assets/noto-mono-latin-400-normal-DiC8lJru.woff2": b"font",
    "npm/assets/noto-mono.LICENSE.txt": b"OFL",
    "../../escaped.js": b"",
}


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package with the files of the CMS, whose hash is the expected one."""
    path = tmp_path / "package.tgz"
    with tarfile.open(path, "w:gz") as archive:
        for name, data in FILES.items():
            member = tarfile.TarInfo(f"package/{name}")
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    found = base64.b64encode(hashlib.sha512(path.read_bytes()).digest()).decode()
    monkeypatch.setattr(bundle, "SHA512", found)
    return path


class Config:
    """What the form needs of MkDocs's configuration."""

    def __init__(self, **extra: object) -> None:
        self.site_name = "Talks & talks"
        where = {"address": "https://github.com/us/talks", "branch": "main"}
        files = "https://github.com/us/talks/blob/main"
        self.extra: dict[str, Any] = {"explainer": {"repository": {**where, "files": files}}, **extra}


def test_the_cms_is_unpacked_without_what_the_form_does_not_need(project: Path, package: Path) -> None:
    here = Project(root=project)
    assert not bundle.is_installed(here)
    bundle.install(here, package)
    assert bundle.is_installed(here)
    names = {path.name: path.read_bytes() for path in bundle.folder(here).iterdir()}
    assert names == {
        "sveltia-cms.js": FILES["dist/sveltia-cms.js"],
        "LICENSE.txt": b"MIT",
        "noto-mono.woff2": b"font",
        "noto-mono.LICENSE.txt": b"OFL",
    }
    bundle.install(here, package)  # again
    assert sorted(path.name for path in (project / ".cache").iterdir()) == [bundle.folder(here).name]


def test_another_package_is_refused(project: Path) -> None:
    other = project / "other.tgz"
    other.write_bytes(b"other")
    found = base64.b64encode(hashlib.sha512(b"other").digest()).decode()
    with pytest.raises(MachineError) as caught:
        bundle.install(Project(root=project), other)
    expected = f"this is not @sveltia/cms {bundle.VERSION}: its SHA-512 is {found}, expected {bundle.SHA512}"
    assert str(caught.value) == expected
    assert not bundle.is_installed(Project(root=project))


def test_without_npm_the_command_says_what_to_install(project: Path) -> None:
    done = run(project, "form", PATH="")
    message = "Error: npm is not installed, and the form is fetched with it (Debian: apt-get install npm)\n"
    assert (done.returncode, done.stdout, done.stderr) == (3, "", message)


def test_a_failure_of_npm_is_reported(project: Path) -> None:
    (project / "bin").mkdir()
    (project / "bin" / "npm").write_text("#!/bin/sh\necho 'npm error code E404' >&2\necho more >&2\nexit 1\n")
    (project / "bin" / "npm").chmod(0o755)
    done = run(project, "form", PATH=f"{project / 'bin'}:/usr/bin:/bin")
    message = f"Error: npm could not fetch @sveltia/cms {bundle.VERSION}: npm error code E404\n"
    assert (done.returncode, done.stdout, done.stderr) == (3, "", message)


@pytest.fixture
def found(project: Path) -> Inspected:
    return inspect(Project(root=project))


PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta http-equiv="Content-Security-Policy" content="default-src 'self'; \
connect-src 'self' blob: data: https://api.github.com; font-src 'self' data:; img-src 'self' blob: data:; \
style-src 'self' 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-src 'none'; object-src 'none'">
<title>Edit: Talks &amp; talks</title>
<link rel="cms-config-url" type="application/json" href="config.json">
</head>
<body>
<noscript>The form needs JavaScript. Without it, edit the files in summaries/.</noscript>
<script src="cms/sveltia-cms.js"></script>
<link rel="stylesheet" href="fonts.css">
</body>
</html>
"""


def test_the_site_has_the_form_if_mkdocs_yml_asks_for_it(project: Path, package: Path, found: Inspected) -> None:
    here = Project(root=project)
    bundle.install(here, package)
    files = form_files(here, Config(form=True), lambda: found)
    assert sorted(files) == [
        "admin/cms/LICENSE.txt",
        "admin/cms/noto-mono.LICENSE.txt",
        "admin/cms/noto-mono.woff2",
        "admin/cms/sveltia-cms.js",
        "admin/config.json",
        "admin/fonts.css",
        "admin/index.html",
    ]
    assert files["admin/index.html"].decode() == PAGE
    settings = json.loads(files["admin/config.json"])
    assert [each["name"] for each in settings.pop("collections")] == [
        "stages", "visits", "events", "projects", "constraints", "documents", "parties", "claims", "lists",
    ]  # fmt: skip
    assert settings == {
        "backend": {**GITHUB, **TOKEN},
        "publish_mode": "editorial_workflow",
        "app_title": "Talks & talks",
        "media_folder": "docs/media",
        "show_preview_links": False,
        "slug": {"encoding": "ascii", "clean_accents": True, "maxlength": 64},
        "editor": {"preview": False},
        "output": {"omit_empty_optional_fields": True},
    }


def test_the_site_has_no_form_unless_mkdocs_yml_asks_for_it(project: Path, package: Path, found: Inspected) -> None:
    bundle.install(Project(root=project), package)
    assert form_files(Project(root=project), Config(), lambda: found) == {}
    assert form_files(Project(root=project), Config(form=False), lambda: found) == {}


def test_a_build_stops_if_the_form_is_asked_for_and_not_installed(project: Path, found: Inspected) -> None:
    with pytest.raises(SummaryError) as caught:
        form_files(Project(root=project), Config(form=True), lambda: found)
    found_there = "'extra' asks for the form with 'form', but the form is not installed"
    assert str(caught.value) == f"mkdocs.yml:1:1: {found_there} (run: make form) [no-form]"


def test_on_a_host_without_reviews_the_form_saves_at_once(project: Path, found: Inspected) -> None:
    reached = repository("https://a.org/us/talks", "main", "https://a.org/us/talks/src/branch/main", {})
    form = Form(project=Project(root=project), title="Talks", repository=reached, words=found.words, known={})
    assert "publish_mode" not in json.loads(form.file("config.json") or b"")


def test_the_script_of_the_form_is_on_no_other_page(
    project: Path, package: Path, found: Inspected, browser: Browser
) -> None:
    """The built site passes every check, and in a browser the page loads the CMS and its configuration."""
    config = (project / "mkdocs.yml").read_text("utf-8")
    (project / "mkdocs.yml").write_text(f"{config}extra: {{form: true}}\n", "utf-8")
    here = Project(root=project)
    bundle.install(here, package)
    site = build(here, more_files=lambda config: form_files(here, config, lambda: found)).site
    pages = sorted(site.rglob("*.html"))
    assert [page.relative_to(site).as_posix() for page in pages if b"sveltia" in page.read_bytes()] == [
        "admin/index.html"
    ]
    assert b"admin/" not in (site / "sitemap.xml").read_bytes()
    assert b"admin/" not in (site / "search" / "search_index.json").read_bytes()
    with served(site) as address:
        page = browser.new_page()
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        page.goto(f"{address}admin/")
        assert page.title() == f"Edit: Talks ({address}admin/config.json)"
        assert [text for text in said if "Policy" in text] == []
        assert page.evaluate("fetch('https://example.org/').then(() => 'sent', () => 'refused')") == "refused"
        assert any("violates the following Content Security Policy" in text for text in said)
        page.close()


def test_the_preview_says_how_to_get_the_form(project: Path, found: Inspected) -> None:
    page = form_file(Project(root=project), Config(), found, "admin/")
    assert page is not None
    assert (
        "<p>Run <code>make form</code> once, then reload this page. It needs npm and the network.</p>" in page.decode()
    )
    assert b"<script" not in page


def test_the_preview_has_the_form_without_being_asked(project: Path, package: Path, found: Inspected) -> None:
    here = Project(root=project)
    bundle.install(here, package)
    assert form_file(here, Config(), found, "admin/") == PAGE.encode()
    assert form_file(here, Config(), found, "admin/index.html") == PAGE.encode()
    assert form_file(here, Config(), found, "admin/cms/noto-mono.woff2") == b"font"
    for path in ("", "admin", "admin/cms/", "admin/cms/../../../mkdocs.yml", "admin/nothing", "visits/"):
        assert form_file(here, Config(), found, path) is None


def test_the_preview_has_the_form_while_the_summaries_have_problems(project: Path, package: Path) -> None:
    here = Project(root=project)
    bundle.install(here, package)
    assert form_file(here, Config(), None, "admin/") == PAGE.encode()
    settings = json.loads(form_file(here, Config(), None, "admin/config.json") or b"")
    words = load_words(
        here.template_folders, "en", {}, Origin(Document(path="", root=Mapping({}, Location("")), data=b""))
    )
    visits = next(each for each in settings["collections"] if each["name"] == "visits")
    level = next(field for field in visits["fields"] if field["name"] == "level")
    assert level["options"][1] == {"value": "high", "label": f"high: {words('level.high').unescape()}"}
