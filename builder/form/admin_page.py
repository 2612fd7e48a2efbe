"""The files below /admin/: the page, its configuration, and Sveltia CMS itself.

Everything comes from the site itself. The page's own policy stops the CMS from asking other hosts, except for the
repository's.
"""

from __future__ import annotations

import html
import json
from collections import abc
from dataclasses import dataclass
from typing import Any, Final, Protocol
from urllib.parse import urlsplit

from markupsafe import Markup

from builder.explainer.word_files import REFERENCE, load_words
from builder.explainer.words import Words
from builder.form import bundle
from builder.form.cms_config import Json, collections
from builder.inspection import Inspected
from builder.parsing.discovery import find
from builder.parsing.documents import Document, Mapping
from builder.problems import Location, Problem, SummaryError
from builder.project import Project
from builder.records.loading import SETTINGS_FILE, Origin
from builder.records.models.record import Record
from builder.site.plugins.placeholder_plugin import EXTRA

ADMIN: Final = "admin/"
"""The path of the form below the site's address."""

SETTING: Final = "form"
"""The key below `extra` in mkdocs.yml that puts the form on the published site."""

_FONTS: Final = {
    "Source Sans 3": ("source-sans-3", "font-weight: 200 900; font-display: swap; size-adjust: 110%"),
    "Noto Mono": ("noto-mono", "font-display: swap"),
    "Material Symbols Outlined": ("material-symbols-outlined", "font-display: block"),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Repository:
    """Where the form proposes changes: how Sveltia CMS reaches it, and the folder of the explainer in it."""

    backend: Json
    folder: str = ""
    host: str = ""
    """The origin of the addresses that the CMS asks."""


def repository(address: str, branch: str, files: str, more: abc.Mapping[str, Any]) -> Repository:
    """The repository at a web address, on GitHub, GitLab, Forgejo or Gitea.

    `files` is the address where its files are shown, which tells one from the other, and `more` are settings of the
    CMS's `backend` that the host adds, such as `base_url`. Without a repository that the CMS can reach, the form
    works with the files on this machine only.
    """
    parts = urlsplit(address)
    path, host = parts.path.strip("/"), f"{parts.scheme}://{parts.netloc}"
    shown = files.removeprefix(address).lstrip("/")
    marks = {f"{mark}{branch}": name for name, mark in _MARKS.items()}
    found = next(((name, mark) for mark, name in marks.items() if f"{shown}/".startswith(f"{mark}/")), None)
    if not (branch and path and found):
        return Repository(backend={"name": "github", "repo": "owner/name", "branch": "main", "auth_methods": ["token"]})
    name, mark = found
    own: Json = {"name": name, "repo": path, "branch": branch}
    if parts.netloc not in _USUAL:
        own |= {"base_url": host, "api_root": f"{host}{_API[name]}"}
    if name == "github":
        own |= {"open_authoring": True, "auth_scope": "public_repo", "squash_merges": True}
    if not more.keys() & {"base_url", "app_id"}:
        own["auth_methods"] = ["token"]  # the button for any other way to sign in would lead nowhere
    backend = {**own, **more}
    api = str(backend.get("api_root") or _USUAL[parts.netloc])
    folder = shown.removeprefix(mark).strip("/")
    return Repository(backend=backend, folder=folder, host="{0.scheme}://{0.netloc}".format(urlsplit(api)))


_MARKS: Final = {"gitlab": "-/blob/", "gitea": "src/branch/", "github": "blob/"}
"""What stands before the branch where a host shows files."""

_USUAL: Final = {"github.com": "https://api.github.com", "gitlab.com": "https://gitlab.com"}
_API: Final = {"github": "/api/v3", "gitlab": "/api/v4", "gitea": "/api/v1"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Form:
    """All that the files below /admin/ are made from."""

    project: Project
    title: str
    repository: Repository
    words: Words
    known: abc.Mapping[str, Record]
    """The records that a field for any kind of record can name."""

    languages: abc.Sequence[str] = ()
    """The languages that it is translated into."""

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all files, below /admin/."""
        own = ("index.html", "config.json", "fonts.css")
        installed = bundle.folder(self.project)
        return (*own, *(f"cms/{file.name}" for file in sorted(installed.iterdir()))) if installed.is_dir() else own

    def file(self, name: str) -> bytes | None:
        """A file by its name; None if there is none."""
        if name == "index.html":
            return self._page().encode()
        if name == "config.json":
            return json.dumps(self._config(), ensure_ascii=False).encode()
        if name == "fonts.css":
            return _fonts().encode()
        return (bundle.folder(self.project) / name.removeprefix("cms/")).read_bytes() if name in self.names else None

    def _page(self) -> str:
        title = html.escape(f"Edit: {self.title}")
        if not bundle.is_installed(self.project):
            return _NOT_INSTALLED.format(title=title)
        return _PAGE.format(title=title, host=html.escape(self.repository.host))

    def _files(self) -> abc.Iterator[str]:
        """The paths of all summaries, below their folder."""
        found, _ = find(self.project.summaries, ".")
        return (shown.removeprefix("./") for shown, _ in found)

    def _config(self) -> Json:
        folder = f"{self.repository.folder}/summaries".lstrip("/")
        backend = self.repository.backend
        reviewed = {"publish_mode": "editorial_workflow"} if backend["name"] != "gitea" else {}
        return {
            "backend": backend,
            **reviewed,
            "app_title": self.title,
            "media_folder": f"{self.repository.folder}/docs/media".lstrip("/"),
            "show_preview_links": False,
            "slug": {"encoding": "ascii", "clean_accents": True, "maxlength": 64},
            "editor": {"preview": False},
            "output": {"omit_empty_optional_fields": True},
            "collections": collections(self.words, self.known, folder, self._files(), self.languages),
        }


def form_files(project: Project, config: SiteConfig, read: abc.Callable[[], Inspected]) -> dict[str, bytes]:
    """The files of the form for the published site, by path; none if mkdocs.yml does not ask for it.

    `config` is MkDocs's configuration after our plugins were added to it. `read` is called for the records, if they are
    needed. Raises SummaryError if the CMS is missing.
    """
    if not config.extra.get(SETTING):
        return {}
    if not bundle.is_installed(project):
        raise SummaryError([_MISSING])
    found = read()
    form = _form(project, config, found.words, found.explainer.records, found.explainer.settings.languages)
    return {f"{ADMIN}{name}": form.file(name) or b"" for name in form.names}


_MISSING: Final = Problem(
    location=Location("mkdocs.yml"),
    rule="no-form",
    message=f"'extra' asks for the form with '{SETTING}', but the form is not installed",
    hint="run: make form",
)


def form_file(project: Project, config: SiteConfig, found: Inspected | None, path: str) -> bytes | None:
    """A file of the form for the preview, by path; None if there is no such file.

    `found` are the records; None if the summaries have had problems since the preview started.
    """
    if not path.startswith(ADMIN):
        return None
    words = found.words if found else load_words(project.template_folders, REFERENCE, {}, Origin(_NO_SETTINGS))
    languages = found.explainer.settings.languages if found else ()
    form = _form(project, config, words, found.known if found else {}, languages)
    return form.file(path.removeprefix(ADMIN) or "index.html")


_NO_SETTINGS: Final = Document(path=SETTINGS_FILE, root=Mapping({}, Location(SETTINGS_FILE)), data=b"")


def _form(
    project: Project,
    config: SiteConfig,
    words: Words,
    known: abc.Mapping[str, Record],
    languages: abc.Sequence[str] = (),
) -> Form:
    where = config.extra[EXTRA]["repository"]
    more = config.extra.get(SETTING)
    more = more if isinstance(more, dict) else {}
    return Form(
        project=project,
        title=Markup(config.site_name).unescape(),
        repository=repository(where["address"], where["branch"], where["files"], more),
        words=words,
        known=known,
        languages=languages,
    )


class SiteConfig(Protocol):
    """What the form needs of MkDocs's configuration."""

    site_name: Any
    extra: Any


def _fonts() -> str:
    return "".join(
        f'@font-face {{ font-family: "{family}"; src: url("cms/{file}.woff2") format("woff2"); {more} }}\n'
        for family, (file, more) in _FONTS.items()
    )


_POLICY: Final = (
    "default-src 'self'; connect-src 'self' blob: data: {host}; font-src 'self' data:; img-src 'self' blob: data:; "
    "style-src 'self' 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-src 'none'; object-src 'none'"
)

# The fonts come last: the CMS names those of another host first, and what comes later counts.
_PAGE: Final = f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta http-equiv="Content-Security-Policy" content="{_POLICY}">
<title>{{title}}</title>
<link rel="cms-config-url" type="application/json" href="config.json">
</head>
<body>
<noscript>The form needs JavaScript. Without it, edit the files in summaries/.</noscript>
<script src="cms/sveltia-cms.js"></script>
<link rel="stylesheet" href="fonts.css">
</body>
</html>
"""

_NOT_INSTALLED: Final = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{title}</title>
</head>
<body>
<h1>The form is not installed</h1>
<p>Run <code>make form</code> once, then reload this page. It needs npm and the network.</p>
</body>
</html>
"""
