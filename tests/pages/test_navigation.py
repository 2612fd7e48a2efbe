"""The navigation: made of the pages that exist, around what mkdocs.yml says of its own."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from golden import ROOT, SITES

from builder.assembly import assemble, inspect
from builder.pages.navigation import Entry, Navigation, completed
from builder.parsing.yaml_reader import texts_below
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
    """A small explainer with pages written by hand, and nothing said of its navigation."""
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


def says(project: Project, nav: str) -> None:
    """Have mkdocs.yml say something of the navigation."""
    project.config.write_text(CONFIG + nav)


def replace(file: Path, old: str, new: str) -> None:
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")


LINE = re.compile(
    r'(?:<a href="(?:\.\./|/)*([^"#]+)" class="md-nav__link[^"]*"|<label class="md-nav__link")[^>]*>\s*'
    r'<span class="md-ellipsis">\s*(.*?)\s*</span>'
)


def shown(site: Path, page: str = "404.html") -> list[str]:
    """The lines of the menu on a page: `title > address`, or the title alone for a section, as HTML has them."""
    lines = LINE.findall((site / page).read_text("utf-8"))
    return [f"{title} > {address}" if address else title for address, title in lines]


MADE = [
    "Home > .",
    "Stages > stages/",
    "Visits > visits/",
    "Projects > projects/",
    "Who’s who > parties/",
    "Who met whom > meetings/",
    "Invitations > invitations/",
    "Timeline > timeline/",
    "Sources > sources/",
    "Downloads > downloads/",
]
BY_HAND = [
    "How we count > method/",
    "Who &amp; why > about/",
    "Guide",
    "For editors > guide/",
    "A first step > guide/zebras/",
    "Bigger steps > guide/apples/",
]


METHOD, ABOUT = BY_HAND[:2]


def test_where_nothing_is_said_the_builders_pages_come_first_and_others_by_their_titles(project: Project) -> None:
    build(project)
    assert shown(project.site) == MADE + BY_HAND


def test_plain_mkdocs_shows_the_same_navigation(project: Project) -> None:
    build(project)
    expected = {page: shown(project.site, page) for page in ("404.html", "stages/index.html", "about/index.html")}
    shutil.rmtree(project.site)
    command = [sys.executable, "-m", "mkdocs", "build", "--strict"]
    done = subprocess.run(command, cwd=project.root, check=False, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert {page: shown(project.site, page) for page in expected} == expected


def test_what_mkdocs_yml_adds_follows(project: Project) -> None:
    says(
        project,
        "nav:\n"
        "  - Method: method.md\n"
        "  - More: [about.md, Elsewhere: 'https://example.org/']\n"
        "not_in_nav: /guide/\n",
    )  # fmt: skip
    build(project)
    assert shown(project.site) == [*MADE, "Method > method/", "More", ABOUT, "Elsewhere > https://example.org/"]


def test_a_page_of_the_builder_that_mkdocs_yml_names_keeps_its_title_and_place(project: Project) -> None:
    says(
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
        "Stages > stages/",
        "Visits > visits/",
        "What was agreed > projects/",
        "Who’s who > parties/",
        "Who met whom > meetings/",
        "Invitations > invitations/",
        "Timeline > timeline/",
        "Downloads > downloads/",
        "To look up",
        "Sources > sources/",
        ABOUT,
    ]


def test_not_in_nav_of_mkdocs_yml_leaves_out_pages_of_the_builder_too(project: Project) -> None:
    says(project, "not_in_nav: |\n  /guide/\n  /downloads.md\n  /stages/\n")
    build(project)
    assert shown(project.site) == [line for line in MADE if line[:3] not in ("Sta", "Dow")] + [METHOD, ABOUT]
    assert (project.site / "downloads" / "index.html").is_file()


FULL = """\
nav:
  - Home: index.md
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


def test_a_navigation_that_names_every_page_stays_as_it_is_without_those_that_would_be_empty(project: Project) -> None:
    says(project, FULL)
    build(project)
    assert shown(project.site) == [*MADE, "Method > method/", "About > about/"]


