"""Reading YAML summaries: what is accepted, what is refused and where, and which files are summaries."""

# ruff: noqa: E501 - each message is on one line.
from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml

from builder.parsing import yaml_reader
from builder.parsing.decoding import check_text
from builder.parsing.discovery import find
from builder.parsing.documents import Document, Mapping, Scalar, Sequence
from builder.parsing.limits import MAX_BYTES
from builder.parsing.yaml_hints import ParseFailure, explain
from builder.parsing.yaml_reader import parse, read, usual_values
from builder.problems import Location, SummaryError

NAME = "summaries/visits/hanoi.yml"


def problems(data: bytes | str) -> list[str]:
    """Parse a summary that must be refused, and return its problems without the path."""
    with pytest.raises(SummaryError) as caught:
        parse(data if isinstance(data, bytes) else data.encode("utf-8", "surrogatepass"), NAME)
    if isinstance(data, str) and len(data) <= MAX_BYTES and not check_text(data, NAME):
        assert usual_values(data) is None, "what is refused is not usual"
    return [line.removeprefix(f"{NAME}:") for line in str(caught.value).splitlines()]


def plain(text: str) -> dict[str, object]:
    found = parse(text.encode(), NAME).plain()
    assert usual_values(text) in (None, found)
    return found


@pytest.fixture(params=["CSafeLoader", "SafeLoader"])
def either_parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The parser in C, and the Python one that is used if it is missing."""
    monkeypatch.setattr(yaml_reader, "_LOADER", getattr(yaml, request.param))


TYPED = [
    *("no", "on", "yes", "true", "010", "0x1F", "1e3", "1_000", "12:30:45", "1.10", "null", "~", "2019-04"),
    *("2019-04-24", ".inf", ".nan", "-0", "="),
    *("a:b", "C:\\Users", "it's", 'say "x"', "50 %", "a#b", "x&y", "why?"),
]


@pytest.mark.usefixtures("either_parser")
@pytest.mark.parametrize("typed", TYPED)
def test_a_value_stays_the_text_that_was_typed(typed: str) -> None:
    assert plain(f"a: {typed}\nb:\n  - {typed}\n") == {"a": typed, "b": [typed]}


@pytest.mark.usefixtures("either_parser")
def test_a_summary_is_read_with_its_positions() -> None:
    document = parse("title: Hanoi 😀 x\nof: [a, 'b']\nnote: >\n  c\n  d\nlist:\n  - e: f\n".encode(), NAME)
    assert document.plain() == {"title": "Hanoi 😀 x", "of": ["a", "b"], "note": "c d\n", "list": [{"e": "f"}]}
    title, of = document.root.entries["title"].node, document.root.entries["of"].node
    assert title == Scalar("Hanoi 😀 x", Location(NAME, 1, 8), True)
    assert of == Sequence(
        (Scalar("a", Location(NAME, 2, 6), True), Scalar("b", Location(NAME, 2, 9), False)), Location(NAME, 2, 5)
    )
    assert document.root.entries["note"].node == Scalar("c d\n", Location(NAME, 3, 7), False)
    assert (document.path, document.warnings) == (NAME, ())


def test_columns_count_characters() -> None:
    assert parse("a: [😀, é한, b]\n".encode(), NAME).locate(("a", 2)) == Location(NAME, 1, 12)


@pytest.mark.parametrize(
    ("path", "key", "line", "column"),
    [
        ((), False, 1, 1),
        (("title",), False, 1, 8),
        (("title",), True, 1, 1),
        (("list", 1, "e"), False, 4, 8),
        (("list", 1, "e"), True, 4, 5),
        (("list", 1), False, 4, 5),
        (("list", 1), True, 4, 5),
        (("list", 1, "missing"), False, 4, 5),
        (("list", 1, "missing", 3), True, 4, 5),
        (("list", 7), False, 3, 3),
        (("list", -1), False, 3, 3),
        (("list", "e"), False, 3, 3),
        (("title", "x"), False, 1, 8),
        (("title", 0), False, 1, 8),
        (("missing",), True, 1, 1),
        ((0,), False, 1, 1),
    ],
)
def test_locate_finds_a_path_or_its_nearest_part(
    path: tuple[str | int, ...], key: bool, line: int, column: int
) -> None:
    document = parse(b"title: x\nlist:\n  - d\n  - e: f\n", NAME)
    assert document.locate(path, key=key) == Location(NAME, line, column)


UNIX = "title: a\nnote: |\n  b\n  c\nlist:\n  - d\n"


@pytest.mark.parametrize(
    "data",
    [
        UNIX.replace("\n", "\r\n").encode(),
        UNIX.replace("\n", "\r").encode(),
        b"\xef\xbb\xbf" + UNIX.encode(),
        b"\xef\xbb\xbf" + UNIX.replace("\n", "\r\n").encode(),
        UNIX.rstrip("\n").encode(),
        (UNIX + "\n\n# the end\n").encode(),
    ],
    ids=["CRLF", "CR", "BOM", "BOM and CRLF", "no final newline", "comment at the end"],
)
def test_line_endings_and_a_byte_order_mark_make_no_difference(data: bytes) -> None:
    document = parse(data, NAME)
    assert document == parse(UNIX.encode(), NAME)
    assert document.data == data


HASH = "a hash after a space starts a comment (put quotes round the whole value, or write '# ' before a comment)"


@pytest.mark.usefixtures("either_parser")
@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("a: route #1 of 2\n", [f"1:10: '#1 of 2' is ignored: {HASH} [cut-short]"]),
        ("a: #1\n", [f"1:4: '#1' is ignored: {HASH} [cut-short]"]),
        (
            "a: [b #1\n  , c #2\n  ]\n",
            [f"{at}' is ignored: {HASH} [cut-short]" for at in ("1:7: '#1", "2:7: '#2")],
        ),
        ("a: b #\u00e9\u00a0\n", [f"1:6: '#éU+00A0' is ignored: {HASH} [cut-short]"]),
        ("a: b #" + "1" * 70, [f"1:6: '#{'1' * 56}...' is ignored: {HASH} [cut-short]"]),
        ("a: b # a remark\n", []),
        ("a: b ## a remark\n", []),
        ("a: b #\n", []),
        ("a: b#1\n", []),
        ("a: 'b' #1\n", []),
        ('a: "b #1"\n', []),
        ("a: >\n  b #1\n", []),
        ("a: b\n#1\nc: d\n  #2\n", []),
        ("a: #\n  b\n", []),
    ],
)
def test_a_hash_that_cuts_off_text_is_refused(text: str, problems: list[str]) -> None:
    found = refused(lambda: parse(text.encode(), NAME)) if problems else []
    assert [problem.removeprefix(f"{NAME}:") for problem in found] == problems
    assert problems or not parse(text.encode(), NAME).warnings


@pytest.mark.parametrize(
    ("text", "warning"),
    [
        ("a: de\ufb01ned\n", "1:6: warning: 'ﬁ' is one character (write 'fi', so that a search finds the word)"),
        (
            "a: in M\u043escow\n",
            "1:7: warning: 'Mоscow' mixes Latin and Cyrillic letters (type 'о' (U+043E) again, in the script of the word)",
        ),
        (
            "a: [x, '\u041c\u043eskva']\n",
            "1:9: warning: 'Моskva' mixes Latin and Cyrillic letters (type 'М' (U+041C) and 'о' (U+043E) again, in the script of the word)",
        ),
        ("a: \u0391thens\n", "1:4: warning: 'Αthens' mixes Latin and Greek letters (type 'Α' (U+0391) again, in the script of the word)"),
    ],
)  # fmt: skip
def test_letters_that_a_search_misses_give_a_warning(text: str, warning: str) -> None:
    (found,) = parse(text.encode(), NAME).warnings
    assert str(found) == f"{NAME}:{warning} [lookalike]"


def test_words_of_several_scripts_in_one_text_are_fine() -> None:
    text = "a: Ким Чен Ын, 김정은, Kim, Ελλάδα, 5 км, IKEA-М, café, Ångström\n"
    assert parse(text.encode(), NAME).warnings == ()


def test_texts_are_read_in_normal_form_c() -> None:
    document = parse("a: Mu\u0308nchen\nb: \u1100\u1161\n".encode(), NAME)
    assert document.plain() == {"a": "M\u00fcnchen", "b": "\uac00"}
    assert document.locate(("b",)).line == 2


FIELDS = "start the fields of a record, and the hyphens of a list, in the same column"
LEFT_OUT = "delete it, or put quotes round text that starts with"
SECOND = "this value has a second ': ' (put quotes round the whole value"
FIRST = "(put quotes round the value) [needs-quotes]"
AFTER = "the value continues after its closing quote (put quotes round the whole value"
NO_FIELD = "is not a field: it has no colon followed by a space (write 'name: value', or indent the line if it belongs to the value above) [missing-colon]"
PATH = (
    "in double quotes a backslash starts an escape, so this path would be read as something else "
    "(put single quotes round it"
)
SINGLE = "in double quotes is not a valid escape (put single quotes round the value: between them a backslash is just a backslash) [escape]"
PERCENT = "1:1: a line that starts with '%' is not a field (delete the line) [directive]"
TAB = "the line is indented with a tab (use spaces instead) [tab]"
EMPTY = "1:1: this file has no fields (write them, or delete the file) [empty]"
KEY = "instead of a field name (put quotes round text that starts with '[' or '{') [key]"
BRACKET = "is not closed, or a comma is missing inside it (close it with"

REFUSED = [
    # YAML features that summaries don't have.
    ("a: *b\n", "1:4: '*b' refers to a value elsewhere (write the value out, or put quotes round text that starts with '*') [alias]"),
    ("*b : a\n", "1:1: '*b' refers to a value elsewhere (write the value out, or put quotes round text that starts with '*') [alias]"),
    ("a: &b c\n", f"1:4: '&b' gives a value a name ({LEFT_OUT} '&') [anchor]"),
    ("a: &b [c]\n", f"1:4: '&b' gives a value a name ({LEFT_OUT} '&') [anchor]"),
    ("a: &b\n  c: d\n", f"1:4: '&b' gives a value a name ({LEFT_OUT} '&') [anchor]"),
    ("a: !!python/object:os.system x\n", f"1:4: '!!python/object:os.system' gives a value a type ({LEFT_OUT} '!') [tag]"),
    ("a: !ENV [HOME]\n", f"1:4: '!ENV' gives a value a type ({LEFT_OUT} '!') [tag]"),
    ("a: !include\n  b: c\n", f"1:4: '!include' gives a value a type ({LEFT_OUT} '!') [tag]"),
    ("a: ! b\n", f"1:4: '!' gives a value a type ({LEFT_OUT} '!') [tag]"),
    ("a:\n  <<: {b: c}\n", "2:3: '<<' copies fields from elsewhere (write the fields out) [merge-key]"),
    ("a: b\n---\nc: d\n", "2:1: a second summary starts here in the same file (put it in its own file) [second-document]"),
    ("a: b\n---\n", "2:1: a second summary starts here in the same file (put it in its own file) [second-document]"),
    ("a: b\n...\nc\n", "2:1: '...' ends the summary, but more text follows (delete the line) [second-document]"),
    ("%YAML 1.1\n---\na: b\n", PERCENT),
    ("%YAML 2.0\n---\na: b\n", PERCENT),
    ("%TAG ! tag:x,2000:\n---\na: b\n", PERCENT),
    ("%OTHER x\n---\na: b\n", PERCENT),
    ("%a: b\n", PERCENT),
    ("- a\n", "1:1: the file starts with a list (start it with a field, such as 'title: ...') [root]"),
    ("[a]\n", "1:1: the file starts with a list (start it with a field, such as 'title: ...') [root]"),
    ("hello\n", f"1:1: 'hello' {NO_FIELD}"),
    ("? [a]\n: b\n", f"1:3: found a list {KEY}"),
    ("a: {{ b }}\n", f"1:5: found a mapping {KEY}"),
    ("a: {: b}\n", f"1:5: a value can't start with ':' {FIRST}"),
    (": b\n", f"1:1: a value can't start with ':' {FIRST}"),
    ("'': b\n", "1:1: this colon has no field name before it (write the name) [key]"),
    ("a: b\nc: d\na: e\n", "3:1: the field 'a' is already on line 1 (keep one of the two) [duplicate-key]"),
    ("x:\n  - a: b\n    'a': c\n", "3:5: the field 'a' is already on line 2 (if another entry starts here, write '- a: ...', in line with the entry above; else keep one of the two) [duplicate-key]"),
    ("x: [{a: b, a: c}]\n", "1:12: the field 'a' is already on line 1 (keep one of the two) [duplicate-key]"),
    ("x:\n  - a: b\n    c: d\n    c: e\n", "4:5: the field 'c' is already on line 3 (keep one of the two) [duplicate-key]"),
    ("", EMPTY),
    ("# nothing\n\n", EMPTY),
    ("---\n", EMPTY),
    ("\ufeff", EMPTY),
    # Quotes.
    ('a: "b\nc: d\n', '1:4: the quote opened here is never closed (put " after the value) [open-quote]'),
    ("a: 'b\nc: d\n", "1:4: the quote opened here is never closed (put ' after the value) [open-quote]"),
    ('a: "b\nc: "d"\n', "1:4: the quote opened here is closed on the next line (close it at the end of its value) [open-quote]"),
    ('a: "b\n\nc: "d"\n', "1:4: the quote opened here is closed 2 lines further down (close it at the end of its value) [open-quote]"),
    ("a: 'it's'\nb: c\n", f'1:8: {AFTER}: "it\'s") [open-quote]'),
    ('a: "b" c # d\n', f"1:8: {AFTER}: '\"b\" c') [open-quote]"),
    ("a: [b, 'c' d]\n", f"1:12: {AFTER}) [open-quote]"),
    ('a: "C:\\Users"\n', f"1:4: {PATH}: 'C:\\Users') [escape]"),
    ('a: "C:\\temp\\it\'s new"\n', f"1:4: {PATH}: 'C:\\temp\\it\'\'s new') [escape]"),
    (f'a: "C:\\{"x" * 60}"\n', f"1:4: {PATH}) [escape]"),
    ('a: "x \\User"\n', f"1:7: '\\U' {SINGLE}"),
    ('a: "\\\\ \\d"\n', f"1:8: '\\d' {SINGLE}"),
    ("a: b: c\n", f'1:5: {SECOND}: "b: c") [needs-quotes]'),
    ('a:\n  - b: say "c": d # e\n', f"2:15: {SECOND}: 'say \"c\": d') [needs-quotes]"),
    (f"a: b: {'c' * 70}\n", f"1:5: {SECOND}) [needs-quotes]"),
    ("a: 😀: b\n", f'1:5: {SECOND}: "😀: b") [needs-quotes]'),
    *((f"a: {mark}b\n", f"1:4: a value can't start with '{mark}' {FIRST}") for mark in "@`%,]}"),
    *((f"a: {mark} b\n", f"1:4: a value can't start with '{mark}' {FIRST}") for mark in "@`%&*|>?"),
    ("a: - b\n", f"1:4: a value can't start with '-' {FIRST.replace(')', ', or put each list entry on its own line)')}"),
    ("a: **b**\n", f"1:4: a value can't start with '*' {FIRST}"),
    ("a:\n  - @b\n", f"2:5: a value can't start with '@' {FIRST}"),
    ("a: [b, @c]\n", f"1:8: a value can't start with '@' {FIRST}"),
    ("a: [[hanoi]]\n", "1:4: '[[' without quotes starts a list in a list (put quotes round the whole value: \"[[hanoi]]\") [needs-quotes]"),
    ("a: [[hanoi|the talks]] ended\n", "1:4: '[[' without quotes starts a list in a list (put quotes round the whole value: \"[[hanoi|the talks]] ended\") [needs-quotes]"),
    ("a:\n  - [[hanoi]] ended\n", "2:5: '[[' without quotes starts a list in a list (put quotes round the whole value: \"[[hanoi]] ended\") [needs-quotes]"),
    ("a: [[b], c]\n", "1:4: '[[' without quotes starts a list in a list (a list needs only one pair of brackets) [needs-quotes]"),
    # Colons, brackets and columns.
    ("a:b\n", "1:2: a space is missing after the colon (write 'a: b') [missing-space]"),
    ("# x\n\na:b\nc: d\n", "3:2: a space is missing after the colon (write 'a: b') [missing-space]"),
    ("a: b\nc:d\ne: f\n", "2:2: a space is missing after the colon (write 'c: d') [missing-space]"),
    ("a: b\nmore\n", f"2:1: 'more' {NO_FIELD}"),
    ("a\nb: c\n", f"1:1: 'a' {NO_FIELD}"),
    ("a: [b, c\nd: e\n", f"1:4: this '[' {BRACKET} ']', or put quotes round text that starts with '[') [open-bracket]"),
    ("a: {b: c\nd: e\n", f"1:4: this '{{' {BRACKET} '}}', or put quotes round text that starts with '{{') [open-bracket]"),
    ("a: b\n  c: d\n", "2:3: this line is indented more than the field above it, which already has a value (line it up with the field, or put quotes round the whole value) [indentation]"),
    ("a:\n    b: c\n  d: e\n", f"3:3: this line does not line up with the lines above it ({FIELDS}) [indentation]"),
    ("a:\n  - b\n - c\n", f"3:2: this line does not line up with the lines above it ({FIELDS}) [indentation]"),
    ("a: b\n- c\n", f"2:1: this line does not line up with the lines above it ({FIELDS}) [indentation]"),
    ("a: b #1\n  more\n", "1:6: a hash after a space ends the value here, so the next line can't continue it (put quotes round the whole value) [cut-short]"),
    ("a:\n\tb: c\n", f"2:1: {TAB}"),
    ("a:\n  b: c\n\td: e\n", f"3:1: {TAB}"),
    ("a:\n  -\tb\n", f"2:4: {TAB}"),
    ("a: b\r\nc: @\r\n", f"2:4: a value can't start with '@' {FIRST}"),
    # Files that are not summaries at all.
    ("<!DOCTYPE html>\n<p>", "1:1: the file is a web page (save the text of the summary itself, not the page that shows it) [html]"),
    ("\n<HTML lang=en>", "1:1: the file is a web page (save the text of the summary itself, not the page that shows it) [html]"),
    ("a: b\n<<<<<<< HEAD\nc: d\n=======\nc: e\n>>>>>>> x\n", "2:1: '<<<<<<<' is left from an unfinished merge (keep one of the versions and delete the lines with <<<<<<<, ======= and >>>>>>>) [merge-marker]"),
    ('a: "b\n>>>>>>> x\n"', "2:1: '>>>>>>>' is left from an unfinished merge (keep one of the versions and delete the lines with <<<<<<<, ======= and >>>>>>>) [merge-marker]"),
]  # fmt: skip


@pytest.mark.usefixtures("either_parser")
@pytest.mark.parametrize(("text", "problem"), REFUSED, ids=[ascii(case[0])[:40] for case in REFUSED])
def test_a_mistake_is_reported_where_it_is_with_its_fix(text: str, problem: str) -> None:
    assert problems(text) == [problem]


def test_an_error_without_an_explanation_is_still_reported() -> None:
    failure = ParseFailure(text="a: b\n", offset=3, start=0, message="no words for it", quoted=(0, 0), bracket=None)
    assert str(explain(failure, "x.yml")) == (
        "x.yml:1:4: this can't be read as YAML (put quotes round values, and line up the fields) [syntax]"
    )


def test_surrogates_are_refused() -> None:
    assert problems('a: "\\ud83d\\ude00"\n') == [
        r"1:5: '\ud83d' is not a character (write the character itself) [escape]"
    ]


def test_all_refused_yaml_features_are_reported_at_once() -> None:
    assert problems("a: *b\nc: !d e\nc: &f g\nh: i: j\n") == [
        "1:4: '*b' refers to a value elsewhere "
        "(write the value out, or put quotes round text that starts with '*') [alias]",
        f"2:4: '!d' gives a value a type ({LEFT_OUT} '!') [tag]",
        "3:1: the field 'c' is already on line 2 (keep one of the two) [duplicate-key]",
        f"3:4: '&f' gives a value a name ({LEFT_OUT} '&') [anchor]",
        f'4:5: {SECOND}: "i: j") [needs-quotes]',
    ]


COPIED = "delete it; it often comes with text copied from a web page"
CHARACTERS = [
    *((char, "is an invisible control character (delete it)") for char in "\0\x01\x02\x03\x08\x0b\x0c\x1b\x7f\x80\x85\x9f"),
    *((char, "is invisible and changes the direction of the text around it (delete it)") for char in "\u061c\u200e\u200f\u202a\u202e\u2066\u2069"),
    *((char, f"is invisible ({COPIED})") for char in "\u200b\u200c\u200d\u2028\u2029\u2060\u2064\ufeff\U000e0041"),
    *((char, "is not a character (delete it)") for char in "\ufdd0\ufffe\uffff\U0001fffe\U0010ffff"),
]  # fmt: skip


@pytest.mark.parametrize(("char", "found"), CHARACTERS, ids=[f"U+{ord(case[0]):04X}" for case in CHARACTERS])
def test_an_unwanted_character_is_reported(char: str, found: str) -> None:
    name = f"U+{ord(char):04X}"
    for text, column in ((f"é: b{char}c", 5), (f"é: 'b{char}c'", 6), (f"é: b # {char}", 8)):
        assert problems(f"x: y\n{text}\n") == [f"2:{column}: {name} {found} [character]"]
    assert problems(f'x: y\né: "b\\\\ \\U{ord(char):08x}"\n') == [
        f"2:9: '\\U{ord(char):08x}' stands for {name}, which is not allowed in a summary (delete it) [character]"
    ]


@pytest.mark.parametrize(
    ("escape", "name"),
    [("\\x02", "U+0002"), ("\\0", "U+0000"), ("\\e", "U+001B"), ("\\r", "U+000D"), ("\\L", "U+2028"), ("\\u202e", "U+202E")],
)  # fmt: skip
def test_an_escape_for_an_unwanted_character_is_refused(escape: str, name: str) -> None:
    problem = f"1:6: '{escape}' stands for {name}, which is not allowed in a summary (delete it) [character]"
    assert problems(f'a: "b{escape}"\n') == [problem]


def test_other_escapes_and_combining_characters_are_read() -> None:
    assert plain('a: "b\\tc\\u00e9\\n\\\\d"\ne: m\u0303 \u00a0 \U0001f1f0\U0001f1f7 \u2764\ufe0f\n') == {
        "a": "b\tc\u00e9\n\\d",
        "e": "m\u0303 \u00a0 \U0001f1f0\U0001f1f7 \u2764\ufe0f",
    }


@pytest.mark.parametrize("name", ["نیمه\u200cشب", "می\u200cخواهد", "क्\u200dष", "ක්\u200dෂ", "ക്\u200cഷ"])
def test_a_joiner_is_read_between_letters_that_need_it(name: str) -> None:
    assert plain(f"a: {name}\n") == {"a": name}


@pytest.mark.parametrize(
    "text",
    [
        "ش\u200c",
        "\u200cش",
        "ش\u200c\u200cش",
        "ش\u200c b",
        "5\u200c5",
        "٥\u200c٥",
        "Pu\u200ctin",
        "\U0001f468\u200d\U0001f469",
    ],
)
def test_a_joiner_anywhere_else_is_refused(text: str) -> None:
    assert problems(f"a: {text}\n") == [
        f"1:{place + 4}: U+{ord(char):04X} is invisible ({COPIED}) [character]"
        for place, char in enumerate(text)
        if char in "\u200c\u200d"
    ]


def test_at_most_a_hundred_unwanted_characters_are_reported() -> None:
    assert len(problems("a: " + "\x02" * 500)) == 100


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"a: b\nc: \xc3\xa9\xe9\n", "2:5: byte 0xE9 is not UTF-8 (save the file as UTF-8; the byte is 'é' in Windows-1252) [encoding]"),
        (b"a: b\r\nc: \x81\n", "2:4: byte 0x81 is not UTF-8 (save the file as UTF-8) [encoding]"),
        (b"a: \xed\xa0\x80\n", "1:4: byte 0xED is not UTF-8 (save the file as UTF-8; the byte is 'í' in Windows-1252) [encoding]"),
        ("a: b\n".encode("utf-16"), "1:1: the file is saved as UTF-16 (save it as UTF-8) [encoding]"),
        ("a: b\n".encode("utf-16-le"), "1:1: the file is saved as UTF-16 (save it as UTF-8) [encoding]"),
        ("a: b\n".encode("utf-16-be"), "1:1: the file is saved as UTF-16 (save it as UTF-8) [encoding]"),
    ],
)  # fmt: skip
def test_text_that_is_not_utf_8_is_refused(data: bytes, problem: str) -> None:
    assert problems(data) == [problem]


def nested(depth: int) -> str:
    return "".join(f"{' ' * level}a:\n" for level in range(depth - 1)) + f"{' ' * (depth - 1)}a: b\n"


LIMITS: list[tuple[Callable[[int], str], int, str]] = [
    (nested, 20, "21:21: lists and mappings are nested more than 20 deep here (use fewer levels) [too-deep]"),
    (lambda n: f"a: {'b' * n}", 100_000, "1:4: this text has more than 100,000 bytes (split it) [too-big]"),
    (lambda n: f"a: {'é' * (n // 2)}{'b' * (n % 2)}", 100_000, "1:4: this text has more than 100,000 bytes (split it) [too-big]"),
    (lambda n: f"a: b\n#{'x' * (n - 6)}", 5_000_000, "1:1: the file has more than 5,000,000 bytes (make it shorter) [too-big]"),
    (lambda n: "a:\n" + "- b\n" * (n - 2), 250_000, "250000:3: the file has more than 250,000 values (remove some) [too-many]"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("write", "limit", "problem"), LIMITS, ids=["depth", "text", "text in UTF-8", "file", "values"]
)
def test_a_limit_is_exact(write: Callable[[int], str], limit: int, problem: str) -> None:
    assert parse(write(limit).encode(), NAME).plain()
    assert problems(write(limit + 1)) == [problem]


def test_a_million_brackets_are_refused_without_reading_them_all() -> None:
    assert problems("a: " + "[" * 900_000) == [
        "1:4: '[[' without quotes starts a list in a list (a list needs only one pair of brackets) [needs-quotes]",
        "1:23: lists and mappings are nested more than 20 deep here (use fewer levels) [too-deep]",
    ]


def test_a_file_is_read_byte_for_byte(tmp_path: Path) -> None:
    file = tmp_path / "hanoi.yml"
    file.write_bytes(b"title: a\r\n")
    document = read(file, NAME)
    assert (document.path, document.plain(), document.data) == (NAME, {"title": "a"}, b"title: a\r\n")


def refused(call: Callable[[], object]) -> list[str]:
    with pytest.raises(SummaryError) as caught:
        call()
    return str(caught.value).splitlines()


def test_a_file_that_changes_while_it_is_read_is_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "hanoi.yml"
    file.write_text("title: old\n")
    changes = iter(["title: newer\n", "title: the newest\n"])
    change_while_reading(file, changes, monkeypatch)
    assert read(file, NAME).plain() == {"title": "the newest"}
    assert list(changes) == []


def test_a_file_that_keeps_changing_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "hanoi.yml"
    file.write_text("title: old\n")
    change_while_reading(file, (f"title: {'x' * n}\n" for n in range(5, 100)), monkeypatch)
    problem = "the file changed while it was being read (wait until it is saved, then try again)"
    assert refused(lambda: read(file, NAME)) == [f"{NAME}:1:1: {problem} [unsteady]"]


def change_while_reading(file: Path, texts: Iterator[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Save the file again, as a text editor does, each time after its state has been read."""
    real = os.fstat

    def fstat(handle: int) -> os.stat_result:
        status = real(handle)
        text = next(texts, None)
        if text is not None:
            saved = file.with_name("saved.tmp")
            saved.write_text(text)
            saved.replace(file)
        return status

    monkeypatch.setattr(os, "fstat", fstat)


