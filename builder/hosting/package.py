"""What the installed builder knows of itself: its name, the packages it was tested with, the wheel it came from."""

from __future__ import annotations

import json
import tomllib
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Final
from urllib.request import url2pathname

from builder.project import PACKAGE_TEMPLATES

DISTRIBUTION: Final = "explainer-site"
"""The name by which pip installs the builder."""

WHEELS: Final = "wheels"
"""The folder of an explainer from which its Makefile installs the builder, if the package index does not have it."""


def lowest_python() -> str:
    """The lowest version of Python that the builder runs on."""
    try:
        stated = distribution(DISTRIBUTION).metadata["Requires-Python"]
    except PackageNotFoundError:  # the builder runs from its repository
        stated = tomllib.loads((_PACKAGE / "pyproject.toml").read_text("utf-8"))["project"]["requires-python"]
    return str(stated).removeprefix(">=")


LOCKS: Final = ("requirements.txt", "requirements-renderers.txt")
"""What the builder needs, and that with the renderers that do not come with it."""


def locked_packages() -> dict[str, str]:
    """The packages that this version was tested with, by file, in the format of pip, with hashes."""
    return {name: (_PACKAGE / name).read_text("utf-8") for name in LOCKS}


def changelog() -> str:
    """What changed in each version, newest first, as Markdown."""
    return (_PACKAGE / "CHANGELOG.md").read_text("utf-8")


def own_wheel() -> dict[str, bytes]:
    """The wheel that the builder was installed from, by its path in an explainer; empty if it is not on this machine.

    pip records where it found a wheel that was named by its path.
    https://packaging.python.org/en/latest/specifications/direct-url/
    """
    try:
        recorded = distribution(DISTRIBUTION).read_text("direct_url.json")
    except PackageNotFoundError:
        return {}
    scheme, _, path = str(json.loads(recorded)["url"] if recorded else "").partition("://")
    wheel = Path(url2pathname(path))
    if scheme != "file" or wheel.suffix != ".whl" or not wheel.is_file():
        return {}
    return {f"{WHEELS}/{wheel.name}": wheel.read_bytes()}


_PACKAGE: Final = PACKAGE_TEMPLATES.parent
"""The package in a wheel, or the repository."""