def test_an_entry_comes_with_its_first_record_and_goes_with_its_last(project: Project) -> None:
    build(project)
    assert shown(project.site) == MADE + BY_HAND
    terms = project.summaries / "terms.yml"
    terms.write_text("terms:\n  - id: pier\n    term: Pier\n    definition: A quay.\n    sources: [newsam-509252]\n")
    build(project)
    glossary = ["Glossary > glossary/"]
    assert glossary[0] in shown(project.site, "visits/kim-putin-vladivostok/index.html")
    assert shown(project.site) == MADE[:-2] + glossary + MADE[-2:] + BY_HAND
    terms.unlink()
    build(project)
    assert shown(project.site) == MADE + BY_HAND


def test_a_page_written_by_hand_where_the_builder_has_none_is_shown(project: Project) -> None:
    (project.docs / "glossary.md").write_text("# Our own words\n")
    says(project, "nav: [Words: glossary.md]\nnot_in_nav: |\n  /guide/\n  /method.md\n  /about.md\n")
    build(project)
    assert shown(project.site) == [*MADE, "Words > glossary/"]


def test_a_site_as_of_an_earlier_day_leaves_out_what_was_not_there_yet(project: Project) -> None:
    says(project, FULL)
    replace(project.config, "- Method", "- That day: visits/kim-putin-vladivostok.md\n  - Method")
    build(project, assembly=assemble(project, as_of=date(2019, 4, 1)))
    earlier = ["Home > .", MADE[1], *MADE[3:6], *MADE[-2:], "Method > method/", "About > about/"]
    assert shown(project.site) == earlier


def test_the_navigation_speaks_as_the_words_of_the_explainer_do(project: Project) -> None:
    settings = project.summaries / "explainer.yml"
    settings.write_text(
        settings.read_text("utf-8") + "words:\n  site.home: Start\n  kinds.stages-index: Steps & stops\n"
    )
    build(project)
    assert shown(project.site) == ["Start > .", "Steps &#38; stops > stages/", *MADE[2:], *BY_HAND]


def test_without_summaries_that_can_be_read_the_pages_of_the_last_build_are_shown(project: Project) -> None:
    from mkdocs.commands.build import build as mkdocs_build
    from mkdocs.config import load_config

    from builder.site.plugins.navigation_plugin import add_navigation

    build(project)
    project.config.write_text(CONFIG.partition("hooks:")[0])
    config = load_config(str(project.config))
    add_navigation(config, None)
    mkdocs_build(config)
    assert shown(project.site) == ["Kim and Putin at Vladivostok > .", *MADE[1:], *BY_HAND]


UNKNOWN = {
    "  - Method: methods.md": (
        "5:13: the navigation names methods.md, and there is no such page (did you mean 'method.md'?)"
    ),
    "  - method.md\n  - more:\n    - visits/hanoi.md": (
        "7:7: the navigation names visits/hanoi.md, and there is no such page "
        "(write docs/visits/hanoi.md, or take the line out)"
    ),
    "  [{About: about.md}, {'How': 'how/./to.md'}]": (
        "5:31: the navigation names how/to.md, and there is no such page (write docs/how/to.md, or take the line out)"
    ),
}


@pytest.mark.parametrize(("nav", "said"), UNKNOWN.items())
def test_a_page_that_is_not_there_is_named_at_its_line(project: Project, nav: str, said: str) -> None:
    project.config.write_text(f"site_name: Talks\ntheme: material\nsite_url: !ENV [SITE_URL, '']\nnav:\n{nav}\n")
    for step in (inspect, build):
        with pytest.raises(SummaryError) as caught:
            step(project)
        assert str(caught.value) == f"mkdocs.yml:{said} [no-page]"


