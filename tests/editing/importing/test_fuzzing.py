"""A short run of the fuzzer of the readers, always with the same seed."""

from __future__ import annotations

import pytest
from fuzz_import import READERS, finds


@pytest.mark.parametrize("ending", READERS)
def test_no_reader_fails_or_changes_a_text_without_a_word(ending: str) -> None:
    found = [f"seed {find.seed}: {find.what}" for find in finds((ending,), seconds=0, seed=7, tries=60)]
    assert found == []