def test_links_pipes_and_folders_are_not_read(tmp_path: Path) -> None:
    (tmp_path / "target.yml").write_text("a: b\n")
    (tmp_path / "link.yml").symlink_to("target.yml")
    os.mkfifo(tmp_path / "pipe.yml")
    (tmp_path / "folder.yml").mkdir()
    for name, problem in (
        ("link", "this is a link (put the file itself here) [link]"),
        ("pipe", "this is not an ordinary file (replace it with a text file, or delete it) [no-file]"),
        ("folder", "this is not an ordinary file (replace it with a text file, or delete it) [no-file]"),
        ("missing", "no such file or folder (put it back, or check its name) [unreadable]"),
    ):
        assert refused(lambda name=name: read(tmp_path / f"{name}.yml", NAME)) == [f"{NAME}:1:1: {problem}"]  # type: ignore[misc]


def test_an_endless_device_is_not_read() -> None:
    problem = "this is not an ordinary file (replace it with a text file, or delete it) [no-file]"
    assert refused(lambda: read(Path("/dev/zero"), NAME)) == [f"{NAME}:1:1: {problem}"]


def write_files(folder: Path, *names: str) -> Path:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("a: b\n")
    return folder


def test_summaries_are_found_in_order_with_their_paths(tmp_path: Path) -> None:
    folder = write_files(tmp_path, "visits/z.yml", "visits/a.yml", "places.yml", "a/b/c/d.yml", "visits/Z.yml")
    names = ["a/b/c/d.yml", "places.yml", "visits/Z.yml", "visits/a.yml", "visits/z.yml"]
    assert find(folder, "summaries") == (tuple((f"summaries/{name}", folder / name) for name in names), [])


