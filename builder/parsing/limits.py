"""Every limit on what an editor may write. They keep memory and build times bounded, whatever is in a file."""

from __future__ import annotations

from typing import Final

MAX_BYTES: Final = 1_000_000
"""The size of a summary file."""

MAX_IMPORT_BYTES: Final = 10_000_000
"""The size of a file to import."""

MAX_SCALAR_BYTES: Final = 100_000
"""The size of one text in a file, as YAML has it."""

MAX_DEPTH: Final = 20
"""How deep lists and mappings are nested."""

MAX_VALUES: Final = 50_000
"""How many texts, lists and mappings a file has."""

MAX_PROSE: Final = 20_000
MAX_LINE: Final = 1_000
"""The characters of a text and of a line: Markdown takes seconds for a longer one that is all punctuation."""
