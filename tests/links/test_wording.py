"""The report on addresses, as text, Markdown and JSON. Addresses are written by strangers."""

from __future__ import annotations

import datetime

import markdown

from builder.links.archived_copies import Copy
from builder.links.checking import Finding, Link, State, Verdict
from builder.links.wording import MAX_BYTES, as_data, as_markdown, as_text
from builder.problems import Location


def finding(address: str, state: State = "gone", reason: str = "answers 410 (gone)", **more: str) -> Finding:
    link = Link(source="a-1", field="URL", address=address, location=Location("summaries/sources.yml", 3, 10))
    copy = Copy(address=more["copy"], day=datetime.date(2019, 4, 26)) if "copy" in more else None
    return Finding(link=link, verdict=Verdict(state=state, reason=reason, to=more.get("to", "")), copy=copy)


def test_each_state_has_a_section_and_addresses_that_are_alive_have_none() -> None:
    findings = [
        finding("https://a.example/", "alive", ""),
        finding("https://b.example/", "unsure", "a private address"),
        finding("https://c.example/", "moved", "has moved", to="https://d.example/"),
        finding(
            "https://e.example/f", reason="leads to the front page", to="https://e.example/", copy="https://g.example/"
        ),
    ]
    assert as_text(findings) == (
        "Asked 4 addresses of 1 source: 1 gone, 1 moved, 1 unsure, 1 alive.\n"
        "\n"
        "Gone (1)\n"
        "  summaries/sources.yml:3:10: URL of a-1, https://e.example/f: leads to the front page, https://e.example/; "
        "copy of 2019-04-26: https://g.example/\n"
        "\n"
        "Moved (1)\n"
        "  summaries/sources.yml:3:10: URL of a-1, https://c.example/: has moved to https://d.example/\n"
        "\n"
        "Unsure (1)\n"
        "  summaries/sources.yml:3:10: URL of a-1, https://b.example/: a private address\n"
    )
    assert as_text([]) == as_markdown([]) == "No source has an address.\n"


def test_addresses_that_are_alive_are_listed_if_a_copy_was_looked_up() -> None:
    assert as_text([finding("https://a.example/", "alive", "", copy="https://g.example/")]) == (
        "Asked 1 address of 1 source: 1 alive.\n"
        "\n"
        "Alive, without an archived copy so far (1)\n"
        "  summaries/sources.yml:3:10: URL of a-1, https://a.example/; copy of 2019-04-26: https://g.example/\n"
    )


NASTY = "https://a.example/`x`_*_<b>|[](https://b.example)@someone#1owner/repo#2&#64;\x1b[2J\n- [ ] \u202e``` "


def test_an_address_is_code_in_markdown_whatever_it_holds() -> None:
    text = as_markdown([finding(NASTY, "moved", "has moved", to="https://c.example/``")])
    assert text == (
        "Asked 1 address of 1 source: 1 moved.\n"
        "\n"
        "### Moved (1)\n"
        "\n"
        "- `summaries/sources.yml:3:10`: URL of `a-1`, ```` https://a.example/`x`_*_<b>|[](https://b.example)@someone#1"
        "owner/repo#2&#64;U+001B[2JU+000A- [ ] U+202E```  ````: has moved to ``` https://c.example/`` ```\n"
    )
    html = markdown.markdown(text)
    assert html.count("<code>") == 4
    assert "<a " not in html
    assert "<b>" not in html


def test_text_has_no_control_characters() -> None:
    line = as_text([finding(NASTY)]).splitlines()[3]
    assert line.startswith("  summaries/sources.yml:3:10: URL of a-1, https://a.example/`x`_*_<b>|")
    assert line.endswith("U+001B[2JU+000A- [ ] U+202E``` : answers 410 (gone)")


def test_markdown_is_short_enough_for_an_issue() -> None:
    text = as_markdown([finding(f"https://a.example/{'조' * 5000}/{number}") for number in range(200)])
    lines = text.splitlines()
    assert MAX_BYTES - 2000 < len(text.encode()) < MAX_BYTES + 100
    assert (
        lines[4]
        == f"- `summaries/sources.yml:3:10`: URL of `a-1`, `https://a.example/{'조' * 282}...`: answers 410 (gone)"
    )
    assert lines[-1] == f"- ... and {200 - (len(lines) - 5)} more"


def test_json_has_all_that_was_found() -> None:
    findings = [
        finding("https://a.example/", "moved", "has moved", to="https://b.example/", copy="https://g.example/"),
        finding("https://c.example/", "alive", ""),
    ]
    where = {"source": "a-1", "field": "URL", "path": "summaries/sources.yml", "line": 3, "column": 10}
    moved = {"address": "https://a.example/", "state": "moved", "reason": "has moved", "to": "https://b.example/"}
    alive = {"address": "https://c.example/", "state": "alive", "reason": "", "to": "", "copy": None}
    copy = {"address": "https://g.example/", "day": "2019-04-26", "missing": ""}
    assert as_data(findings) == {
        "format": 1,
        "counts": {"gone": 0, "moved": 1, "unsure": 0, "alive": 1},
        "addresses": [{**where, **moved, "copy": copy}, {**where, **alive}],
    }
