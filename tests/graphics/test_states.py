"""On each day of a history, every graphic shows the states that the records give for that day, and pages agree.

What the records give is worked out here from the YAML itself, so that the builder is not compared with itself.
"""

from __future__ import annotations

import datetime
import re
import shutil
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import combinations, groupby
from pathlib import Path

import pytest
import yaml
from golden import ROOT, SITES

from builder.dates.edtf_dates import NOT_KNOWN, Date
from builder.explainer.linking import link
from builder.explainer.snapshot import known_on
from builder.explainer.word_files import load_words
from builder.pages.contexts import Contexts
from builder.pages.plan import plan
from builder.pages.rendering import render
from builder.pages.traces import answers_for
from builder.records.loading import SETTINGS_FILE, Summaries, load

Record = Mapping[str, object]
CHANGED = ("index.md", "stages/index.md", "meetings.md", "visits/index.md", "timeline/index.md")
STATES: dict[str, str] = yaml.safe_load((ROOT / "templates" / "words" / "en.yml").read_text("utf-8"))["status"]
FELL_THROUGH = {"postponed", "cancelled", "lapsed"}


@dataclass(frozen=True, slots=True)
class Days:
    """The pages of a mini-explainer: as of each day of its histories, and about that day as a moment."""

    site: Path
    as_of: dict[str, dict[str, str]]
    moments: dict[str, str]


