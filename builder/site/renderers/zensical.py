"""Builds the site with Zensical, from a copy of the pages with all settings that MkDocs and our plugins would add.

Zensical reads a mkdocs.yml, but has none of MkDocs's plugins. So what they would do is done before, in the copy, or
afterwards, in `finishing`.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from markupsafe import escape

from builder.problems import Location, Problem, SummaryError
from builder.project import Project
from builder.site.config.defaults import PLUGIN
from builder.site.config.other_plugins import SEARCH
from builder.site.plugins.navigation_plugin import escape_title
from builder.site.plugins.placeholder_plugin import EXTRA
from builder.site.plugins.search_plugin import theme_language
from builder.site.renderers.finishing import finish

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import File, Files
    from mkdocs.structure.pages import Page

FOLDER: Final = ".cache/zensical"
"""Where Zensical works, below the project's root. It reads and writes only below the folder of its mkdocs.yml."""

_MARKS: Final = "builder.site.renderers.page_html"
"""Our extension of Markdown, which Zensical imports."""


def render(config: MkDocsConfig, project: Project, site: Path) -> None:
    """Write the site into a folder. `config` has our plugins, and MkDocs has started them.

    Raises SummaryError with Zensical's last words if it refuses something.
    """
    from mkdocs.structure.files import InclusionLevel, get_files, set_exclusions
    from mkdocs.structure.nav import get_navigation
    from mkdocs.utils import get_build_date, get_theme_dir

    folder = project.root / FOLDER
    shutil.rmtree(folder, ignore_errors=True)
    config = config.plugins.on_config(config)
    found = get_files(config)
    set_exclusions(found, config)
    files = config.plugins.on_files(found, config=config)
    get_navigation(files, config)  # MkDocs reports what is wrong in `nav`
    pages = []
    for file in files:
        if file.inclusion not in (InclusionLevel.EXCLUDED, InclusionLevel.DRAFT):
            pages += _copy(file, config, files, folder / "docs" / file.src_uri)
    own = list(takewhile(lambda each: each != get_theme_dir(str(config.theme.name)), config.theme.dirs))
    (folder / "theme").mkdir()
    for each in filter(os.path.isdir, reversed(own)):
        shutil.copytree(each, folder / "theme", dirs_exist_ok=True)
    added = {
        **config.extra[EXTRA],
        "site_name": str(escape(config.site_name)),
        "updated": str(get_build_date()),
        "editions": _editions(pages, config),
    }
    settings = _settings(config, added)
    (folder / "mkdocs.yml").write_text(_as_yaml(settings, _name), "utf-8")
    _run(folder, project)
    finish(folder / "site", pages)
    for made in sorted((folder / "site").iterdir()):
        shutil.move(made, site / made.name)
    shutil.rmtree(folder)


def _copy(file: File, config: MkDocsConfig, files: Files, target: Path) -> list[Page]:
    """Copy a file. A page has gone through the plugins by then, such as ours for placeholders and edit links.

    Returns the page, if it is one.
    """
    from mkdocs.structure.pages import Page

    target.parent.mkdir(parents=True, exist_ok=True)
    if not file.is_documentation_page():
        target.write_bytes(file.content_bytes)
        return []
    page = config.plugins.on_pre_page(Page(None, file, config), config=config, files=files)
    page.read_source(config)
    markdown = config.plugins.on_page_markdown(page.markdown or "", page=page, config=config, files=files)
    escape_title(page)
    front = {**page.meta, "edit_url": page.edit_url or "", "is_escaped": True}
    target.write_text(f"---\n{_as_yaml(front, str)}\n---\n\n{markdown}", "utf-8")
    return [page]


def _as_yaml(value: object, default: Callable[[object], str]) -> str:
    """A value as JSON that is YAML as well, where some characters end a line or are not allowed."""
    text = json.dumps(value, ensure_ascii=False, default=default)
    return re.sub("[\x7f-\x9f\u2028\u2029\ufeff]", lambda found: f"\\u{ord(found[0]):04x}", text)


def _editions(pages: Iterable[Page], config: MkDocsConfig) -> dict[str, object]:
    """What the theme needs for pages in each other language, which the home page has."""
    home: dict[str, Any] = next((dict(page.meta) for page in pages if page.url == ""), {})
    editions: dict[str, dict[str, object]] = home.get("editions", {}) if "seal" in home else {}
    return {language: {**edition, "theme": theme_language(config, language)} for language, edition in editions.items()}


def _settings(config: MkDocsConfig, added: Mapping[str, object]) -> dict[str, object]:
    """What Zensical reads: values as MkDocs and our plugins have them, without anything that is only theirs."""
    written: Mapping[str, Any] = config.user_configs[0] if config.user_configs else {}
    search: Any = next((plugin.config for name, plugin in config.plugins.items() if name in SEARCH), {})
    theme = {name: config.theme[name] for name in config.theme}
    return {
        **{name: config[name] for name in ("site_url", "repo_url", "repo_name", "copyright")},
        "site_name": str(escape(config.site_name)),
        "docs_dir": "docs",
        "site_dir": "site",
        "theme": {"variant": "classic", **theme, "name": config.theme.name, "custom_dir": "theme"},
        "extra": {**config.extra, EXTRA: added},
        "extra_css": [str(each) for each in config.extra_css],
        "extra_javascript": [str(each) for each in config.extra_javascript],
        "markdown_extensions": [
            {"pymdownx.highlight": {"use_pygments": False}},  # Zensical would colour code; mkdocs.yml can want it
            *({name: config.mdx_configs.get(name, {})} for name in config.markdown_extensions),
            {_MARKS: {}},
        ],
        "plugins": [
            {"search": {"separator": search["separator"]} if search.get("separator") else {}},
            *({name: each} for name, each in _plugins(written.get("plugins")) if name not in {*SEARCH, PLUGIN}),
        ],
        "nav": config.nav,
        "validation": {"invalid_links": False, "invalid_link_anchors": False},  # we check every link in the site
    }


def _plugins(written: object) -> Iterator[tuple[str, object]]:
    """The plugins in mkdocs.yml, each with its settings."""
    for each in written if isinstance(written, list) else [written] if isinstance(written, dict) else []:
        yield from each.items() if isinstance(each, dict) else [(str(each), {})]


def _name(value: object) -> str:
    """A function that mkdocs.yml names, by its name. Anything else by its text."""
    return f"{value.__module__}.{value.__qualname__}" if hasattr(value, "__qualname__") else str(value)


def _run(folder: Path, project: Project) -> None:
    builder = str(Path(__file__).resolve().parents[3])
    paths = (builder, os.environ.get("PYTHONPATH", ""))
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in paths if path)}
    command = [sys.executable, "-m", "zensical", "build", "--config-file", str(folder / "mkdocs.yml"), "--strict"]
    ran = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if ran.returncode:
        said = [line.strip() for line in f"{ran.stdout}\n{ran.stderr}".splitlines() if line.strip()]
        # An error in a template begins with the templates that include it, each ending in "(in FILE:LINE): ".
        last = said[-1].removeprefix("RuntimeError: ").rpartition("): ")[2] if said else f"exit code {ran.returncode}"
        message = f"Zensical stopped: {last}"
        raise SummaryError([Problem(location=Location(project.config.name), rule="zensical", message=message)])
