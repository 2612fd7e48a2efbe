"""The parts that records are made of: statements, history entries, disputes, documents.

Editors read the string under a field in the reference and in the JSON Schema.
"""

from __future__ import annotations

import ast
import inspect
import sys
from functools import cache
from itertools import pairwise
from typing import Literal, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ModelWrapValidatorHandler, ValidationError, model_validator
from pydantic_core import ErrorDetails, InitErrorDetails, PydanticCustomError

from builder.records.models.fields import (
    Cited,
    DocumentId,
    Id,
    Prose,
    Title,
    When,
    Yes,
)


def field_description(model: type[BaseModel], field: str) -> str:
    """The text under a field in the source code, or an empty string if there is none.

    The source is parsed only when a description is needed. pydantic would parse every class at each start.
    """
    for base in model.__mro__:
        text = _descriptions_in(base.__module__).get((base.__name__, field))
        if text is not None:
            return text
    return ""


@cache
def _descriptions_in(module: str) -> dict[tuple[str, str], str]:
    found: dict[tuple[str, str], str] = {}
    if not module.startswith("builder."):
        return found
    classes = (
        node for node in ast.parse(inspect.getsource(sys.modules[module])).body if isinstance(node, ast.ClassDef)
    )
    for node in classes:
        for statement, following in pairwise(node.body):
            match statement, following:
                case ast.AnnAssign(target=ast.Name(id=field)), ast.Expr(value=ast.Constant(value=str(docstring))):
                    found[node.name, field] = inspect.cleandoc(docstring)
    return found


Voice = Literal["stated", "judgement", "forecast"]


Support = Literal["independent", "single"]


class Shape(BaseModel):
    """A mapping in a summary. It is frozen, and allows only the fields it names."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        arbitrary_types_allowed=True,
        defer_build=True,  # build each validator when it is first used: most commands use few
    )


class Statement(Shape):
    """A statement with its sources."""

    text: Prose
    """What you want to say, in your own words."""

    sources: tuple[Cited, ...] = Field(min_length=1)
    """Where to read it: ids of sources, each followed by the place in it if that helps."""

    by: Title | None = None
    """Who says it: the id of a party, or a name. Needed for a judgement or a forecast."""

    date: When | None = None
    """When it was said, or when it was true."""

    voice: Voice = "stated"
    """Whether it states a fact, a judgement or a forecast."""

    support: Support | None = None
    """`independent`: at least two sources that do not draw on each other; `single`: only one source."""


class Entry(Statement):
    """A dated step in a history. The oldest comes first. Add new entries, and keep the old ones."""

    date: When
    """When it happened."""


class Answer(Statement):
    """What one side says in a dispute."""

    claims: tuple[Id, ...] = ()
    """The claims that say the same, such as f9, of a source that it cites. Their results must fit the dispute."""


class Dispute(Shape):
    """A question on which sources differ."""

    question: Title
    """What they disagree about."""

    answers: tuple[Answer, ...] = Field(min_length=2)
    """What each says, the preferred answer first."""

    open: Yes = False
    """`true` if no answer is preferred. Then their order means nothing."""

    why: Prose | None = None
    """Why the first answer is preferred, or why none is."""


class Paper(Shape):
    """A document: its record or, if there is none, its title, date and sources."""

    document: DocumentId | None = None
    """The record of the document. It has the title and the date, so leave these out here."""

    title: Title | None = None
    """Its title, if there is no record of it."""

    date: When | None = None
    """When it was signed or issued, if there is no record of it."""

    sources: tuple[Cited, ...] = Field(default=(), min_length=1)
    """Where to read it, or where it is reported. Needed if there is no record of it."""

    @model_validator(mode="wrap")
    @classmethod
    def _is_named(cls, fields: object, validate: ModelWrapValidatorHandler[Self]) -> Self:
        """Require a title and sources, as long as no record has them."""
        return with_needed(cls, fields, validate, ("title", "sources"), unless="document")


S = TypeVar("S", bound=Shape)


def with_needed(
    shape: type[S], fields: object, validate: ModelWrapValidatorHandler[S], needed: tuple[str, ...], *, unless: str
) -> S:
    """Validate the fields of a shape, of which some are needed unless another is given.

    Raises ValidationError with every error, as if the model required these fields.
    """
    missing: list[str] = []
    if isinstance(fields, dict) and unless not in fields:
        missing = [name for name in needed if name not in fields]
    errors = [InitErrorDetails(type="missing", loc=(name,), input=fields) for name in missing]
    try:
        validated = validate(fields)
    except ValidationError as error:
        errors += map(_once_more, error.errors(include_url=False))
    if errors:
        raise ValidationError.from_exception_data(shape.__name__, errors)
    return validated


def _once_more(detail: ErrorDetails) -> InitErrorDetails:
    """An error that was found before, to raise it together with others."""
    context = detail.get("ctx", {})
    type_ = PydanticCustomError(detail["type"], "{found}", context) if "found" in context else detail["type"]
    return InitErrorDetails(type=type_, loc=detail["loc"], input=detail["input"], ctx=context)
