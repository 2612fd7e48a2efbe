"""Writes the summaries of an invented explainer with any number of records, in the proportions of a real one.

Everything follows from the number and the seed, so two runs with the same arguments write the same files.
"""

from __future__ import annotations

import datetime
import random
from collections.abc import Callable, Iterator, Sequence
from itertools import chain, count
from pathlib import Path
from typing import Final

import yaml

from benchmarks.invented import texts
from benchmarks.invented.proportions import NEVER_NAMED, STATES, Ids, ids_of
from benchmarks.invented.statements import AS_OF, DAYS, FIRST_DAY, Made, Statements, random_day

CLAIMS: Final = 0.6
"""How many claims there are for each record with sources of its own."""

CLAIMS_IN_FILE: Final = 90

LISTED_IN_FILE: Final = 5_000
"""A longer list is in several files, in a folder."""


def write_invented(summaries: Path, records: int, seed: int = 1) -> Ids:
    """Write an explainer into an empty folder: this many records with a page, and what they refer to.

    Returns the ids.
    """
    made = _Maker(records, seed)
    for path, content in made.files():
        file = summaries / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(yaml.dump(content, Dumper=_DUMPER, allow_unicode=True, sort_keys=False, width=110), "utf-8")
    return made.ids


_DUMPER: Final = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
_STANDINGS: Final = (
    "newspaper", "newspaper", "newspaper", "state-media", "state-media", "news-agency", "news-agency",
    "public-broadcaster", "official", "analyst", "reference",
)  # fmt: skip
_TYPES: Final = ("article-newspaper",) * 8 + ("webpage", "report")
_LANGUAGES: Final = ("en",) * 8 + ("ru", "ko", "zh", "de")


