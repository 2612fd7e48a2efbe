"""Fuzzes the readers of `explainer import`: BibTeX, RIS, CSL-JSON, CSV and TSV, XLSX and ODS.

Run by hand, for ten minutes each reader: `PYTHONPATH=. .venv/bin/python tests/fuzz_import.py`. Another time or seed,
or only some readers: `tests/fuzz_import.py --seconds 60 --seed 7 bib csv`. A find is printed with its seed and its
file; it becomes a case in tests/imports.

Two things must hold for every file. Nothing but a SummaryError is raised. And of what is well formed, nothing is
changed or left out unless a warning or a problem says so.
"""

from __future__ import annotations

import argparse
import io
import json
import re
import sys
import tempfile
import time
import traceback
import unicodedata
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random

from openpyxl import Workbook

from builder.editing.importing.reading import read_file
from builder.editing.yaml_style import tidy
from builder.parsing.documents import Document
from builder.problems import SummaryError
from builder.records.models.kinds import RECORDS

Made = tuple[bytes, tuple[Mapping[str, str], ...]]
"""The bytes of a file and the texts that its records must have; no texts if the file is broken on purpose."""

WORDS = (
    *("Reunión", "Путин", "김정은", "the", "of", "A & B", "50%", "$5", "x_y", "#1", "a~b", "C:\\docs", "{braced}"),
    *(
        "“quoted”",
        '"typed"',
        "O'Brien",
        "and",
        "others",
        "and others",
        "a, b",
        "a; b",
        "=1+1",
        "-x",
        "@home",
        "[[link]]",
    ),
    *(
        "<i>x</i>",
        "&amp;",
        "--",
        "---",
        "``",
        "''",
        "\\",
        "\\relax",
        "é",
        "e\u0301",
        "\u00a0",
        "null",
        "~",
        "2019",
        "n.d.",
    ),
    *("%", "%@book{x,", "@book{x,", "}", "{", "TY  - JOUR", "ER  - ", "\t", "word " * 40, "x\u00adx"),
    "https://example.org/a_b~c?d=%20e#f",
)


def text(random: Random, most: int = 5) -> str:
    return " ".join(random.choice(WORDS) for _ in range(random.randint(1, most)))


def latex(plain: str) -> str:
    """A text as BibTeX must have it, so that it is read as typed."""
    special = {
        "\\": r"{\textbackslash}",
        "{": r"{\textbraceleft}",
        "}": r"{\textbraceright}",
        "~": r"{\textasciitilde}",
    }
    escaped = "".join(special.get(char, f"\\{char}" if char in "%&$#_" else char) for char in plain)
    return re.sub(r"(?<=([-'`]))(?=\1)", "{}", escaped)


def bib(random: Random) -> Made:
    entries, expected = [], []
    for number in range(random.randint(1, 4)):
        fields = {"title": text(random), "publisher": text(random, 2), "journaltitle": text(random, 2)}
        kept = {name: value for name, value in fields.items() if random.random() < 0.8}
        written = [f"{name} = {{{latex(value)}}}" for name, value in kept.items()]
        written += [f"{random.choice(['year', 'month', 'date', 'file', 'url'])} = {{{latex(text(random, 2))}}}"]
        random.shuffle(written)
        comma = random.choice([",", ",\n", " ,\n\t"])
        kind = random.choice(["article", "BOOK", "misc", "strange"])
        entries.append(f"@{kind}{{k{number},\n  {comma.join(written)}{random.choice(['', ','])}\n}}")
        expected.append({{"journaltitle": "container"}.get(name, name): value for name, value in kept.items()})
    comment = random.choice(["", "% by me@example.org\n", "Text between.\n", "@comment{x}\n"])
    return comment.join(["", *entries]).encode(), tuple(expected)


def ris(random: Random) -> Made:
    entries, expected = [], []
    for _ in range(random.randint(1, 4)):
        fields = {"TI": text(random), "PB": text(random, 2), "T2": text(random, 2)}
        written = [f"{tag}  - {' '.join(value.split())}" for tag, value in fields.items()]
        written += [f"{random.choice(['PY', 'DA', 'UR', 'LA', 'KW', 'VL'])}  - {text(random, 2)}"]
        random.shuffle(written)
        entries.append("\n".join([f"TY  - {random.choice(['JOUR', 'BOOK', 'XYZ'])}", *written, "ER  - ", ""]))
        expected.append({"title": fields["TI"], "publisher": fields["PB"], "container": fields["T2"]})
    return "\n".join(entries).encode(), tuple(expected)


