"""The kinds of record there are, in the order the site names them."""

from __future__ import annotations

from builder.models import Constraint, Project, Record, Stage, Visit
from builder.questions import Question
from builder.references import Party, Place, Source, Term

RECORDS: tuple[type[Record], ...] = (Stage, Visit, Project, Constraint, Party, Place, Source, Term, Question)
"""The kinds of record, in the order the site names them."""

IN_FILES: tuple[type[Record], ...] = (Stage, Visit, Project, Constraint, Party)
"""Those with a file each, in a folder named after the kind."""

IN_LISTS: tuple[type[Record], ...] = (Place, Source, Term, Question)
"""Those that share one file, named after the kind."""

ONE_OF: dict[str, str] = {kind.kind_name: kind.__name__.lower() for kind in RECORDS}
"""What one record of a kind is called, by the name of the kind."""
