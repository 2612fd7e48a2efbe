"""The types of field values: text, ids, dates, numbers, addresses. Each is parsed from the text an editor typed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, lru_cache
from ipaddress import IPv6Address
from typing import Annotated, TypeVar
from urllib.parse import unquote

from pydantic import BeforeValidator, Field, TypeAdapter, ValidatorFunctionWrapHandler, WithJsonSchema, WrapValidator
from pydantic_core import PydanticCustomError

from builder.dates.edtf_dates import Date, DateError
from builder.parsing.limits import MAX_LINE, MAX_PROSE
from builder.problems import visible
from builder.records.languages.language_codes import language_code
from builder.records.languages.latin_letters import has_other_letters, in_latin_letters
from builder.records.safe_text import Citation, Line, Text

ID_PATTERN = r"^[a-z0-9]+(-[a-z0-9]+)*$"
_ID = re.compile(ID_PATTERN)

GONE_ID_PATTERN = r"^[a-z0-9]+([-#/][a-z0-9]+)*$"
"""The id of something removed: a record's id, `source#claim` for a claim, the path of a page such as timeline/2018."""

RESERVED_IDS = frozenset(
    ["index", "404", "search", "assets", "sitemap", "data", "con", "prn", "aux", "nul"]
    + [f"{device}{number}" for device in ("com", "lpt") for number in range(1, 10)]
)
"""Ids that the site uses for its own addresses, or that an operating system does not allow as file names."""


@dataclass(frozen=True, slots=True)
class RefersTo:
    """Marks a field that holds ids of records of these kinds, or of any kind if `kinds` is empty."""

    kinds: tuple[str, ...] = ()


@lru_cache(maxsize=16384)  # most ids are in many places
def problem_with_id(text: str) -> tuple[str, str] | None:
    """The message and the hint if `text` can't be an id, else None."""
    if not _ID.fullmatch(text):
        wanted = re.sub(r"[^a-z0-9]+", "-", in_latin_letters(text)).strip("-")
        hint = f"write '{wanted}'" if _ID.fullmatch(wanted) else "such as 'first-meeting'"
        if has_other_letters(text):
            example = wanted if _ID.fullmatch(wanted) and len(wanted) <= 64 else "first-meeting"
            hint = f"choose one in Latin letters, such as '{example}': it is part of a web address"
        return f"'{visible(text)}' is not an id: use lower-case letters a to z, digits and single hyphens", hint
    if len(text) > 64:
        return f"the id '{text}' has {len(text)} characters", "at most 64"
    if text in RESERVED_IDS:
        return f"the id '{text}' is reserved for the site itself", "choose another"
    return None


def _error(rule: str, found: str, hint: str = "") -> PydanticCustomError:
    return PydanticCustomError(rule, "{found}", {"found": found, "hint": hint})


def _text(value: object) -> str:
    if type(value) is str and len(value) > _LONGEST_EMPTY and "0" <= value[0] <= "z":
        return value  # as nearly all are
    if not isinstance(value, str):
        hint = "if all of it is one text, put quotes round it"
        raise _error("wrong-shape", f"expected text, found {name_of_shape(value)}", hint)
    if not value.strip():
        raise _error("empty-field", "nothing is written here", "write it, or leave the field out")
    if not _VISIBLE.search(value):
        raise _error("empty-field", f"'{visible(value)}' has no visible character", "write it, or leave the field out")
    if value in ("~", "null", "Null", "NULL"):
        raise _error("empty-field", f"'{value}' leaves this field empty", "write it, or leave the field out")
    return value


_LONGEST_EMPTY = 4
"""The number of letters in the longest word that leaves a field empty."""

_VISIBLE = re.compile(r"[^\s\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180e\u2800\u3164\uffa0\ufe00-\ufe0f]")
"""A character that readers can see: some letters are blank."""


def name_of_shape(value: object) -> str:
    """The shape of a value, in words that editors use."""
    names: dict[type, str] = {dict: "fields", list: "a list", str: "text"}
    return names.get(type(value), "something else")


def prose(value: object) -> Text:
    """Read a text of one or more paragraphs. Raises PydanticCustomError if it is none."""
    return Text(_check_length(_text(value).strip(), MAX_PROSE))


def _check_length(text: str, limit: int) -> str:
    if len(text) > limit:
        raise _error("too-long", f"this text has {len(text):,} characters", f"at most {limit:,}: split or shorten it")
    return text