def csl(random: Random) -> Made:
    items, expected = [], []
    for number in range(random.randint(1, 4)):
        item: dict[str, object] = {"id": f"k{number}", "type": random.choice(["book", "thesis", "strange"])}
        texts = {"title": text(random), "publisher": text(random, 2), "container-title": text(random, 2)}
        parts = [[2019, random.randint(0, 40)]]
        issued = [{"raw": text(random, 2)}, {"date-parts": parts}, text(random), 2019, None, []]
        item |= {**texts, "issued": random.choice(issued), "URL": text(random, 1), "DOI": text(random, 1)}
        item |= {"author": random.choice([text(random), [{"literal": text(random)}], [{}], 7, {"family": "A"}])}
        items.append(item)
        expected.append({{"container-title": "container"}.get(name, name): value for name, value in texts.items()})
    return json.dumps(items, ensure_ascii=random.random() < 0.5).encode(), tuple(expected)


def cells(random: Random) -> tuple[list[str], list[list[str]], tuple[Mapping[str, str], ...]]:
    header = ["id", "title", "publisher", "type", "standing"]
    random.shuffle(header)
    rows, expected = [], []
    for number in range(random.randint(1, 4)):
        row = {"id": f"k{number}", "title": text(random), "publisher": text(random, 2), "type": "book"}
        row["standing"] = "official"
        rows.append([row[name] for name in header])
        expected.append({name: row[name] for name in ("title", "publisher")})
    return header, rows, tuple(expected)


def csv(random: Random) -> Made:
    header, rows, expected = cells(random)
    delimiter = random.choice(",;\t")

    def quoted(cell: str) -> str:
        guarded = f"'{cell}" if cell.startswith(("=", "+", "-", "@")) else cell
        needed = any(char in guarded for char in f'{delimiter}"\n\t')
        return '"' + guarded.replace('"', '""') + '"' if needed or random.random() < 0.3 else guarded

    lines = [delimiter.join(map(quoted, row)) for row in [header, *rows]]
    whole = random.choice(["\n", "\r\n"]).join(lines)
    return whole.encode(random.choice(["utf-8", "utf-8-sig", "utf-16"])), expected


def xlsx(random: Random) -> Made:
    header, rows, expected = cells(random)
    book = Workbook()
    sheet = book.active
    assert sheet
    for number, row in enumerate([header, *rows], start=1):
        for column, value in enumerate(row, start=1):
            cell = sheet.cell(number, column)
            cell.value = value
            cell.data_type = "s"
    data = io.BytesIO()
    book.save(data)
    return data.getvalue(), expected


def ods(random: Random) -> Made:
    header, rows, expected = cells(random)
    written = ""
    for row in [header, *rows]:
        plain = [cell.replace("&", "&amp;").replace("<", "&lt;").replace("\t", "<text:tab/>") for cell in row]
        inner = "".join(
            f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>' for cell in plain
        )
        written += f"<table:table-row>{inner}</table:table-row>"
    names = ("office", "table", "text")
    spaces = " ".join(f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in names)
    content = f"<office:document {spaces}><table:table>{written}</table:table></office:document>"
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("content.xml", content)
    return data.getvalue(), expected


READERS: dict[str, Callable[[Random], Made]] = {
    "bib": bib, "ris": ris, "json": csl, "csv": csv, "xlsx": xlsx, "ods": ods,
}  # fmt: skip


def broken(data: bytes, random: Random) -> bytes:
    """A file with some of its bytes changed, moved, doubled or cut off; inside an archive, those of a file in it."""
    if data.startswith(b"PK") and random.random() < 0.8:
        return _broken_inside(data, random)
    found = bytearray(data)
    for _ in range(random.randint(1, 6)):
        at = random.randrange(len(found) + 1)
        to = min(len(found), at + random.randint(1, 30))
        match random.randrange(5):
            case 0:
                del found[at:to]
            case 1:
                found[at:at] = found[at:to] * random.randint(1, 3)
            case 2:
                found[at:at] = random.choice(PIECES)
            case 3:
                found[at:to] = bytes(random.randrange(256) for _ in range(to - at))
            case _:
                del found[at : len(found) if random.random() < 0.2 else at + 1]
    return bytes(found)


