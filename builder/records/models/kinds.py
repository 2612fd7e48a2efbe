"""The kinds of record there are, in the order the site names them."""

from __future__ import annotations

from builder.records.models.constraint import Constraint
from builder.records.models.party import Party
from builder.records.models.place import Place
from builder.records.models.project import Project
from builder.records.models.questions import Question
from builder.records.models.record import Record
from builder.records.models.source import Source
from builder.records.models.stage import Stage
from builder.records.models.term import Term
from builder.records.models.visit import Visit

RECORDS: tuple[type[Record], ...] = (Stage, Visit, Project, Constraint, Party, Place, Source, Term, Question)
"""The kinds of record, in the order the site names them."""

IN_FILES: tuple[type[Record], ...] = (Stage, Visit, Project, Constraint, Party)
"""Those with a file each, in a folder named after the kind."""

IN_LISTS: tuple[type[Record], ...] = (Place, Source, Term, Question)
"""Those that share one file, named after the kind."""

ONE_OF: dict[str, str] = {kind.kind_name: kind.__name__.lower() for kind in RECORDS}
"""What one record of a kind is called, by the name of the kind."""
