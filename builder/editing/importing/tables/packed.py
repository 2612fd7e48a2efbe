"""Opens the files that pack a spreadsheet, .xlsx and .ods, and refuses those that would fill the memory.

They are ZIP archives of XML. Archives that unpack to far more than they should, and XML with entities of its own, are
ways to fill the memory: https://owasp.org/www-community/vulnerabilities/XML_External_Entity_(XXE)_Processing
"""

from __future__ import annotations

import io
import lzma
import struct
import zipfile
import zlib
from typing import IO

from builder.editing.importing.tables.cells import refused
from builder.parsing.limits import MAX_UNPACKED_BYTES
from builder.problems import Location

MAX_FILES = 2_000
"""How many files an archive may have. A workbook has about ten, and one for each sheet and picture."""

BROKEN = (
    *(zipfile.BadZipFile, zlib.error, struct.error, lzma.LZMAError, ArithmeticError, EOFError, LookupError, OSError),
    *(RuntimeError, ValueError),
)
"""What Python raises for an archive that is broken, or packed in a way that it doesn't know."""


def opened(data: bytes, name: str, program: str) -> zipfile.ZipFile:
    """The archive with these bytes. Raises SummaryError if it is none, or is not safe to read."""
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        hint = f"save it without a password, as a {program}"
        raise refused(Location(name), "this file has a password, or is of an old format", hint)
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        members = archive.infolist()
    except BROKEN as error:
        raise not_a(program, name) from error
    if len(members) > MAX_FILES or sum(member.file_size for member in members) > MAX_UNPACKED_BYTES:
        found = f"this file unpacks to more than {MAX_UNPACKED_BYTES:,} bytes or {MAX_FILES:,} files"
        raise refused(Location(name), found, "save the table alone in a new file")
    for member in members:
        if member.filename.endswith((".xml", ".rels")):
            try:
                with archive.open(member) as stream:
                    _check_xml(stream, name, program)
            except BROKEN as error:
                raise not_a(program, name) from error
    return archive


def not_a(program: str, name: str) -> Exception:
    """The error for a file that is not what its name says."""
    return refused(
        Location(name), f"this can't be read as a {program}", "open it in a spreadsheet program and save it again"
    )


def _check_xml(stream: IO[bytes], name: str, program: str) -> None:
    """Raise SummaryError if XML is broken, or defines a type of document or entities: no spreadsheet does."""
    from xml.sax import SAXException
    from xml.sax.handler import ContentHandler

    from defusedxml.common import DefusedXmlException
    from defusedxml.sax import parse

    try:
        parse(stream, ContentHandler(), forbid_dtd=True)
    except DefusedXmlException:
        raise refused(
            Location(name), "the XML in this file defines entities", "don't open it: no spreadsheet needs them"
        ) from None
    except (SAXException, ValueError, LookupError) as error:
        raise not_a(program, name) from error