def test_a_page_of_the_builder_that_was_left_behind_is_no_page(project: Project) -> None:
    build(project)
    says(project, "nav: [visits/gone.md]\n")
    left = project.docs / "visits" / "kim-putin-vladivostok.md"
    left.rename(left.with_name("gone.md"))
    with pytest.raises(SummaryError) as caught:
        inspect(project)
    assert str(caught.value) == (
        "mkdocs.yml:7:7: the navigation names visits/gone.md, and there is no such page "
        "(write docs/visits/gone.md, or take the line out) [no-page]"
    )


def test_a_page_written_by_hand_that_is_forgotten_is_still_told_of(project: Project) -> None:
    says(project, "nav: [method.md]\nnot_in_nav: /guide/\n")
    with pytest.raises(
        SummaryError, match=r"^mkdocs\.yml:1:1: .* not included in the \"nav\" configuration: - about\.md \[mkdocs\]$"
    ):
        build(project)


def test_titles_show_as_typed_wherever_they_stand(project: Project) -> None:
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
        f"In {safe}",
        "For editors > guide/",
    ]
    for page in ("404.html", "index.html", "about/index.html", "method/index.html", "visits/index.html"):
        html = (project.site / page).read_text("utf-8")
        assert html.count(f'title="{safe}" class="md-header__button md-logo" aria-label="{safe}"') == 1
        assert html.count(f'title="{safe}" class="md-nav__button md-logo" aria-label="{safe}"') == 1
        assert re.findall(r"<i>|&amp;(?:amp|lt|#)", html) == [], page
        assert f"{safe}</title>" in html
    assert f'<li><a href="/method/">{safe}</a></li>' in (project.site / "404.html").read_text("utf-8")


def test_what_is_kept_of_pages_is_made_again_where_the_navigation_changes(project: Project) -> None:
    build(project)
    settings = project.summaries / "explainer.yml"
    settings.write_text(settings.read_text("utf-8") + "words:\n  kinds.projects-index: Plans\n")
    build(project)
    kept = {path: path.read_bytes() for path in project.site.rglob("*") if path.is_file()}
    shutil.rmtree(project.root / ".cache")
    build(project)
    assert {path: path.read_bytes() for path in project.site.rglob("*") if path.is_file()} == kept
    assert "Plans > projects/" in shown(project.site, "about/index.html")


ENTRIES = tuple(Entry(path=path) for path in ("index.md", "stages.md", "visits.md", "sources.md"))
SECTION: dict[str, object] = {"All": ["stages.md", {"In": ["index.md"]}]}
EMPTY: list[object] = [{"Rules": "rules.md"}, {"All": [{"Of": ["rules.md"]}]}]


@pytest.mark.parametrize(
    ("nav", "expected"),
    [
        ([], ["index.md", "stages.md", "visits.md", "sources.md"]),
        (["a.md"], ["index.md", "stages.md", "visits.md", "sources.md", "a.md"]),
        (["a.md", "./stages.md", "b.md"], ["index.md", "a.md", "./stages.md", "visits.md", "sources.md", "b.md"]),
        (["visits.md", "index.md"], ["visits.md", "sources.md", "index.md", "stages.md"]),
        ([SECTION], ["visits.md", "sources.md", SECTION]),
        ([*EMPTY, "a.md"], ["index.md", "stages.md", "visits.md", "sources.md", "a.md"]),
    ],
)
def test_other_entries_follow_the_one_before_them(nav: list[object], expected: list[object]) -> None:
    assert completed(nav, Navigation(entries=ENTRIES, empty=frozenset({"rules.md"}))) == expected


def test_texts_below_a_key_are_found_even_where_aliases_lead_round() -> None:
    text = "site: x\nnav: &all\n- One: a.md\n- &two [b.md, *all]\n- *two\n"
    assert texts_below(text, "nav") == [("a.md", 3, 8), ("b.md", 4, 9)]
    assert texts_below(text, "site") == [("x", 1, 7)]
    assert texts_below("nav: [", "nav") == texts_below("- nav", "nav") == texts_below("", "nav") == []
