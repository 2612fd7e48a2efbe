"""The shapes every record is made of: statements, entries of a history, disputes, documents.

The string under a field is what an editor reads about it: in the reference, and in the JSON Schema.
"""

from __future__ import annotations

import ast
import inspect
import sys
from functools import cache
from itertools import pairwise
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from builder.records.models.fields import (
    Cited,
    Prose,
    Title,
    When,
)


def described(model: type[BaseModel], field: str) -> str:
    """The text under a field: what an editor reads about it. Empty where there is none.

    Read from the source when it is asked for: pydantic would parse the source of every class at each start.
    """
    for base in model.__mro__:
        text = _described_in(base.__module__).get((base.__name__, field))
        if text is not None:
            return text
    return ""


@cache
def _described_in(module: str) -> dict[tuple[str, str], str]:
    found: dict[tuple[str, str], str] = {}
    if not module.startswith("builder."):
        return found
    classes = (
        node for node in ast.parse(inspect.getsource(sys.modules[module])).body if isinstance(node, ast.ClassDef)
    )
    for node in classes:
        for statement, text in pairwise(node.body):
            match statement, text:
                case ast.AnnAssign(target=ast.Name(id=field)), ast.Expr(value=ast.Constant(value=str(words))):
                    found[node.name, field] = inspect.cleandoc(words)
    return found


Voice = Literal["stated", "judgement", "forecast"]


Support = Literal["independent", "single"]


class Shape(BaseModel):
    """A mapping in a summary: frozen, and strict about its fields."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        arbitrary_types_allowed=True,
        defer_build=True,  # each validator is built when it is first used, and most commands use few
    )


class Statement(Shape):
    """Something said, with its sources."""

    text: Prose
    """What is said, in your own words."""

    sources: tuple[Cited, ...] = Field(min_length=1)
    """Where it is said: ids of sources, each with a locator where it helps."""

    by: Title | None = None
    """Who says it: the id of a party, or a name. Needed for a judgement or a forecast."""

    date: When | None = None
    """When it was said or holds."""

    voice: Voice = "stated"
    """Whether it is stated as fact, judged or foretold."""

    support: Support | None = None
    """`independent`: at least two sources that do not draw on each other; `single`: one source alone."""


class Entry(Statement):
    """A dated step of a history. Entries stand oldest first, and are only ever added."""

    date: When
    """When it happened."""


class Dispute(Shape):
    """A question on which sources differ."""

    question: Title
    """What they differ on."""

    answers: tuple[Statement, ...] = Field(min_length=2)
    """What each says, the preferred answer first."""

    why: Prose | None = None
    """Why the first answer is preferred."""


class Paper(Shape):
    """A document: its title, day and sources."""

    title: Title
    """What it is called."""

    date: When | None = None
    """When it was signed or issued."""

    sources: tuple[Cited, ...] = Field(min_length=1)
    """Where it can be read, or is reported."""
