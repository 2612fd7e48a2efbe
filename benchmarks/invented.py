"""Writes the summaries of an invented explainer with any number of records, in the proportions of a real one.

Everything follows from the number and the seed, so two runs with the same arguments write the same files. Names and
texts are put together from a few words: they mean nothing, and have the length and the links of real ones.
"""

from __future__ import annotations

import datetime
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import yaml

SHARES: Final[Mapping[str, float]] = {"parties": 0.56, "visits": 0.34, "projects": 0.06, "constraints": 0.04}
"""The kinds of records that have a page, and the share of each. The four stages come on top."""

LEADERS: Final = 12
STATES: Final = 9
STAGES: Final = 4
TERMS: Final = 30
QUESTIONS: Final = 24
CLAIMS_IN_FILE: Final = 60

FIRST_DAY: Final = datetime.date(2001, 1, 1)
DAYS: Final = 7000
AS_OF: Final = datetime.date(2020, 12, 31)

NEVER_NAMED: Final = 10
"""Every visit whose number is a multiple of this is named by no other record, so that it can be deleted."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Ids:
    """The ids of the records of an invented explainer, in the order in which they were made."""

    states: tuple[str, ...]
    leaders: tuple[str, ...]
    parties: tuple[str, ...]
    visits: tuple[str, ...]
    projects: tuple[str, ...]
    constraints: tuple[str, ...]
    stages: tuple[str, ...]
    places: tuple[str, ...]
    sources: tuple[str, ...]

    @property
    def unnamed_visits(self) -> tuple[str, ...]:
        """The visits that no other record names."""
        return self.visits[::NEVER_NAMED]


def write_invented(summaries: Path, records: int, seed: int = 1) -> Ids:
    """Write an explainer into an empty folder: this many records with a page, and what they refer to.

    There is one source for each record. A real explainer has four; but while one page lists them all, that page alone
    would then decide the measurement. Returns the ids.
    """
    made = _Maker(records, seed)
    for path, content in made.files():
        file = summaries / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(yaml.dump(content, Dumper=_DUMPER, allow_unicode=True, sort_keys=False, width=110), "utf-8")
    return made.ids


_DUMPER: Final = getattr(yaml, "CSafeDumper", yaml.SafeDumper)

_SYLLABLES: Final = (
    "ba",
    "den",
    "fir",
    "gol",
    "har",
    "ket",
    "lum",
    "mor",
    "nes",
    "pol",
    "ran",
    "sil",
    "tav",
    "ur",
    "ven",
    "zim",
)
_NOUNS: Final = (
    "agreement", "border", "commission", "crossing", "delegation", "envoy", "harbour", "inspection", "letter",
    "ministry", "observer", "pipeline", "port", "proposal", "quota", "railway", "report", "tariff", "timetable",
    "treaty",
)  # fmt: skip
_VERBS: Final = (
    "accepts", "asks for", "confirms", "describes", "discusses", "expects", "limits", "mentions", "offers", "opens",
    "postpones", "refuses", "replaces", "reviews", "supports", "suspends", "welcomes",
)  # fmt: skip
_STANDINGS: Final = (
    "newspaper",
    "state-media",
    "news-agency",
    "public-broadcaster",
    "official",
    "analyst",
    "reference",
)


class _Maker:
    def __init__(self, records: int, seed: int) -> None:
        self.seed = seed
        count = {kind: max(round(records * share), 3) for kind, share in SHARES.items()}
        count["parties"] = max(count["parties"], STATES + LEADERS + 1)
        others = count["parties"] - STATES - LEADERS
        states = _numbered("state", STATES)
        leaders = _numbered("leader", LEADERS)
        self.ids = Ids(
            states=states,
            leaders=leaders,
            parties=(*states, *leaders, *_numbered("party", others)),
            visits=_numbered("visit", count["visits"]),
            projects=_numbered("project", count["projects"]),
            constraints=_numbered("rule", count["constraints"]),
            stages=_numbered("stage", STAGES),
            places=_numbered("place", 20 + records // 100),
            sources=_numbered("source", max(records, 40)),
        )

        with_page = (*self.ids.parties, *self.ids.visits, *self.ids.projects, *self.ids.constraints)
        self.own_source = dict(zip(with_page, self.ids.sources, strict=False))
        """For each record a source that it cites, so that every source is cited."""

        visits = [id for number, id in enumerate(self.ids.visits) if number % NEVER_NAMED]
        self.named = (*self.ids.parties, *visits, *self.ids.projects, *self.ids.constraints)
        """The records that a text may link to."""

    def files(self) -> Iterator[tuple[str, object]]:
        """Yield the content of each file by its path below the folder of summaries."""
        ids = self.ids
        for number, id in enumerate(ids.parties):
            yield f"parties/{id}.yml", self.party(id, number)
        for number, id in enumerate(ids.visits):
            yield f"visits/{id}.yml", self.visit(id, number)
        for number, id in enumerate(ids.projects):
            yield f"projects/{id}.yml", self.project(id, number)
        for number, id in enumerate(ids.constraints):
            yield f"constraints/{id}.yml", self.constraint(id, number)
        for number, id in enumerate(ids.stages):
            yield f"stages/{id}.yml", self.stage(id, number)
        claims = round((len(ids.parties) + len(ids.visits)) * 0.6)
        for number in range(0, claims, CLAIMS_IN_FILE):
            source = ids.sources[number // CLAIMS_IN_FILE]
            yield f"claims/{source}.yml", self.claims(source, min(CLAIMS_IN_FILE, claims - number))
        yield "places.yml", {"places": [self.place(id, number) for number, id in enumerate(ids.places)]}
        yield "sources.yml", {"sources": [self.source(id, number) for number, id in enumerate(ids.sources)]}
        yield "terms.yml", {"terms": [self.term(number) for number in range(TERMS)]}
        yield "questions.yml", {"questions": [self.question(number) for number in range(QUESTIONS)]}
        yield "explainer.yml", self.explainer()

    def chance(self, *of: object) -> random.Random:
        """Random numbers for one record. They stay the same when others are added."""
        return random.Random(f"{self.seed} {of}")

    def party(self, id: str, number: int) -> object:
        chance = self.chance(id)
        if id in self.ids.states:
            summary = {"summary": self.text(chance, 2, links=1), "sources": self.cited(chance, 3, id)}
            return {"name": f"Republic of {_name(number)}", "short": _name(number), "kind": "state", **summary}
        is_person = id in self.ids.leaders or chance.random() < 0.7
        state = self.ids.states[number % STATES]
        day = _day(chance)
        return {
            "name": f"{_name(number)} {_name(number + 7)} {_roman(number)}",
            "kind": "person" if is_person else "organisation",
            "of": [state],
            "summary": self.text(chance, 2, links=1),
            "sources": self.cited(chance, 3, id),
            "roles": [
                {"text": f"Speaks for [[{state}]].", "sources": self.cited(chance, 2), "date": str(day)},
            ],
        }

    def visit(self, id: str, number: int) -> object:
        chance = self.chance(id)
        day = FIRST_DAY + datetime.timedelta(days=number * DAYS // len(self.ids.visits))
        is_leaders = chance.random() < 0.48
        who = chance.sample(self.ids.leaders if is_leaders else self.ids.parties[STATES:], 2)
        place = chance.choice(self.ids.places)
        fell_through = chance.random() < 0.08
        visit: dict[str, object] = {
            "title": f"Meeting {number + 1} in {_town(self.ids.places.index(place))}",
            "date": str(day),
            "place": place,
            "level": "leaders" if is_leaders else chance.choice(("high", "working")),
            "parties": who,
            "summary": self.text(chance, 3, links=2),
            "sources": self.cited(chance, 3, id),
        }
        if chance.random() < 0.5:
            visit["headline"] = _sentence(chance).removesuffix(".")
        if chance.random() < 0.3:
            visit["stage"] = chance.choice(self.ids.stages)
        steps = [
            self.step(chance, day - datetime.timedelta(days=10 * before))
            for before in range(chance.randint(0, 2), 0, -1)
        ]
        if fell_through:
            visit["status"] = "cancelled"
            visit["reasons"] = [{"text": _sentence(chance), "by": who[0], "sources": self.cited(chance, 2)}]
        else:
            visit["status"] = "held"
            visit["outcomes"] = [self.statement(chance) for _ in range(chance.randint(1, 3))]
        if steps:
            visit["history"] = steps
        return visit

    def project(self, id: str, number: int) -> object:
        chance = self.chance(id)
        days = sorted(_day(chance) for _ in range(8))
        statuses = ("idea", "studied", "agreed", chance.choice(("blocked", "under-way", "suspended", "in-operation")))
        history = [self.step(chance, day) for day in days]
        for step, status in zip(history[::2], statuses, strict=True):
            step["status"] = status
        return {
            "title": f"{chance.choice(_NOUNS).capitalize()} {number + 1} of {_name(number)}",
            "sector": chance.choice(("transport", "energy", "trade")),
            "parties": chance.sample(self.ids.parties, 3),
            "summary": self.text(chance, 3, links=2),
            "sources": self.cited(chance, 3, id),
            "obstacles": [
                self.statement(chance) | {"constraint": rule}
                for rule in chance.sample(self.ids.constraints, min(2, len(self.ids.constraints)))
            ],
            "figures": [
                {"label": "Cost", "value": f"{chance.randint(2, 900)} million", "sources": self.cited(chance, 2)}
            ],
            "history": history,
        }

    def constraint(self, id: str, number: int) -> object:
        chance = self.chance(id)
        return {
            "title": f"Rule {number + 1} on the {chance.choice(_NOUNS)}",
            "date": str(_day(chance)),
            "adopted_by": [chance.choice(self.ids.parties)],
            "summary": self.text(chance, 2, links=1),
            "sources": self.cited(chance, 3, id),
            "provisions": [self.statement(chance) | {"para": str(para)} for para in range(1, chance.randint(4, 9))],
            "exemptions": [self.statement(chance) | {"projects": [chance.choice(self.ids.projects)]}],
        }

    def stage(self, id: str, number: int) -> object:
        chance = self.chance(id)
        history = [self.step(chance, day) for day in sorted(_day(chance) for _ in range(12))]
        history[0]["status"], history[-1]["status"] = "under-way", "holding"
        return {
            "title": f"Stage {number + 1}: {chance.choice(_NOUNS)}",
            "word": _name(number + 3),
            "order": number + 1,
            "parties": list(self.ids.states[:3]),
            "summary": self.text(chance, 3, links=2),
            "sources": self.cited(chance, 4),
            "measures": [self.statement(chance) for _ in range(4)],
            "history": history,
        }

    def claims(self, source: str, count: int) -> object:
        chance = self.chance("claims", source)
        return {"source": source, "claims": [self.claim(chance, number) for number in range(count)]}

    def claim(self, chance: random.Random, number: int) -> object:
        made: dict[str, object] = {"id": f"f{number + 1}", "para": str(number // 6 + 1), "text": _sentence(chance)}
        about = chance.choice(self.named)
        if chance.random() < 0.15:
            outcome = {"result": "came-true", "text": _sentence(chance), "sources": self.cited(chance, 2)}
            return made | {"voice": "forecast", "about": [about], "outcome": outcome}
        result = chance.choice(("confirmed", "partly", "not-found"))
        return made | {"about": [about], "checked": {"result": result, "sources": self.cited(chance, 2)}}

    def place(self, id: str, number: int) -> object:
        chance = self.chance(id)
        where = {"lat": str(round(chance.uniform(30, 60), 2)), "lon": str(round(chance.uniform(0, 120), 2))}
        return {"id": id, "name": _town(number), **where, "precision": "city"}

    def source(self, id: str, number: int) -> object:
        chance = self.chance(id)
        return {
            "id": id,
            "type": "article-newspaper",
            "title": _sentence(chance).removesuffix("."),
            "issued": str(FIRST_DAY - datetime.timedelta(days=chance.randint(1, 900))),
            "publisher": f"{_name(number % 150)} Times",
            "URL": f"https://example.org/{id}",
            "language": "en",
            "standing": chance.choice(_STANDINGS),
            **({"note": _sentence(chance)} if chance.random() < 0.34 else {}),
        }

    def term(self, number: int) -> object:
        chance = self.chance("term", number)
        definition = _sentence(chance)
        return {
            "id": f"term-{number}",
            "term": _name(number + 40),
            "definition": definition,
            "sources": self.cited(chance, 1),
        }

    def question(self, number: int) -> object:
        visit = self.ids.visits[number * 7 % len(self.ids.visits) // NEVER_NAMED * NEVER_NAMED + 1]
        content = self.visit(visit, self.ids.visits.index(visit))
        assert isinstance(content, dict)
        return {
            "id": f"question-{number}",
            "question": f"Question {number + 1}: was there a meeting?",
            "answer": [{"text": f"See [[{visit}]].", "sources": content["sources"][:1]}],
            "about": [visit],
            "rests_on": [{"record": visit, "status": content["status"]}],
        }

    def explainer(self) -> object:
        chance = self.chance("explainer")
        return {
            "title": "An invented process",
            "question": "What does a process of this size cost to build?",
            "lead": {"text": "It costs what its records cost.", "date": str(AS_OF), "sources": self.cited(chance, 2)},
            "answer": [{"text": self.text(chance, 2, links=1), "date": str(AS_OF), "sources": self.cited(chance, 2)}],
            "as_of": str(AS_OF),
            "background": [self.statement(chance) for _ in range(3)],
            "sources": list(self.ids.sources[len(self.own_source) :] or self.ids.sources[:1]),
            "history": [self.step(chance, day) for day in sorted(_day(chance) for _ in range(20))],
            "disputes": [
                {
                    "question": f"What does the {chance.choice(_NOUNS)} mean?",
                    "answers": [self.statement(chance) | {"by": leader} for leader in self.ids.leaders[:2]],
                    "open": "true",
                }
            ],
            "editors": ["Nobody"],
            "contact": "https://example.org/contact",
            "licence": "CC BY 4.0",
            "language": "en-GB",
            "moments": [
                {"id": "half-way", "date": str(FIRST_DAY + datetime.timedelta(days=DAYS // 2)), "title": "Half way"}
            ],
        }

    def statement(self, chance: random.Random) -> dict[str, object]:
        return {"text": self.text(chance, 1, links=int(chance.random() < 0.4)), "sources": self.cited(chance, 3)}

    def step(self, chance: random.Random, day: datetime.date) -> dict[str, object]:
        return {"date": str(day), **self.statement(chance)}

    def text(self, chance: random.Random, sentences: int, links: int) -> str:
        words = [_sentence(chance) for _ in range(sentences)]
        named = [f"It also concerns [[{chance.choice(self.named)}]]." for _ in range(links)]
        return " ".join((*words, *named))

    def cited(self, chance: random.Random, count: int, record: str = "") -> list[str]:
        """Sources, a different number of them each time, and `count` on average. A record cites its own first."""
        found = chance.sample(self.ids.sources, chance.randint(1, 2 * count - 1))
        own = self.own_source.get(record)
        return list(dict.fromkeys((own, *found))) if own else found


def _numbered(name: str, count: int) -> tuple[str, ...]:
    return tuple(f"{name}-{number}" for number in range(1, count + 1))


def _name(number: int) -> str:
    """A name. The first 4,096 are different."""
    size = len(_SYLLABLES)
    parts = (number % size, number // size % size, number // size**2 % size)
    return "".join(_SYLLABLES[part] for part in parts).capitalize()


def _town(number: int) -> str:
    return f"{_name(number + 300)} {_roman(number)}"


def _roman(number: int) -> str:
    """A number in letters, so that names with it are different."""
    return "".join("abcdefghij"[int(digit)] for digit in str(number)).capitalize()


def _sentence(chance: random.Random) -> str:
    one, other, third = chance.sample(_NOUNS, 3)
    more = f" with {chance.randint(2, 99)} pages" if chance.random() < 0.5 else ""
    return f"The {one} of {_name(chance.randint(0, 4000))} {chance.choice(_VERBS)} the {other} and the {third}{more}."


def _day(chance: random.Random) -> datetime.date:
    return FIRST_DAY + datetime.timedelta(days=chance.randint(0, DAYS))