def test_an_empty_folder_has_no_summaries(tmp_path: Path) -> None:
    assert find(tmp_path, "summaries") == ((), [])


LEFT_BEHIND = [
    ".a.yml.swp", "a.yml.swo", "a.yml.swx", "a.yml~", "#a.yml#", "4913", "a.yml.tmp", "a.bak", ".DS_Store", "._a.yml",
    "Thumbs.db", "ehthumbs.db", "desktop.ini", "Icon\r", "~$talks.xlsx", "~$a.yml", "a.yml.rej", "a.yml.orig",
    "a.yml___jb_old___", "a.yml___jb_tmp___", "a.yml.crdownload", "a.yml.part", "a.yml.save", "a.yml.save.1",
    "a.yml.sb-1a2b3c4d-Xy12Za", ".hidden/b.yml", "visits/README.md", "visits/4913", "visits/a.yml.ORIG",
]  # fmt: skip


def test_what_other_programs_leave_behind_is_left_out(tmp_path: Path) -> None:
    folder = write_files(tmp_path, "a.yml", *LEFT_BEHIND)
    (tmp_path / ".#a.yml").symlink_to("editor@host.1234:5678")
    assert find(folder, "summaries") == ((("summaries/a.yml", folder / "a.yml"),), [])


@pytest.mark.parametrize(
    "copy",
    [
        "a.sync-conflict-20190425-101010-ABCDEFG.yml", "a (conflicted copy 2019-04-25).yml", "a_conflict-20190425-101010.yml",
        "a-DESKTOP-12AB34C.yml", "a (1).yml", "a 2.yml", "a - Copy.yml", "a - Copy (2).yml", "a copy.yml",
    ],
)  # fmt: skip
def test_a_copy_is_to_be_compared_with_its_original(copy: str, tmp_path: Path) -> None:
    """The hint must not be to give the copy a name of its own: then there would be two records of one thing."""
    folder = write_files(tmp_path, "visits/a.yml", f"visits/{copy}")
    _, problems = find(folder, "summaries")
    found = f"'{copy}' looks like a copy of 'a.yml' (compare it with 'a.yml', then delete it)"
    assert [str(problem) for problem in problems] == [f"summaries/visits/{copy}:1:1: {found} [unknown-file]"]


