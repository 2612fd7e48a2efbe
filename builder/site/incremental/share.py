"""A share of the pages, so that several machines can make the pages of one site."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Share:
    """One of several shares of all pages, the first of which is number 1. By itself it is all of them."""

    number: int = 1
    count: int = 1

    @classmethod
    def from_text(cls, text: str) -> Share:
        """The share that is written as 2/8. Raises ValueError with what is wrong and what would be right."""
        if not re.fullmatch("[0-9]{1,9}/[1-9][0-9]{0,8}", text):
            raise ValueError(f"'{text}' is not a share: write 2/8 for the second of eight")
        number, count = map(int, text.split("/"))
        if not 1 <= number <= count:
            shares = f"the shares are 1/{count} to {count}/{count}" if count > 1 else "the only one is 1/1"
            raise ValueError(f"there is no share {text}: {shares}")
        return cls(number, count)

    def has(self, path: str) -> bool:
        """Whether the page with that path below docs/ is in the share. On every machine it is in the same one."""
        found = hashlib.blake2b(path.encode(), digest_size=8).digest()
        return int.from_bytes(found, "big") % self.count == self.number - 1
