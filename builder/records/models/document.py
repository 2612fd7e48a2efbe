"""A document: a treaty, an agreement, a statement or a letter."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from builder.dates.edtf_dates import Date
from builder.records.models.constraint import Provision
from builder.records.models.fields import (
    Cited,
    DocumentId,
    PartyId,
    Prose,
    When,
)
from builder.records.models.record import Titled
from builder.records.models.shapes import (
    Entry,
    Shape,
)

DocumentKind = Literal[
    "treaty", "agreement", "protocol", "memorandum", "joint-statement", "declaration", "communique", "resolution",
    "decree", "letter", "plan", "report",
]  # fmt: skip

DocumentStatus = Literal[
    "draft", "agreed", "signed", "issued", "in-force", "suspended", "prolonged", "partly-kept", "superseded",
    "expired", "ended", "abandoned",
]  # fmt: skip

AT_FIRST: tuple[DocumentStatus, ...] = ("draft", "agreed", "signed", "issued")
"""The statuses that a document gets on its own day. It comes to any other later."""

Deed = Literal[
    "initialled", "signed", "issued", "adopted", "ratified", "acceded", "suspended", "withdrew", "did-not-sign"
]

JOINING: tuple[Deed, ...] = ("signed", "issued", "adopted", "ratified", "acceded")
"""What a party does to take part in a document."""


class DocumentEntry(Entry):
    """A step in the history of a document."""

    status: DocumentStatus | None = None
    """The status of the document from then on, if this step changed it."""


class Act(Shape):
    """What a party did with a document. A party that did several things has an act for each, the oldest first."""

    party: PartyId
    """The party."""

    did: Deed
    """What it did."""

    date: When | None = None
    """When it did so. A signature without a date is of the day of the document."""

    through: PartyId | None = None
    """The person who did so for it."""

    note: Prose | None = None
    """What readers should know of it, such as a reservation, in a sentence that its sources support."""

    sources: tuple[Cited, ...] = ()
    """Where this is reported, if not in the sources of the document."""


class Document(Titled):
    """A treaty, an agreement, a statement, a letter or another text that matters to the process."""

    kind_name = "documents"
    needs_sources = "always"

    kind: DocumentKind | None = None
    """What it is."""

    date: When
    """When it was signed, adopted or issued. If it never was: when it became known."""

    parties: tuple[Act, ...] = ()
    """What each party did: who signed it, who ratified it, who did not sign, who left it."""

    amends: tuple[DocumentId, ...] = ()
    """Earlier documents that it changes, adds to or replaces."""

    status: DocumentStatus | None = None
    """Its status now. Leave it out if the history gives it."""

    sources: tuple[Cited, ...] = ()
    """Where to read about its date and what its parties did."""

    text: tuple[Cited, ...] = Field(default=(), min_length=1)
    """Where to read it: ids of sources that have its text, each in its own language."""

    provisions: tuple[Provision, ...] = ()
    """What it says, with the paragraph if known."""

    history: tuple[DocumentEntry, ...] = ()
    """What happened to it, oldest first."""

    def date_of(self, act: Act) -> Date | None:
        """When a party did something: a signature without a date is of the day of the document. None if not known."""
        return act.date or (self.date if act.did in ON_ITS_DAY else None)


ON_ITS_DAY: tuple[Deed, ...] = ("signed", "issued", "adopted", "did-not-sign")
"""What a party does on the day of the document, unless the act has another date."""
