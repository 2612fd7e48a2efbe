"""How the command was called, as it was typed: what is printed to be run next can be run from where one stands."""

from __future__ import annotations

import shlex
import shutil
import sys
from pathlib import Path

import click

STANDS_FOR: str = "explainer "
"""How help texts begin a command; what is printed instead is the command as it was typed."""


def as_typed(root: Path = Path()) -> str:
    """The command as it was typed, such as `.venv/bin/python -m builder`, for the explainer in `root`."""
    script = Path(sys.argv[0])
    if script.name == "__main__.py":
        typed = f"{shlex.quote(sys.orig_argv[0])} -m {script.parent.name}"
    else:  # a shell that finds a program by its name passes on where it found it
        typed = script.name if shutil.which(script.name) == str(script) else shlex.quote(str(script))
    return typed if root == Path() else f"{typed} -C {shlex.quote(str(root))}"


class _AsTyped(click.Command):
    """A command whose help names it as it was typed."""

    def get_help(self, ctx: click.Context) -> str:
        lines = super().get_help(ctx).split("\n")
        return "\n".join(line.replace(f"  {STANDS_FOR}", f"  {as_typed()} ", 1) for line in lines)


class Command(_AsTyped):
    """One of the commands."""


class Group(_AsTyped, click.Group):
    """The command that holds the others."""

    command_class = Command


def speak_utf8() -> None:
    """A console that can't show a character shows a mark for it instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
