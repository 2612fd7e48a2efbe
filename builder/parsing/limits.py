"""Every limit on what an editor may write. They keep memory and build times bounded, whatever is in a file."""

from __future__ import annotations

from typing import Final

MAX_BYTES: Final = 5_000_000
"""The size of a summary file: a library of more than 5,000 sources."""

MAX_IMPORT_BYTES: Final = 20_000_000
"""The size of a file to import."""

MAX_UNPACKED_BYTES: Final = 100_000_000
"""The size of all that is packed in a spreadsheet: a small file can unpack to any size."""

MAX_ROWS: Final = 20_000
MAX_COLUMNS: Final = 500
"""The rows and columns of a table. A spreadsheet can say in a few bytes that a row is repeated a million times."""

MAX_SCALAR_BYTES: Final = 100_000
"""The size of one text in a file, as YAML has it."""

MAX_DEPTH: Final = 20
"""How deep lists and mappings are nested."""

MAX_VALUES: Final = 250_000
"""How many texts, lists and mappings a file has."""

MAX_PROSE: Final = 20_000
MAX_LINE: Final = 1_000
"""The characters of a text and of a line: Markdown takes seconds for a longer one that is all punctuation."""