@pytest.fixture(scope="module", params=["good-friday", "one-of-each", "every-field", "state-treaty"])
def days(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Days:
    site = SITES / request.param / "summaries"
    found = sorted(days_of(site))
    root = tmp_path_factory.mktemp("days") / "summaries"
    shutil.copytree(site, root)
    settings = root / "explainer.yml"
    without = re.sub(r"^moments:\n(?:[ -].*\n)+", "", settings.read_text("utf-8"), flags=re.M)
    moments = "".join(f"- {{id: d{day}, title: Day {day}, date: {day}}}\n" for day in found)
    settings.write_text(f"{without}moments:\n{moments}", encoding="utf-8")
    summaries, about = load(root), tuple(f"moments/d{day}.md" for day in found)
    return Days(
        site=site,
        as_of={day: pages(summaries, known_on(summaries, datetime.date.fromisoformat(day)), CHANGED) for day in found},
        moments={path[9:-3]: body for path, body in pages(summaries, summaries, about).items()},
    )


def pages(everything: Summaries, then: Summaries, paths: tuple[str, ...]) -> dict[str, str]:
    explainer = link(then)
    words = load_words([ROOT / "templates"], "en", {}, explainer.origins[SETTINGS_FILE])
    contexts = Contexts(explainer, words, lambda moment: link(known_on(everything, moment.date.first)))
    plans = plan(contexts)
    found = [each for each in plans if each.path in paths or (paths == CHANGED and each.path.startswith("stages/"))]
    return {
        page.path: page.body for page in render(found, answers_for(contexts, plans), words, [ROOT / "templates"], "")
    }


# What the records give


@cache
def records(site: Path, kind: str) -> dict[str, Record]:
    return {path.stem: yaml.load(path.read_text("utf-8"), yaml.BaseLoader) for path in (site / kind).glob("*.yml")}


def settings_of(site: Path, name: str = "explainer") -> Record:
    found: Record = yaml.load((site / f"{name}.yml").read_text("utf-8"), yaml.BaseLoader)
    return found


def entries(record: Record) -> list[dict[str, str]]:
    found = record.get("history", [])
    assert isinstance(found, list)
    return found


def events_about(site: Path, id: str, then: datetime.date) -> list[dict[str, str]]:
    """The events about a record that were known on a day, as steps without a status."""
    found = []
    for name, event in records(site, "events").items():
        about = event.get("about", [])
        assert isinstance(about, list)
        if id in about and status(event, then) not in (None, "expected", "cancelled"):
            found.append({"date": str(event["date"]), "event": name})
    return found


def first(date: object) -> datetime.date:
    return Date.parse(str(date)).first


def days_of(site: Path) -> set[str]:
    """Each day on which a record changes, and the day before, up to the day of the explainer."""
    last = first(settings_of(site)["as_of"])
    dates = [
        date
        for kind in ("stages", "visits", "projects", "constraints")
        for record in records(site, kind).values()
        for date in (record.get("date"), *(entry["date"] for entry in entries(record)))
        if date and Date.parse(str(date)) != NOT_KNOWN
    ]
    found = {first(date) - datetime.timedelta(days=back) for date in dates for back in (0, 1)}
    return {day.isoformat() for day in found if day <= last}


def known(record: Record, day: datetime.date) -> list[dict[str, str]]:
    return [entry for entry in entries(record) if first(entry["date"]) <= day]


def status(record: Record, day: datetime.date, site: Path | None = None) -> str | None:
    """What the record was on a day; None if nothing was known of it, as none of its sources in `site` was published."""
    if "status" in record:
        begins = first(record["date"]) if "date" in record else None
        is_known = begins <= day if begins else record["status"] == "not-begun" or are_published(record, day, site)
        return str(record["status"]) if is_known else None
    return next((entry["status"] for entry in reversed(known(record, day)) if "status" in entry), None)


def are_published(record: Record, day: datetime.date, site: Path | None) -> bool:
    """Whether all sources of a record were published by a day."""
    assert site
    sources, cited = settings_of(site, "sources")["sources"], record["sources"]
    assert isinstance(sources, list)
    assert isinstance(cited, list)
    issued = {source["id"]: source.get("issued") for source in sources}
    return all(first(date) <= day for id in cited if (date := issued[str(id).partition(" ")[0]]))


def date_then(visit: Record, day: datetime.date) -> Date:
    """When a visit was, or was expected to be as known on a day."""
    if first(visit["date"]) <= day or not entries(visit):
        return Date.parse(str(visit["date"]))
    expected = [entry["expected"] for entry in known(visit, day) if "expected" in entry]
    return Date.parse(expected[-1]) if expected else NOT_KNOWN


def standing(visit: Record, day: datetime.date) -> str | None:
    match status(visit, day):
        case None | "held" as found:
            return found
        case found if found in FELL_THROUGH:
            return "fell-through"
    then = date_then(visit, day)
    return "unconfirmed" if then != NOT_KNOWN and then.last < day else "ahead"


def sides(site: Path, id: str) -> set[str]:
    party = records(site, "parties")[id]
    above = party.get("of", [])
    assert isinstance(above, list)
    return {id}.union(*(sides(site, each) for each in above))


def are_apart(site: Path, visit: Record, one: str, other: str) -> bool:
    """Whether two people were on different sides: those of the visit or, if it gives none, their own."""
    at_table = visit.get("sides", [])
    assert isinstance(at_table, list)
    if at_table:
        return not any({one, other} <= set(side["parties"]) for side in at_table)
    return not sides(site, one) & sides(site, other)


def levels(site: Path) -> list[str]:
    """The levels of visits that count as meetings."""
    found = settings_of(site).get("counts", ["leaders"])
    assert isinstance(found, list)
    return found


def met(site: Path, day: datetime.date) -> Counter[tuple[frozenset[str], str]]:
    """How often each two leaders met or were to meet, by standing."""
    found: Counter[tuple[frozenset[str], str]] = Counter()
    for visit in records(site, "visits").values():
        known_as = standing(visit, day)
        if known_as is None or visit["level"] not in levels(site):
            continue
        parties = visit["parties"]
        assert isinstance(parties, list)
        people = [id for id in parties if records(site, "parties")[id]["kind"] == "person"]
        for one, other in combinations(people, 2):
            if are_apart(site, visit, one, other):
                found[frozenset((one, other)), known_as] += 1
    return found


# What the pages show


def stages_shown(body: str) -> dict[str, tuple[str, list[tuple[str | None, str]]]]:
    """From a roadmap: by stage its state, and the status and text of each step."""
    _, _, rest = body.partition('<div class="roadmap" markdown="1">')
    found = {}
    for part in re.split(r"^1\. ", rest.partition("</div>")[0], flags=re.M)[1:]:
        (id,) = re.findall(r"roadmap__title\">\[.*?\]\((?:[./\w]*/)?([\w-]+)\.md\)", part)
        (state,) = re.findall(r"roadmap__state--([\w-]+)", part)
        steps = re.findall(
            r"^    - \*\*.*?\*\*(?: <span class=\"status status--([\w-]+)\">.*?</span>)? (.*)", part, re.M
        )
        found[id] = state, [(status or None, plain(text)) for status, text in steps]
    return found


def plain(markdown: str) -> str:
    """Its words, without links, notes and entities."""
    text = re.sub(r"<span class=\"cites\".*?</span></span>|\{.*?\}", "", markdown)
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text)
    return " ".join(re.sub(r"&#(\d+);", lambda match: chr(int(match[1])), text).split())


