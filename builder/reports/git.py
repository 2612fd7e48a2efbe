"""Extracts the summaries at a git revision into a temporary folder, without checking anything out."""

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
    """A revision that git does not know, or that has no summaries."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Revision(Project):
    """An explainer with the summaries of a revision and everything else from now.

    Any difference in a page therefore comes from the summaries.
    """

    past: Path
    """The folder that holds the old summaries/."""

    site_address: str

    @property
    def summaries(self) -> Path:
        return self.past / "summaries"

    @property
    def config(self) -> Path:
        """A file that does not exist: the current navigation does not fit the old pages."""
        return self.past / "mkdocs.yml"

    @property
    def address(self) -> str:
        return self.site_address


@contextmanager
def revision(project: Project, name: str) -> Iterator[Revision]:
    """The explainer with the summaries of the revision `name`, until the block ends.

    Raises UnknownRevisionError, or MachineError if git is not installed or does not trust the folder.
    """
    commit = _commit(project, name)
    found = _git(project, "archive", "--format=tar", commit, "--", "summaries")
    if found.returncode:
        raise UnknownRevisionError(f"there are no summaries at '{visible(name)}'")
    with TemporaryDirectory(prefix="explainer-") as folder:
        _unpack(found.stdout, Path(folder))
        yield Revision(root=project.root, past=Path(folder), site_address=project.address)


def common_ancestor(project: Project, name: str) -> str:
    """The commit at which the checked-out branch left the revision `name`: the revision itself if it is an ancestor.

    Raises the same errors as `revision`.
    """
    commit = _commit(project, name)
    found = _git(project, "merge-base", "HEAD", commit)
    return found.stdout.decode().strip() or commit


def _commit(project: Project, name: str) -> str:
    if name.startswith("-") or not name.strip():
        raise UnknownRevisionError(f"'{visible(name)}' is not a revision: {_HINT}")
    found = _git(project, "rev-parse", "--verify", "--quiet", f"{name}^{{commit}}")
    if found.returncode == 0:
        return found.stdout.decode().strip()
    here = _git(project, "rev-parse", "--is-shallow-repository")
    if b"safe.directory" in here.stderr:
        trust = here.stderr.decode(errors="replace").splitlines()[-1].strip()
        raise MachineError(f"git does not trust this folder, because another user owns it; if you do, run: {trust}")
    if here.returncode:
        raise UnknownRevisionError("this folder is not in a git repository, so there is nothing to compare with")
    hint = "fetch the rest of the history with: git fetch --unshallow" if here.stdout.strip() == b"true" else _HINT
    raise UnknownRevisionError(f"git does not know the revision '{visible(name)}': {hint}")


_HINT = "give a branch, a tag or a commit"


def _git(project: Project, *words: str) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(["git", *words], cwd=project.root, capture_output=True, check=False)
    except FileNotFoundError:
        raise MachineError("git is not installed") from None


def _unpack(archive: bytes, folder: Path) -> None:
    """Write the plain files of an archive. Links are skipped, because summaries are never read through links."""
    with tarfile.open(fileobj=io.BytesIO(archive)) as members:
        for member in members:
            path = PurePosixPath(member.name)
            content = members.extractfile(member) if member.isreg() else None
            if content and not path.is_absolute() and ".." not in path.parts:
                file = folder / path
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(content.read())
