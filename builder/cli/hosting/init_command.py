"""`explainer init`: asks for what is not given, and starts an explainer in an empty folder."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from builder.cli.console import Command, Mistake

if TYPE_CHECKING:
    from builder.hosting.starting import NewExplainer

_QUESTIONS: Final = {
    "title": ("What is the explainer called?", "such as Talks about the ferry, 2023–2024"),
    "question": ("Which question does it answer?", "such as Will the ferry sail again?"),
    "contact": ("How do readers reach the editors?", "an e-mail address or a web address"),
    "language": ("Which language is it in?", "a code such as en, en-GB or fr"),
    "address": ("At which address will the site be?", "leave it empty if the host decides"),
}
"""What is asked: for each value that is not given, the question and an example."""

_NEEDED: Final = ("title", "question", "contact")
_SHOWN: Final = 5
"""How many of the things that are in the way are named."""


@click.command(cls=Command)
@click.argument("folder", type=click.Path(path_type=Path), default=Path())
@click.option("--title", help="What the explainer is called.")
@click.option("--question", help="The question that it answers.")
@click.option("--contact", help="How readers reach the editors: an e-mail address or a web address.")
@click.option("--language", help="The language it is in, as a code.  [default: en]")
@click.option("--address", help="The web address of the site, if the host's pipeline can't find it out.")
@click.option(
    "--repository", default="", help="The web address of the repository, such as https://github.com/us/talks."
)
@click.option("--branch", default="main", show_default=True, help="The default branch of the repository.")
@click.option(
    "--host",
    type=click.Choice(["github", "gitlab", "forgejo", "none"]),
    default="github",
    show_default=True,
    help="Where it is published: which pipeline is written.",
)
@click.option("--yes", is_flag=True, help="Ask nothing: values that are not given have their defaults.")
def init(folder: Path, yes: bool, **given: str | None) -> None:
    """Start an explainer in an empty folder: settings, an example of each kind of summary, pages, a pipeline.

    FOLDER is created if it does not exist. Without FOLDER, the current folder is used. Nothing is overwritten.

    \b
    For example:
      explainer init talks
      explainer init talks --yes --title "The talks" --question "Will they last?" --contact us@example.org
    """
    from builder.hosting import starting
    from builder.system.clock import today

    target = folder.resolve()
    if found := starting.in_the_way(target):
        raise Mistake(_what_is_in_the_way(folder, found))
    ask = not yes and sys.stdin.isatty()
    if missing := [f"--{name}" for name in _NEEDED if not ask and not given[name]]:
        raise Mistake(f"{', '.join(missing)} {'is' if len(missing) == 1 else 'are'} needed")
    values = {name: value if value is not None else _ask(name) if ask else "" for name, value in given.items()}
    new = starting.NewExplainer(
        title=values["title"].strip(),
        question=values["question"].strip(),
        contact=starting.as_contact(values["contact"].strip()),
        language=values["language"].strip() or "en",
        address=values["address"].strip(),
        repository=values["repository"].strip().rstrip("/"),
        branch=values["branch"].strip(),
        host=values["host"],  # type: ignore[arg-type]  # click allows no other
    )
    if mistakes := list(new.mistakes()):
        raise Mistake("\n       ".join(mistakes))
    written = starting.write_explainer(new, target, today())
    click.echo(f"Wrote {len(written)} files into {target}.")
    click.echo(_next_steps(new, folder, written))


def _ask(name: str) -> str:
    """Ask for a value until it is right."""
    from builder.hosting.starting import as_contact, mistakes_in

    def checked(answer: str) -> str:
        value = as_contact(answer.strip()) if name == "contact" else answer.strip()
        if mistakes := "; ".join(mistakes_in(name, value)):
            raise click.UsageError(mistakes)
        return value

    question, example = _QUESTIONS[name]
    click.echo(f"{question} ({example})")
    default = None if name in _NEEDED else "en" if name == "language" else ""
    asked = click.prompt(">", default=default, prompt_suffix=" ", show_default=bool(default), value_proc=checked)
    return str(asked)


def _what_is_in_the_way(folder: Path, found: tuple[str, ...]) -> str:
    named = ", ".join(found[:_SHOWN])
    more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
    where = "this folder" if folder == Path() else f"'{folder}'"
    return f"{where} is not empty: {named}{more} would be in the way. Name another folder, or move them"


def _next_steps(new: NewExplainer, folder: Path, written: tuple[str, ...]) -> str:
    from builder.hosting import starting

    change = "" if folder == Path() else f"  cd {shlex.quote(str(folder))}\n"
    steps = [
        f"\nNext:\n{change}  make serve    # preview it at http://127.0.0.1:8000\n  make test     # check everything"
    ]
    if (translation := starting.translation_of(new.language)) in written:
        steps.append(f"The builder has no words for '{new.language}' yet: translate {translation}.")
    if not any(path.startswith("wheels/") for path in written):
        steps.append("`make` installs the builder from the package index, or from a wheel of it in wheels/.")
    steps.append(f"To publish it:\n{starting.publishing_steps(new.host)}")
    return "\n\n".join(steps)
