"""Writes values as YAML in the style of summaries: when to quote, fold or use brackets."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Mapping, Sequence
from typing import Final

WIDTH: Final = 110
"""The longest line, in columns; longer texts are folded."""

Value = str | Sequence["Value"] | Mapping[str, "Value"]


def to_yaml(fields: Mapping[str, Value], indent: int = 0) -> str:
    """Fields and their values as YAML, in the given order."""
    margin = " " * indent
    return "".join(f"{margin}{name}:{_after_colon(value, indent, len(name))}\n" for name, value in fields.items())


def to_yaml_item(fields: Mapping[str, Value], indent: int) -> str:
    """An entry of a list as YAML, with a dash before its first field."""
    return f"{' ' * indent}- {to_yaml(fields, indent + 2).lstrip(' ')}"


def text_after_colon(text: str, indent: int, name: str) -> str:
    """A text as written after `name:`, with a leading space: plain, quoted, or folded if it is long."""
    return _after_colon(text, indent, len(name))


def tidy(text: str) -> str:
    """A text with single spaces, and one blank line between paragraphs."""
    paragraphs = (" ".join(paragraph.split()) for paragraph in re.split(r"\n\s*\n", text.strip()))
    return "\n\n".join(paragraphs)


def in_brackets(items: Sequence[Value]) -> str:
    """A list on one line."""
    return f"[{', '.join(_inline(item) for item in items)}]"


def _after_colon(value: Value, indent: int, name: int) -> str:
    if isinstance(value, str):
        return _text(value, indent, name)
    if isinstance(value, Mapping):
        return f"\n{to_yaml(value, indent + 2)}".rstrip("\n")
    line = in_brackets(value)
    if indent + name + 2 + len(line) <= WIDTH and all(_is_short(item) for item in value):
        return f" {line}"
    return "\n" + "".join(_item(item, indent + 2) for item in value).rstrip("\n")


def _is_short(item: Value) -> bool:
    """Whether an item can be written in brackets: a text, or the parts of a person's name."""
    return not isinstance(item, Mapping) or not item.keys() - {"family", "given", "literal"}


def _item(value: Value, indent: int) -> str:
    if isinstance(value, Mapping):
        return to_yaml_item(value, indent)
    return f"{' ' * indent}- {_inline(value)}\n"


def _inline(value: Value) -> str:
    if isinstance(value, str):
        return value if _PLAIN_IN_BRACKETS.fullmatch(value) else _quoted(value)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{name}: {_inline(inner)}" for name, inner in value.items()) + "}"
    return in_brackets(value)


def _text(text: str, indent: int, name: int) -> str:
    paragraphs = tidy(text).split("\n\n")
    one_line = paragraphs[0]
    if len(paragraphs) == 1 and (indent + name + 2 + len(one_line) <= WIDTH or " " not in one_line):
        return f" {one_line if _is_plain(one_line) else _quoted(one_line)}"
    margin = " " * (indent + 2)
    folded = ("\n".join(_folded(paragraph, margin)) for paragraph in paragraphs)
    return " >-\n" + "\n\n".join(folded)


def _folded(paragraph: str, margin: str) -> list[str]:
    return textwrap.wrap(
        paragraph,
        WIDTH,
        initial_indent=margin,
        subsequent_indent=margin,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _is_plain(text: str) -> bool:
    return bool(_PLAIN.fullmatch(text)) and ": " not in text and " #" not in text and not text.endswith(":")


def _quoted(text: str) -> str:
    """A text in double quotes, with escapes that are valid in both JSON and YAML."""
    return json.dumps(text, ensure_ascii=False)


_PLAIN = re.compile(r"\w[^\n\t]*(?<! )")
_PLAIN_IN_BRACKETS = re.compile(r"\w(?:[\w.'’/%?~+;() -]*[\w.'’/%?~+;()-])?")
