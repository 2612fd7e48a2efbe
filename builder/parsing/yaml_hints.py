"""What keeps a file from being read as a summary, in an editor's words, and how to mend it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from builder.parsing.decoding import ESCAPE, problem_at, windows_path
from builder.problems import Problem, visible

_Finding = tuple[int, str, str, str]
"""Offset, rule, message and hint."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Trouble:
    """Where and why a parser stopped. Offsets count the characters of the text from 0."""

    text: str
    offset: int
    """Where it stopped."""

    began: int
    """Where the thing began that it was reading then."""

    found: str
    """The parser's own words."""

    quoted: tuple[int, int]
    """From where to where the last value in quotes went."""

    bracket: int | None
    """Where the innermost bracket stands that is open."""

    def line(self, offset: int) -> tuple[int, str]:
        """The line around an offset: where it starts, and its text."""
        start = self.text.rfind("\n", 0, offset) + 1
        end = self.text.find("\n", start)
        return start, self.text[start : end if end >= 0 else len(self.text)]

    def line_above(self, start: int) -> tuple[int, str] | None:
        """The next line above that says something."""
        while start > 0:
            start, line = self.line(start - 1)
            if line.strip() and not line.lstrip().startswith("#"):
                return start, line
        return None


def explain(trouble: Trouble, name: str) -> Problem:
    """Say why a text can't be read, where that is to be mended, and how."""
    for diagnose in _DIAGNOSES:
        finding = diagnose(trouble)
        if finding:
            return problem_at(trouble.text, finding[0], name, *finding[1:])
    found, hint = "what stands here can't be read", "put quotes round values, and line the fields up"
    return problem_at(trouble.text, trouble.offset, name, "syntax", found, hint)


def list_in_list(text: str, offset: int, name: str) -> Problem:
    """Say of `[[` at an offset that it begins a list in a list: most likely it was to be a link."""
    return problem_at(text, offset, name, *_double_bracket(text, offset))


def _double_bracket(text: str, offset: int) -> tuple[str, str, str]:
    value = _COMMENT.split(re.compile(r".*").match(text, offset)[0])[0].rstrip()  # type: ignore[index]  # matches
    link = re.match(r"\[\[[^\[\],]+\]\]", value)
    hint = _quote_it(value) if link else "one pair of brackets makes a list"
    return "needs-quotes", "'[[' without quotes begins a list in a list", hint


def no_field(text: str, offset: int, name: str) -> Problem:
    """Say of a text that stands alone in its file what it lacks to be a field."""
    start, line = Trouble(text=text, offset=offset, began=0, found="", quoted=(0, 0), bracket=None).line(offset)
    at, *words = _missing_space(start, line) or _missing_colon(start, line)
    return problem_at(text, at, name, *words)


def _tab(trouble: Trouble) -> _Finding | None:
    start, line = trouble.line(trouble.offset)
    indent = re.match(r"(?: |-(?=[ \t]))*\t", line)
    if indent:
        return start + indent.end() - 1, "tab", "a tab stands where the line is indented", "write spaces instead"
    return None


def _odd_space(trouble: Trouble) -> _Finding | None:
    for start, line in (trouble.line(trouble.offset), trouble.line(trouble.began)):
        if indent := _ODD_INDENT.match(line):
            found = (
                f"{visible(line[indent.end() - 1])}, a space that is no plain one, stands where the line is indented"
            )
            return (
                start + indent.end() - 1,
                "indentation",
                found,
                "write plain spaces instead; it came with copied text",
            )
    return None


_ODD_INDENT = re.compile("[ -]*[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")


def _directive(trouble: Trouble) -> _Finding | None:
    start, line = trouble.line(trouble.offset)
    if line.startswith("```"):
        return start, "syntax", "'```' marks code on a page, and is no part of it", "delete the line"
    return (start, *DIRECTIVE) if line.startswith("%") else None


DIRECTIVE = ("directive", "a line that starts with '%' is no field", "delete the line")