def pairs_shown(body: str) -> Counter[tuple[frozenset[str], str]]:
    """From a matrix: how often each two met or were to meet. The marks must say the same as the number."""
    table = body.partition('<div class="table matrix"')[2].partition("</table>")[0]
    marks = {"held": "●", "planned": "○", "unconfirmed": "?", "cancelled": "✕"}
    names = {"planned": "ahead", "cancelled": "fell-through"}
    found: Counter[tuple[frozenset[str], str]] = Counter()
    pattern = r'pips--(\w+)"><span aria-hidden="true">(\S+)</span> \[(\d+)\]\((?:meetings\.md)?#([\w-]+?)--([\w-]+)\)'
    for name, pips, count, one, other in re.findall(pattern, table):
        assert plain(pips) == marks[name] * int(count)
        found[frozenset((one, other)), names.get(name, name)] += int(count)
    assert table.count("pips--") == len(found)
    return found


def events_shown(body: str) -> list[tuple[str, str]]:
    """From the timeline: each event's anchor, and its text without tags."""
    found = re.findall(r'<li class="event[^"]*" id="([^"]*)" markdown="block">(.*?)</li>', body, re.S)
    return [(anchor, re.sub(r"<[^>]*>", "", text)) for anchor, text in found]


def boxes_shown(body: str) -> dict[str, str]:
    """From the boxes at the top of the home page: the state of each stage."""
    boxes = body.partition('<div class="cells"')[2].partition("</div>")[0]
    return dict(re.findall(r"\(stages/([\w-]+)\.md\)\{: \.cell \}<span class=\"status status--([\w-]+)\"", boxes))


def drawing_shown(body: str, which: str) -> str:
    figure = body.partition('<figure class="graphic lanes')[2].partition("</figure>")[0]
    return figure.partition(f'<svg class="{which}"')[2].partition("</svg>")[0]


def bars_shown(body: str, which: str) -> dict[str, tuple[list[str], list[str]]]:
    """From the drawing: by stage, its states as they are told, and as they are drawn."""
    found = {}
    for id, name, inside in re.findall(
        r'<a href="stages/([\w-]+)/" aria-label="(.*?)">(.*?)</a>', drawing_shown(body, which)
    ):
        told = [part.partition(" since ")[0] for part in plain(name).rpartition(": ")[2].split("; ")]
        ids = [next(status for status, words in STATES.items() if words == each) for each in told]
        found[id] = ids, [each for each in re.findall(r'<path class="([\w-]+)"', inside) if each != "before"]
    return found


@dataclass(frozen=True, slots=True)
class LaneShown:
    """How many meetings a lane says were held, the visits with a mark of their own, and how many share a mark."""

    held: int
    alone: frozenset[str]
    together: int


def lanes_shown(body: str, which: str) -> dict[str, LaneShown]:
    """From the drawing: each lane by its name."""
    found = {}
    for row in re.findall(r'<g(?: class="lit")? transform.*?</g>', drawing_shown(body, which), re.S):
        (name, held) = re.findall(r'<text class="name"[^>]*>(.*?)</text> <text class="count"[^>]*>(\d+)</text>', row)[0]
        shared = re.findall(r'<a href="meetings/" aria-label="(\d+) visits, ', row)
        alone = frozenset(re.findall(r'<a href="visits/([\w-]+)/"', row))
        found[plain(name)] = LaneShown(int(held), alone, sum(map(int, shared)))
    return found


