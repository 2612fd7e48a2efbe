"""What all invented records are made of: statements, steps, disputes, and the sources that they cite."""

from __future__ import annotations

import datetime
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from benchmarks.invented import texts

Made = dict[str, object]
"""A mapping of a summary."""

FIRST_DAY: Final = datetime.date(2001, 1, 1)
DAYS: Final = 7000
AS_OF: Final = datetime.date(2020, 12, 31)

OTHERS: Final = 4
"""From how many sources of other records the statements of a record are taken too."""


def random_day(chance: random.Random) -> datetime.date:
    """A day of the process."""
    return FIRST_DAY + datetime.timedelta(days=chance.randint(0, DAYS))


@dataclass(frozen=True, kw_only=True, slots=True)
class Statements:
    """Makes the statements of records, which link to some of all records and cite some of all sources."""

    seed: int
    named: Sequence[str]
    """The records that a text may link to."""

    speakers: Sequence[str]
    """The parties that may say something."""

    sources: Sequence[str]
    own: Mapping[str, Sequence[str]]
    """The sources of each record, most of which no other record cites."""

    def chance(self, *of: object) -> random.Random:
        """Random numbers for one record. They stay the same when others are added."""
        return random.Random(f"{self.seed} {of}")

    def text(self, chance: random.Random, words: int, links: float) -> str:
        """A text of about this many words, with this many links on average."""
        count = int(links) + (chance.random() < links % 1)
        return texts.prose(chance, words, chance.sample(self.named, count))

    def known(self, chance: random.Random, record: str) -> list[str]:
        """The sources from which the statements of a record are taken: its own, and some of others."""
        return [*self.own.get(record, ()), *chance.sample(self.sources, OTHERS)]

    def cited(self, chance: random.Random, known: Sequence[str], count: float) -> list[str]:
        """Some of these sources, this many on average."""
        most = min(int(2 * count - 1) + (chance.random() < 2 * count % 1), len(known))
        return chance.sample(known, chance.randint(1, max(most, 1)))

    def statement(
        self,
        chance: random.Random,
        known: Sequence[str],
        words: int = 18,
        links: float = 0.4,
        cites: float = 1.9,
    ) -> Made:
        """A statement. One in four says who said it, and one in four how well it is supported."""
        made: Made = {"text": self.text(chance, words, links), "sources": self.cited(chance, known, cites)}
        if chance.random() < 0.27:
            made["by"] = chance.choice(self.speakers)
        if chance.random() < 0.28:
            made["support"] = "independent" if len(self.cited_in(made)) > 1 else "single"
        return made

    def dated(self, chance: random.Random, known: Sequence[str], words: int = 18) -> Made:
        """A statement with a day."""
        return self.statement(chance, known, words) | {"date": str(random_day(chance))}

    def step(self, chance: random.Random, known: Sequence[str], day: datetime.date, words: int = 19) -> Made:
        """A step of a history."""
        return {"date": str(day), **self.statement(chance, known, words)}

    def dispute(self, chance: random.Random, known: Sequence[str]) -> Made:
        """A question with two or three answers."""
        sides = chance.sample(self.speakers, chance.choice((2, 2, 3)))
        return {
            "question": f"What does the {texts.noun(chance)} of {texts.name(chance.randint(0, 4000))} mean?",
            "answers": [self.statement(chance, known, 10, 0, 1.6) | {"by": side} for side in sides],
            "why": self.text(chance, 19, 0),
            **({"open": "true"} if chance.random() < 0.25 else {}),
        }

    @staticmethod
    def cited_in(made: Made) -> list[str]:
        """The sources of a statement."""
        sources = made["sources"]
        assert isinstance(sources, list)
        return sources
