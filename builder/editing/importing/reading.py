"""Reads the records of a file: the rows of a table, or the references of a bibliography."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from builder.editing.importing.file_text import decoded
from builder.editing.importing.references.reference_fields import READERS, sources_of
from builder.editing.importing.tables.cells import Table
from builder.editing.importing.tables.columns import records_in
from builder.editing.importing.tables.delimited import table_in_text
from builder.editing.importing.tables.excel import table_in_excel
from builder.editing.importing.tables.opendocument import table_in_opendocument
from builder.parsing.decoding import check_text, unwanted_in
from builder.parsing.discovery import file_error, read_bytes
from builder.parsing.documents import Mapping as Fields
from builder.parsing.documents import Node, Scalar, Sequence
from builder.parsing.limits import MAX_IMPORT_BYTES
from builder.problems import Problem, SummaryError
from builder.records.models.record import Record
from builder.records.models.source import Source

TEXT_TABLES = ("csv", "tsv", "tab", "txt")
PACKED_TABLES = {"xlsx": table_in_excel, "xlsm": table_in_excel, "ods": table_in_opendocument}


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """The records of a file, the columns it has if it is a table, and what was found in reading it."""

    records: tuple[Fields, ...]
    columns: frozenset[str] | None = None
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()


def read_file(file: Path, name: str, model: type[Record]) -> Found:
    """The records of a file. Raises SummaryError if it can't be read, or has forbidden characters."""
    ending = name.casefold().rpartition(".")[2]
    is_library = model is Source and ending in READERS
    if not is_library and ending not in (*TEXT_TABLES, *PACKED_TABLES):
        raise file_error(name, "unknown-file", *_not_importable(ending, model))
    data = read_bytes(file, name, MAX_IMPORT_BYTES)
    if len(data) > MAX_IMPORT_BYTES:
        raise file_error(name, "too-big", f"the file has more than {MAX_IMPORT_BYTES:,} bytes", "split it into several")
    if ending in PACKED_TABLES:
        found = _of_table(PACKED_TABLES[ending](data, name, model.kind_name), model)
    else:
        text, warnings = decoded(data, name)
        # In a bibliography forbidden characters are allowed here, as most fields are not imported.
        if problems := [each for each in check_text(text, name) if each.rule != "character" or not is_library]:
            raise SummaryError(problems)
        if is_library:
            read = sources_of(text, name)
            found = Found(records=read.sources, problems=read.problems, warnings=(*warnings, *read.warnings))
        else:
            found = _of_table(table_in_text(text, name), model)
            found = replace(found, warnings=(*warnings, *found.warnings))
    if not found.records and not found.problems:
        raise file_error(name, "empty", "there is nothing to import in this file", "export it again")
    unwanted = tuple(problem for record in found.records for problem in _problems_with_characters(record))
    return replace(found, problems=(*found.problems, *unwanted))


def _of_table(table: Table, model: type[Record]) -> Found:
    read = records_in(table, model)
    return Found(records=read.records, columns=read.columns, problems=read.problems, warnings=read.warnings)


def _not_importable(ending: str, model: type[Record]) -> tuple[str, str]:
    found = f"this file can't be imported as {model.kind_name}"
    if ending in _SAVE_AS:
        return found, _SAVE_AS[ending]
    if model is not Source and ending in READERS:
        return found, f"a bibliography gives sources: import sources {'FILE'}"
    bibliography = ", that of a bibliography in .json, .bib or .ris" if model is Source else ""
    return found, f"the name of a table ends in .csv, .tsv, .xlsx or .ods{bibliography}"


_SAVE_AS = {
    "xls": "it is of an old format: save it as .xlsx",
    "numbers": "export it from Numbers as CSV or Excel",
    "gsheet": "download it from Google Sheets as .xlsx",
    "docx": "save the table as .csv",
    "pdf": "save the table as .csv",
    "enl": "export it from EndNote as RIS",
    "rdf": "export it from Zotero as CSL JSON",
    "xml": "export it as RIS, BibTeX or CSL JSON",
}
"""What to do with files of other programs."""


def _problems_with_characters(node: Node) -> Iterator[Problem]:
    """A problem for each forbidden character in a record. In JSON, they can be hidden in escapes such as `\\u200b`."""
    if isinstance(node, Scalar):
        for _, message, hint in unwanted_in(node.text):
            yield Problem(location=node.location, rule="character", message=message, hint=hint)
    else:
        for inner in node.items if isinstance(node, Sequence) else (item.node for item in node.entries.values()):
            yield from _problems_with_characters(inner)
