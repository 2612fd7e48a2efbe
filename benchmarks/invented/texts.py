"""Names and prose put together from a few words: they mean nothing, and have the length of real ones."""

from __future__ import annotations

import random
from typing import Final

_SYLLABLES: Final = (
    "ba", "den", "fir", "gol", "har", "ket", "lum", "mor", "nes", "pol", "ran", "sil", "tav", "ur", "ven", "zim",
)  # fmt: skip
_NOUNS: Final = (
    "agreement", "border", "commission", "crossing", "delegation", "envoy", "harbour", "inspection", "letter",
    "ministry", "observer", "pipeline", "port", "proposal", "quota", "railway", "report", "tariff", "timetable",
    "treaty",
)  # fmt: skip
_VERBS: Final = (
    "accepts", "asks for", "confirms", "describes", "discusses", "expects", "limits", "mentions", "offers", "opens",
    "postpones", "refuses", "replaces", "reviews", "supports", "suspends", "welcomes",
)  # fmt: skip
_LINKS: Final = (
    "It also concerns {}.", "This followed from {}.", "The same was said of {}.", "More is known of {}.",
    "Both sides named {}.",
)  # fmt: skip
_CYRILLIC: Final = str.maketrans("abcdefghijklmnoprstuvz", "абцдефгхийклмнопрстувз")


def name(number: int) -> str:
    """A name. The first 4,096 are different."""
    size = len(_SYLLABLES)
    parts = (number % size, number // size % size, number // size**2 % size)
    return "".join(_SYLLABLES[part] for part in parts).capitalize()


def full_name(number: int) -> str:
    """The name of a person or an organisation. All are different."""
    return f"{name(number)} {name(number + 7)} {_roman(number)}"


def in_cyrillic(text: str) -> str:
    """The same name in other letters."""
    return text.lower().translate(_CYRILLIC).title()


def town(number: int) -> str:
    """The name of a place. All are different."""
    return f"{name(number + 300)} {_roman(number)}"


def noun(chance: random.Random) -> str:
    """A thing that a process is about."""
    return chance.choice(_NOUNS)


def sentence(chance: random.Random) -> str:
    """A sentence of 11 words or, with a number in it, 14."""
    one, other, third = chance.sample(_NOUNS, 3)
    more = f" with {chance.randint(2, 99)} pages" if chance.random() < 0.5 else ""
    return f"The {one} of {name(chance.randint(0, 4000))} {chance.choice(_VERBS)} the {other} and the {third}{more}."


def headline(chance: random.Random) -> str:
    """A sentence without its full stop."""
    return sentence(chance).removesuffix(".")


def prose(chance: random.Random, words: int, linked: list[str]) -> str:
    """Sentences of about this many words together, with a link to each of these records."""
    most = chance.randint(words // 2, words + words // 2)
    made = [chance.choice(_LINKS).format(f"[[{id}]]") for id in linked]
    while not made or sum(text.count(" ") + 1 for text in made) + 6 < most:
        made.append(sentence(chance))
    chance.shuffle(made)
    return " ".join(made)


def _roman(number: int) -> str:
    """A number in letters, so that names with it are different."""
    return "".join("abcdefghij"[int(digit)] for digit in str(number)).capitalize()
