"""Graphics show what they should, nothing overlaps, and they stay small."""

from __future__ import annotations

import math
import re
import shutil
from dataclasses import replace
from itertools import combinations, pairwise
from pathlib import Path

import pytest
from golden import EXPLAINER, ROOT, SITES, add_invented_records

from builder.assembly import assemble
from builder.explainer.linking import Explainer
from builder.explainer.views.obstacles import HeldBack, blocks, held_back, short_labels
from builder.graphics.charts import Encounters, blocks_picture, encounters, matrix
from builder.graphics.labels import Box, brief, place_labels, width
from builder.graphics.maps import Map, Spot, draw_map, draw_maps
from builder.graphics.projection import INSET, NARROW, WIDE
from builder.inspection import inspect
from builder.project import Project
from builder.records.safe_text import Line, Text

LIMIT = 10_000
MONTHS = tuple(Text(name) for name in "JFMAMJJASOND")


@pytest.fixture(scope="module", params=["small", "grown"])
def explainer(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Explainer:
    return inspect(laid_out(EXPLAINER, tmp_path_factory.mktemp("summaries"), request.param)).explainer


@pytest.fixture(scope="module", params=["good-friday", "one-of-each", "every-field", "good-friday grown"])
def bodies(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The pages of each mini-explainer, and of one with many more meetings and projects."""
    site, _, how = request.param.partition(" ")
    return bodies_of(laid_out(SITES / site, tmp_path_factory.mktemp("pages"), how))


def laid_out(site: Path, root: Path, how: str = "") -> Project:
    (root / "templates").symlink_to(ROOT / "templates")
    project = Project(root=root)
    shutil.copytree(site / "summaries", project.summaries)
    if how == "grown":
        add_invented_records(project.summaries, visits=25)
    return project


def bodies_of(project: Project) -> dict[str, str]:
    return {page.path: page.body for page in assemble(project).pages}


def figures(bodies: dict[str, str]) -> list[str]:
    return [figure for body in bodies.values() for figure in re.findall(r"<figure.*?</figure>", body, re.S)]


def test_a_figure_holds_no_blank_line_and_stays_small(bodies: dict[str, str]) -> None:
    """In Markdown a blank line would end it."""
    assert "timeline/index.md" in bodies
    found = figures(bodies)
    assert found
    for figure in found:
        assert not re.search(r"\n\s*\n", figure)
        assert len(figure.encode()) < (LIMIT if "<a " not in figure else 15_000)
        assert " id=" not in figure


def test_a_drawing_is_hidden_from_screen_readers_or_is_a_group_of_links_with_names(bodies: dict[str, str]) -> None:
    for figure in figures(bodies):
        assert "<figcaption>" in figure
        for drawing, inside in re.findall(r"(<svg[^>]*>)(.*?)</svg>", figure, re.S):
            if "<a " in inside:
                assert 'role="group" aria-label="' in drawing
                assert all(re.search(r' aria-label="[^"]+"', link) for link in re.findall(r"<a [^>]*>", inside))
            else:
                assert 'focusable="false"' in drawing
                assert 'aria-hidden="true"' in drawing or '<div class="blocks__box" aria-hidden="true">' in figure


def test_a_drawing_of_lanes_is_named_by_a_heading_and_its_loose_texts_are_not_read(bodies: dict[str, str]) -> None:
    """The links have the years and the places in their names. A lane has its name and its number, with a space."""
    found = 0
    for body in bodies.values():
        for heading, figure in re.findall(
            r'<figure class="graphic lanes[^>]* aria-labelledby="(\w+)"(.*?)</figure>', body, re.S
        ):
            found += 1
            assert re.search(rf"^#+ .*{{: #{heading} }}$", body, re.M)
            loose = re.sub(r'<a .*?</a>|<g aria-hidden="true">.*?</g>', "", figure, flags=re.S)
            for attributes in re.findall(r"<text([^>]*)>", loose):
                assert re.search(r' aria-hidden="true"| class="(?:name|count)"', attributes)
            assert "</text><text" not in loose
    assert found == sum(figure.startswith('<figure class="graphic lanes') for figure in figures(bodies))


# Who met whom


def test_each_two_people_have_one_cell_in_the_matrix(explainer: Explainer) -> None:
    met = encounters(explainer)
    found = matrix(met)
    cells = [pair for row in found.cells.values() for pair in row.values()]
    assert sorted(pair.anchor for pair in cells) == sorted(pair.anchor for pair in met)
    assert ("held", "held") in found.standings


def test_if_everyone_met_everyone_the_matrix_is_a_triangle(explainer: Explainer) -> None:
    people = [party for party in explainer.parties if party.kind == "person"][:5]
    pairs = [
        Encounters(one=one, other=other, held=explainer.visits[:1], ahead=(), unconfirmed=(), fell_through=())
        for one, other in combinations(people, 2)
    ]
    found = matrix(pairs)
    assert len(found.columns) == len(found.rows) == 4
    assert sorted(len(row) for row in found.cells.values()) == [1, 2, 3, 4]


# What blocks what


def test_each_line_joins_a_project_and_a_constraint(explainer: Explainer) -> None:
    by_constraint = held_back(explainer)
    table = blocks(explainer, by_constraint)
    blocking = [constraint for constraint in explainer.constraints if constraint.id in by_constraint]
    picture = blocks_picture(table, blocking, at_most=10_000)
    assert picture
    held = [held for row in table.values() for held in row.values()]
    lines = {kind: line.count("M") for kind, line in picture.lines.items()}
    assert lines.pop("not-now") == sum(each.effect != "now" for each in held) > 0
    held = [each for each in held if each.effect == "now"]
    assert lines.pop("exempt", 0) == sum(bool(each.exemptions) for each in held)
    assert sum(lines.values()) == sum(bool(each.obstacles) for each in held)
    assert {project.id for project in picture.projects} == set(table)
    numbers = [float(number) for line in picture.lines.values() for number in re.findall(r"[\d.]+", line)]
    assert min(numbers) >= 0
    assert max(numbers) <= 100
    assert blocks_picture({}, ()) is None


def test_what_blocks_what_is_not_drawn_if_its_lines_are_a_tangle(explainer: Explainer) -> None:
    (project, *_), (constraint, *_) = explainer.projects, explainer.constraints
    constraints = [constraint.model_copy(update={"id": f"rule-{number}"}) for number in range(3)]
    projects = [project.model_copy(update={"id": f"plan-{number}"}) for number in range(3)]
    (obstacle, *_) = next(held.obstacles for each in held_back(explainer).values() for held in each if held.obstacles)
    table = {
        plan.id: {
            rule.id: HeldBack(project=plan, obstacles=(obstacle,), exemptions=()) for rule in constraints[: 3 - skipped]
        }
        for skipped, plan in zip((0, 0, 1), projects, strict=True)
    }
    assert blocks_picture(table, constraints)
    table["plan-2"] = table["plan-1"]
    assert blocks_picture(table, constraints) is None


@pytest.mark.parametrize(
    ("labels", "short"),
    [
        (["Resolution 2270", "Resolution 2321"], ["2270", "2321"]),
        (["Act 1 of 2000", "Act 1 of 2001"], ["2000", "2001"]),
        (["Resolution 2270", "Decree 5"], ["Resolution 2270", "Decree 5"]),
        (["Law on banks", "Law on coal"], ["Law on banks", "Law on coal"]),
        (["Resolution 2270"], ["Resolution 2270"]),
        (["Act 5", "Act 5 of 2000"], ["Act 5", "Act 5 of 2000"]),
    ],
)
def test_heads_leave_out_the_words_before_the_numbers_of_rules(
    explainer: Explainer, labels: list[str], short: list[str]
) -> None:
    (constraint, *_) = explainer.constraints
    constraints = [
        constraint.model_copy(update={"id": str(number), "short": Line(label)}) for number, label in enumerate(labels)
    ]
    assert [str(label) for label in short_labels(constraints).values()] == short


# The map


def spot(name: str, lat: float, lon: float, count: int = 1) -> Spot:
    return Spot(name=Line(name), lat=lat, lon=lon, count=count)


CROWD = [spot(f"A town called {index}", 50 + index % 4 * 0.4, 10 + index // 4 * 0.5, index) for index in range(16)]
ISLANDS = [spot("Suva", -18.14, 178.44), spot("Apia", -13.83, -171.77), spot("Auckland", -36.85, 174.76)]


@pytest.mark.parametrize("wide", [WIDE, NARROW])
@pytest.mark.parametrize(
    "spots",
    [
        CROWD,
        ISLANDS,
        [spot("Alone", 43.1, 131.9)],
        [spot("Longyearbyen", 78.2, 15.6), spot("Ushuaia", -54.8, -68.3), spot("Suva", -18.14, 178.44)],
        [spot("Pole", 90, 0), spot("Other pole", -90, 180)],
        [spot("Twice", 1, 1), spot("Twice", 1, 1, 0)],
    ],
    ids=["crowd", "antimeridian", "alone", "world", "poles", "twice"],
)
def test_everything_on_a_map_is_inside_it_and_no_label_touches_another(spots: list[Spot], wide: int) -> None:
    drawn = draw_map(spots, spots[:2], width=wide)
    assert drawn.width == wide
    assert wide * 0.4 <= drawn.height <= wide * 1.2
    frame = Box(0, 0, drawn.width, drawn.height)
    circles = [Box(each.x - each.r, each.y - each.r, each.x + each.r, each.y + each.r) for each in drawn.circles]
    assert all(frame.holds(circle) for circle in circles)
    boxes = [label.box for label in drawn.labels]
    assert all(frame.holds(box) for box in boxes)
    assert not any(one.touches(other) for one, other in combinations(boxes, 2))
    assert not any(box.touches(circle) for box in boxes for circle in circles)
    assert len(drawn.land) < 6_000
    assert drawn == draw_map(list(reversed(spots)), spots[:2], width=wide)


def test_a_map_shows_as_many_labels_as_there_is_room_for() -> None:
    assert len(draw_map(ISLANDS, width=WIDE).labels) == 3
    names = [label.text for label in draw_map(CROWD, width=NARROW).labels]
    assert 0 < len(names) < len(CROWD)
    assert CROWD[-1].name in names


HERE = [spot("Lyon", 45.8, 4.8), spot("Geneva", 46.2, 6.1), spot("Milan", 45.5, 9.2), spot("Nice", 43.7, 7.3)]
OSLO, LIMA = spot("Oslo", 59.9, 10.7), spot("Lima", -12, -77)


@pytest.mark.parametrize(
    ("spots", "insets"),
    [
        (HERE, []),
        ([*HERE, LIMA], [["Lima"]]),
        ([*HERE, LIMA, OSLO], [["Lima"], ["Oslo"]]),
        ([*HERE[:2], LIMA], []),
        ([*ISLANDS], []),
    ],
    ids=["near", "one-far", "two-far", "too-few", "spread"],
)
def test_a_place_far_from_the_others_has_a_map_of_its_own(spots: list[Spot], insets: list[list[str]]) -> None:
    maps = draw_maps(spots)
    assert maps
    assert [[label.text for label in inset.labels] for inset in maps.insets] == insets
    assert len(maps.wide.circles) == len(maps.narrow.circles) == len(spots) - sum(map(len, insets))
    assert {inset.width for inset in maps.insets} <= {INSET}
    assert maps == draw_maps([*reversed(spots)])


def test_a_map_with_a_route_has_no_inset() -> None:
    maps = draw_maps([*HERE, LIMA], [*HERE, LIMA])
    assert maps
    assert maps.insets == ()
    assert maps.wide.route


def test_there_is_no_map_without_a_place() -> None:
    assert draw_maps([]) is None


@pytest.mark.parametrize("wide", [WIDE, NARROW, INSET])
def test_a_larger_place_is_named_near_its_own_places_where_nothing_is(wide: int) -> None:
    placed = [
        Spot(name=place.name, lat=place.lat, lon=place.lon, count=1, within=(Line(within),))
        for place, within in zip(HERE, ("France", "Switzerland", "Italy", "France"), strict=True)
    ]
    drawn = draw_map(placed, width=wide)
    assert {label.text for label in drawn.around} <= {"France", "Switzerland", "Italy"}
    assert wide != WIDE or len(drawn.around) == 3
    boxes = [label.box for label in (*drawn.around, *drawn.labels)]
    boxes += [Box(each.x - each.r, each.y - each.r, each.x + each.r, each.y + each.r) for each in drawn.circles]
    assert all(Box(0, 0, drawn.width, drawn.height).holds(label.box) for label in drawn.around)
    assert not any(label.box.touches(box) for label in drawn.around for box in boxes if box is not label.box)


def test_a_map_across_180_degrees_is_in_one_piece() -> None:
    drawn = draw_map(ISLANDS, width=WIDE)
    suva, apia = (next(label for label in drawn.labels if label.text == name) for name in ("Suva", "Apia"))
    assert suva.x < apia.x


def test_no_coast_runs_straight_across_a_map() -> None:
    """It would if an outline jumped from one side of the world to the other."""
    drawn = draw_map([spot("Tromsø", 69.6, 19), spot("Anadyr", 64.7, 177.5)], width=WIDE)
    for ring in rings(drawn):
        inside = [(a, b) for a, b in pairwise(ring) if all(0 < y < drawn.height for _, y in (a, b))]
        assert all(abs(a[0] - b[0]) < WIDE / 4 for a, b in inside)


def rings(drawn: Map) -> list[list[tuple[int, int]]]:
    found = []
    for path in drawn.land.split("M")[1:]:
        numbers = [int(number) for number in re.findall(r"-?\d+", path)]
        x = y = 0
        ring = []
        for dx, dy in zip(numbers[::2], numbers[1::2], strict=True):
            x, y = x + dx, y + dy
            ring.append((x, y))
        found.append(ring)
    return found


def test_a_place_with_more_visits_has_a_larger_circle() -> None:
    circles = draw_map([spot("Many", 50, 10, 16), spot("Few", 48, 4, 4)], width=WIDE).circles
    assert circles[0].r > circles[1].r
    assert circles[0].r == pytest.approx(2 * circles[1].r, abs=1)


def test_circles_of_as_many_visits_have_one_size_on_a_map_and_its_insets() -> None:
    maps = draw_maps([*HERE[:3], replace(HERE[3], count=9), replace(LIMA, count=9)])
    assert maps
    (inset,) = maps.insets
    assert {max(circle.r for circle in drawn.circles) for drawn in (maps.wide, maps.narrow, inset)} == {12}
    assert {min(circle.r for circle in drawn.circles) for drawn in (maps.wide, maps.narrow)} == {4}


@pytest.mark.parametrize("wide", [440, NARROW])
def test_two_places_near_each_other_are_drawn_apart_on_a_low_map(wide: int) -> None:
    drawn = draw_map([spot("Dover", 51.13, 1.31, 0), spot("Folkestone", 51.08, 1.18, 0)], width=wide)
    one, other = drawn.circles
    assert math.dist((one.x, one.y), (other.x, other.y)) > 12
    assert drawn.height < wide / 2


def test_no_name_is_written_across_a_route() -> None:
    places = [replace(each, within=(Line("A wide land"),)) for each in HERE]
    drawn = draw_map(places, places, width=WIDE)
    assert len(drawn.labels) == 4
    assert drawn.around
    points = [(circle.x, circle.y) for circle in drawn.circles]
    for (x1, y1), (x2, y2) in pairwise(
        points[[place.name for place in sorted(places, key=lambda each: each.name)].index(each.name)] for each in places
    ):
        for step in range(101):
            x, y = x1 + (x2 - x1) * step / 100, y1 + (y2 - y1) * step / 100
            assert not any(label.box.touches(Box(x, y, x, y)) for label in (*drawn.labels, *drawn.around))


def test_a_place_without_a_held_visit_has_a_hollow_circle() -> None:
    fell_through = Spot(name=Line("Hoped for"), lat=50, lon=10, others=2)
    assert [circle.hollow for circle in draw_map([fell_through, spot("Held", 48, 4)], width=WIDE).circles] == [
        False,
        True,
    ]


def test_a_label_moves_to_another_side_if_the_first_is_taken() -> None:
    frame = Box(0, 0, 300, 100)
    marks = [(Line("First"), (100, 50), 5), (Line("Second"), (112, 50), 5)]
    first, second = place_labels(marks, frame)
    assert (first.anchor, second.anchor) == ("end", "start")


def test_a_label_that_fits_nowhere_is_left_out() -> None:
    assert place_labels([(Line("Far too wide"), (10, 10), 5)], Box(0, 0, 20, 20)) == ()


@pytest.mark.parametrize(("text", "shown"), [("Hanoi", "Hanoi"), ("a\nb", "a b"), ("x" * 40, "x" * 27 + "…")])
def test_a_label_is_short(text: str, shown: str) -> None:
    assert brief(Text(text)) == shown
    assert isinstance(brief(Text(text)), Text)


def test_wide_letters_take_more_space() -> None:
    assert width("ill") < width("abc") < width("WWW") < width("平壌市")


def test_the_site_shows_each_graphic(tmp_path: Path) -> None:
    bodies = bodies_of(laid_out(EXPLAINER, tmp_path))
    for path, sign in (
        ("index.md", '<figure class="graphic lanes"'),
        ("stages/index.md", '<div class="roadmap"'),
        ("meetings.md", '<div class="table matrix"'),
        ("visits/index.md", '<figure class="graphic map"'),
        ("projects/devolved-institutions.md", '<figure class="graphic map"'),
        ("timeline/index.md", '<figure class="graphic lanes"'),
        ("constraints/index.md", '<figure class="graphic blocks"'),
    ):
        assert sign in bodies[path], path
