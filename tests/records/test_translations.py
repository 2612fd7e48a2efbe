"""A translation belongs to the text that it was translated from, wherever that stands in the record."""

from __future__ import annotations

from builder.records.models.shapes import Statement
from builder.records.models.stage import Stage
from builder.records.safe_text import Line, Text
from builder.records.translations.matching import match, texts_of
from builder.records.translations.model import TranslatedText


def stage(*measures: str) -> Stage:
    said = [{"text": text, "sources": ["almanac"]} for text in measures]
    return Stage.model_validate({"id": "calm", "title": "Calm", "order": "1", "sources": ["almanac"], "measures": said})


def entry(original: str, translation: str = "x", field: str = "measures.text") -> TranslatedText:
    return TranslatedText(field=Line(field), original=Text(original), translation=Text(translation))


def places(record: Stage, *entries: TranslatedText) -> dict[str, tuple[int | None, bool]]:
    found = match(texts_of(record), list(enumerate(entries)))
    return {str(each.of.text): (each.place, each.stale) for each in found.texts}


def test_an_item_that_is_added_before_does_not_move_translations() -> None:
    record = stage("A new first step.", "Both sides stop their tests.", "Both sides stop their exercises.")
    found = places(record, entry("Both sides stop their tests."), entry("Both sides stop their exercises."))
    assert found == {
        "Calm": (None, False),
        "A new first step.": (None, False),
        "Both sides stop their tests.": (0, False),
        "Both sides stop their exercises.": (1, False),
    }


def test_another_wording_is_stale_and_another_statement_has_no_translation() -> None:
    record = stage("Both sides stop all their tests.", "Observers travel to the border.")
    found = places(record, entry("Both sides stop their tests."), entry("Fishermen may cross the line again."))
    assert found == {
        "Calm": (None, False),
        "Both sides stop all their tests.": (0, True),
        "Observers travel to the border.": (None, False),
    }
    left = match(texts_of(record), [(0, entry("Fishermen may cross the line again."))]).left_over
    assert left == (0,)


def test_of_two_wordings_the_more_similar_one_is_taken_whatever_their_order() -> None:
    record = stage("The north stops its tests at sea.", "The south stops its tests at sea.")
    entries = (entry("The south stops its tests."), entry("The north stops its tests."))
    found = places(record, *entries)
    assert found["The north stops its tests at sea."] == (1, True)
    assert found["The south stops its tests at sea."] == (0, True)


def test_a_field_that_is_no_list_has_the_translation_of_any_earlier_wording() -> None:
    assert places(stage("One."), entry("Freeze of all weapons", field="title"))["Calm"] == (0, True)


def test_line_breaks_make_no_other_wording() -> None:
    assert places(stage("Both sides\nstop."), entry("Both sides stop."))["Both sides\nstop."] == (0, False)


def test_what_is_the_same_in_every_language_is_no_text_to_translate() -> None:
    said = {"text": "Yes.", "sources": ["almanac page 2"], "date": "2019"}
    assert [each.field for each in texts_of(Statement.model_validate({**said, "by": "anna-berg"}))] == ["text"]
    assert [each.field for each in texts_of(Statement.model_validate({**said, "by": "An analyst"}))] == ["text", "by"]