def test_everything_else_in_the_folder_is_refused_at_once(tmp_path: Path) -> None:
    folder = write_files(tmp_path / "in", "a.yml", "a.yaml", "b/notes.txt", "b/c.YML", "b/\u202ex", "real/d.yml")
    write_files(tmp_path, "in-other/secret.yml")
    (folder / "out.yml").symlink_to("../in-other/secret.yml")
    (folder / "out").symlink_to("../in-other")
    (folder / "loop.yml").symlink_to("loop.yml")
    (folder / "gone.yml").symlink_to("nowhere.yml")
    (folder / "real/up").symlink_to("..")
    os.mkfifo(folder / "pipe.yml")
    odd = "this is not an ordinary file (replace it with a text file, or delete it) [no-file]"
    assert [str(problem) for problem in sorted(find(folder, "in")[1])] == [
        "in/a.yaml:1:1: 'a.yaml' is not a summary (rename it to 'a.yml', or move it out of 'in') [unknown-file]",
        "in/b/c.YML:1:1: 'c.YML' is not a summary (rename it to 'c.yml', or move it out of 'in') [unknown-file]",
        "in/b/notes.txt:1:1: 'notes.txt' is not a summary "
        "(rename it to 'notes.yml', or move it out of 'in') [unknown-file]",
        "in/b/U+202Ex:1:1: 'U+202Ex' is not a summary "
        "(rename it to 'U+202Ex.yml', or move it out of 'in') [unknown-file]",
        "in/gone.yml:1:1: this link leads nowhere (delete it) [link]",
        "in/loop.yml:1:1: this link leads nowhere (delete it) [link]",
        "in/out:1:1: this link leads out of 'in' (put the file itself here) [link]",
        "in/out.yml:1:1: this link leads out of 'in' (put the file itself here) [link]",
        f"in/pipe.yml:1:1: {odd}",
        f"in/real/up:1:1: {odd}",
    ]


