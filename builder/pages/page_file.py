"""A generated page as a file: a seal, which shows whether people edited it, front matter, Markdown."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """A page to write: `path` below docs/ with forward slashes, `meta` its front matter, `body` its Markdown."""

    path: str
    meta: dict[str, object]
    body: str
    asked: tuple[tuple[str, ...], ...] = field(default=(), compare=False, repr=False)
    """The questions that were asked of the explainer to make it."""

    written: bytes = field(default=b"", compare=False, repr=False)
    """The page as a file, if that is all that is known of it."""


def page_bytes(page: Page) -> bytes:
    """The page as a file: seal, front matter as JSON values (which are YAML too), body."""
    if page.written:
        return page.written
    lines = [f"{key}: {_yaml(value)}\n" for key, value in page.meta.items()]
    body = page.body.replace("\r\n", "\n").strip("\n")
    rest = f"{''.join(lines)}---\n\n{body}\n".encode()
    return b'---\nseal: "%s"\n%s' % (_seal(rest), rest)


def is_sealed(data: bytes) -> bool:
    """Whether the builder wrote this page and nobody edited it since. Line endings don't count."""
    match = _SEALED.match(data)
    if match is None:
        return False
    return _seal(data[match.end() :].replace(b"\r\n", b"\n")) == match[1]


def has_seal_line(data: bytes) -> bool:
    """Whether the builder wrote this page, even if somebody edited it since."""
    return _HAS_SEAL_LINE.match(data) is not None


_SEALED = re.compile(rb'---\r?\nseal: "([0-9a-f]{32})"\r?\n')
_HAS_SEAL_LINE = re.compile(rb"(?:\xef\xbb\xbf)?---\r?\n(?:(?!---)[^\n]*\n)*?seal:")
_UNREADABLE_IN_YAML = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


def _seal(rest: bytes) -> bytes:
    return hashlib.blake2b(b"---\n" + rest, digest_size=16).hexdigest().encode()


def _yaml(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    return _UNREADABLE_IN_YAML.sub(lambda match: f"\\u{ord(match[0]):04x}", text)