def visits_below(body: str) -> set[str]:
    """The visits named between the drawing and the next heading: those to come, and those that are not drawn."""
    return set(re.findall(r"\(visits/([\w-]+)\.md\)", body.partition("</figure>")[2].partition("\n## ")[0]))


# The tests


def test_the_roadmap_shows_each_stage_as_the_records_give_it(days: Days) -> None:
    """Its state, every step that changed it, and the last step: the same on each page with a roadmap."""
    for day, bodies in days.as_of.items():
        then = datetime.date.fromisoformat(day)
        expected = {}
        for id, stage in records(days.site, "stages").items():
            steps = sorted(
                [*known(stage, then), *events_about(days.site, id, then)], key=lambda step: first(step["date"])
            )
            last = max(known(stage, then), key=lambda step: first(step["date"]), default=None)
            shown = [(step.get("status"), step) for step in steps if {"status", "event"} & step.keys() or step is last]
            if state := status(stage, then, days.site):
                expected[id] = state, [name for name, _ in shown]
        found = stages_shown(bodies.get("stages/index.md", ""))
        assert {id: (state, [name for name, _ in steps]) for id, (state, steps) in found.items()} == expected, day
        assert stages_shown(days.moments[day]) == found, day


def test_the_page_of_a_stage_says_what_the_roadmap_shows(days: Days) -> None:
    for day, bodies in days.as_of.items():
        for id, (state, steps) in stages_shown(bodies.get("stages/index.md", "")).items():
            body = bodies[f"stages/{id}.md"]
            assert re.findall(r"status status--([\w-]+)", body)[0] == state, (day, id)
            words = plain(body)
            assert all(text in words for _, text in steps), (day, id)


def test_the_matrix_shows_who_had_met_and_who_was_to_meet(days: Days) -> None:
    for day, bodies in days.as_of.items():
        expected = met(days.site, datetime.date.fromisoformat(day))
        assert pairs_shown(bodies.get("meetings.md", "")) == expected, day


def test_the_boxes_on_the_home_page_show_the_state_of_each_stage(days: Days) -> None:
    for day, bodies in days.as_of.items():
        then = datetime.date.fromisoformat(day)
        states = {id: status(stage, then, days.site) for id, stage in records(days.site, "stages").items()}
        assert boxes_shown(bodies["index.md"]) == {id: state for id, state in states.items() if state}, day


def test_the_drawing_on_the_home_page_shows_each_state_of_each_stage(days: Days) -> None:
    """In words for who hears it, all of them in order; as lines, each in its place, the last one up to the day."""
    for day, bodies in days.as_of.items():
        then = datetime.date.fromisoformat(day)
        expected = {}
        for id, stage in records(days.site, "stages").items():
            given = [step["status"] for step in known(stage, then) if "status" in step]
            if state := status(stage, then, days.site):
                expected[id] = [name for name, _ in groupby(given or [state])]
        for which in ("wide", "narrow"):
            bars = bars_shown(bodies["index.md"], which)
            assert {id: told for id, (told, _) in bars.items()} == expected, (day, which)
            for id, (told, drawn) in bars.items():
                assert not drawn or drawn[-1] == told[-1], (day, id)
                assert [name for name in told if name in drawn] == list(dict.fromkeys(drawn)), (day, id)


def test_the_drawing_on_the_home_page_shows_each_meeting_in_the_lane_of_who_took_part(days: Days) -> None:
    for day, bodies in days.as_of.items():
        then = datetime.date.fromisoformat(day)
        for which in ("wide", "narrow"):
            lanes = lanes_shown(bodies["index.md"], which)
            listed = visits_below(bodies["index.md"])
            without = next((name for name in lanes if name.startswith("Without ")), "")
            expected: dict[str, dict[str, str]] = defaultdict(dict)
            for id, visit in records(days.site, "visits").items():
                met = {name_of(days.site, person) for person in partners(days.site, visit)}
                apart = without and without.removeprefix("Without ") not in met
                for name in [without] if apart and met else met:
                    if known_as := standing(visit, then):
                        expected[name][id] = known_as
            for name, lane in lanes.items():
                if name in ("Others", "Events"):
                    continue
                visits = expected[min(expected) if name == pair_of(expected) else name]
                assert lane.held == Counter(visits.values())["held"], (day, which, name)
                assert lane.alone <= visits.keys(), (day, which, name)
                missing = visits.keys() - lane.alone
                assert 0 <= len(missing) - lane.together <= len(missing & listed), (day, which, name)
            assert len(expected.keys() - lanes.keys()) <= 1 or {"Others"} & lanes.keys() or pair_of(expected) in lanes