def _quote_never_closed(trouble: Trouble) -> _Finding | None:
    quote = trouble.text[trouble.began : trouble.began + 1]
    if quote and quote in "'\"" and re.search("end of stream|document", trouble.found):
        return trouble.began, "open-quote", "the quote opened here is never closed", f"put {quote} after the value"
    return None


def _escape(trouble: Trouble) -> _Finding | None:
    if trouble.text[trouble.began : trouble.began + 1] != '"':
        return None
    if path := windows_path(trouble.text, trouble.began):
        return trouble.began, *path
    for match in ESCAPE.finditer(trouble.text, trouble.began, trouble.offset + 10):
        digits = match[1] or match[2] or match[3]
        known = match[0][1] in '0abt\tnvfre "/\\N_LP\r\n'
        if digits and re.fullmatch("[0-9A-Fa-f]+", digits):
            if not (0xD800 <= int(digits, 16) <= 0xDFFF or int(digits, 16) > 0x10FFFF):
                continue
            return match.start(), "escape", f"'{match[0]}{digits}' is no character", "write the character itself"
        if not known:
            found = f"'{visible(match[0])}' between double quotes stands for no character"
            return match.start(), "escape", found, "put single quotes round the value; a backslash is a backslash there"
    return None


def _text_after_quote(trouble: Trouble) -> _Finding | None:
    start, end = trouble.quoted
    if end == 0 or trouble.offset < end or trouble.text[end : trouble.offset].strip(" "):
        return None
    lines = trouble.text.count("\n", start, end)
    if lines:
        below = "on the next line" if lines == 1 else f"{lines} lines further down"
        return start, "open-quote", f"the quote opened here is closed {below}", "close it at the end of its own value"
    at, line = trouble.line(start)
    if trouble.bracket is not None:
        return trouble.offset, "open-quote", "the value goes on after its closing quote", _quote_it("")
    value, quote = _COMMENT.split(line[start - at :])[0].rstrip(), trouble.text[start]
    whole = value[1:-1] if value.endswith(quote) and value.count(quote) % 2 else value
    return trouble.offset, "open-quote", "the value goes on after its closing quote", _quote_it(whole)


def _quote_it(value: str) -> str:
    """Word the hint; without a value it shows none."""
    plain = not set(value) & {'"', "\\"}
    quoted = f'"{value}"' if plain else "'" + value.replace("'", "''") + "'"
    return "put quotes round the whole value" + (f": {visible(quoted)}" if value and len(quoted) <= 60 else "")


def _link(trouble: Trouble) -> _Finding | None:
    start, line = trouble.line(trouble.offset)
    value = re.match(r"(?:[^\[]*?:[ \t]+|[ \t]*(?:- +)*)(?=\[\[)", line)
    if value is None:
        return None
    return start + value.end(), *_double_bracket(trouble.text, start + value.end())


def _first_character(trouble: Trouble) -> _Finding | None:
    for offset, known in ((trouble.offset, "@`%,]}?-:"), (trouble.began, "&*!|>")):
        char = trouble.text[offset : offset + 1]
        start = trouble.line(offset)[0]
        leads = re.fullmatch(r"(?:.*[:\-,\[{?] +|.*[\[{]| *)", trouble.text[start:offset])
        if char == "-" and not trouble.text[start:offset].strip():
            return None
        if char and char in known and leads and not (char in "]}" and trouble.bracket is not None):
            is_list = char == "-" and trouble.text[offset + 1 : offset + 2] == " "
            hint = "put quotes round the value" + (", or each entry of a list on a line of its own" if is_list else "")
            return offset, "needs-quotes", f"'{char}' can't stand first in a value", hint
    return None


_COMMENT = re.compile(r"\s#")
_FIELD_AND_VALUE = re.compile(r"(\s*(?:- +)*(?:[^\s:'\"][^:]*):\s+)(\S.*)")
_NO_SPACE = re.compile(r"\s*(?:- +)*([\w-]+):([^\s:/].*)")


