"""Where an explainer lives, and the little of its mkdocs.yml that the builder reads by itself."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True, slots=True)
class Project:
    """Where an explainer lives: the folder that holds mkdocs.yml."""

    root: Path

    @property
    def config(self) -> Path:
        return self.root / "mkdocs.yml"

    @property
    def summaries(self) -> Path:
        return self.root / "summaries"

    @property
    def templates(self) -> Path:
        return self.root / "templates"

    @property
    def docs(self) -> Path:
        return self.root / "docs"

    @property
    def schemas(self) -> Path:
        return self.root / "schemas"

    @property
    def site(self) -> Path:
        return self.root / "site"

    @property
    def address(self) -> str:
        """Where the site is to stand on the web, with a slash at its end: `site_url` of mkdocs.yml; empty if not said.

        A setting from the environment (`!ENV`) is read as MkDocs reads it.
        """
        lines = self.config.read_text(encoding="utf-8").splitlines() if self.config.is_file() else []
        said = next((match for line in lines if (match := _SITE_URL.match(line))), None)
        if said is None:
            return ""
        values = [value.strip("\"' ") for value in said["value"].strip("[] ").split(",")]
        if said["env"]:
            fallback = values.pop() if said["value"].startswith("[") and len(values) > 1 else ""
            values = [next((os.environ[name] for name in values if name in os.environ), fallback)]
        return f"{values[0].rstrip('/')}/" if values[0] else ""


_SITE_URL = re.compile(r"site_url:\s+(?P<env>!ENV\s+)?(?P<value>.*?)\s*(?:\s#.*)?$")