def test_a_link_within_the_folder_is_read_as_the_file_it_leads_to(tmp_path: Path) -> None:
    folder = write_files(tmp_path, "visits/a.yml")
    (folder / "b.yml").symlink_to("visits/a.yml")
    found, _ = find(folder, "summaries")
    assert found == (("summaries/b.yml", folder / "visits/a.yml"), ("summaries/visits/a.yml", folder / "visits/a.yml"))
    assert [read(file, shown).plain() for shown, file in found] == [{"a": "b"}, {"a": "b"}]


def test_a_folder_that_is_a_link_out_of_the_project_is_refused(tmp_path: Path) -> None:
    write_files(tmp_path, "elsewhere/a.yml", "project/real/a.yml")
    (tmp_path / "project/summaries").symlink_to("../elsewhere")
    (tmp_path / "project/inner").symlink_to("real")
    problem = "summaries:1:1: this link leads out of the project (replace it with a folder) [link]"
    assert [str(each) for each in find(tmp_path / "project/summaries", "summaries")[1]] == [problem]
    assert [shown for shown, _ in find(tmp_path / "project/inner", "summaries")[0]] == ["summaries/a.yml"]


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("missing", "no such file or folder (put it back, or check its name)"),
        ("file.yml", "this is not a folder (replace it with a folder)"),
    ],
)
def test_a_missing_folder_or_a_file_in_its_place_is_refused(tmp_path: Path, name: str, problem: str) -> None:
    write_files(tmp_path, "file.yml")
    assert [str(each) for each in find(tmp_path / name, "summaries")[1]] == [f"summaries:1:1: {problem} [unreadable]"]


