"""Explains YAML errors in plain words, and says how to fix them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from builder.parsing.decoding import ESCAPE, problem_at, windows_path
from builder.problems import Problem, visible

_Finding = tuple[int, str, str, str]
"""Offset, rule, message and hint."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ParseFailure:
    """Where and why the YAML parser stopped. Offsets count characters from 0."""

    text: str
    offset: int
    """Where the parser stopped."""

    start: int
    """Where the value or field that it was reading starts."""

    message: str
    """The parser's own message."""

    quoted: tuple[int, int]
    """Start and end of the last quoted value; (0, 0) if there was none."""

    bracket: int | None
    """Where the innermost open bracket is, if any."""

    def line(self, offset: int) -> tuple[int, str]:
        """The line at an offset: where it starts, and its text."""
        start = self.text.rfind("\n", 0, offset) + 1
        end = self.text.find("\n", start)
        return start, self.text[start : end if end >= 0 else len(self.text)]

    def line_above(self, start: int) -> tuple[int, str] | None:
        """The nearest line above that is neither blank nor a comment."""
        while start > 0:
            start, line = self.line(start - 1)
            if line.strip() and not line.lstrip().startswith("#"):
                return start, line
        return None


def explain(failure: ParseFailure, name: str) -> Problem:
    """Say why a text can't be parsed, where to fix it, and how."""
    for diagnose in _DIAGNOSTICS:
        finding = diagnose(failure)
        if finding:
            return problem_at(failure.text, finding[0], name, *finding[1:])
    found, hint = "this can't be read as YAML", "put quotes round values, and line up the fields"
    return problem_at(failure.text, failure.offset, name, "syntax", found, hint)


def list_in_list(text: str, offset: int, name: str) -> Problem:
    """The problem with an unquoted `[[` at an offset: YAML reads it as a list in a list. A link was probably meant."""
    return problem_at(text, offset, name, *_double_bracket(text, offset))


def _double_bracket(text: str, offset: int) -> tuple[str, str, str]:
    value = _COMMENT.split(re.compile(r".*").match(text, offset)[0])[0].rstrip()  # type: ignore[index]  # matches
    link = re.match(r"\[\[[^\[\],]+\]\]", value)
    hint = _quote_it(value) if link else "a list needs only one pair of brackets"
    return "needs-quotes", "'[[' without quotes starts a list in a list", hint


def not_a_field(text: str, offset: int, name: str) -> Problem:
    """The problem with a file that is a single text without fields."""
    start, line = ParseFailure(text=text, offset=offset, start=0, message="", quoted=(0, 0), bracket=None).line(offset)
    at, *words = _missing_space(start, line) or _missing_colon(start, line)
    return problem_at(text, at, name, *words)


def _tab(failure: ParseFailure) -> _Finding | None:
    start, line = failure.line(failure.offset)
    indent = re.match(r"(?: |-(?=[ \t]))*\t", line)
    if indent:
        return start + indent.end() - 1, "tab", "the line is indented with a tab", "use spaces instead"
    return None


def _dash(failure: ParseFailure) -> _Finding | None:
    """A dash or a dot in the place of the hyphen that starts a list entry."""
    place = failure.line(failure.offset)
    for start, line in (place, failure.line(failure.start), failure.line_above(place[0]) or place):
        if entry := _DASH.match(line):
            found = f"'{entry[1]}' does not start a list entry"
            return start + entry.start(1), "dash", found, "write a hyphen and a space: '- '"
    return None


_DASH = re.compile("\\s*([\u2010-\u2015\u2212\u2022\u00b7])[ \u00a0]")


def _odd_space(failure: ParseFailure) -> _Finding | None:
    for start, line in (failure.line(failure.offset), failure.line(failure.start)):
        if indent := _ODD_INDENT.match(line):
            found = f"the line is indented with {visible(line[indent.end() - 1])}, which is not an ordinary space"
            return (
                start + indent.end() - 1,
                "indentation",
                found,
                "use ordinary spaces instead; it often comes with copied text",
            )
    return None


_ODD_INDENT = re.compile("[ -]*[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")


def _directive(failure: ParseFailure) -> _Finding | None:
    start, line = failure.line(failure.offset)
    if line.startswith("```"):
        return start, "syntax", "'```' marks code on a web page and does not belong in a summary", "delete the line"
    return (start, *DIRECTIVE) if line.startswith("%") else None


DIRECTIVE = ("directive", "a line that starts with '%' is not a field", "delete the line")


