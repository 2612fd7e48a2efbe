"""Numbers in texts, in languages that write them otherwise than English does."""

from __future__ import annotations

from pathlib import Path

import pytest
from golden import ROOT, Case, lay_out

from builder.inspection import inspect
from builder.problems import SummaryError
from builder.project import Project


def problems(language: str, answer: str, root: Path) -> list[str]:
    """What is reported if an answer says how often two leaders met, which is once."""
    asserts = "    asserts:\n      - {meetings: [kim-jong-un, vladimir-putin], count: 1}\n"
    swaps = {
        "Talks, and no document.": answer,
        "language: en-GB": f"language: {language}",
        "    sources: [fishnews-36329]\nas_of": f"    sources: [fishnews-36329]\n{asserts}as_of",
    }
    lay_out(Case(path=root, files={}, swaps={"explainer.yml": swaps}, removed=(), report=""), root)
    (root / "templates").symlink_to(ROOT / "templates")
    try:
        inspect(Project(root=root))
    except SummaryError as error:
        return [problem.rule for problem in error.problems]
    return []


@pytest.mark.parametrize(
    ("language", "answer"),
    [
        ("ko", "정상들은 1번 만났다."),
        ("ko", "한 번 만났다."),
        ("fa", "رهبران ۱ بار دیدار کردند."),
        ("ru", "Они встречались однажды."),
        ("pl", "Spotkali się jeden raz."),
    ],
)
def test_a_number_is_found_as_its_language_writes_it(language: str, answer: str, tmp_path: Path) -> None:
    assert problems(language, answer, tmp_path) == []


@pytest.mark.parametrize(
    ("language", "answer"),
    [
        ("ko", "정상들은 11번 만났다."),
        ("ko", "한국에서 만났다."),
        ("en", "They met on the 1st."),
        ("ru", "Они встречались."),
    ],
)
def test_a_number_within_a_longer_one_or_a_word_does_not_count(language: str, answer: str, tmp_path: Path) -> None:
    assert problems(language, answer, tmp_path) == ["not-in-text"]