def pair_of(names: Iterable[str]) -> str:
    return " and ".join(sorted(names))


def partners(site: Path, visit: Record) -> set[str]:
    """The people who met someone of another side at a visit that counts, or were to."""
    parties = visit["parties"]
    assert isinstance(parties, list)
    people = [id for id in parties if records(site, "parties")[id]["kind"] == "person"]
    apart = [(a, b) for a, b in combinations(people, 2) if are_apart(site, visit, a, b)]
    return {id for pair in apart for id in pair} if visit["level"] in levels(site) else set()


def name_of(site: Path, id: str) -> str:
    party = records(site, "parties")[id]
    return str(party.get("short", party["name"]))


def test_the_timeline_has_each_visit_and_rule_once_and_names_every_record_with_a_step(days: Days) -> None:
    for day, bodies in days.as_of.items():
        then = datetime.date.fromisoformat(day)
        shown = events_shown(bodies.get("timeline/index.md", ""))
        anchors = [anchor for anchor, _ in shown]
        assert len(set(anchors)) == len(anchors)
        dated = [anchor for anchor in anchors if anchor.startswith(("visit_", "rule_"))]
        assert sorted(dated) == sorted(dated_expected(days.site, then)), day
        text = "\n".join(text for _, text in shown)
        for address in steps_expected(days.site, then):
            assert f"/{address})" in text, (day, address)
        assert sum(anchor.startswith("process_") for anchor in anchors) <= len(process_steps(days.site, then))


def dated_expected(site: Path, then: datetime.date) -> Iterator[str]:
    """The anchors of the visits and rules that were known on a day."""
    for id, visit in records(site, "visits").items():
        if standing(visit, then) and date_then(visit, then) != NOT_KNOWN:
            yield f"visit_{id}"
    for id, rule in records(site, "constraints").items():
        if first(rule["date"]) <= then:
            yield f"rule_{id}"


def steps_expected(site: Path, then: datetime.date) -> Iterator[str]:
    """The pages of the stages, projects, rules and parties with a step that was known on a day."""
    for kind in ("stages", "projects", "constraints", "parties"):
        for id, record in records(site, kind).items():
            if known(record, then) and (kind not in ("stages", "projects") or status(record, then)):
                yield f"{kind}/{id}.md"


def process_steps(site: Path, then: datetime.date) -> list[Record]:
    """The steps of the process as a whole that were known on a day."""
    return [entry for entry in entries(settings_of(site)) if first(entry["date"]) <= then]


def test_a_place_is_open_on_the_map_until_a_visit_was_held_there(days: Days) -> None:
    for day, bodies in days.as_of.items():
        body = bodies.get("visits/index.md", "")
        drawing = "".join(re.findall(r'<svg class="(?:wide|inset)".*?</svg>', body, re.S))
        if not drawing:
            continue
        then = datetime.date.fromisoformat(day)
        places = body.partition("</figure>")[2].partition("\n## ")[0]
        held, other = 0, 0
        folds = re.findall(r'<details class="asked".*?<summary>(.*?)</summary>(.*?)</details>', places, re.S)
        for summary, folded in folds:
            if "not on the map" in summary:
                continue
            listed = re.sub(r'<span class="among">.*?</span>', "", folded)
            visits = re.findall(r"\(([\w-]+)\.md\)", listed)
            any_held = any(standing(records(days.site, "visits")[id], then) == "held" for id in visits)
            held, other = held + any_held, other + (not any_held)
        assert len(re.findall(r"<circle cx", drawing)) == held, day
        assert drawing.count('<circle class="hollow"') == other, day
