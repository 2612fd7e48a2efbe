"""A new explainer: every file of it, and the check that nothing is in the way."""

from __future__ import annotations

import datetime
import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Final, Literal

from builder import __version__
from builder.editing.saving import create
from builder.editing.scaffolding import value_errors
from builder.hosting.package import DISTRIBUTION, LOCKS, locked_packages, lowest_python, own_wheel
from builder.hosting.seals import sealed
from builder.problems import MachineError, visible
from builder.project import PACKAGE_TEMPLATES
from builder.records.models.settings import Settings

Host = Literal["github", "gitlab", "forgejo", "none"]
"""Where an explainer is published. `none` writes no pipeline."""

PIPELINES: Final[Mapping[Host, str]] = {
    "github": ".github/workflows/site.yml",
    "gitlab": ".gitlab-ci.yml",
    "forgejo": ".forgejo/workflows/site.yml",
}
"""The file that checks and publishes an explainer, by host."""

SEALED: Final = frozenset(
    {
        *("Makefile", *LOCKS, "builder.txt", ".gitignore", "docs/.gitignore"),
        *(".github/workflows/form.yml", ".github/workflows/links.yml", *PIPELINES.values()),
    }
)
"""The files that an upgrade replaces unless somebody edited them."""

_TEMPLATES: Final = "init"
_HIDDEN: Final = {"gitignore": ".gitignore"}
"""Files whose names begin with a dot only in an explainer, so that they don't work on the templates themselves."""

_NOT_IN_THE_WAY: Final = frozenset({".git"})


@dataclass(frozen=True, kw_only=True, slots=True)
class NewExplainer:
    """What a host says about an explainer before it exists."""

    title: str
    question: str
    contact: str
    language: str = "en"
    address: str = ""
    """The site's web address; empty if the host's pipeline finds it out."""

    repository: str = ""
    """The address of the repository; empty if the host's pipeline finds it out."""

    branch: str = "main"
    host: Host = "github"

    def mistakes(self) -> Iterator[str]:
        """Yield what is wrong with each value: its name, what was found, and what would be right."""
        for name in ("title", "question", "contact", "language", "address", "repository", "branch"):
            yield from (f"{name}: {reason}" for reason in mistakes_in(name, getattr(self, name)))


def mistakes_in(name: str, value: str) -> Iterator[str]:
    """Yield what is wrong with the value of a field of NewExplainer: what was found, and what would be right."""
    if name in ("address", "repository"):
        if value and not _ADDRESS.fullmatch(value):
            yield f"{visible(value)} is not a web address (such as https://talks.example.org/)"
    elif name == "branch":
        if not _BRANCH.fullmatch(value):
            yield f"{visible(value)} is not the name of a branch (such as main)"
    else:
        yield from value_errors(Settings, name, value)


_ADDRESS = re.compile(r"https?://[^\s<>\"'`{}|\\()\[\]#?]+")
_BRANCH = re.compile(r"[A-Za-z0-9][\w./-]*")


def as_contact(text: str) -> str:
    """A contact as an explainer writes it: `mailto:` before an e-mail address."""
    return f"mailto:{text}" if re.fullmatch(r"[^\s@:/]+@[^\s@/]+", text) else text


def in_the_way(folder: Path) -> tuple[str, ...]:
    """What is in a folder that a new explainer could overwrite or mix with, by name. A repository of Git is not."""
    if not folder.exists():
        return ()
    try:
        return tuple(sorted(name for name in os.listdir(folder) if name not in _NOT_IN_THE_WAY))
    except NotADirectoryError:
        return (folder.name,)
    except OSError as error:
        raise MachineError(f"{folder} can't be read: {error.strerror or error}") from error


def write_explainer(new: NewExplainer, folder: Path, today: datetime.date) -> tuple[str, ...]:
    """Write all files of a new explainer, all or none, and return their paths below the folder.

    Raises MachineError if one can't be written.
    """
    files = files_of(new, today)
    create({folder / path: data for path, data in files.items()})
    return tuple(sorted(files))


def files_of(new: NewExplainer, today: datetime.date) -> dict[str, bytes]:
    """All files of a new explainer, by path. `today` is the last day that it covers at first."""
    values = _values(new, today)
    templates = {**dict(_templates(new.host)), **_in_language(new.language)}
    texts = {path: _filled(text, values) for path, text in templates.items()}
    if not _has_words(new.language):
        texts[translation_of(new.language)] = _words("en").read_text("utf-8")
    files = {path: text.encode() for path, text in texts.items() if path not in SEALED}
    return {**files, **sealed_files(new.host), **own_wheel()}


def translation_of(language: str) -> str:
    """Where an explainer has the words of a language that the builder has none for. They are English at first."""
    return f"templates/words/{language}.yml"