def _line(value: object) -> Line:
    text = _text(value).strip()
    if "\n" in text:
        found = f"expected one line, found {text.count(chr(10)) + 1} lines"
        raise _error("wrong-shape", found, "put all of it on one line")
    return Line(_check_length(text, MAX_LINE))


def _id(value: object) -> str:
    if type(value) is str and len(value) > _LONGEST_EMPTY and problem_with_id(value) is None:
        return value
    text = _text(value)
    if problem := problem_with_id(text):
        raise _error("bad-id", *problem)
    return text


def _gone_id(value: object) -> str:
    text = _text(value)
    for part in re.split("[#/]", text):
        if problem := problem_with_id(part):
            raise _error("bad-id", *problem)
    return text


def _citation(value: object) -> Citation:
    citation = Citation.parse(_text(value))
    _id(citation.source)
    return citation


def _date(value: object) -> Date:
    try:
        return Date.parse(_text(value))
    except DateError as error:
        raise _error("bad-date", error.message, error.hint) from None


def _end(value: object) -> Date:
    date = _date(value)
    if len(date.ends) != 1:
        raise _error(
            "bad-date", f"'{date}' is not a single day, month or year", "write it as 2019-12-31, 2019-12 or 2019"
        )
    return date


def _day(value: object) -> Date:
    date = _date(value)
    if not date.is_day:
        raise _error("bad-date", f"'{date}' is not a single day", "write it as 2019-12-31")
    return date


def _whole(value: object) -> int:
    text = _text(value)
    if not _WHOLE.fullmatch(text):
        raise _error("bad-number", f"'{visible(text)}' is not a whole number", "write it as 4")
    return int(text)


_WHOLE = re.compile(r"0|[1-9][0-9]{0,8}")


def _parties_or_number(value: object, _: ValidatorFunctionWrapHandler) -> tuple[str, ...] | int:
    if isinstance(value, list):
        return _parties().validate_python(value)
    if isinstance(value, str) and not _WHOLE.fullmatch(value):
        hint = f"write [{value}]" if _ID.fullmatch(value) else "such as 15"
        raise _error("bad-number", f"expected a list of parties or their number, found '{visible(value)}'", hint)
    if not isinstance(value, str):
        found = f"expected a list of parties or their number, found {name_of_shape(value)}"
        raise _error("wrong-shape", found, "such as 15")
    return _whole(value)


@cache
def _parties() -> TypeAdapter[tuple[str, ...]]:
    return TypeAdapter(tuple[PartyId, ...])


def _number(value: object) -> Decimal:
    text = _text(value)
    if not re.fullmatch(r"-?(0|[1-9][0-9]{0,11})(\.[0-9]{1,3})?", text):
        raise _error("bad-number", f"'{visible(text)}' is not a number", "write it as 47.9, without a unit")
    return Decimal(text)


def _one_or_more(value: object) -> object:
    return value if isinstance(value, list) else [value]


def _degrees(limit: int) -> BeforeValidator:
    def parse(value: object) -> float:
        text = _text(value)
        if not re.fullmatch(r"-?[0-9]{1,3}(\.[0-9]+)?", text) or abs(float(text)) > limit:
            found = f"'{visible(text)}' is not a number of degrees from -{limit} to {limit}"
            raise _error("bad-number", found, "write it as 43.02")
        return float(text)

    return BeforeValidator(parse)


def _yes(value: object) -> bool:
    text = _text(value)
    if text not in ("true", "false"):
        raise _error("unknown-word", f"unknown word '{visible(text)}'", "true or false")
    return text == "true"


def _language(value: object) -> Line:
    text = _line(value)
    code = language_code(text)
    if code != text:
        hint = f"write {code}" if code else "such as en, en-GB or fr"
        raise _error("bad-language", f"'{visible(text)}' is not a language code", hint)
    return text


def _address(value: object) -> str:
    return _web_address(_text(value).strip(), ("http", "https"))


def normalized_address(text: str) -> str | None:
    """A web address as a summary would have it; None if it is not one that a summary may have."""
    try:
        return _address(text)
    except PydanticCustomError:
        return None


def _contact(value: object) -> str:
    text = _text(value).strip()
    if re.fullmatch(r"mailto:[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+", text):
        return text
    return _web_address(text, ("http", "https"))


def _web_address(text: str, schemes: tuple[str, ...]) -> str:
    return text if _NORMAL_ADDRESS.fullmatch(text) else _normalized(text, schemes)


