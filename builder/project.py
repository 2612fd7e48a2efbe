"""Where an explainer's files are, and settings that the builder reads without MkDocs or before the summaries."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final


def _package_templates() -> Path:
    """A wheel holds the templates inside the package; in the repository they are next to it."""
    package = Path(__file__).resolve().parent
    inside = package / "templates"
    return inside if inside.is_dir() else package.parent / "templates"


PACKAGE_TEMPLATES: Final = _package_templates()
"""The templates, words and theme that come with the builder."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Project:
    """The paths of an explainer's files. `root` is the folder that holds mkdocs.yml."""

    root: Path

    @property
    def config(self) -> Path:
        return self.root / "mkdocs.yml"

    @property
    def summaries(self) -> Path:
        return self.root / "summaries"

    @property
    def templates(self) -> Path:
        """The explainer's own templates, if it has any. Each stands in for the builder's file of the same name."""
        return self.root / "templates"

    @property
    def template_folders(self) -> tuple[Path, ...]:
        """Where to look for a template, in this order: the explainer's own folder, then the builder's."""
        own = self.templates
        return (PACKAGE_TEMPLATES,) if own.resolve() == PACKAGE_TEMPLATES else (own, PACKAGE_TEMPLATES)

    def template(self, name: str) -> Path:
        """The file that stands for a template, by its path below templates/: the explainer's own or the builder's."""
        own = self.templates / name
        return own if own.is_file() else PACKAGE_TEMPLATES / name

    @property
    def docs(self) -> Path:
        return self.root / "docs"

    @property
    def schemas(self) -> Path:
        return self.root / "schemas"

    @property
    def cache(self) -> Path:
        """What commands keep for the next one. It can be removed at any time."""
        return self.root / ".cache"

    @property
    def site(self) -> Path:
        return self.root / "site"

    @property
    def address(self) -> str:
        """The site's web address with a final slash, from `site_url` in mkdocs.yml; empty if it is not set.

        `!ENV` is supported in the same way as in MkDocs.
        """
        address = self._setting("site_url")
        return f"{address.rstrip('/')}/" if address else ""

    @property
    def repository(self) -> str:
        """The address of the repository, from `repo_url` in mkdocs.yml; empty if it is not set."""
        return self._setting("repo_url")

    @property
    def language(self) -> str:
        """The code of the site's language, from `language` in explainer.yml; `en` if it is not set."""
        lines = _lines(self.summaries / "explainer.yml")
        return next((match["code"] for line in lines if (match := _LANGUAGE.match(line))), "en")

    def _setting(self, name: str) -> str:
        found = (_SETTING.match(line) for line in _lines(self.config))
        setting = next((match for match in found if match and match["name"] == name), None)
        if setting is None:
            return ""
        values = [value.strip("\"' ") for value in setting["value"].strip("[] ").split(",")]
        if setting["env"]:
            fallback = values.pop() if setting["value"].startswith("[") and len(values) > 1 else ""
            values = [next((os.environ[name] for name in values if name in os.environ), fallback)]
        return values[0]


def _lines(file: Path) -> list[str]:
    return file.read_text(encoding="utf-8", errors="replace").splitlines() if file.is_file() else []


_SETTING = re.compile(r"(?P<name>site_url|repo_url):\s+(?P<env>!ENV\s+)?(?P<value>.*?)\s*(?:\s#.*)?$")
_LANGUAGE = re.compile(r"""language:\s+["']?(?P<code>[A-Za-z0-9-]+)""")