def _quote_never_closed(failure: ParseFailure) -> _Finding | None:
    quote = failure.text[failure.start : failure.start + 1]
    if quote and quote in "'\"" and re.search("end of stream|document", failure.message):
        curly = _CURLY_END.match(failure.text, failure.start + 1)
        hint = f"write {quote} for the {curly[1]} at its end" if curly else f"put {quote} after the value"
        return failure.start, "open-quote", "the quote opened here is never closed", hint
    return None


_CURLY_END = re.compile("[^\n'\"]*([\u2018-\u201f\u00ab\u00bb])[ \r]*(?:\n|\\Z)")


def _escape(failure: ParseFailure) -> _Finding | None:
    if failure.text[failure.start : failure.start + 1] != '"':
        return None
    if path := windows_path(failure.text, failure.start):
        return failure.start, *path
    for match in ESCAPE.finditer(failure.text, failure.start, failure.offset + 10):
        digits = match[1] or match[2] or match[3]
        known = match[0][1] in '0abt\tnvfre "/\\N_LP\r\n'
        if digits and re.fullmatch("[0-9A-Fa-f]+", digits):
            if not (0xD800 <= int(digits, 16) <= 0xDFFF or int(digits, 16) > 0x10FFFF):
                continue
            return match.start(), "escape", f"'{match[0]}{digits}' is not a character", "write the character itself"
        if not known:
            found = f"'{visible(match[0])}' in double quotes is not a valid escape"
            return (
                match.start(),
                "escape",
                found,
                "put single quotes round the value: between them a backslash is just a backslash",
            )
    return None


def _text_after_quote(failure: ParseFailure) -> _Finding | None:
    start, end = failure.quoted
    if end == 0 or failure.offset < end or failure.text[end : failure.offset].strip(" "):
        return None
    lines = failure.text.count("\n", start, end)
    if lines:
        below = "on the next line" if lines == 1 else f"{lines} lines further down"
        return start, "open-quote", f"the quote opened here is closed {below}", "close it at the end of its value"
    at, line = failure.line(start)
    if failure.bracket is not None:
        return failure.offset, "open-quote", "the value continues after its closing quote", _quote_it("")
    value, quote = _COMMENT.split(line[start - at :])[0].rstrip(), failure.text[start]
    inner = value[1:].partition(quote)[0]
    wrapped = value.endswith(quote) and (value.count(quote) % 2 or inner.endswith(" "))
    whole = value[1:-1] if wrapped else value
    return failure.offset, "open-quote", "the value continues after its closing quote", _quote_it(whole)


def _quote_it(value: str) -> str:
    """The hint to quote a value; it shows the quoted value if that is not empty and not too long."""
    plain = not set(value) & {'"', "\\"}
    quoted = f'"{value}"' if plain else "'" + value.replace("'", "''") + "'"
    return "put quotes round the whole value" + (f": {visible(quoted)}" if value and len(quoted) <= 60 else "")


def _link(failure: ParseFailure) -> _Finding | None:
    start, line = failure.line(failure.offset)
    value = re.match(r"(?:[^\[]*?:[ \t]+|[ \t]*(?:- +)*)(?=\[\[)", line)
    if value is None:
        return None
    return start + value.end(), *_double_bracket(failure.text, start + value.end())


def _first_character(failure: ParseFailure) -> _Finding | None:
    for offset, known in ((failure.offset, "@`%,]}?-:"), (failure.start, "&*!|>")):
        char = failure.text[offset : offset + 1]
        start = failure.line(offset)[0]
        leads = re.fullmatch(r"(?:.*[:\-,\[{?] +|.*[\[{]| *)", failure.text[start:offset])
        if char == "-" and not failure.text[start:offset].strip():
            return None
        if char and char in known and leads and not (char in "]}" and failure.bracket is not None):
            is_list = char == "-" and failure.text[offset + 1 : offset + 2] == " "
            hint = "put quotes round the value" + (", or put each list entry on its own line" if is_list else "")
            return offset, "needs-quotes", f"a value can't start with '{char}'", hint
    return None


_COMMENT = re.compile(r"\s#")
_FIELD_AND_VALUE = re.compile(r"(\s*(?:- +)*(?:[^\s:'\"][^:]*):\s+)(\S.*)")
_ODD_SPACE_AFTER_COLON = re.compile("\\s*(?:- +)*[\\w-]+:([\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000])")
_NO_SPACE = re.compile(r"\s*(?:- +)*([\w-]+):([^\s:/].*)")


