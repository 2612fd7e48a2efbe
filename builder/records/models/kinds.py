"""The kinds of record."""

from __future__ import annotations

from builder.records.models.constraint import Constraint
from builder.records.models.document import Document
from builder.records.models.event import Event
from builder.records.models.party import Party
from builder.records.models.place import Place
from builder.records.models.project import Project
from builder.records.models.questions import Question
from builder.records.models.record import Record
from builder.records.models.source import Source
from builder.records.models.stage import Stage
from builder.records.models.term import Term
from builder.records.models.visit import Visit

RECORDS: tuple[type[Record], ...] = (
    Stage, Visit, Event, Project, Constraint, Document, Party, Place, Source, Term, Question,
)  # fmt: skip
"""All kinds, in the order in which the site lists them."""

IN_FILES: tuple[type[Record], ...] = (Stage, Visit, Event, Project, Constraint, Document, Party)
"""Kinds with a file for each record, in a folder named after the kind."""

IN_LISTS: tuple[type[Record], ...] = (Place, Source, Term, Question)
"""Kinds whose records are in lists: a file named after the kind, files in a folder named after it, or both."""

SINGULARS: dict[str, str] = {kind.kind_name: kind.__name__.lower() for kind in RECORDS}
"""The singular of each kind's name, such as `visit` for `visits`."""


def with_article(noun: str) -> str:
    """A noun after its article: `a visit`, `an event`."""
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"


WITH_ARTICLES: dict[str, str] = {kind: with_article(singular) for kind, singular in SINGULARS.items()}
"""The singular of each kind's name after its article."""

_LISTS = {kind.kind_name: kind for kind in IN_LISTS}


def kind_listed_in(path: str) -> type[Record] | None:
    """The kind whose records a summary lists, by its path below the summaries folder; None if it is not a list.

    `sources.yml` lists sources, and so does each file in `sources/`, whatever its name.
    """
    top, _, below = path.partition("/")
    return _LISTS.get(top if below and "/" not in below else path.rpartition(".")[0])
