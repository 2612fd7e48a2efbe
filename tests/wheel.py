"""Builds the package as it is published, and runs it as a project that has installed it would."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import venv
import zipfile
from collections.abc import Mapping
from pathlib import Path

from golden import ROOT

SOURCES = (
    "builder",
    "templates",
    "docs/handbook",
    ".github",
    "pyproject.toml",
    "requirements.txt",
    "requirements-renderers.txt",
    "CHANGELOG.md",
    "README.md",
    "LICENSE",
)


def build_wheel(folder: Path, *, sources: Path = ROOT) -> Path:
    """Build the wheel into a new folder, without the network, and return it."""
    _build("wheel", sources, folder)
    (wheel,) = folder.glob("*.whl")
    return wheel


def build_later_wheel(folder: Path, version: str, swaps: Mapping[str, tuple[str, str]]) -> Path:
    """Build a wheel of another version into a new folder. `swaps` has by file a text to replace and its replacement."""
    sources = folder / "sources"
    for name in SOURCES:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        (sources / name).parent.mkdir(parents=True, exist_ok=True)
        copy(ROOT / name, sources / name)
    for name, (old, new) in swaps.items():
        text = (sources / name).read_text("utf-8")
        assert text.count(old) == 1
        (sources / name).write_text(text.replace(old, new), "utf-8")
    module = sources / "builder" / "__init__.py"
    module.write_text(re.sub('(?<=__version__ = ")[^"]+', version, module.read_text("utf-8")), "utf-8")
    return build_wheel(folder, sources=sources)


def unpack_sources(folder: Path) -> Path:
    """Build the source distribution and unpack it; return the folder that holds what was in it."""
    _build("sdist", ROOT, folder / "sdist")
    (packed,) = (folder / "sdist").glob("*.tar.gz")
    (folder / "sources").mkdir()
    subprocess.run(["tar", "-xzf", packed, "-C", folder / "sources"], check=True)
    return folder / "sources"


def _build(target: str, sources: Path, folder: Path) -> None:
    # Without the guard of the tests, because this lists the whole repository.
    environment = {**os.environ, "PYTHONPATH": ""}
    command = [sys.executable, "-m", "hatchling", "build", "--target", target, "--directory", str(folder)]
    subprocess.run(command, cwd=sources, env=environment, capture_output=True, check=True)


def unpack(wheel: Path, folder: Path) -> Path:
    """Install a wheel into a folder, as pip does, but for the script; return the folder."""
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(folder)
    return folder


def run_installed(package: Path, module: str, folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run a module in a folder, with the unpacked wheel and without the repository."""
    return subprocess.run(
        [sys.executable, "-P", "-m", module, *words],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(package)},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def environment_at(folder: Path, *more: Path) -> Path:
    """Make a virtual environment without the network: it finds the packages that the tests run with, and those in more
    folders.
    """
    venv.create(folder, with_pip=True, symlinks=True)
    (packages,) = folder.glob("lib/python*/site-packages")
    found = [path for path in sys.path if path.endswith("site-packages")]
    (packages / "tests.pth").write_text("\n".join([*found, *map(str, more)]) + "\n", "utf-8")
    return folder / "bin"


def call(folder: Path, *command: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a program in a folder as a host would: nothing is known of the repository, and there is no network."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS", "PYTHON"))}
    return subprocess.run(
        list(map(str, command)),
        cwd=folder,
        env={**kept, "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": "", "PATH": f"/usr/bin:/bin:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