class _Maker:
    def __init__(self, records: int, seed: int) -> None:
        self.ids = ids = ids_of(records)
        self.named_visits = {id: number for number, id in enumerate(ids.visits) if number % NEVER_NAMED}
        self.made = Statements(
            seed=seed,
            named=(*ids.parties, *self.named_visits, *ids.projects, *ids.constraints),
            speakers=ids.parties,
            sources=ids.sources,
            own=ids.own_sources,
        )
        owned = {source for sources in self.made.own.values() for source in sources}
        more = self.made.chance("more")
        self.unowned = chain(
            (source for source in ids.sources if source not in owned), (more.choice(ids.sources) for _ in count())
        )
        """Sources for the checks of claims: first those that no record brings along, so that each is cited."""

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
        claims = round(len(self.made.own) * CLAIMS)
        for number in range(0, claims, CLAIMS_IN_FILE):
            source = ids.sources[number // CLAIMS_IN_FILE]
            yield f"claims/{source}.yml", self.claims(source, min(CLAIMS_IN_FILE, claims - number))
        yield from _listed("places", ids.places, self.place)
        yield from _listed("sources", ids.sources, self.source)
        yield from _listed("terms", ids.terms, self.term)
        yield from _listed("questions", ids.questions, self.question)
        yield "explainer.yml", self.explainer()

    def party(self, id: str, number: int) -> Made:
        make, chance = self.made, self.made.chance(id)
        known = make.known(chance, id)
        party: Made
        if id in self.ids.states:
            party = {"name": f"Republic of {texts.name(number)}", "short": texts.name(number), "kind": "state"}
        else:
            is_person = id in self.ids.leaders or chance.random() < 0.7
            name = texts.full_name(number)
            party = {"name": name, "kind": "person" if is_person else "organisation"}
            party["of"] = [self.ids.states[number % STATES]]
            if not is_person:
                party["short"] = f"{texts.name(number)} {name.split()[-1]}"
        if chance.random() < 0.64:
            party["native"] = {"ru": texts.in_cyrillic(texts.full_name(number))}
        if chance.random() < 0.13:
            party["also_written"] = [f"{texts.full_name(number)}h"]
        party |= {"summary": make.text(chance, 25, 1.43), "sources": list(make.own[id])}
        roles = 2 if chance.random() < 0.12 else 1
        party["roles"] = [
            make.statement(chance, known, 6, 0.16) | {"date": str(day)}
            for day in sorted(random_day(chance) for _ in range(roles))
        ]
        if chance.random() < 0.06:
            party["statements"] = [make.dated(chance, known)]
        return party

    def visit(self, id: str, number: int) -> Made:
        make, chance = self.made, self.made.chance(id)
        known = make.known(chance, id)
        day = FIRST_DAY + datetime.timedelta(days=number * DAYS // len(self.ids.visits))
        is_leaders = chance.random() < 0.48
        who = chance.sample(self.ids.leaders if is_leaders else self.ids.parties[STATES:], 2)
        place = chance.choice(self.ids.places)
        status = "cancelled" if chance.random() < 0.08 else "held"
        visit: Made = {
            "title": f"Meeting {number + 1} in {texts.town(self.ids.places.index(place))}",
            "headline": texts.headline(chance),
            "date": str(day),
            "place": place,
            "level": "leaders" if is_leaders else chance.choice(("high", "working")),
            "parties": who,
            "summary": make.text(chance, 30, 3.4),
            "sources": list(make.own[id]),
        }
        if chance.random() < 0.3:
            visit["stage"] = chance.choice(self.ids.stages)
        if chance.random() < 0.42:
            visit["form"] = [make.statement(chance, known, 4, 0)]
        if chance.random() < 0.23:
            visit["invited_by"] = [who[1]]
        if chance.random() < 0.19:
            visit["disputes"] = [make.dispute(chance, known)]
        if chance.random() < 0.08:
            visit["statements"] = [make.statement(chance, known, 28, 0.75) for _ in range(4)]
        if chance.random() < 0.12:
            visit["documents"] = [
                {"title": texts.headline(chance), "date": str(day), "sources": make.cited(chance, known, 1.6)}
            ]
        later = [id for id in self.ids.visits[number + 1 : number + 4] if id in self.named_visits]
        if later and status == "held" and chance.random() < 0.23:
            visit["led_to"] = [chance.choice(later)]
        if chance.random() < 0.4:
            visit["history"] = self.way_to(chance, known, day, status)
        else:
            visit["status"] = status
        if status == "held":
            visit["outcomes"] = [make.statement(chance, known, 15) for _ in range(chance.randint(1, 3))]
        else:
            visit["reasons"] = [make.statement(chance, known, 14, 0) | {"by": side} for side in who]
        return visit

    def way_to(self, chance: random.Random, known: list[str], day: datetime.date, status: str) -> list[Made]:
        """The history of a visit: when it was planned, what was heard of it, and what became of it."""
        before = sorted(chance.sample(range(1, 200), chance.choice((1, 2, 2, 3, 4))), reverse=True)
        steps = [
            self.made.step(chance, known, day - datetime.timedelta(days=earlier), words=15) for earlier in (*before, 0)
        ]
        steps[0]["status"], steps[-1]["status"] = chance.choice(("invited", "planned")), status
        return steps

    def project(self, id: str, number: int) -> Made:
        make, chance = self.made, self.made.chance(id)
        known = make.known(chance, id)
        own = make.own[id]
        statuses = ("idea", "studied", "agreed", chance.choice(("blocked", "under-way", "suspended", "in-operation")))
        history = [make.step(chance, known, day) for day in sorted(random_day(chance) for _ in range(8))]
        for step, status in zip(history[::2], statuses, strict=True):
            step["status"] = status
        for step, source in zip(history, own[4:], strict=False):
            step["sources"] = list(dict.fromkeys((source, *make.cited_in(step))))
        rules = chance.sample(self.ids.constraints, min(2, len(self.ids.constraints)))
        project: Made = {
            "title": f"{texts.noun(chance).capitalize()} {number + 1} of {texts.name(number)}",
            "headline": texts.headline(chance),
            "sector": chance.choice(("transport", "energy", "trade")),
            "parties": chance.sample(self.ids.parties, 3),
            "summary": make.text(chance, 37, 0.44),
            "sources": list(own[:4]),
            "obstacles": [make.statement(chance, known, 25, 0.14) | {"constraint": rule} for rule in rules],
            "figures": [
                {
                    "label": f"{label} of the {texts.noun(chance)}",
                    "value": f"{chance.randint(2, 900)} million",
                    "sources": make.cited(chance, known, 1.6),
                }
                for label in ("Cost", "Length")
            ],
            "statements": [make.statement(chance, known, 30, 0.73) for _ in range(chance.randint(0, 3))],
            "history": history,
        }
        if chance.random() < 0.22:
            project["disputes"] = [make.dispute(chance, known) for _ in range(4)]
        return project

    def constraint(self, id: str, number: int) -> Made:
        make, chance = self.made, self.made.chance(id)
        known = make.known(chance, id)
        constraint: Made = {
            "title": f"Rule {number + 1} on the {texts.noun(chance)}",
            "short": f"Rule {number + 1}",
            "headline": texts.headline(chance),
            "date": str(random_day(chance)),
            "adopted_by": [chance.choice(self.ids.parties)],
            "summary": make.text(chance, 26, 0),
            "sources": list(make.own[id]),
            "provisions": [
                make.statement(chance, known, 18, 0.07, 3) | {"para": str(para)}
                for para in range(1, chance.randint(4, 7))
            ],
            "exemptions": [make.dated(chance, known, 32) | {"projects": [chance.choice(self.ids.projects)]}],
        }
        if chance.random() < 0.33:
            constraint["disputes"] = [make.dispute(chance, known)]
        if chance.random() < 0.33:
            constraint["statements"] = [make.statement(chance, known, 26, 0.5, 3) for _ in range(2)]
        return constraint

    def stage(self, id: str, number: int) -> Made:
        make, chance = self.made, self.made.chance(id)
        known = make.known(chance, id)
        history = [make.step(chance, known, day) for day in sorted(random_day(chance) for _ in range(12))]
        history[0]["status"], history[-1]["status"] = "under-way", "holding"
        return {
            "title": f"Stage {number + 1}: {texts.noun(chance)}",
            "headline": texts.headline(chance),
            "word": texts.name(number + 3),
            "order": number + 1,
            "parties": list(self.ids.states[:3]),
            "summary": make.text(chance, 106, 5.7),
            "sources": known,
            "measures": [make.dated(chance, known, 15) for _ in range(4)],
            "history": history,
        }

    def claims(self, source: str, number: int) -> Made:
        chance = self.made.chance("claims", source)
        known = self.made.known(chance, source)
        return {
            "source": source,
            "note": self.made.text(chance, 75, 1),
            "remarks": [self.made.statement(chance, known, 36, 0, 3.4) for _ in range(number // 6)],
            "claims": [self.claim(chance, claim) for claim in range(number)],
        }

    def claim(self, chance: random.Random, number: int) -> Made:
        made: Made = {"id": f"f{number + 1}", "para": str(number // 10 + 1), "text": texts.sentence(chance)}
        made["about"] = chance.sample(self.made.named, chance.randint(1, 3))
        if chance.random() < 0.35:
            return made | {"voice": "judgement"}
        cited = list(dict.fromkeys(next(self.unowned) for _ in range(2)))
        if chance.random() < 0.2:
            outcome = {"result": chance.choice(("came-true", "partly", "did-not")), "text": texts.sentence(chance)}
            return made | {"voice": "forecast", "outcome": outcome | {"sources": cited}}
        result = chance.choice(("confirmed", "confirmed", "partly", "not-found"))
        return made | {"checked": {"result": result, "sources": cited, "note": self.made.text(chance, 16, 0)}}

    def place(self, id: str, number: int) -> Made:
        chance = self.made.chance(id)
        where = {"lat": str(round(chance.uniform(30, 60), 2)), "lon": str(round(chance.uniform(0, 120), 2))}
        return {"id": id, "name": texts.town(number), **where, "precision": "city"}

    def source(self, id: str, number: int) -> Made:
        chance = self.made.chance(id)
        outlet = f"{texts.name(number if number < 100 else chance.randint(100, 300))} Times"
        return {
            "id": id,
            "type": chance.choice(_TYPES),
            "title": texts.headline(chance),
            "issued": str(random_day(chance)),
            "container": outlet,
            "URL": f"https://{outlet.lower().replace(' ', '-')}.example.org/news/{number // 100}/{id}-{number:08}.html",
            "language": chance.choice(_LANGUAGES),
            "standing": chance.choice(_STANDINGS),
            **({"via": f"{texts.name(chance.randint(0, 100))} Post"} if chance.random() < 0.24 else {}),
            **({"note": texts.sentence(chance)} if chance.random() < 0.34 else {}),
        }

    def term(self, id: str, number: int) -> Made:
        chance = self.made.chance(id)
        return {
            "id": id,
            "term": f"{texts.noun(chance).capitalize()} of {texts.name(number + 40)}",
            "definition": self.made.text(chance, 19, 0),
            "sources": chance.sample(self.ids.sources, 1),
        }

    def question(self, id: str, number: int) -> Made:
        chance = self.made.chance(id)
        visit = list(self.named_visits)[number * 7 % len(self.named_visits)]
        content = self.visit(visit, self.named_visits[visit])
        history = content.get("history")
        status = history[-1]["status"] if isinstance(history, list) else content["status"]
        known = Statements.cited_in(content)
        return {
            "id": id,
            "question": f"Question {number + 1}: what came of meeting {visit.removeprefix('visit-')}?",
            "answer": [self.made.statement(chance, known, 19, 0.69, 2.2) for _ in range(chance.choice((1, 2, 2, 3)))],
            "about": [visit],
            "rests_on": [
                {"record": visit, "status": status, "names": content["parties"]},
                {"record": visit, "date": content["date"]},
                {"record": visit, "says": str(content["headline"])},
            ],
        }

    def explainer(self) -> Made:
        make, chance = self.made, self.made.chance("explainer")
        known = chance.sample(self.ids.sources, 20)
        return {
            "title": "An invented process",
            "kicker": "What a build costs",
            "question": "What does a process of this size cost to build?",
            "lead": {"text": "It costs what its records cost.", "date": str(AS_OF), "sources": known},
            "answer": [
                {"text": make.text(chance, 90, 2), "date": str(AS_OF), "sources": known[number * 10 :][:10]}
                for number in range(2)
            ],
            "as_of": str(AS_OF),
            "story": [
                {"heading": texts.headline(chance), "record": visit, **make.statement(chance, known, 35, 0.7, 5.8)}
                for visit in list(self.named_visits)[:6]
            ],
            "background": [make.statement(chance, known, 52, 3.5, 5.2) for _ in range(6)],
            "statements": [make.statement(chance, known, 41, 0.6, 3.8) for _ in range(5)],
            "history": [
                make.step(chance, known, day, words=28) for day in sorted(random_day(chance) for _ in range(20))
            ],
            "disputes": [make.dispute(chance, known) for _ in range(2)],
            "editors": ["Nobody"],
            "contact": "https://example.org/contact",
            "licence": "CC BY 4.0",
            "language": "en-GB",
            "moments": [
                {"id": "half-way", "date": str(FIRST_DAY + datetime.timedelta(days=DAYS // 2)), "title": "Half way"}
            ],
        }


def _listed(kind: str, ids: Sequence[str], make: Callable[[str, int], Made]) -> Iterator[tuple[str, object]]:
    """The records of a kind in one file or, if there are many, in files in a folder."""
    starts = range(0, len(ids), LISTED_IN_FILE)
    for start in starts:
        made = [make(id, number) for number, id in enumerate(ids[start : start + LISTED_IN_FILE], start)]
        name = kind if len(starts) == 1 else f"{kind}/{start + 1}"
        yield f"{name}.yml", {kind: made}