def _colon(failure: ParseFailure) -> _Finding | None:
    """A value that contains `: `, or a field below a value that has not ended."""
    if not failure.message.startswith("mapping values are not allowed"):
        return None
    start, line = failure.line(failure.offset)
    field = _FIELD_AND_VALUE.match(line)
    if field and start + field.end(1) < failure.offset:
        value = _COMMENT.split(field[2])[0].rstrip()
        return failure.offset, "needs-quotes", "this value has a second ': '", _quote_it(value)
    above = failure.line_above(start)
    if above is None:
        return None
    if finding := _missing_space(*above):
        return finding
    if _indent(line) <= _indent(above[1]):
        return _missing_colon(*above)
    found = "this line is indented more than the field above it, which already has a value"
    return start + _indent(line), "indentation", found, "line it up with the field, or put quotes round the whole value"


def _no_colon(failure: ParseFailure) -> _Finding | None:
    if not failure.message.startswith("could not find expected ':'"):
        return None
    start, line = failure.line(failure.start)
    return _missing_space(start, line) or _missing_colon(start, line)


def _missing_space(start: int, line: str) -> _Finding | None:
    if odd := _ODD_SPACE_AFTER_COLON.match(line):
        found = f"{visible(odd[1])} after the colon is not an ordinary space"
        return start + odd.start(1), "missing-space", found, "use an ordinary space; it often comes with copied text"
    field = _NO_SPACE.fullmatch(line.rstrip())
    if field is None:
        return None
    wanted = f"{field[1]}: {field[2]}"
    hint = f"write '{visible(wanted)}'" if len(wanted) <= 60 else "add a space after it"
    return start + field.end(1), "missing-space", "a space is missing after the colon", hint


def _missing_colon(start: int, line: str) -> _Finding:
    text = line.strip()
    shown = visible(text if len(text) <= 60 else text[:57] + "...")
    hint = "write 'name: value', or indent the line if it belongs to the value above"
    return (
        start + _indent(line),
        "missing-colon",
        f"'{shown}' is not a field: it has no colon followed by a space",
        hint,
    )


def _bracket(failure: ParseFailure) -> _Finding | None:
    if failure.bracket is None:
        return None
    opening = failure.text[failure.bracket]
    closing = {"[": "]", "{": "}"}.get(opening, "")
    found = f"this '{opening}' is not closed, or a comma is missing inside it"
    return (
        failure.bracket,
        "open-bracket",
        found,
        f"close it with '{closing}', or put quotes round text that starts with '{opening}'",
    )


def _text_after_bracket(failure: ParseFailure) -> _Finding | None:
    start, line = failure.line(failure.offset)
    closing = re.search(r"([\]}]) *\S?$", line[: failure.offset - start])
    if closing is None:
        return None
    hint = "move the rest inside the brackets, or put quotes round the whole value"
    return start + closing.start(1), "open-bracket", f"the value continues after this '{closing[1]}'", hint


def _hash_ends_value(failure: ParseFailure) -> _Finding | None:
    """A value of several lines that ends early because of a hash."""
    start, _ = failure.line(failure.offset)
    above = failure.line_above(start)
    cut = re.search(r"\s(#.*)", above[1]) if above else None
    if above is None or cut is None or _indent(failure.line(start)[1]) < _indent(above[1]):
        return None
    found = "a hash after a space ends the value here, so the next line can't continue it"
    return above[0] + cut.start(1), "cut-short", found, "put quotes round the whole value"


def _after_the_end(failure: ParseFailure) -> _Finding | None:
    start, _ = failure.line(failure.offset)
    above = failure.line_above(start)
    if above and above[1].startswith("..."):
        return above[0], "second-document", "'...' ends the summary, but more text follows", "delete the line"
    return None


def _alignment(failure: ParseFailure) -> _Finding | None:
    start, line = failure.line(failure.offset)
    if line.strip() and start + _indent(line) == failure.offset:
        if entry := _NO_SPACE_AFTER_HYPHEN.match(line):
            wanted = visible(f"- {entry[1]}:")
            return failure.offset, "missing-space", "a space is missing after the hyphen", f"write '{wanted} ...'"
        found = "this line does not line up with the lines above it"
        return (
            failure.offset,
            "indentation",
            found,
            "start the fields of a record, and the hyphens of a list, in the same column",
        )
    return None


_NO_SPACE_AFTER_HYPHEN = re.compile(r" *-(\w[\w-]*):(?:\s|\Z)")


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


_DIAGNOSTICS = (
    _tab, _dash, _odd_space, _directive, _quote_never_closed, _escape, _text_after_quote, _link, _first_character,
    _colon, _no_colon, _bracket, _text_after_bracket, _hash_ends_value, _after_the_end, _alignment,
)  # fmt: skip
