"""Importing .xlsx and .ods: what is read of them, and that no file can fill the memory or read other files."""

from __future__ import annotations

import datetime
import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from command import as_printed, contents, run
from openpyxl import Workbook

HEADER = ("ID", "Title", "Date", "Level", "Parties", "Status", "Sources")
TALKS = ("talks", "Talks: 1 & 2", datetime.datetime(2018, 10, 2), "high", "russia; dprk", "held", "mt-20190423")

WRITTEN = """\
# yaml-language-server: $schema=../../schemas/visit.schema.json
title: "Talks: 1 & 2"
date: 2018-10-02
level: high
parties: [russia, dprk]
status: held
sources: [mt-20190423]
"""


Cells = tuple[str | float | datetime.datetime, ...]


def workbook(file: Path, *rows: Cells, **sheets: Cells) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet
    for row in rows:
        sheet.append(row)
    for title, other in sheets.items():
        book.create_sheet(title).append(other)
    book.save(file)


def ods(file: Path, rows: str, extra: Mapping[str, bytes] | None = None, before: str = "") -> None:
    namespaces = " ".join(
        f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{prefix}:1.0"' for prefix in ("office", "table", "text")
    )
    content = (
        f'<?xml version="1.0"?>{before}<office:document-content {namespaces}><office:body><office:spreadsheet>'
        f'<table:table table:name="Sheet1">{rows}</table:table></office:spreadsheet></office:body>'
        f"</office:document-content>"
    )
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
        for name, data in (extra or {}).items():
            archive.writestr(name, data)


def ods_row(*cells: object) -> str:
    written = []
    for cell in cells:
        if isinstance(cell, datetime.datetime):
            day = cell.date().isoformat()
            written.append(
                f'<table:table-cell office:value-type="date" office:date-value="{day}"><text:p>2.10.18</text:p>'
                f"</table:table-cell>"
            )
        else:
            text = str(cell).replace("&", "&amp;")
            written.append(f'<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>')
    return f"<table:table-row>{''.join(written)}</table:table-row>"


def reported(project: Path, name: str) -> str:
    before = contents(project / "summaries")
    found = run(project, "import", "visits", name)
    assert found.returncode == 1, found.stdout
    assert contents(project / "summaries") == before
    return as_printed(found.stderr)


def test_a_workbook_of_excel_is_imported(project: Path) -> None:
    workbook(project / "visits.xlsx", HEADER, (), TALKS)
    found = run(project, "import", "visits", "visits.xlsx")
    assert found.stdout.startswith("Wrote 1 visit to summaries/visits/talks.yml.\n"), found.stderr
    assert (project / "summaries" / "visits" / "talks.yml").read_text("utf-8") == WRITTEN


def test_a_spreadsheet_of_libreoffice_is_imported(project: Path) -> None:
    empty = '<table:table-row table:number-rows-repeated="1000000"><table:table-cell/></table:table-row>'
    ods(project / "visits.ods", ods_row(*HEADER) + empty + ods_row(*TALKS) + empty)
    found = run(project, "import", "visits", "visits.ods")
    assert found.stdout.startswith("Wrote 1 visit to summaries/visits/talks.yml.\n"), found.stderr
    assert (project / "summaries" / "visits" / "talks.yml").read_text("utf-8") == WRITTEN


def test_numbers_of_a_workbook_are_read_as_typed(project: Path) -> None:
    workbook(project / "places.xlsx", ("id", "name", "lat", "lon"), ("pier", "The pier", 43.0, 131.9))
    run(project, "import", "places", "places.xlsx")
    written = (project / "summaries" / "places.yml").read_text("utf-8")
    assert written.endswith("  - id: pier\n    name: The pier\n    lat: 43\n    lon: 131.9\n")


def test_the_sheet_named_after_the_kind_is_read_and_others_are_named(project: Path) -> None:
    workbook(project / "all.xlsx", ("notes",), visits=HEADER)
    assert reported(project, "all.xlsx") == (
        "all.xlsx:1:1: there is nothing to import in this file (export it again) [empty]\n"
        "1 problem; nothing was changed.\n"
    )


