"""How a source is named, and where its links lead."""

from __future__ import annotations

import pytest

from builder.records.models.source import Source

ANNA = {"author": [{"family": "Berg", "given": "Anna"}]}


def source(**fields: object) -> Source:
    return Source.model_validate({"id": "herald-1", "type": "article-newspaper", "standing": "newspaper", **fields})


@pytest.mark.parametrize(
    ("kind", "outlet"),
    [
        ("article", "The Herald"),
        ("article-journal", "The Herald"),
        ("article-magazine", "The Herald"),
        ("article-newspaper", "The Herald"),
        ("broadcast", "The Herald"),
        ("entry-encyclopedia", "The Herald"),
        ("post", "The Herald"),
        ("post-weblog", "The Herald"),
        ("book", "Herald House"),
        ("chapter", "Herald House"),
        ("legislation", "Herald House"),
        ("report", "Herald House"),
        ("webpage", "Herald House"),
    ],
)
def test_an_article_is_by_its_newspaper_and_a_report_by_its_publisher(kind: str, outlet: str) -> None:
    both = source(type=kind, container="The Herald", publisher="Herald House")
    assert (both.outlet, both.who, both.label) == (outlet, outlet, outlet)
    assert source(type=kind, container="The Herald").who == "The Herald"
    assert source(type=kind, publisher="Herald House").who == "Herald House"


@pytest.mark.parametrize(
    ("fields", "label", "imprint"),
    [
        ({"title": "A pier", "container": "The Herald"}, "A pier", ("The Herald",)),
        ({"title": "A pier", "container": "The Herald", "publisher": "The Herald"}, "A pier", ("The Herald",)),
        ({"title": "A pier", "container": "The Herald", "publisher": "H"}, "A pier", ("The Herald", "H")),
        ({**ANNA, "container": "The Herald", "publisher": "H"}, "Anna Berg, The Herald", ("H",)),
        ({"author": [{"literal": "The Herald"}], "publisher": "The Herald"}, "The Herald", ()),
        (ANNA, "Anna Berg", ()),
        ({"publisher": "The Herald"}, "The Herald", ()),
    ],
)
def test_a_source_without_a_title_is_named_by_author_and_outlet(
    fields: dict[str, object], label: str, imprint: tuple[str, ...]
) -> None:
    found = source(**fields)
    assert (found.label, found.imprint) == (label, imprint)


@pytest.mark.parametrize(
    ("fields", "address"),
    [
        ({"URL": "https://example.org/a", "doi": "10.1000/182"}, "https://example.org/a"),
        ({"doi": "10.1000/182"}, "https://doi.org/10.1000/182"),
        (
            {"doi": "10.1002/(SICI)1097-4571(199806)49:8<693::AID-ASI4>3.0.CO;2-O"},
            "https://doi.org/10.1002/%28SICI%291097-4571%28199806%2949:8%3C693::AID-ASI4%3E3.0.CO;2-O",
        ),
        ({"doi": "10.1000.10/a?b#c%20é"}, "https://doi.org/10.1000.10/a%3Fb%23c%2520%C3%A9"),
        ({}, None),
    ],
)
def test_the_link_of_a_source_without_a_url_is_made_from_its_doi(fields: dict[str, object], address: str) -> None:
    assert source(**fields).address == address
