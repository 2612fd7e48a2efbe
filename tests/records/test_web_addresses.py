"""Web addresses as typed and as published: the same with every version of Python."""

from __future__ import annotations

import ast

import pytest
from golden import ROOT
from pydantic import TypeAdapter, ValidationError

from builder.explainer.addresses import url_path
from builder.preview.responses import is_for_this_machine
from builder.records.models.fields import Address, Contact

ADDRESS: TypeAdapter[str] = TypeAdapter(Address)
CONTACT: TypeAdapter[str] = TypeAdapter(Contact)
EXAMPLE = "an address such as https://example.org/page"


@pytest.mark.parametrize(
    ("typed", "published"),
    [
        ("https://example.org//path", "https://example.org//path"),
        ("https://example.org///a//b/", "https://example.org///a//b/"),
        ("https://example.org//", "https://example.org//"),
        ("https://example.org", "https://example.org/"),
        ("https://example.org?q", "https://example.org/?q"),
        ("https://example.org#f", "https://example.org/#f"),
        ("https://example.org/?", "https://example.org/?"),
        ("https://example.org/#", "https://example.org/#"),
        ("https://example.org/a?#", "https://example.org/a?#"),
        ("https://example.org/?a?b#c#d", "https://example.org/?a?b#c#d"),
        ("https://example.org/a/./../b;c=d,e", "https://example.org/a/./../b;c=d,e"),
        ("https://example.org/@a:b@c?d@e#f@g", "https://example.org/@a:b@c?d@e#f@g"),
        ("HTTPS://Example.ORG./A", "https://example.org/A"),
        ("https://example.org:443//a", "https://example.org//a"),
        ("https://example.org:0443/", "https://example.org/"),
        ("https://example.org:/", "https://example.org/"),
        ("http://example.org:80?q", "http://example.org/?q"),
        ("http://example.org:443/", "http://example.org:443/"),
        ("https://example.org:65535/", "https://example.org:65535/"),
        ("https://[2001:DB8::1]//a", "https://[2001:db8::1]//a"),
        ("https://[::1]:443", "https://[::1]/"),
        ("https://[::FFFF:192.0.2.1]:8080/", "https://[::ffff:192.0.2.1]:8080/"),
        ("https://ПРИМЕР.рф//Путь?Ё", "https://пример.рф//Путь?Ё"),
        ("https://XN--E1AFMKFD.xn--p1ai/", "https://xn--e1afmkfd.xn--p1ai/"),
        ("https://example.org/%2f%2F%zz?%3D#%23", "https://example.org/%2f%2F%zz?%3D#%23"),
        ("https://example.org//a(b)[c]*", "https://example.org//a%28b%29%5Bc%5D%2A"),
    ],
)
def test_an_odd_address_is_published_as_it_was_typed(typed: str, published: str) -> None:
    assert ADDRESS.validate_python(typed) == published
    assert CONTACT.validate_python(typed) == published
    assert ADDRESS.validate_python(published) == published, "a published address can be typed again"


@pytest.mark.parametrize(
    ("typed", "found", "hint"),
    [
        ("https://user@example.org/", "contains a user name", "leave it out"),
        ("https://user:word@example.org//a", "contains a user name", "leave it out"),
        ("https://@example.org/", "contains a user name", "leave it out"),
        ("https://a@b@example.org/", "contains a user name", "leave it out"),
        ("https://example.org:65536/", "is not a web address", EXAMPLE),
        ("https://example.org:9999999999/", "is not a web address", EXAMPLE),
        ("https://example.org:+80/", "is not a web address", EXAMPLE),
        ("https://example.org:٤/", "is not a web address", EXAMPLE),
        ("https://example.org:80:80/", "is not a web address", EXAMPLE),
        ("https://::1/", "is not a web address", EXAMPLE),
        ("https://[::1/", "is not a web address", EXAMPLE),
        ("https://[::1]x/", "is not a web address", EXAMPLE),
        ("https://x[::1]/", "is not a web address", EXAMPLE),
        ("https://[:::1]/", "is not a web address", EXAMPLE),
        ("https://[v1.x]/", "is not a web address", EXAMPLE),
        ("https://[fe80::1%25eth0]/", "is not a web address", EXAMPLE),
        ("https://ex%61mple.org/", "does not name a host", EXAMPLE),
        ("https://./", "does not name a host", EXAMPLE),
        ("https:///path", "does not name a host", EXAMPLE),
        ("https://?q", "does not name a host", EXAMPLE),
        ("https:example.org", "does not name a host", EXAMPLE),
        ("//example.org/path", "is not an http or https address", EXAMPLE),
        ("example.org/a:b", "is not an http or https address", EXAMPLE),
        ("example.org:443", "is not an http or https address", EXAMPLE),
        ("javascript://example.org/%0aalert(1)", "is not an http or https address", EXAMPLE),
        ("ftp://[x/", "is not an http or https address", EXAMPLE),
        ("", "nothing is written here", "write it, or leave the field out"),
    ],
)
def test_text_that_is_not_a_web_address_is_refused(typed: str, found: str, hint: str) -> None:
    with pytest.raises(ValidationError) as caught:
        ADDRESS.validate_python(typed)
    (error,) = caught.value.errors()
    assert error["ctx"] == {"found": f"'{typed}' {found}" if typed else found, "hint": hint}


@pytest.mark.parametrize(
    ("site", "path"),
    [
        ("", "/"),
        (None, "/"),
        ("/", "/"),
        ("https://example.org", "/"),
        ("https://example.org/", "/"),
        ("https://example.org/a/b/", "/a/b/"),
        ("https://example.org//a/", "//a/"),
        ("https://[::1]:8000/a/?b#c", "/a/"),
        ("/a/", "/a/"),
    ],
)
def test_the_path_of_a_site_comes_after_its_host(site: str | None, path: str) -> None:
    assert url_path(site) == path


def test_no_module_parses_or_builds_addresses_with_urllib() -> None:
    """urllib treats odd addresses differently from version to version, and the site must stay the same.

    `links/` asks addresses, and writes no page.
    """
    found = [
        f"{path.relative_to(ROOT).as_posix()} imports {alias.name}"
        for path in sorted((ROOT / "builder").rglob("*.py"))
        if path.parent.name != "links"
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ImportFrom) and node.module == "urllib.parse"
        for alias in node.names
        if alias.name not in ("quote", "unquote")
    ]
    assert found == [
        "builder/form/admin_page.py imports urlsplit",  # to name a host in the page's policy
        "builder/graphics/standalone.py imports urljoin",  # links from one page of the site to another
        "builder/site/plugins/placeholder_plugin.py imports urljoin",  # as MkDocs does, for links into the repository
        "builder/site/plugins/whole_page_plugin.py imports urljoin",  # links from one page of the site to another
    ]


@pytest.mark.parametrize(
    ("requested", "is_answered"),
    [
        (None, True),
        ("127.0.0.1", True),
        ("127.0.0.1:8000", True),
        ("LocalHost:8000", True),
        ("[::1]:8000", True),
        ("[::1]", True),
        ("", False),
        ("[", False),
        ("[::1", False),
        ("[::1]x", False),
        ("[v1.x]", False),
        ("x@127.0.0.1", False),
        ("127.0.0.1/x", False),
        ("127.0.0.1:80:80", False),
        ("127.0.0.1.example.org", False),
        ("example.org", False),
    ],
)
def test_the_preview_answers_only_for_local_hosts(requested: str | None, is_answered: bool) -> None:
    assert is_for_this_machine(requested) is is_answered
