"""Builds the package as it is published, and runs it as a project that has installed it would."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

from golden import ROOT

SOURCES = ("builder", "templates", "pyproject.toml", "requirements.txt", "CHANGELOG.md", "README.md", "LICENSE")


def build_wheel(folder: Path, version: str = "") -> Path:
    """Build the wheel into a folder, without the network; with another version if one is given."""
    sources = ROOT
    if version:
        sources = folder / f"sources-{version}"
        for name in SOURCES:
            copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
            (sources / name).parent.mkdir(parents=True, exist_ok=True)
            copy(ROOT / name, sources / name)
        module = sources / "builder" / "__init__.py"
        module.write_text(re.sub('(?<=__version__ = ")[^"]+', version, module.read_text("utf-8")), "utf-8")
    # Without the guard of the tests, because this lists the whole repository.
    environment = {**os.environ, "PYTHONPATH": ""}
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(command, cwd=sources, env=environment, capture_output=True, check=True)
    (wheel,) = folder.glob(f"*-{version or '*'}-py3-none-any.whl")
    return wheel


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
