"""The navigation: generated pages merged with `nav` of mkdocs.yml."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from datetime import date
from html import unescape
from pathlib import Path

import pytest
from golden import ROOT, SITES
from markupsafe import Markup

from builder.assembly import assemble
from builder.inspection import inspect
from builder.pages.navigation import Entry, Navigation, Part, complete_nav
from builder.parsing.yaml_spans import texts_below
from builder.problems import SummaryError
from builder.project import Project
from builder.site.build import build

CONFIG = f"""\
site_name: Talks
theme: {{name: material, font: false, custom_dir: templates/theme}}
markdown_extensions: [abbr, admonition, attr_list, def_list, footnotes, md_in_html, tables]
validation: {{nav: {{omitted_files: warn}}}}
strict: true
hooks: [{ROOT / "builder" / "hook.py"}]
"""


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A small explainer with hand-written pages and without `nav` in its mkdocs.yml."""
    root = tmp_path / "explainer"
    shutil.copytree(SITES / "one-of-each" / "summaries", root / "summaries")
    (root / "templates").symlink_to(ROOT / "templates")
    (root / "docs" / "guide").mkdir(parents=True)
    for page, text in {
        "method.md": "# How we count\n",
        "about.md": "---\ntitle: Who & why\n---\n# About\n",
        "guide/index.md": "# For editors\n",
        "guide/zebras.md": "# A first step\n",
        "guide/apples.md": "# Bigger steps\n",
    }.items():
        (root / "docs" / page).write_text(text)
    (root / "mkdocs.yml").write_text(CONFIG)
    return Project(root=root)


def write_config(project: Project, nav: str) -> None:
    """Write mkdocs.yml with these lines about the navigation."""
    project.config.write_text(CONFIG + nav)


def replace(file: Path, old: str, new: str) -> None:
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")


MENU = re.compile(
    r'(?P<down><ul class="menu">)|(?P<up></ul>)'
    r'|<(?:a href="(?:\.\./|/)*(?P<to>[^"#]+)"|span) class="menu__link"(?P<current> aria-current="\w+")?>'
    r"(?P<title>.*?)<"
)
FOOTER = re.compile(r'<li><a href="(?:\.{0,2}/)*([^"]+)"(?: aria-current="page")?>(.*?)</a></li>')


def shown(site: Path, page: str = "404.html") -> list[str]:
    """Return the lines of the menu on a page, in HTML: `title > address`, or only the title for a section that begins
    with another site. The pages in a section are indented; the current page has a star.
    """
    lines, depth = [], -1
    for match in MENU.finditer((site / page).read_text("utf-8").partition("md-nav--primary")[2]):
        depth += bool(match["down"]) - bool(match["up"])
        if match["title"]:
            address = f" > {match['to']}" if match["to"] else ""
            lines.append(f"{'  ' * depth}{match['title']}{address}{' *' if match['current'] else ''}")
    return lines


def at_foot(site: Path, page: str = "404.html") -> list[str]:
    """Return the links in the footer of a page: `title > address`."""
    footer = (site / page).read_text("utf-8").partition("<footer")[2]
    return [f"{unescape(title)} > {address}" for address, title in FOOTER.findall(footer)]


STORY = ["Story > .", "  Background > background/", "  Stages > stages/"]
TIMELINE = ["Timeline > timeline/"]
PEOPLE = [
    "People and meetings > visits/",
    "  Visits > visits/",
    "  Who’s who > parties/",
    "  Who met whom > meetings/",
    "  Invitations > invitations/",
]
PROJECTS = ["Projects > projects/"]
GENERATED = [*STORY, *TIMELINE, *PEOPLE, *PROJECTS]
HAND_WRITTEN = [
    "How we count > method/",
    "Who &amp; why > about/",
    "Guide > guide/",
    "  For editors > guide/",
    "  A first step > guide/zebras/",
    "  Bigger steps > guide/apples/",
]
AT_FOOT = [
    "Sources > sources/",
    "State of this explainer > state/",
    "Downloads > downloads/",
    "Everything on one page > whole/",
    "Follow updates (RSS) > data/feed.xml",
    "Cite this explainer > #page_cite",
    "Contact > https://example.org/contact",
]