_NORMAL_ADDRESS = re.compile(r"https?://[a-z0-9-]+(?:\.[a-z0-9-]+)+/[A-Za-z0-9/._~?=+,:%@#-]*")
"""An address with nothing to normalise, as most are."""


def _normalized(text: str, schemes: tuple[str, ...]) -> str:
    """Read an address by RFC 3986, appendix B, and normalise it: scheme and host in lower case, no default port.

    Everything after the host is kept, except that characters with a meaning in Markdown are percent-encoded.
    This does not use urllib, because versions of urllib differ in how they read and write unusual addresses.
    Raises a "bad-address" error.
    """
    hint = "an address such as https://example.org/page"
    if meant := _address_meant(text):
        raise _bad_address(text, "is not an http or https address", f"write {meant}")
    if found := _NOT_IN_ADDRESSES.search(text):
        shown = "a space" if found[0].isspace() else f"'{visible(found[0])}'"
        raise _bad_address(text, f"has {shown}, which can't be in an address", _encoded(text) or hint)
    scheme, authority, rest = _split_address(text)
    if scheme not in schemes:
        raise _bad_address(text, "is not an http or https address", hint)
    _, at_sign, host_and_port = authority.rpartition("@")
    found = _HOST_AND_PORT.fullmatch(host_and_port)
    port = int(found["port"] or 0) if found else 0
    if found is None or port > 65535 or (found["six"] and not _is_ipv6(found["six"])):
        raise _bad_address(text, "is not a web address", hint)
    host = (found["name"] or "").rstrip(".").lower()
    if not found["six"] and not re.fullmatch(r"[\w.-]+", host):
        raise _bad_address(text, "does not name a host", hint)
    if at_sign:
        raise _bad_address(text, "contains a user name", "leave it out")
    netloc = f"[{found['six'].lower()}]" if found["six"] else host
    if found["port"] and port != {"http": 80, "https": 443}[scheme]:
        netloc += f":{port}"
    quoted = re.sub(r"[()\[\]*']", lambda match: f"%{ord(match[0]):02X}", rest)
    return f"{scheme}://{netloc}{'' if quoted.startswith('/') else '/'}{quoted}"


_NOT_IN_ADDRESSES = re.compile(r"[\s\x00-\x20\x7f-\xa0\\<>\"`{}|^]|&#|&\w+;")


def _encoded(text: str) -> str:
    """The hint with the address percent-encoded, if that makes it right; empty if there is more to put right."""
    if re.search(r"\s|&#|&\w+;", text):
        return ""
    return "write " + _NOT_IN_ADDRESSES.sub(lambda match: "".join(f"%{byte:02X}" for byte in match[0].encode()), text)


def _address_meant(text: str) -> str:
    """The address that was probably meant by a DOI or an address without its scheme; empty if none was."""
    if text.startswith(("https://", "http://")):
        return ""
    if doi := re.fullmatch(r"(?:doi:\s*|(?:dx\.)?doi\.org/)?(10\.\d{4,9}/\S+)", text, re.IGNORECASE):
        return f"https://doi.org/{doi[1]}"
    is_host = re.fullmatch(r"(?:www\.)[a-z0-9-]+(?:\.[a-z0-9-]+)+(?:[/?#]\S*)?", text, re.IGNORECASE)
    return f"https://{text}" if is_host else ""


def _split_address(text: str) -> tuple[str, str, str]:
    """Split an address into its scheme in lower case, the part between `//` and the path, and the rest."""
    scheme, colon, after = text.partition(":")
    if not colon or re.search("[/?#]", scheme):
        return "", "", text
    if not after.startswith("//"):
        return scheme.lower(), "", after
    authority = re.match("[^/?#]*", after[2:])
    assert authority is not None, "it may be empty"
    return scheme.lower(), authority[0], after[2 + authority.end() :]


_HOST_AND_PORT = re.compile(r"(?:\[(?P<six>[0-9A-Fa-f:.]+)\]|(?P<name>[^:\[\]]*))(?::(?P<port>[0-9]{0,9}))?")
"""A host and a port. An IPv6 address is in square brackets."""


def _is_ipv6(host: str) -> bool:
    try:
        IPv6Address(host)
    except ValueError:
        return False
    return True


def _bad_address(text: str, found: str, hint: str) -> PydanticCustomError:
    shown = visible(text if len(text) <= 80 else text[:77] + "...")
    return _error("bad-address", f"'{shown}' {found}", hint)


