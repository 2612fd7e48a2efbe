"""What is published of a folder of summaries with drafts in it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from golden import BASE, EXPLAINER, base_with, furnish

from builder.assembly import assemble

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


INCOMPLETE = "draft: true\ntitle: A plan\n"
LISTED = {
    "block": (
        "terms:\n"
        "  # Words of the treaty.\n"
        "  - id: a-term\n    term: a term\n    definition: A word.\n    sources: [fishnews-36329]\n"
        "\n"
        "  # Not sure of this one.\n"
        "  -\n    id: secret\n    draft: true\n    term: secret word\n"
        '    definition: "It goes\n      on."\n    sources: [fishnews-36329]\n    # secret reason\n'
        "  # The last one.\n"
        "  - {id: b-term, term: b term, definition: A word., sources: [fishnews-36329]}\n"
        "  - {id: secret-too, draft: true}\n",
        "terms:\n"
        "  # Words of the treaty.\n"
        "  - id: a-term\n    term: a term\n    definition: A word.\n    sources: [fishnews-36329]\n"
        "\n"
        "  # The last one.\n"
        "  - {id: b-term, term: b term, definition: A word., sources: [fishnews-36329]}\n",
    ),
    "in brackets": (
        "terms: [{id: a-term, term: a term, definition: A word., sources: [fishnews-36329]},"
        " {id: secret, draft: true, term: secret word, definition: A word., sources: [fishnews-36329]}]\n",
        '{\n  "terms": [\n    {\n      "id": "a-term",\n      "term": "a term",\n      "definition": "A word.",\n'
        '      "sources": [\n        "fishnews-36329"\n      ]\n    }\n  ]\n}\n',
    ),
}


@pytest.mark.parametrize(("written", "expected"), LISTED.values(), ids=LISTED)
def test_nothing_of_a_draft_is_in_the_published_copy_of_its_list(written: str, expected: str, tmp_path: Path) -> None:
    everything = base_with({"terms.yml": written}, tmp_path)
    assert everything.published().files["terms.yml"].decode() == expected
    assert everything.files["terms.yml"].decode() == written


def test_a_draft_that_lacks_too_much_to_be_shown_is_not_published_either(tmp_path: Path) -> None:
    everything = base_with({"visits/secret.yml": INCOMPLETE}, tmp_path)
    assert set(everything.files) - set(everything.published().files) == {"visits/secret.yml"}


def test_no_file_of_a_site_has_anything_of_a_draft(tmp_path: Path) -> None:
    """Neither a page, nor data, nor a schema, whatever kind the draft is of."""
    project = furnish(tmp_path)
    shutil.copytree(EXPLAINER / "summaries", project.summaries)
    common = "draft: true\nsources: [it-115369]\n"
    drafts = {
        "visits/hushed-1.yml": f"{common}title: Hushed\ndate: 1997\nlevel: high\nparties: [uk, ireland]\nstatus: held",
        "visits/hushed-2.yml": "draft: true\ntitle: Hushed\n",
        "projects/hushed-3.yml": f"{common}title: Hushed\nparties: [uk]\nstatus: idea\n",
        "constraints/hushed-4.yml": f"{common}title: Hushed\ndate: 1997\nadopted_by: [uk]\n",
        "stages/hushed-5.yml": f"{common}title: Hushed\norder: 99\nparties: [uk]\nstatus: done\n",
        "parties/hushed-6.yml": f"{common}name: Hushed\nkind: person\nof: [uk]\n",
        "claims/hushed-8.yml": "source: hushed-8\nclaims:\n  - {id: c1, para: 1, text: Hushed.}\n",
    }
    lists = {
        "places.yml": "  - {id: hushed-7, name: Hushed, lat: 1, lon: 1, draft: true}\n",
        "sources.yml": "  - {id: hushed-8, type: report, title: Hushed, standing: newspaper, draft: true}\n",
        "terms.yml": "  - {id: hushed-9, term: Hushed, draft: true}\n",
        "questions.yml": "  - {id: hushed-10, question: Hushed, draft: true}\n",
    }
    settings = project.summaries / "explainer.yml"
    settings.write_text(f"{settings.read_text('utf-8')}languages: [ru]\n", "utf-8")
    translation = "texts:\n  - {record: %s, field: name, original: Hushed, translation: Hushed}\n"
    kept = "  - {record: uk, field: name, original: United Kingdom, translation: Великобритания}\n"
    drafts |= {
        "events/hushed-11.yml": f"{common}title: Hushed\ndate: 1997\nkind: letter\nparties: [uk]\nstatus: happened\n",
        "documents/hushed-12.yml": f"{common}title: Hushed\ndate: 1997\nstatus: signed\n",
        "translations/ru/visits/hushed-1.yml": "texts:\n  - {field: title, original: Hushed, translation: Hushed}\n",
        "translations/ru/places.yml": translation % "hushed-7",
        "translations/ru/parties.yml": translation % "hushed-6" + kept,
    }
    for path, text in drafts.items():
        (project.summaries / path).parent.mkdir(parents=True, exist_ok=True)
        (project.summaries / path).write_text(text, "utf-8")
    for path, text in lists.items():
        file = project.summaries / path
        before = file.read_text("utf-8") if file.exists() else f"{path.removesuffix('.yml')}:\n"
        file.write_text(before.rstrip("\n") + "\n" + text, "utf-8")
    assembly = assemble(project)
    files = {page.path: f"{page.meta}{page.body}".encode() for page in assembly.pages} | dict(assembly.assets)
    assert [path for path, data in files.items() if "hushed" in path or b"hushed" in data.lower()] == []
    assert files["data/translations/ru/parties.yml"].decode() == f"texts:\n{kept}"