def _colon(trouble: Trouble) -> _Finding | None:
    """A value with `: ` in it, or a field where the line above still goes on."""
    if not trouble.found.startswith("mapping values are not allowed"):
        return None
    start, line = trouble.line(trouble.offset)
    field = _FIELD_AND_VALUE.match(line)
    if field and start + field.end(1) < trouble.offset:
        value = _COMMENT.split(field[2])[0].rstrip()
        return trouble.offset, "needs-quotes", "a second ': ' stands in this value", _quote_it(value)
    above = trouble.line_above(start)
    if above is None:
        return None
    if finding := _missing_space(*above):
        return finding
    if _indent(line) <= _indent(above[1]):
        return _missing_colon(*above)
    found = "this line stands deeper than the field above it, which has its value already"
    return start + _indent(line), "indentation", found, "line it up with the field, or put quotes round the whole value"


def _no_colon(trouble: Trouble) -> _Finding | None:
    if not trouble.found.startswith("could not find expected ':'"):
        return None
    start, line = trouble.line(trouble.began)
    return _missing_space(start, line) or _missing_colon(start, line)


def _missing_space(start: int, line: str) -> _Finding | None:
    field = _NO_SPACE.fullmatch(line.rstrip())
    if field is None:
        return None
    wanted = f"{field[1]}: {field[2]}"
    hint = f"write '{visible(wanted)}'" if len(wanted) <= 60 else "write a space after it"
    return start + field.end(1), "missing-space", "a space is missing after the colon", hint


def _missing_colon(start: int, line: str) -> _Finding:
    text = line.strip()
    shown = visible(text if len(text) <= 60 else text[:57] + "...")
    hint = "write 'name: value', or indent the line if it belongs to the value above"
    return start + _indent(line), "missing-colon", f"'{shown}' is no field: it has no colon and space", hint


def _bracket(trouble: Trouble) -> _Finding | None:
    if trouble.bracket is None:
        return None
    opening = trouble.text[trouble.bracket]
    closing = {"[": "]", "{": "}"}.get(opening, "")
    found = f"the '{opening}' opened here is not closed, or a comma is missing in it"
    return (
        trouble.bracket,
        "open-bracket",
        found,
        f"end it with '{closing}', or put quotes round a text that starts with '{opening}'",
    )


def _text_after_bracket(trouble: Trouble) -> _Finding | None:
    start, line = trouble.line(trouble.offset)
    closing = re.search(r"([\]}]) *\S?$", line[: trouble.offset - start])
    if closing is None:
        return None
    hint = "take what follows into the brackets, or put quotes round the whole value"
    return start + closing.start(1), "open-bracket", f"the value goes on after this '{closing[1]}'", hint


def _cut(trouble: Trouble) -> _Finding | None:
    """A value of several lines that a hash has ended."""
    start, _ = trouble.line(trouble.offset)
    above = trouble.line_above(start)
    cut = re.search(r"\s(#.*)", above[1]) if above else None
    if above is None or cut is None or _indent(trouble.line(start)[1]) < _indent(above[1]):
        return None
    found = "a hash after a space ends the value here, and the next line can't go on with it"
    return above[0] + cut.start(1), "cut-short", found, "put quotes round the whole value"


def _after_the_end(trouble: Trouble) -> _Finding | None:
    start, _ = trouble.line(trouble.offset)
    above = trouble.line_above(start)
    if above and above[1].startswith("..."):
        return above[0], "second-document", "'...' ends the summary, and something follows", "delete the line"
    return None


def _alignment(trouble: Trouble) -> _Finding | None:
    start, line = trouble.line(trouble.offset)
    if line.strip() and start + _indent(line) == trouble.offset:
        found = "this line does not line up with those above it"
        return (
            trouble.offset,
            "indentation",
            found,
            "start the fields of a record, and the hyphens of a list, in the same column",
        )
    return None


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


_DIAGNOSES = (
    _tab, _odd_space, _directive, _quote_never_closed, _escape, _text_after_quote, _link, _first_character, _colon,
    _no_colon, _bracket, _text_after_bracket, _cut, _after_the_end, _alignment,
)  # fmt: skip
