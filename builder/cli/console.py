"""How the command was called, so that a command printed as the next step can be copied and run."""

from __future__ import annotations

import shlex
import shutil
import sys
from pathlib import Path

import click

PLACEHOLDER: str = "explainer "
"""How the help texts write the command. It is printed as the user called it."""


def invocation(root: Path = Path()) -> str:
    """The command as the user called it, for example `.venv/bin/python -m builder`, with -C if `root` needs it."""
    script = Path(sys.argv[0])
    if script.name == "__main__.py":
        typed = f"{shlex.quote(sys.orig_argv[0])} -m {script.parent.name}"
    else:  # if the user typed only a name, the shell passes the full path of what it found on PATH
        typed = script.name if shutil.which(script.name) == str(script) else shlex.quote(str(script))
    return typed if root == Path() else f"{typed} -C {shlex.quote(str(root))}"


class _HelpAsInvoked(click.Command):
    """A command whose help shows examples as the user would call them."""

    def get_help(self, ctx: click.Context) -> str:
        lines = super().get_help(ctx).split("\n")
        return "\n".join(line.replace(f"  {PLACEHOLDER}", f"  {invocation()} ", 1) for line in lines)


class Command(_HelpAsInvoked):
    """A subcommand."""


class Group(_HelpAsInvoked, click.Group):
    """The command that contains the subcommands."""

    command_class = Command


class Mistake(click.ClickException):
    """What was typed can't be done, for a reason that the command's help would not explain. The exit code is 2."""

    exit_code = 2


def show_mistake(error: click.ClickException) -> None:
    """Print what is wrong and, if an option or argument is, which command shows the help; not the whole usage."""
    click.echo(f"Error: {error.format_message()}", err=True)
    context = error.ctx if isinstance(error, click.UsageError) else None
    if context:
        click.echo(f"Help: {context.command_path} --help", err=True)


def escape_unencodable() -> None:
    """Print an escape such as `\\uc870` for a character that the console can't show, instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