def test_mistakes_in_a_workbook_are_named_by_row_and_column(project: Path) -> None:
    wrong = ("two", "Two", "soon", "hihg", "russia; dprk", "held", "#REF!")
    workbook(project / "visits.xlsx", (*HEADER, "Remarks"), TALKS, wrong, ("three", "=B2", *TALKS[2:]))
    assert reported(project, "visits.xlsx") == (
        "visits.xlsx:1:8: warning: the column 'Remarks' is passed over (no field has this name) [passed-over]\n"
        "visits.xlsx:3:3: row 3, column 'date': 'soon' is not a date (write it as 2018-06-12, 2018-06 or 2018) "
        "[bad-date]\n"
        "visits.xlsx:3:4: row 3, column 'level': unknown level 'hihg' (did you mean 'high'?) [unknown-word]\n"
        "visits.xlsx:3:7: row 3, column 'sources': '#REF!' is an error of the spreadsheet (correct the formula, or "
        "type the value) [table]\n"
        "visits.xlsx:4:1: row 4: the field 'title' is missing (its name, and the heading of its page) [missing-field]\n"
        "visits.xlsx:4:2: row 4, column B: this formula has no value (open the file in a spreadsheet program and save "
        "it, or type the value) [table]\n"
        "5 problems; nothing was changed.\n"
    )


def bomb() -> bytes:
    """An archive whose only file unpacks to 200 million bytes."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("content.xml", "w") as member:
        for _ in range(200):
            member.write(b" " * 1_000_000)
    return data.getvalue()


LAUGHS = (
    '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {new} "{f"&{old};" * 10}">' for old, new in zip("abcdefgh", "bcdefghi", strict=True))
    + "]>"
)
OTHER_FILE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>'


@pytest.mark.parametrize("name", ["visits.ods", "visits.xlsx"])
def test_an_archive_that_unpacks_to_too_much_is_refused(project: Path, name: str) -> None:
    (project / name).write_bytes(bomb())
    assert reported(project, name) == (
        f"{name}:1:1: this file unpacks to more than 100,000,000 bytes or 2,000 files "
        "(save the table alone in a new file) [table]\n1 problem; nothing was changed.\n"
    )


@pytest.mark.parametrize("before", [LAUGHS, OTHER_FILE], ids=["laughs", "other-file"])
def test_xml_with_entities_is_refused(project: Path, before: str) -> None:
    ods(project / "visits.ods", ods_row("&i;"), before=before)
    assert reported(project, "visits.ods") == (
        "visits.ods:1:1: the XML in this file defines entities (don't open it: no spreadsheet needs them) [table]\n"
        "1 problem; nothing was changed.\n"
    )


def test_a_row_that_is_repeated_a_million_times_is_refused(project: Path) -> None:
    row = ods_row(*TALKS).replace("<table:table-row>", '<table:table-row table:number-rows-repeated="1000000">')
    ods(project / "visits.ods", ods_row(*HEADER) + row)
    assert reported(project, "visits.ods") == (
        "visits.ods:1:1: the table has more than 20,000 rows or 500 columns (split it into several files) [table]\n"
        "1 problem; nothing was changed.\n"
    )


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        (
            "a.xlsx",
            b"no archive",
            "this can't be read as a workbook of Excel (.xlsx) (open it in a spreadsheet program",
        ),
        ("a.ods", b"PK\x05\x06" + bytes(18), "this can't be read as a spreadsheet of LibreOffice (.ods) (open it in a"),
        (
            "a.xlsx",
            b"\xd0\xcf\x11\xe0",
            "this file has a password, or is of an old format (save it without a password,",
        ),
        (
            "a.xls",
            b"\xd0\xcf\x11\xe0",
            "this file can't be imported as visits (it is of an old format: save it as .xlsx)",
        ),
        (
            "a.bib",
            b"@book{a, title={A}}",
            "this file can't be imported as visits (a bibliography gives sources: import",
        ),
    ],
)
def test_a_file_that_is_no_spreadsheet_is_refused(project: Path, name: str, data: bytes, message: str) -> None:
    (project / name).write_bytes(data)
    assert reported(project, name).startswith(f"{name}:1:1: {message}")
