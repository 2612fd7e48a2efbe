"""What is published of a folder of summaries with drafts in it."""

from __future__ import annotations

from pathlib import Path

from golden import BASE, base_with

DRAFT = "draft: true\nname: Northland\nkind: state\n"
TERMS = "terms:\n  - {id: a-term, term: a term, definition: A word., sources: [fishnews-36329], draft: true}\n"
SOURCES = (
    "\n  - {id: times, type: report, title: The Times, standing: newspaper, draft: true}\n"
    "  - {id: herald, type: report, title: The Herald, standing: newspaper}\n"
)
CLAIMS = "source: times\nclaims:\n  - {id: c1, para: 1, text: The leaders met.}\n"


def test_neither_a_draft_nor_its_file_nor_the_claims_of_a_source_that_is_a_draft_are_published(tmp_path: Path) -> None:
    files = {"parties/northland.yml": DRAFT, "claims/times.yml": CLAIMS}
    everything = base_with({**files, "sources.yml": (BASE / "sources.yml").read_text("utf-8") + SOURCES}, tmp_path)
    published = everything.published()
    assert set(everything.records) - set(published.records) == {"northland", "times"}
    assert set(everything.claims) - set(published.claims) == {"times"}
    assert set(everything.files) - set(published.files) == set(files)
    assert published.drafts == {"northland", "times"}


def test_a_list_in_which_everything_is_a_draft_is_not_published(tmp_path: Path) -> None:
    everything = base_with({"terms.yml": TERMS}, tmp_path)
    assert set(everything.files) - set(everything.published().files) == {"terms.yml"}
