"""New summaries as an editor starts them: what is written, what is refused, and that `check` takes it."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from golden import ROOT
from test_cli import project, run

from builder.claims import Claims
from builder.kinds import RECORDS
from builder.ordering import order_of
from builder.prospects import SINGULAR
from builder.shapes import Shape
from builder.starters import lines_of

__all__ = ["project"]

MODELS: dict[str, type[Shape]] = {SINGULAR[model.kind_name]: model for model in RECORDS} | {"claims": Claims}

GIVEN = {
    "stage": ["freeze", "title=A pause", "order=3", "status=holding"],
    "visit": [
        "second-meeting",
        'title=Talks: the second "round" #2',
        "date=2019-05~",
        "level=leaders",
        "parties=kim-jong-un, vladimir-putin",
        "status=planned",
        "place=vladivostok",
    ],
    "project": ["railway", "title=A railway", "parties=russia,dprk", "status=idea"],
    "constraint": ["rule-one", "title=Rule one", "date=2017-12-22", "adopted_by=russia"],
    "party": ["mary-anne", "name=Mary Anne", "kind=person", "of=russia"],
    "place": ["harbour", "name=The harbour", "in=vladivostok"],
    "source": ["times-2019", "type=article-newspaper", "title=A meeting", "standing=newspaper"],
    "term": ["summit-term", "term=summit", "definition=A meeting of leaders."],
    "claims": ["mt-20190423", "para=1", "text=They met."],
}
"""For each kind: an id, and what it needs."""


def new(project: Path, kind: str, id: str, *given: str) -> subprocess.CompletedProcess[str]:
    return run(project, "new", kind, id, *(word for setting in given for word in ("--set", setting)))


@pytest.mark.parametrize("kind", GIVEN)
def test_a_starter_whose_blanks_are_filled_passes_check(project: Path, kind: str) -> None:
    found = new(project, kind, *GIVEN[kind])
    assert (found.returncode, found.stderr) == (0, "")
    where = re.fullmatch(r"Wrote (\S+)\.\nNext: say more in it, then run: explainer check\n", found.stdout)
    assert where
    checked = run(project, "check")
    assert (checked.returncode, re.sub(r".*\[unused\]\n", "", checked.stderr)) == (0, "")
    assert "to fill in" not in (project / where[1]).read_text("utf-8")


@pytest.mark.parametrize("kind", GIVEN)
def test_every_blank_of_a_starter_is_marked_and_named_by_check(project: Path, kind: str) -> None:
    found = new(project, kind, GIVEN[kind][0])
    assert found.returncode == 0, found.stderr
    path = found.stdout.split()[1].removesuffix(".")
    lines = (project / path).read_text("utf-8").splitlines()
    marked = [f"{path}:{number}" for number, line in enumerate(lines, 1) if line.endswith("  # to fill in")]
    checked = run(project, "check")
    assert checked.returncode == 1
    assert [match[0] for match in re.findall(r"^(\S+?:\d+)(:\d+: .*)$", checked.stderr, re.M)] == marked


@pytest.mark.parametrize("kind", GIVEN)
def test_a_template_shows_known_fields_in_the_order_they_are_read(kind: str) -> None:
    lines = lines_of((ROOT / "templates" / "new" / f"{kind}.yml").read_text("utf-8"))
    top = [line.name for line in lines if len(line.path) == 1]
    order = order_of(MODELS[kind])
    assert top == [name for name in order if name in top]
    if kind not in ("place", "source", "term"):
        assert [*top] == [name for name in order if name != "id"]


def test_every_kind_has_a_template() -> None:
    assert {path.stem for path in (ROOT / "templates" / "new").iterdir()} == set(GIVEN) == set(MODELS)
