"""A reader's questions: each has its answer on one page of this explainer."""

from __future__ import annotations

import html
import re
from pathlib import Path
from typing import cast

import pytest

from builder.assembly import assemble
from builder.project import Project
from builder.reading import read

HERE = Path(__file__).parent

Question = dict[str, object]
QUESTIONS = cast("list[Question]", read(HERE / "questions.yml", "questions.yml").plain()["questions"])


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    """What a reader reads on each page, by its path."""
    return {page.path: _plain(page.body) for page in assemble(Project(root=HERE.parents[1])).pages}


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: str(question["question"]))
def test_a_question_has_its_answer_on_one_page(question: Question, pages: dict[str, str]) -> None:
    words = [str(word) for word in cast("list[object]", question["words"])]
    missing = {path: [word for word in words if word not in text] for path, text in pages.items()}
    nearest = min(missing, key=lambda path: len(missing[path]))
    assert not missing[nearest], f"nearest is {nearest}, which lacks {missing[nearest]}"


def test_the_questions_differ() -> None:
    asked = [str(question["question"]) for question in QUESTIONS]
    assert len(asked) == len(set(asked)) >= 30


def _plain(body: str) -> str:
    """Markdown as it reads: without tags, link targets, footnote marks, attributes and entities."""
    body = re.sub(r"<[^>]*>|\[\^[^\]]*\](?!:)|\{:[^}]*\}", "", body)
    body = re.sub(r"\]\([^)]*\)", "]", body)
    return " ".join(html.unescape(re.sub(r"[\[\]]|\*\*", "", body)).split())
