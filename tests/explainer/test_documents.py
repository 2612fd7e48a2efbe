"""Documents: how parties stand to them, what was known of them on a day, and how the timeline tells of them."""

from __future__ import annotations

import datetime

import pytest
from golden import SITES

from builder.explainer.linking import Explainer, link
from builder.explainer.snapshot import known_on
from builder.explainer.views.documents import by_standing, involvements, participants, relations
from builder.explainer.views.timeline import timeline_items
from builder.records.loading import Summaries, load


@pytest.fixture(scope="module")
def summaries() -> Summaries:
    return load(SITES / "kept-and-left" / "summaries")


@pytest.fixture(scope="module")
def pact(summaries: Summaries) -> Explainer:
    return link(summaries)


def test_a_party_stands_to_a_document_as_its_last_act_says(pact: Explainer) -> None:
    found = participants(pact, pact.document("river-pact"))
    standings = {standing: [party.id for party in parties] for standing, parties in by_standing(found).items()}
    assert standings == {"joined": ["upton", "seaford", "delta"], "left": ["bridgeton"]}


def test_a_person_is_listed_with_what_it_did_for_a_party(pact: Explainer) -> None:
    (signed,) = involvements(pact, pact.party("bo-marsh"))
    assert [(each.act.party, each.act.did, str(each.date)) for each in signed.acts] == [
        ("bridgeton", "signed", "2012-03-10")
    ]


def test_visits_on_the_day_of_a_document_are_apart_from_later_ones(pact: Explainer) -> None:
    found = {each.name: [record.id for record in each.records] for each in relations(pact, pact.document("river-pact"))}
    assert found == {"signed_at": ["signing-at-upton"], "visits": ["protocol-talks"], "stages": ["sharing"]}


@pytest.mark.parametrize(
    ("day", "date", "acts"),
    [
        ("2012-03-05", "2012-03-05", ["initialled"]),
        ("2012-03-09", "2012-03-05", ["initialled"]),
        ("2012-03-10", "2012-03-10", ["signed", "initialled", "signed", "signed"]),
        (
            "2015-04-30",
            "2012-03-10",
            ["signed", "initialled", "signed", "signed", "did-not-sign", "ratified", "ratified"],
        ),
    ],
)
def test_what_parties_did_later_was_not_known(day: str, date: str, acts: list[str], summaries: Summaries) -> None:
    then = link(known_on(summaries, datetime.date.fromisoformat(day))).document("river-pact")
    assert (str(then.date), [act.did for act in then.parties]) == (date, acts)


def test_a_document_is_not_known_before_its_first_step(summaries: Summaries) -> None:
    then = known_on(summaries, datetime.date(2012, 3, 4))
    assert "river-pact" in then.later
    assert [stage.documents for stage in link(then).stages] == []


def test_a_document_that_a_visit_has_is_told_with_it_on_its_days(pact: Explainer) -> None:
    told = {event.anchor: [telling.done for telling in event.tellings] for event in timeline_items(pact)}
    assert told["visit_signing-at-upton"] == [
        (),
        (("signed", ("upton", "bridgeton", "seaford")), ("did-not-sign", ("delta",))),
    ]
    assert told["document_river-pact_2015-05-01"] == [(("withdrew", ("bridgeton",)),)]
    assert "document_river-pact" not in told
