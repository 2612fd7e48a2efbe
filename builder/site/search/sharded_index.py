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
import shutil
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import accumulate, groupby, pairwise
from pathlib import Path
from typing import Any, Final

from builder.site.search.search_words import plain, word_splitter
from builder.system.cache_file import CacheFile

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

Entry = Mapping[str, Any]
"""An entry of the theme's index: a page or a section of one."""


def write_index(entries: Iterable[Entry], config: Mapping[str, Any], site: Path, kept: CacheFile | None = None) -> bool:
    """Write the files to the site's folder and replace the theme's index by one without entries.

    `config` has the settings of the theme's search. The same entries and settings give the same bytes. What `kept` has
    of an earlier index need not be made again, and this one is put there.
    Returns False and writes nothing if Python can't read the regular expression that separates words.
    """
    split = word_splitter(config["separator"])
    if split is None:
        return False
    pages = by_page(entries)
    ordered = [entry for page in pages for entry in page]
    texts = [_json(entry) for entry in ordered]
    places = _places_of_words(ordered, texts, split, _digest([config["separator"]]), kept)
    words = sorted(places, key=lambda word: (_order(plain(word)), _order(word)))
    word_files = list(_chunks([f"{_json(word)}:{places[word]}" for word in words], _WORDS_SIZE))
    text_files = list(_chunks(texts, _TEXTS_SIZE))
    spelt = [word for word in words if len(word) >= _LEAST_LETTERS and plain(word)[:1].isalpha()]
    spellings = {letter: list(group) for letter, group in groupby(spelt, lambda word: plain(word)[:1])}
    contents = {
        "words": ["{" + ",".join(texts) + "}" for texts in word_files],
        "texts": ["[" + ",".join(texts) + "]" for texts in text_files],
        "spellings": [_json(group) for group in spellings.values()],
    }
    starts = accumulate((len(texts) for texts in word_files), initial=0)
    parts = {
        "version": _digest(text for files in contents.values() for text in files),
        "words": [plain(words[start]) for start in starts if start < len(words)],
        "spellings": "".join(spellings),
        "texts": [len(texts) for texts in text_files],
        "pages": [len(page) for page in pages],
    }
    remove_index(site)
    folder = site / "search"
    for name, files in contents.items():
        (folder / name).mkdir(parents=True, exist_ok=True)
        for number, text in enumerate(files):
            _write(folder / name / f"{number}.json", text)
    _write(folder / "parts.json", _json(parts))
    _write(folder / "search_index.json", _json({"config": {**config, "parts": True}, "docs": []}))
    return True


def remove_index(site: Path) -> None:
    """Remove the many files of an earlier build, if the site's folder has them."""
    folder = site / "search"
    if (folder / "parts.json").is_file():
        for name in ("words", "texts", "spellings"):
            shutil.rmtree(folder / name)
        (folder / "parts.json").unlink()


def by_page(entries: Iterable[Entry]) -> list[list[Entry]]:
    """The entries of each page. The entry of the page itself is the first."""
    pages: dict[str, list[Entry]] = {}
    for entry in entries:
        pages.setdefault(str(entry["location"]).partition("#")[0], []).append(entry)
    return list(pages.values())


def _places_of_words(
    entries: Sequence[Entry], texts: list[str], split: Callable[[str], list[str]], key: str, kept: CacheFile | None
) -> dict[str, str]:
    """The JSON of `_places` of each word. Only words of entries that differ from the kept ones are counted again.

    `texts` is the JSON of each entry, and `key` stands for how `split` separates words.
    """
    before: list[str]
    places: dict[str, str]
    before, places = json.loads((kept and kept.get(key)) or "[[], {}]")
    changed = {number for number, (old, new) in enumerate(zip(before, texts, strict=False)) if old != new}
    if len(before) != len(texts) or len(changed) > len(texts) / 2:
        places = {word: _json(_places(each)) for word, each in _postings(enumerate(entries), split).items()}
    else:
        gone = _postings(((number, json.loads(before[number])) for number in changed), split)
        new = _postings(((number, entries[number]) for number in changed), split)
        for word in {*gone, *new}:
            times = json.loads(places.pop(word, "{}")).items()
            stays = [(number, often) for often, steps in times for number in accumulate(steps) if number not in changed]
            if all_ := sorted([*stays, *new.get(word, ())]):
                places[word] = _json(_places(all_))
    if kept:
        kept.put(key, _json([texts, places]))
        kept.save()
    return places


def _postings(
    entries: Iterable[tuple[int, Entry]], split: Callable[[str], list[str]]
) -> dict[str, list[tuple[int, str]]]:
    """By word: the numbers of the entries that have it, in order, each with how often (as `_often` writes it)."""
    found: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for number, entry in entries:
        boost = entry.get("boost")
        title, text, tags = (_counted(entry.get(name), split) for name in ("title", "text", "tags"))
        elsewhere = {**title, **tags}
        once = number, _often(0, 1, 0, boost)  # most words; they share it, which saves memory
        for word, times in text.items():
            if times == 1 and word not in elsewhere:
                found[word].append(once)
            else:
                found[word].append((number, _often(title.get(word, 0), times, tags.get(word, 0), boost)))
        for word in elsewhere:
            if word not in text:
                found[word].append((number, _often(title.get(word, 0), 0, tags.get(word, 0), boost)))
    return found


def _places(postings: Iterable[tuple[int, str]]) -> dict[str, list[int]]:
    """By how often a word is there: the number of the first such entry, and from each to the next one.

    `{"0,2*3": [5, 1]}` says that the entries 5 and 6, whose boost is 3, have it twice in the text and not in the title.
    """
    found: dict[str, list[int]] = defaultdict(list)
    for number, often in postings:
        found[often].append(number)
    return {
        often: [numbers[0], *(after - before for before, after in pairwise(numbers))]
        for often, numbers in found.items()
    }


@lru_cache(maxsize=10_000)
def _often(title: int, text: int, tags: int, boost: object) -> str:
    """How often a word is in the fields of an entry, without zeros at the end, and the boost of the entry."""
    return f"{title},{text},{tags}".removesuffix(",0").removesuffix(",0") + ("" if boost is None else f"*{boost}")


def _counted(value: object, split: Callable[[str], list[str]]) -> Mapping[str, int]:
    """How often each word is in a field of an entry. The tags of a page are a list."""
    text = "\n".join(value) if isinstance(value, list) else value
    return Counter(split(str(text))) if text else {}


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


def _digest(texts: Iterable[str]) -> str:
    found = hashlib.blake2b(digest_size=8)
    for text in texts:
        found.update(text.encode())
        found.update(b"\0")
    return found.hexdigest()


def _order(word: str) -> bytes:
    """The place of a word in JavaScript's order of texts."""
    return word.encode("utf-16-be", "surrogatepass")


_json: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=str).encode


def _write(path: Path, text: str) -> None:
    path.unlink(missing_ok=True)  # another site may have the same file, as a hard link
    path.write_text(text, encoding="utf-8", newline="\n")