def _doi(value: object) -> Line:
    """Read a DOI: a prefix such as 10.1000, a slash and a suffix (ISO 26324). Raises a "bad-doi" error."""
    text = _line(value)
    if _DOI.fullmatch(text):
        return text
    bare = bare_doi(text)
    if _DOI.fullmatch(bare):
        raise _error("bad-doi", f"expected the DOI itself, found '{visible(text)}'", f"write {visible(bare)}")
    raise _error("bad-doi", f"'{visible(text)}' is not a DOI", "a DOI such as 10.1000/182")


def bare_doi(text: str) -> str:
    """The DOI in an address of doi.org or after `doi:`; any other text is returned unchanged."""
    found = _ADDRESS_OF_DOI.fullmatch(text.strip())
    return (found[2] or unquote(found[1])) if found else text


_DOI_PATTERN = r"^10\.[0-9]{4,9}(\.[0-9]+)*/[^\s{}\\]+$"
_DOI = re.compile(_DOI_PATTERN)
_ADDRESS_OF_DOI = re.compile(r"(?:https?://)?(?:dx\.|www\.)?doi\.org/([^?#]+).*|doi:\s*(.+)", re.IGNORECASE)


def _schema(**extra: object) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", **extra})


Prose = Annotated[Text, BeforeValidator(prose), _schema(description="Plain text; [[id]] links to a record.")]
Title = Annotated[Line, BeforeValidator(_line), _schema(description="Plain text on one line.")]
Id = Annotated[str, BeforeValidator(_id), _schema(pattern=ID_PATTERN, maxLength=64)]
GoneId = Annotated[str, BeforeValidator(_gone_id), _schema(pattern=GONE_ID_PATTERN, maxLength=130)]
StageId = Annotated[Id, RefersTo(("stages",))]
VisitId = Annotated[Id, RefersTo(("visits",))]
ProjectId = Annotated[Id, RefersTo(("projects",))]
ConstraintId = Annotated[Id, RefersTo(("constraints",))]
DocumentId = Annotated[Id, RefersTo(("documents",))]
PartyId = Annotated[Id, RefersTo(("parties",))]
PlaceId = Annotated[Id, RefersTo(("places",))]
SourceId = Annotated[Id, RefersTo(("sources",))]
PageId = Annotated[Id, RefersTo(("stages", "visits", "events", "projects", "constraints", "documents", "parties"))]
EnderId = Annotated[Id, RefersTo(("constraints", "visits", "events", "documents"))]
NeedId = Annotated[Id, RefersTo(("projects", "stages"))]
AnyId = Annotated[Id, RefersTo()]
Cited = Annotated[Citation, BeforeValidator(_citation), _schema(examples=["times-20190425", "times-20190425 para. 4"])]
OR_NUMBER = WrapValidator(_parties_or_number)
"""Marks a field for a list of parties, or for how many they were."""

Ballots = Annotated[
    tuple[PartyId, ...] | int,
    OR_NUMBER,
    WithJsonSchema({"oneOf": [{"type": "array", "items": {"type": "string"}}, {"type": "integer"}]}),
]
When = Annotated[Date, BeforeValidator(_date), _schema(examples=["2018-06-12", "2018-09", "2018-03-25/2018-03-28"])]
BeginOrEnd = Annotated[Date, BeforeValidator(_end), _schema(examples=["2018-06-12", "2018-09", "2018"])]
Day = Annotated[Date, BeforeValidator(_day), _schema(format="date")]
Whole = Annotated[int, BeforeValidator(_whole)]
Number = Annotated[Decimal, BeforeValidator(_number), WithJsonSchema({"type": "number"})]
Yes = Annotated[bool, BeforeValidator(_yes)]
Latitude = Annotated[float, _degrees(90)]
Longitude = Annotated[float, _degrees(180)]
Language = Annotated[Line, BeforeValidator(_language), _schema(examples=["en", "en-GB"])]
Address = Annotated[str, BeforeValidator(_address), _schema(format="uri")]
Doi = Annotated[Line, BeforeValidator(_doi), _schema(pattern=_DOI_PATTERN, examples=["10.1000/182"])]
Contact = Annotated[str, BeforeValidator(_contact), _schema(format="uri")]

T = TypeVar("T")
ONE_OR_MORE = BeforeValidator(_one_or_more)
OneOrMore = Annotated[tuple[T, ...], Field(min_length=1), ONE_OR_MORE]
"""A list, whose only item may also be written without brackets."""