METHOD, ABOUT = HAND_WRITTEN[:2]


def test_without_nav_generated_pages_come_first_and_then_others_with_their_titles(project: Project) -> None:
    build(project)
    assert shown(project.site) == GENERATED + HAND_WRITTEN


def test_plain_mkdocs_shows_the_same_navigation(project: Project) -> None:
    build(project)
    expected = {page: shown(project.site, page) for page in ("404.html", "stages/index.html", "about/index.html")}
    shutil.rmtree(project.site)
    command = [sys.executable, "-m", "mkdocs", "build", "--strict"]
    done = subprocess.run(command, cwd=project.root, check=False, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert {page: shown(project.site, page) for page in expected} == expected


def test_entries_of_mkdocs_yml_come_after_generated_pages(project: Project) -> None:
    write_config(
        project,
        "nav:\n"
        "  - Method: method.md\n"
        "  - More: [about.md, Elsewhere: 'https://example.org/']\n"
        "not_in_nav: /guide/\n",
    )  # fmt: skip
    build(project)
    assert shown(project.site) == [
        *GENERATED,
        "Method > method/",
        "More > about/",
        f"  {ABOUT}",
        "  Elsewhere > https://example.org/",
    ]


def test_a_generated_page_in_nav_keeps_its_title_and_place(project: Project) -> None:
    write_config(
        project,
        "nav:\n"
        "  - method.md\n"
        "  - Start: index.md\n"
        "  - What was agreed: projects/index.md\n"
        "  - To look up:\n"
        "    - sources/index.md\n"
        "    - about.md\n"
        "not_in_nav: /guide/\n",
    )
    build(project)
    assert shown(project.site) == [
        METHOD,
        "Start > .",
        "Story > background/",
        *STORY[1:],
        *TIMELINE,
        *PEOPLE,
        "What was agreed > projects/",
        "To look up > sources/",
        "  Sources > sources/",
        f"  {ABOUT}",
    ]
    assert at_foot(project.site) == AT_FOOT


def test_the_rest_of_a_part_comes_where_its_first_page_would(project: Project) -> None:
    write_config(
        project,
        "nav:\n"
        "  - timeline/index.md\n"
        "  - People: parties/index.md\n"
        "  - Elsewhere: 'https://example.org/'\n"
        "not_in_nav: |\n  /guide/\n  /method.md\n  /about.md\n",
    )
    build(project)
    assert shown(project.site) == [
        *STORY,
        *TIMELINE,
        "People and meetings > visits/",
        *(line for line in PEOPLE[1:] if "parties" not in line),
        "People > parties/",
        *PROJECTS,
        "Elsewhere > https://example.org/",
    ]


def test_a_section_that_begins_with_another_site_has_no_link(project: Project) -> None:
    write_config(
        project,
        "nav:\n  - More: [Elsewhere: 'https://example.org/', about.md]\nnot_in_nav: |\n  /guide/\n  /method.md\n",
    )
    build(project)
    assert shown(project.site)[-3:] == ["More", "  Elsewhere > https://example.org/", f"  {ABOUT}"]


def test_the_footer_begins_with_what_mkdocs_yml_puts_there(project: Project) -> None:
    write_config(
        project,
        "extra: {footer: [method.md, Who we are: about.md, Elsewhere: 'https://example.org/', glossary.md]}\n"
        "not_in_nav: /guide/\n",
    )
    build(project)
    assert shown(project.site) == GENERATED
    expected = ["How we count > method/", "Who we are > about/", "Elsewhere > https://example.org/", *AT_FOOT]
    assert at_foot(project.site) == expected
    assert at_foot(project.site, "visits/kim-putin-vladivostok/index.html") == expected


def test_a_record_marks_the_page_that_lists_it(project: Project) -> None:
    build(project)
    for page, place in (
        ("index.html", STORY[0]),
        ("stages/index.html", STORY[-1]),
        ("visits/index.html", PEOPLE[1]),
        ("visits/kim-putin-vladivostok/index.html", PEOPLE[1]),
        ("parties/kim-jong-un/index.html", PEOPLE[2]),
        ("sources/index.html", None),
        ("404.html", None),
    ):
        marked = [line.partition(" > ")[0] for line in shown(project.site, page) if line.endswith(" *")]
        assert marked == ([place.partition(" > ")[0]] if place else []), page
    visit = (project.site / "visits" / "kim-putin-vladivostok" / "index.html").read_text("utf-8")
    assert re.findall(r'class="menu__part menu__part--current"><a href="([^"]+)"', visit) == ["../"]


def test_not_in_nav_leaves_out_generated_pages_too(project: Project) -> None:
    write_config(project, "not_in_nav: |\n  /guide/\n  /downloads.md\n  /stages/\n")
    build(project)
    assert shown(project.site) == [STORY[0], STORY[1], *GENERATED[len(STORY) :], METHOD, ABOUT]
    assert at_foot(project.site) == [line for line in AT_FOOT if line[:3] != "Dow"]
    assert (project.site / "downloads" / "index.html").is_file()


FULL = """\
nav:
  - Home: index.md
  - Background: background.md
  - Stages: stages/index.md
  - Visits: visits/index.md
  - Projects: projects/index.md
  - Sanctions and rules: constraints/index.md
  - Who’s who: parties/index.md
  - Who met whom: meetings.md
  - Invitations: invitations.md
  - Timeline: timeline/index.md
  - Claims: claims/index.md
  - Forecasts: forecasts.md
  - Glossary: glossary.md
  - Sources: sources/index.md
  - Downloads: downloads.md
  - Method: method.md
  - About: about.md
not_in_nav: |
  /stages/*
  /visits/*
  /projects/*
  /parties/*
  /guide/*
  /state.md
"""


COMPLETE = [
    "Home > .",
    "Background > background/",
    "Stages > stages/",
    "Visits > visits/",
    "Projects > projects/",
    "Who’s who > parties/",
    "Who met whom > meetings/",
    "Invitations > invitations/",
    "Timeline > timeline/",
    "Sources > sources/",
    "Downloads > downloads/",
    "Method > method/",
    "About > about/",
]


def test_a_complete_nav_is_unchanged_except_that_empty_pages_are_left_out(project: Project) -> None:
    write_config(project, FULL)
    build(project)
    assert shown(project.site) == COMPLETE


def test_an_entry_appears_with_the_first_record_and_disappears_with_the_last(project: Project) -> None:
    build(project)
    assert shown(project.site) == GENERATED + HAND_WRITTEN
    assert at_foot(project.site) == AT_FOOT
    terms, questions = project.summaries / "terms.yml", project.summaries / "questions.yml"
    terms.write_text("terms:\n  - id: pier\n    term: Pier\n    definition: A quay.\n    sources: [newsam-509252]\n")
    questions.write_text(
        "questions:\n  - id: met\n    question: Where did they meet?\n    about: [kim-putin-vladivostok]\n"
        "    answer: [{text: In Vladivostok., sources: [newsam-509252]}]\n"
    )
    build(project)
    visit = "visits/kim-putin-vladivostok/index.html"
    assert at_foot(project.site, visit) == [AT_FOOT[0], "Glossary > glossary/", *AT_FOOT[1:]]
    assert shown(project.site) == [*STORY, "  Questions > questions/", *GENERATED[len(STORY) :], *HAND_WRITTEN]
    terms.unlink()
    questions.unlink()
    build(project)
    assert shown(project.site) == GENERATED + HAND_WRITTEN
    assert at_foot(project.site) == AT_FOOT


def test_a_hand_written_page_is_shown_if_the_builder_has_none_at_its_path(project: Project) -> None:
    (project.docs / "glossary.md").write_text("# Our own words\n")
    write_config(project, "nav: [Words: glossary.md]\nnot_in_nav: |\n  /guide/\n  /method.md\n  /about.md\n")
    build(project)
    assert shown(project.site) == [*GENERATED, "Words > glossary/"]


def test_a_site_as_of_an_earlier_day_leaves_out_pages_without_records_yet(project: Project) -> None:
    write_config(project, FULL)
    replace(project.config, "- Method", "- That day: visits/kim-putin-vladivostok.md\n  - Method")
    build(project, assembly=assemble(project, as_of=date(2019, 4, 1)))
    assert shown(project.site) == [*COMPLETE[:2], *COMPLETE[5:7], *COMPLETE[-4:]]


def test_the_navigation_uses_the_explainers_own_phrases(project: Project) -> None:
    settings = project.summaries / "explainer.yml"
    settings.write_text(
        settings.read_text("utf-8") + "words:\n  menu.story: Start\n  kinds.stages-index: Steps & stops\n"
    )
    build(project)
    assert shown(project.site) == [
        "Start > .",
        STORY[1],
        "  Steps &#38; stops > stages/",
        *GENERATED[len(STORY) :],
        *HAND_WRITTEN,
    ]


def test_with_unreadable_summaries_the_pages_of_the_last_build_are_shown(project: Project) -> None:
    from mkdocs.commands.build import build as mkdocs_build
    from mkdocs.config import load_config

    from builder.site.plugins.navigation_plugin import add_navigation

    build(project)
    project.config.write_text(CONFIG.partition("hooks:")[0])
    config = load_config(str(project.config))
    add_navigation(config, None)
    mkdocs_build(config)
    assert shown(project.site) == [
        "Kim and Putin at Vladivostok > .",
        *(line.strip() for line in STORY[1:]),
        *TIMELINE,
        *(line.strip() for line in PEOPLE[1:]),
        *PROJECTS,
        *HAND_WRITTEN,
    ]
    assert at_foot(project.site) == AT_FOOT[:4]


UNKNOWN = {
    "  - Method: methods.md": (
        "5:13: the navigation names methods.md, but there is no such page (did you mean 'method.md'?)"
    ),
    "  - method.md\n  - more:\n    - visits/hanoi.md": (
        "7:7: the navigation names visits/hanoi.md, but there is no such page "
        "(write docs/visits/hanoi.md, or remove the line)"
    ),
    "  - index.md\nextra:\n  words: {footer: gone.md}\n  footer: [method.md, 'Ours': abuot.md]": (
        "8:31: the footer names abuot.md, but there is no such page (did you mean 'about.md'?)"
    ),
    "  [{About: about.md}, {'How': 'how/./to.md'}]": (
        "5:31: the navigation names how/to.md, but there is no such page (write docs/how/to.md, or remove the line)"
    ),
}


@pytest.mark.parametrize(("nav", "message"), UNKNOWN.items())
def test_a_missing_page_is_reported_at_its_line(project: Project, nav: str, message: str) -> None:
    project.config.write_text(f"site_name: Talks\ntheme: material\nsite_url: !ENV [SITE_URL, '']\nnav:\n{nav}\n")
    for step in (inspect, build):
        with pytest.raises(SummaryError) as caught:
            step(project)
        assert str(caught.value) == f"mkdocs.yml:{message} [no-page]"


def test_a_left_over_generated_page_counts_as_missing(project: Project) -> None:
    build(project)
    write_config(project, "nav: [visits/gone.md]\n")
    left = project.docs / "visits" / "kim-putin-vladivostok.md"
    left.rename(left.with_name("gone.md"))
    with pytest.raises(SummaryError) as caught:
        inspect(project)
    assert str(caught.value) == (
        "mkdocs.yml:7:7: the navigation names visits/gone.md, but there is no such page "
        "(write docs/visits/gone.md, or remove the line) [no-page]"
    )


def test_a_hand_written_page_that_nav_does_not_name_comes_last(project: Project) -> None:
    write_config(project, "nav: [method.md]\nnot_in_nav: /guide/\n")
    build(project)
    assert shown(project.site)[-2:] == ["How we count > method/", "Who &amp; why > about/"]


def test_titles_show_as_typed_everywhere(project: Project) -> None:
    title = """A "b" & <i>c</i> {{ d }} 'e'"""
    quoted = title.replace("'", "''")
    project.config.write_text(
        CONFIG.replace("Talks", f"'{quoted}'")
        + f"nav:\n  - '{quoted}': method.md\n  - about.md\n"
        + f"  - 'In {quoted}': [guide/index.md]\nnot_in_nav: /guide/\n"
    )
    replace(project.docs / "about.md", "title: Who & why", f"title: 'On {quoted}'")
    build(project)
    safe = "A &#34;b&#34; &amp; &lt;i&gt;c&lt;/i&gt; {{ d }} &#39;e&#39;"
    assert shown(project.site)[-4:] == [
        f"{safe} > method/",
        f"On {safe} > about/",
        f"In {safe} > guide/",
        "  For editors > guide/",
    ]
    for page in ("404.html", "index.html", "about/index.html", "method/index.html", "visits/index.html"):
        html = (project.site / page).read_text("utf-8")
        assert html.count(f'title="{safe}" class="md-header__button md-logo" aria-label="{safe}"') == 1
        assert html.count(f'title="{safe}" class="md-nav__button md-logo" aria-label="{safe}"') == 1
        assert re.findall(r"<i>|&amp;(?:amp|lt|#)", html) == [], page
        assert f"{safe}</title>" in html
    assert f'<li><a href="/method/">{safe}</a></li>' in (project.site / "404.html").read_text("utf-8")


def test_cached_pages_are_rendered_again_when_the_navigation_changes(project: Project) -> None:
    build(project)
    settings = project.summaries / "explainer.yml"
    settings.write_text(settings.read_text("utf-8") + "words:\n  kinds.projects-index: Plans\n")
    build(project)
    kept = {path: path.read_bytes() for path in project.site.rglob("*") if path.is_file()}
    shutil.rmtree(project.root / ".cache")
    build(project)
    assert {path: path.read_bytes() for path in project.site.rglob("*") if path.is_file()} == kept
    assert "Plans > projects/" in shown(project.site, "about/index.html")


PARTS = (
    Part(title=Markup("All"), entries=(Entry(path="index.md"), Entry(path="stages.md"))),
    Part(entries=(Entry(path="visits.md"),)),
    Part(title=Markup("More"), entries=(Entry(path="sources.md"), Entry(path="terms.md"))),
)
ALL: dict[str, object] = {"All": ["index.md", "stages.md"]}
MORE: dict[str, object] = {"More": ["sources.md", "terms.md"]}
SECTION: dict[str, object] = {"Mine": ["stages.md", {"In": ["index.md"]}]}
EMPTY: list[object] = [{"Rules": "rules.md"}, {"All": [{"Of": ["rules.md"]}]}]


@pytest.mark.parametrize(
    ("nav", "expected"),
    [
        ([], [ALL, "visits.md", MORE]),
        (["a.md"], [ALL, "visits.md", MORE, "a.md"]),
        (["a.md", "./stages.md", "b.md"], ["index.md", "a.md", "./stages.md", "visits.md", MORE, "b.md"]),
        (["visits.md", "index.md"], ["visits.md", MORE, "index.md", "stages.md"]),
        (["terms.md", "a.md"], [ALL, "visits.md", "sources.md", "terms.md", "a.md"]),
        ([SECTION], ["visits.md", MORE, SECTION]),
        ([*EMPTY, "a.md"], [ALL, "visits.md", MORE, "a.md"]),
    ],
)
def test_what_is_left_of_a_part_follows_the_page_before_it_in_the_builders_order(
    nav: list[object], expected: list[object]
) -> None:
    assert complete_nav(nav, Navigation(parts=PARTS, empty=frozenset({"rules.md"}))) == expected


def test_texts_below_a_key_are_found_even_if_aliases_form_a_loop() -> None:
    text = "site: x\nnav: &all\n- One: a.md\n- &two [b.md, *all]\n- *two\n"
    assert texts_below(text, "nav") == [("a.md", 3, 8), ("b.md", 4, 9)]
    assert texts_below(text, "site") == [("x", 1, 7)]
    assert texts_below("nav: [", "nav") == texts_below("- nav", "nav") == texts_below("", "nav") == []
