"""Sveltia CMS itself: one version of it, fetched with npm, checked against its hash and kept in .cache/."""

from __future__ import annotations

import base64
import hashlib
import io
import re
import shutil
import subprocess
import tarfile
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from builder.problems import MachineError
from builder.project import Project

PACKAGE: Final = "@sveltia/cms"
VERSION: Final = "0.221.1"
SHA512: Final = "J+Qoik9kGMk2L7vNpOQrnDmFRi+NB6vwJ0f657YtsxWH0P8WYSYRRSRC2pQ/jGGbVlM//Pg/WIgmkpswqoo3gQ=="
"""The hash of the package, in Base64 as npm publishes it."""

_WANTED: Final = (
    r"dist/(sveltia-cms\.js)",
    r"(LICENSE\.txt)",
    r"npm/assets/([a-z0-9-]+\.LICENSE\.txt)",
    r"npm/assets/([a-z0-9-]+)-latin-.+(\.woff2)",
)
"""The paths of the files that the form needs: the program, its fonts, and the licences. Groups make their new names."""


def folder(project: Project) -> Path:
    """Where the CMS is kept."""
    return project.root / ".cache" / f"sveltia-cms-{VERSION}"


def is_installed(project: Project) -> bool:
    """Whether this version of the CMS has been fetched."""
    return folder(project).is_dir()


def fetch(into: Path) -> Path:
    """Fetch the package into a folder with npm, which runs no script of it. Raises MachineError if that fails."""
    npm = shutil.which("npm")
    if npm is None:
        raise MachineError("npm is not installed, and the form is fetched with it (Debian: apt-get install npm)")
    words = [npm, "pack", "--silent", "--ignore-scripts", f"--pack-destination={into}", f"{PACKAGE}@{VERSION}"]
    done = subprocess.run(words, cwd=into, capture_output=True, text=True, check=False)
    files = list(into.glob("*.tgz"))
    if done.returncode or len(files) != 1:
        why = (done.stderr or done.stdout).strip().splitlines()
        raise MachineError(f"npm could not fetch {PACKAGE} {VERSION}: {why[0] if why else 'it gave no reason'}")
    return files[0]


def install(project: Project, package: Path | None = None) -> None:
    """Unpack the CMS from `package`, or fetch it with npm first.

    Raises MachineError if npm is missing or fails, or if the package is not the one expected.
    """
    with TemporaryDirectory(prefix="explainer-") as temporary:
        data = (package or fetch(Path(temporary))).read_bytes()
        found = base64.b64encode(hashlib.sha512(data).digest()).decode()
        if found != SHA512:
            raise MachineError(f"this is not {PACKAGE} {VERSION}: its SHA-512 is {found}, expected {SHA512}")
        target = folder(project)
        new = target.with_name(f"{target.name}.new")
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir(parents=True)
        for name, content in _files_in(data):
            (new / name).write_bytes(content)
        shutil.rmtree(target, ignore_errors=True)
        new.rename(target)


def _files_in(data: bytes) -> list[tuple[str, bytes]]:
    """The wanted files, by the names that they get: fonts without the subset and hash in theirs."""
    found = []
    with tarfile.open(fileobj=io.BytesIO(data)) as members:
        for member in members:
            path = member.name.removeprefix("package/")
            match = next((match for pattern in _WANTED if (match := re.fullmatch(pattern, path))), None)
            content = members.extractfile(member) if match and member.isreg() else None
            if match and content:
                found.append(("".join(match.groups()), content.read()))
    return found
