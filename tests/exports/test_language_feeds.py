"""The feeds and the calendar in another language, read with other parsers."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import feedparser
import pytest
from golden import SITES, furnish
from icalendar import Calendar

from builder.assembly import assemble
from builder.project import Project

SITE = "http://127.0.0.1:8000/"
VISIT = "visits/kim-putin-vladivostok"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    project = furnish(tmp_path)
    shutil.copytree(SITES / "two-languages" / "summaries", project.summaries)
    return project


def test_each_language_has_a_feed_with_its_own_titles_and_pages(project: Project) -> None:
    """What is not translated is there too, and says its language."""
    made = assemble(project).assets
    feed = feedparser.parse(made["data/ru/feed.xml"])
    assert (feed.feed.title, feed.feed.language) == ("Ким и Путин во Владивостоке", "ru")
    assert [link.href for link in feed.feed.links] == [f"{SITE}ru/", f"{SITE}data/ru/feed.xml"]
    held, planned = feed.entries
    assert (held.title, held.link) == ("Ким и Путин во Владивостоке, 2019: состоялось", f"{SITE}ru/{VISIT}/")
    assert held.content[0].value == "25 апреля 2019 г. Ким и Путин во Владивостоке, 2019"
    assert [entry.content[0].language for entry in (held, planned)] == ["ru", "en-GB"]
    data = json.loads(made["data/ru/feed.json"])
    assert (data["language"], data["home_page_url"], data["feed_url"]) == (
        "ru",
        f"{SITE}ru/",
        f"{SITE}data/ru/feed.json",
    )
    assert [(item["title"], item.get("language")) for item in data["items"]] == [
        (held.title, None),
        (planned.title, "en-GB"),
    ]
    original = feedparser.parse(made["data/feed.xml"])
    assert (original.feed.title, original.feed.language) == ("Kim and Putin at Vladivostok", "en-GB")
    assert not {entry.id for entry in feed.entries} & {entry.id for entry in original.entries}
    own = feedparser.parse(made[f"data/ru/{VISIT}.atom"])
    assert own.feed.title == "Ким и Путин во Владивостоке, 2019 – Ким и Путин во Владивостоке"
    assert [entry.id for entry in own.entries] == [entry.id for entry in feed.entries]
    others = [path for path in made if path.endswith(".atom") and path.startswith(("data/ru/", "data/fa/"))]
    assert others == [f"data/ru/{VISIT}.atom"]


def test_ids_stay_when_a_title_is_translated_otherwise(project: Project) -> None:
    before = feedparser.parse(assemble(project).assets["data/ru/feed.xml"])
    own = project.summaries / "translations" / "ru" / "explainer.yml"
    text = own.read_text("utf-8")
    assert text.count("translation: Ким и Путин во Владивостоке\n") == 1
    own.write_text(
        text.replace("translation: Ким и Путин во Владивостоке\n", "translation: Во Владивостоке\n"), "utf-8"
    )
    after = feedparser.parse(assemble(project).assets["data/ru/feed.xml"])
    assert (before.feed.title, after.feed.title) == ("Ким и Путин во Владивостоке", "Во Владивостоке")
    assert before.feed.id == after.feed.id
    assert [entry.id for entry in before.entries] == [entry.id for entry in after.entries]


def test_the_calendar_is_in_the_language_and_has_the_same_events(project: Project) -> None:
    made = assemble(project).assets
    original, russian = (Calendar.from_ical(made[f"data/{code}visits.ics"]) for code in ("", "ru/"))
    assert str(russian["x-wr-calname"]) == "Ким и Путин во Владивостоке"
    (event,), (other,) = russian.walk("VEVENT"), original.walk("VEVENT")
    assert (str(event["summary"]), str(event["url"])) == ("Ким и Путин во Владивостоке, 2019", f"{SITE}ru/{VISIT}/")
    assert str(event["location"]).endswith("Владивосток")
    assert event["uid"] == other["uid"]


def test_language_models_get_a_list_of_the_pages_in_each_language(project: Project) -> None:
    listed = assemble(project).assets["data/llms.txt"].decode()
    assert f"\n## Русский\n\n- [Ким и Путин во Владивостоке]({SITE}ru/): Что дала" in listed
    assert f"\n- [Ким и Путин во Владивостоке, 2019]({SITE}ru/{VISIT}/): " in listed