PIECES = (
    *(b"{", b"}", b'"', b"\\", b"@", b"@book{", b"#", b",", b"=", b"\n", b"\r", b"\x00", b"\xff", b"\xef\xbb\xbf"),
    *(b"<", b">", b"&", b"null", b"1e999", b"NaN", b"\xed\xa0\x80", b"TY  - ", b"ER  - ", b"%", b"$", b"\\begin{x}"),
    *(b"[" * 2000, b"{" * 2000, b"}" * 50, b"_" * 500, b"\\verb", b"\\def\\x", b"'", b";", b"\t", b"sep=;\n", b" - "),
    *(b'"" ', b"<!DOCTYPE x>"),
)


def _broken_inside(data: bytes, random: Random) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        chosen = random.choice(old.namelist())
        for name in old.namelist():
            inner = old.read(name)
            if name == chosen:
                inner = broken(inner, random) if not inner.startswith(b"PK") else inner
            if name != chosen or random.random() < 0.95:
                new.writestr(name, inner)
    return made.getvalue()


@dataclass(frozen=True, kw_only=True, slots=True)
class Find:
    """A file that was not read as it must be, and how."""

    seed: int
    ending: str
    data: bytes
    what: str


def tried(ending: str, seed: int, folder: Path) -> Find | None:
    """Read one file made from a seed; what went wrong, if anything did."""
    random = Random(f"{ending} {seed}")
    data, expected = READERS[ending](random)
    if random.random() < 0.6:
        data, expected = broken(data, random), ()
    file = folder / f"fuzz.{ending}"
    file.write_bytes(data)
    (model,) = (model for model in RECORDS if model.kind_name == "sources")
    try:
        found = read_file(file, file.name, model)
    except SummaryError:
        return None
    except Exception:
        return Find(seed=seed, ending=ending, data=data, what=traceback.format_exc())
    told = "\n".join(str(problem) for problem in (*found.problems, *found.warnings))
    if found.problems or len(found.records) != len(expected):
        wrong = "" if found.problems or not expected else f"{len(found.records)} records instead of {len(expected)}"
        return Find(seed=seed, ending=ending, data=data, what=f"{wrong}\n{told}") if wrong and not told else None
    for record, texts in zip(found.records, expected, strict=True):
        plain = Document(path="", root=record, data=b"").plain()
        for name, value in texts.items():
            got = str(plain.get(name, ""))
            if not _says(got, value) and not _is_told(name, got, texts, told):
                return Find(seed=seed, ending=ending, data=data, what=f"{name}: {value!r} became {got!r}\n{told}")
    return None


def _says(got: str, value: str) -> bool:
    """Whether a text was read as typed, but for spaces, soft hyphens, composed letters and CSL's tags for italics."""
    forms = (tidy(form.replace("\u00ad", "")) for form in (value, re.sub(r"</?i>", "", value)))
    return unicodedata.normalize("NFC", tidy(got.replace("\u00ad", ""))) in {
        unicodedata.normalize("NFC", form) for form in forms
    }


def _is_told(name: str, got: str, texts: Mapping[str, str], told: str) -> bool:
    """Whether a warning names the change. A container with the same text as the publisher is not repeated."""
    is_repeated = name == "container" and not got and tidy(texts.get("publisher", "")) == tidy(texts[name])
    return f"'{name}'" in told or "not kept" in told or is_repeated


def finds(endings: tuple[str, ...], seconds: float, seed: int, tries: int | None = None) -> Iterator[Find]:
    """Fuzz each reader for some seconds, or with a number of tries."""
    with tempfile.TemporaryDirectory() as folder:
        for ending in endings:
            ends, number = time.monotonic() + seconds, 0
            while number < tries if tries is not None else time.monotonic() < ends:
                if find := tried(ending, seed * 10_000_000 + number, Path(folder)):
                    yield find
                number += 1
            print(f"{ending}: {number} files", file=sys.stderr)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("readers", nargs="*", metavar="reader", help=", ".join(READERS))
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    count = 0
    for find in finds(tuple(chosen.readers or READERS), chosen.seconds, chosen.seed):
        count += 1
        print(f"--- .{find.ending}, seed {find.seed}: {find.what}\n{find.data!r}\n", flush=True)
    print(f"{count} finds")
    return min(count, 1)


if __name__ == "__main__":
    sys.exit(main())
