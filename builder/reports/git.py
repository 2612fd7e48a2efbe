"""The summaries as they were at a revision of git, laid out in a folder of their own; nothing is checked out."""

from __future__ import annotations

import io
import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from builder.problems import MachineError, visible
from builder.project import Project


class UnknownRevisionError(Exception):
    """A revision that git does not know here, or that has no summaries."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Revision(Project):
    """An explainer whose summaries are those of a revision; all else is as it is now.

    So a page that differs does so for its summaries alone.
    """

    past: Path
    """The folder that the old summaries lie in."""

    site_address: str

    @property
    def summaries(self) -> Path:
        return self.past / "summaries"

    @property
    def config(self) -> Path:
        """No file: the navigation of now says nothing of the pages there were."""
        return self.past / "mkdocs.yml"

    @property
    def address(self) -> str:
        return self.site_address


@contextmanager
def revision(project: Project, name: str) -> Iterator[Revision]:
    """The explainer with the summaries of the revision `name`, until the block ends.

    Raises UnknownRevisionError, or MachineError where git is not there.
    """
    commit = _commit(project, name)
    found = _git(project, "archive", "--format=tar", commit, "--", "summaries")
    if found.returncode:
        raise UnknownRevisionError(f"there are no summaries at '{visible(name)}'")
    with TemporaryDirectory(prefix="explainer-") as folder:
        _unpack(found.stdout, Path(folder))
        yield Revision(root=project.root, past=Path(folder), site_address=project.address)


def _commit(project: Project, name: str) -> str:
    if name.startswith("-") or not name.strip():
        raise UnknownRevisionError(f"'{visible(name)}' names no revision: {_NAMED}")
    found = _git(project, "rev-parse", "--verify", "--quiet", f"{name}^{{commit}}")
    if found.returncode == 0:
        return found.stdout.decode().strip()
    here = _git(project, "rev-parse", "--is-shallow-repository")
    if b"safe.directory" in here.stderr:
        trust = here.stderr.decode(errors="replace").splitlines()[-1].strip()
        raise MachineError(f"git does not trust this folder, for it is another user's; if you do, run: {trust}")
    if here.returncode:
        raise UnknownRevisionError("this folder is in no git repository: there is nothing to compare with")
    hint = "fetch the rest of the history with: git fetch --unshallow" if here.stdout.strip() == b"true" else _NAMED
    raise UnknownRevisionError(f"git knows no revision '{visible(name)}' here: {hint}")


_NAMED = "give a branch, a tag or a commit"


def _git(project: Project, *words: str) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(["git", *words], cwd=project.root, capture_output=True, check=False)
    except FileNotFoundError:
        raise MachineError("git is not installed") from None


def _unpack(archive: bytes, folder: Path) -> None:
    """Write the plain files of an archive. Links are left out: no summary is read through one."""
    with tarfile.open(fileobj=io.BytesIO(archive)) as members:
        for member in members:
            path = PurePosixPath(member.name)
            content = members.extractfile(member) if member.isreg() else None
            if content and not path.is_absolute() and ".." not in path.parts:
                file = folder / path
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(content.read())