@pytest.fixture
def nobody() -> Iterator[None]:
    """Run without root's rights, because root can read everything."""
    mine = os.geteuid()
    if mine == 0:
        os.seteuid(65534)
    yield
    os.seteuid(mine)


def test_files_and_folders_without_permission_are_refused(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    folder = write_files(tmp_path, "a.yml")
    (folder / "a.yml").chmod(0)
    folder.chmod(0)
    request.getfixturevalue("nobody")
    denied = "you have no permission to read this (give yourself permission) [unreadable]"
    try:
        assert refused(lambda: read(folder / "a.yml", NAME)) == [f"{NAME}:1:1: {denied}"]
        assert [str(each) for each in find(folder, "in")[1]] == [f"in:1:1: {denied}"]
    finally:
        if os.getuid() == 0:
            os.seteuid(0)
        folder.chmod(0o700)


def test_thousands_of_summaries_are_read_in_a_second() -> None:
    data = b"title: A meeting\ndate: 2018-06-12\nparties: [a, b]\nhistory:\n  - date: 2018-03-08\n    text: An envoy comes.\n"
    begin = time.perf_counter()
    documents: list[Document] = [parse(data, NAME) for _ in range(2_000)]
    assert time.perf_counter() - begin < 4  # a fifteenth of this on an idle machine
    assert isinstance(documents[0].root, Mapping)


def test_a_blank_line_in_folded_text_separates_paragraphs() -> None:
    folded = parse(b"summary: >-\n  one\n  two\n\n  three\n", NAME)
    kept = parse(b"summary: |-\n  one\n  two\n\n  three\n", NAME)
    assert folded.plain() == {"summary": "one two\n\nthree"}
    assert kept.plain() == {"summary": "one\ntwo\n\nthree"}


def test_the_quick_way_to_read_finds_in_all_summaries_of_the_tests_what_the_other_one_finds() -> None:
    quick = 0
    for file in Path(__file__).parents[1].glob("sites/*/summaries/**/*.yml"):
        data = file.read_bytes()
        found = usual_values(data.decode())
        if found is not None:
            document = parse(data, NAME)
            assert (found, json.dumps(found)) == (document.plain(), document_in_json(document)), file
            quick += 1
    assert quick > 100


def document_in_json(document: Document) -> str:
    assert document.warnings == ()
    return json.dumps(document.plain())


@pytest.mark.usefixtures("either_parser")
@pytest.mark.parametrize(
    "text",
    ["a: &x b\n", "a: !t b\n", "a: *x\n", "a: b\na: c\n", "<<: b\n", ": b\n", "? [a]\n: b\n", "[a]\n", "a\n", "", "a: [[b]]\n",
     "--- \na: b\n", "a: b\n...\nc: d\n", 'a: "\\x41"\n', "a: b #c\n", "a: e\u0301\n", "a: \ufb01x\n", "a: [b\n",
     "a: " + "[{b: " * 10 + "c", "a: " + "x" * 25_001, "a: [" + "b," * 250_000 + "]"],
    ids=range(21),
)  # fmt: skip
def test_what_is_unusual_is_read_with_positions(text: str) -> None:
    assert usual_values(text) is None