def sealed_files(host: Host) -> dict[str, bytes]:
    """The files that an upgrade may replace, by path, each with its seal."""
    texts = {path: _filled(text, _versions()) for path, text in _templates(host) if path in SEALED}
    return {path: sealed(text, __version__).encode() for path, text in (texts | locked_packages()).items()}


def _templates(host: Host) -> Iterator[tuple[str, str]]:
    """The text of each template, by its path in an explainer."""
    if host == "github":
        yield from ((path, (PACKAGE_TEMPLATES.parent / path).read_text("utf-8")) for path in _SHARED)
    folder = PACKAGE_TEMPLATES / _TEMPLATES
    for root in (folder, folder / "hosts" / host):
        for path in sorted(root.rglob("*")) if root.is_dir() else ():
            inside = path.relative_to(root)
            if path.is_file() and not (root == folder and inside.parts[0] in ("hosts", "languages")):
                name = inside.with_name(_HIDDEN.get(inside.name, inside.name)).as_posix()
                if name != PUBLISH:
                    yield name, path.read_text("utf-8")


def _in_language(language: str) -> dict[str, str]:
    """The templates that are there in a language, or its base language, by path; the English ones serve for others."""
    folders = (PACKAGE_TEMPLATES / _TEMPLATES / "languages" / code for code in (language, language.partition("-")[0]))
    folder = next((each for each in folders if each.is_dir()), None)
    paths = sorted(folder.rglob("*.md")) if folder else ()
    return {path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in paths if folder}


_SHARED: Final = (
    *(f".github/ISSUE_TEMPLATE/{name}.yml" for name in ("config", "mistake", "source", "visit")),
    ".github/pull_request_template.md",
    ".github/workflows/form.yml",
    ".github/workflows/links.yml",
)
"""What an explainer on GitHub has word for word from this repository. A wheel has copies."""

PUBLISH: Final = "publish.md"
"""The template that says how to publish on a host: a part of the README, and what `init` ends with."""


def publishing_steps(host: Host) -> str:
    """How to publish on a host, as Markdown."""
    return (PACKAGE_TEMPLATES / _TEMPLATES / "hosts" / host / PUBLISH).read_text("utf-8").strip()


def _filled(text: str, values: Mapping[str, str]) -> str:
    return _GAP.sub(lambda gap: values[gap[1]], text)


_GAP = re.compile(r"@([a-z_]+)@")


def _values(new: NewExplainer, today: datetime.date) -> dict[str, str]:
    """What the gaps in the templates are filled with. Texts are quoted as YAML, but for `title_plain`."""
    quoted = {name: _as_yaml(getattr(new, name)) for name in ("title", "question", "contact", "language")}
    return {
        **quoted,
        "title_plain": new.title,
        "address": _as_yaml(f"{new.address.rstrip('/')}/" if new.address else "http://127.0.0.1:8000/"),
        "repository": _as_yaml(new.repository),
        "edit_uri": _as_yaml(f"{_EDIT[new.host]}/{new.branch}/docs/"),
        "icon": _ICONS[new.host],
        **_footer(new.language),
        "theme_language": _theme_language(new.language),
        "today": today.isoformat(),
        "publish": publishing_steps(new.host),
        **_versions(),
    }


def _versions() -> dict[str, str]:
    """What is filled into the gaps for the builder itself."""
    return {"package": DISTRIBUTION, "version": __version__, "lowest_python": lowest_python()}


_EDIT: Final[Mapping[Host, str]] = {"github": "edit", "gitlab": "-/edit", "forgejo": "_edit", "none": "edit"}
_ICONS: Final[Mapping[Host, str]] = {
    "github": "fontawesome/brands/github",
    "gitlab": "fontawesome/brands/gitlab",
    "forgejo": "fontawesome/brands/git-alt",
    "none": "fontawesome/brands/git-alt",
}


def _footer(language: str) -> dict[str, str]:
    """What the footer calls the two pages written by hand: their titles."""
    written = {**dict(_templates("none")), **_in_language(language)}
    titles = {name: re.search(r"^title: (.+)$", written[f"docs/{name}.md"], re.M) for name in ("about", "method")}
    return {name: found[1] for name, found in titles.items() if found}


def _as_yaml(text: str) -> str:
    """A text in double quotes. JSON's escapes are YAML's too."""
    return json.dumps(text, ensure_ascii=False)


def _has_words(language: str) -> bool:
    """Whether the builder has words in a language, or in its base language."""
    return any(_words(code).is_file() for code in (language, language.partition("-")[0]))


def _words(language: str) -> Path:
    return PACKAGE_TEMPLATES / "words" / f"{language}.yml"


def _theme_language(language: str) -> str:
    """The language that the theme has words for: this one, its base language or English."""
    material = find_spec("material")
    known = Path(material.origin or "").parent / "templates" / "partials" / "languages" if material else Path()
    base = language.partition("-")[0]
    return next((code for code in (language, base) if (known / f"{code}.html").is_file()), "en")
