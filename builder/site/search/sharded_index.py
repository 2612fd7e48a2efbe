"""The index of the search in many small files, for an explainer whose index would be a long download.

Below `search/` of the site are

- `words/N.json`: for some words, in order, the entries that have them;
- `texts/N.json`: some entries, as the theme's own index has them;
- `spellings/N.json`: the words that begin with a letter;
- `parts.json`: which file has what.

`sharded.js` in the theme reads them. It chooses the best entries for a query, and the theme's own search then makes the
results from these, so that they look the same and are in the same order as from one index.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import accumulate, groupby, pairwise
from pathlib import Path
from typing import Any, Final

from builder.site.search.search_words import plain, word_splitter

MOST_BYTES: Final = 1_000_000
"""An index with more bytes is split. The texts of explainers pack to a quarter or less, so a reader of a smaller one
downloads less than 250 kB, once, and each search after that is at once.
"""

_WORDS_SIZE: Final = 24_000
"""About how many characters a file of words has."""

_TEXTS_SIZE: Final = 4_000
"""About how many characters a file of texts has."""

_LEAST_LETTERS: Final = 4
"""A word with fewer is not looked for in other spellings."""

_FIELDS: Final = ("title", "text", "tags")

Entry = Mapping[str, Any]
"""An entry of the theme's index: a page or a section of one."""


def write_index(entries: Iterable[Entry], config: Mapping[str, Any], site: Path) -> bool:
    """Write the files to the site's folder and replace the theme's index by one without entries.

    `config` has the settings of the theme's search. The same entries and settings give the same bytes.
    Returns False and writes nothing if Python can't read the regular expression that separates words.
    """
    split = word_splitter(config["separator"])
    if split is None:
        return False
    pages = by_page(entries)
    ordered = [entry for page in pages for entry in page]
    words = sorted(_postings(ordered, split).items(), key=lambda item: (_order(plain(item[0])), _order(item[0])))
    word_files = list(_chunks([f"{_json(word)}:{_json(places)}" for word, places in words], _WORDS_SIZE))
    text_files = list(_chunks([_json(entry) for entry in ordered], _TEXTS_SIZE))
    spelt = (word for word, _ in words if len(word) >= _LEAST_LETTERS and word.isalpha())
    spellings = {letter: list(group) for letter, group in groupby(spelt, lambda word: plain(word)[:1])}
    contents = {
        "words": ["{" + ",".join(texts) + "}" for texts in word_files],
        "texts": ["[" + ",".join(texts) + "]" for texts in text_files],
        "spellings": [_json(group) for group in spellings.values()],
    }
    starts = accumulate((len(texts) for texts in word_files), initial=0)
    parts = {
        "version": hashlib.blake2b(_json(contents).encode(), digest_size=8).hexdigest(),
        "words": [plain(words[start][0]) for start in starts if start < len(words)],
        "spellings": "".join(spellings),
        "texts": [len(texts) for texts in text_files],
        "pages": [len(page) for page in pages],
    }
    folder = site / "search"
    for name, files in contents.items():
        (folder / name).mkdir(parents=True, exist_ok=True)
        for number, text in enumerate(files):
            _write(folder / name / f"{number}.json", text)
    _write(folder / "parts.json", _json(parts))
    _write(folder / "search_index.json", _json({"config": {**config, "parts": True}, "docs": []}))
    return True


def by_page(entries: Iterable[Entry]) -> list[list[Entry]]:
    """The entries of each page. The entry of the page itself is the first."""
    pages: dict[str, list[Entry]] = {}
    for entry in entries:
        pages.setdefault(str(entry["location"]).partition("#")[0], []).append(entry)
    return list(pages.values())


def _postings(entries: Sequence[Entry], split: Callable[[str], Iterator[str]]) -> dict[str, dict[str, list[int]]]:
    """By word: which entries have it, by how often they do.

    `{"0,2*3": [5, 1]}` says that the entries 5 and 6, whose boost is 3, have it twice in the text and not in the title.
    """
    found: dict[str, dict[str, list[int]]] = defaultdict(dict)
    for number, entry in enumerate(entries):
        counts: dict[str, list[int]] = {}
        for field, name in enumerate(_FIELDS):
            for word in split(_text(entry.get(name))):
                counts.setdefault(word, [0] * len(_FIELDS))[field] += 1
        boost = f"*{entry['boost']}" if "boost" in entry else ""
        for word, each in counts.items():
            found[word].setdefault(",".join(map(str, each)).removesuffix(",0") + boost, []).append(number)
    return {
        word: {
            often: [numbers[0], *(after - before for before, after in pairwise(numbers))]
            for often, numbers in places.items()
        }
        for word, places in found.items()
    }


def _text(value: object) -> str:
    """A field of an entry as one text. The tags of a page are a list."""
    return "\n".join(value) if isinstance(value, list) else str(value or "")


def _chunks(texts: Iterable[str], size: int) -> Iterator[list[str]]:
    """The texts in order, in lists of about as many characters."""
    chunk: list[str] = []
    length = 0
    for text in texts:
        if chunk and length + len(text) > size:
            yield chunk
            chunk, length = [], 0
        chunk.append(text)
        length += len(text)
    if chunk:
        yield chunk


def _order(word: str) -> bytes:
    """The place of a word in JavaScript's order of texts."""
    return word.encode("utf-16-be", "surrogatepass")


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")
