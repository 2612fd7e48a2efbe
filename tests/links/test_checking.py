"""What becomes of an address, asked from a real server on loopback. `cases.yml` has a server for each case."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import yaml
from web_server import Log, serving

from builder.inspection import inspect
from builder.links import connections
from builder.links.archived_copies import Copy
from builder.links.checking import Finding, Settings, check_links, links_of
from builder.project import Project

pytestmark = pytest.mark.usefixtures("without_proxies")

CASES: dict[str, dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "cases.yml").read_text("utf-8"))
NOWHERE = "http://127.0.0.1:9/"
SETTINGS = Settings(user_agent="tests", timeout=0.5, pause=0, allow_local=True, archive_api=NOWHERE)


def add_sources(project: Path, addresses: Sequence[str]) -> None:
    """Make these addresses those of the only sources."""
    file = project / "summaries" / "sources.yml"
    kept = file.read_text("utf-8").replace("    URL: https://fishnews.ru/news/36329\n", "")
    entry = "  - {{id: source-{}, type: webpage, title: Page {}, standing: newspaper, URL: '{}'}}\n"
    file.write_text(kept + "".join(entry.format(n, n, address) for n, address in enumerate(addresses)), "utf-8")


def check(project: Path, addresses: Sequence[str], settings: Settings = SETTINGS) -> tuple[Finding, ...]:
    add_sources(project, addresses)
    explainer = inspect(Project(root=project)).explainer
    return check_links(explainer, links_of(explainer), settings)


def in_words(finding: Finding) -> str:
    verdict = finding.verdict
    return " ".join(filter(None, (f"{verdict.state}:", verdict.reason, verdict.to))).removesuffix(":")


def at(here: str, data: Any) -> Any:
    """Data with the server's address instead of {here}."""
    if isinstance(data, dict):
        return {at(here, key): at(here, value) for key, value in data.items()}
    if isinstance(data, list):
        return [at(here, each) for each in data]
    return data.replace("{here}", here) if isinstance(data, str) else data


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_what_becomes_of_an_address(case: dict[str, Any], project: Path) -> None:
    with serving({}) as server:
        here = server.address
        for path, answer in at(here, case["pages"]).items():
            server.pages[path] = answer if isinstance(answer, list) else [answer]
        (finding,) = check(project, [here + case.get("ask", "/news/story")])
    assert in_words(finding) == at(here, case["found"])
    assert server.log.requests == case["requests"]
    assert server.log.sent < 10_000_000
    if "waits" in case:
        assert server.log.started[1] - server.log.started[0] >= case["waits"]


def test_the_part_after_the_hash_stays_with_a_page_that_moved(project: Path) -> None:
    with serving({"/a": {"status": 301, "to": "/b#other"}, "/b": {}}) as server:
        (finding,) = check(project, [f"{server.address}/a#para-4"])
    assert in_words(finding) == f"moved: has moved {server.address}/b#para-4"


def test_an_address_of_two_sources_is_asked_once_and_a_folder_is_tried_once(project: Path) -> None:
    pages: dict[str, dict[str, str]] = {f"/2019/{month}/{day}": {} for month in (1, 2) for day in (1, 2)}
    with serving(pages) as server:
        addresses = [f"{server.address}{path}" for path in pages]
        findings = check(project, [*addresses, addresses[0]])
    assert [in_words(finding) for finding in findings] == ["alive"] * 5
    assert sorted(server.log.requests) == ["GET /2019/1/<impossible>", *sorted(f"HEAD {path}" for path in pages)]


def test_a_front_page_is_alive_on_a_server_that_answers_200_for_pages_that_do_not_exist(project: Path) -> None:
    with serving({"*": {"title": "The Herald"}}) as server:
        findings = check(project, [f"{server.address}/", f"{server.address}/story"])
    assert [in_words(finding) for finding in findings] == [
        "alive",
        "unsure: this server answers 200 for pages that do not exist",
    ]


def test_the_name_of_this_program_is_sent_and_no_password_from_the_machine(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login someone password secret\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    with serving({"/a": {}}) as server:
        check(project, [f"{server.address}/a"])
    sent = {name: value for headers in server.log.headers for name, value in headers.items()}
    assert sent == {
        "Host": server.address.removeprefix("http://"),
        "User-Agent": "tests",
        "Accept": "text/html, */*;q=0.8",
        "Accept-Encoding": sent["Accept-Encoding"],
        "Connection": "keep-alive",
    }


def test_cookies_go_back_to_the_same_host_only(project: Path) -> None:
    cookie = {"Set-Cookie": "seen=yes; Path=/"}
    with serving({}) as first, serving({}, first.log, "127.0.0.2") as second:
        first.pages |= {
            "/a": [{"status": 302, "to": "/b", "headers": cookie}],
            "/b": [{"status": 302, "to": f"{second.address}/c"}],
            "/d": [{}],
        }
        second.pages["/c"] = [{"status": 302, "to": f"{first.address}/d"}]
        check(project, [f"{first.address}/a"])
    cookies = [headers.get("Cookie") for headers in first.log.headers]
    assert list(zip(first.log.requests, cookies, strict=True)) == [
        ("HEAD /a", None),
        ("HEAD /b", "seen=yes"),
        ("HEAD /c", None),
        ("HEAD /d", None),
        ("GET /<impossible>", None),
    ]


PRIVATE = [
    "http://127.0.0.1:{port}/",
    "http://localhost:{port}/",
    "http://127.1:{port}/",
    "http://2130706433:{port}/",
    "http://0x7f000001:{port}/",
    "http://[::1]:{port}/",
    "http://[::ffff:127.0.0.1]:{port}/",
    "http://0.0.0.0:{port}/",
    "http://169.254.169.254/latest/meta-data/",
    "http://168.63.129.16/machine",
    "http://10.0.0.1/",
]


def test_private_addresses_are_not_asked(project: Path) -> None:
    """However they are written. Nothing connects to them, so nothing tells whether there is a server."""
    with serving({"*": {}}) as server:
        port = server.server_port
        findings = check(
            project,
            [address.format(port=port) for address in PRIVATE],
            Settings(user_agent="tests", timeout=0.5, pause=0, archive_api=NOWHERE),
        )
    assert [(each.link.address, in_words(each)) for each in findings] == [
        (address.format(port=port), "unsure: a private address") for address in PRIVATE
    ]
    assert server.log.requests == []


@pytest.mark.parametrize(
    ("address", "is_private"),
    [
        ("93.184.215.14", False),
        ("2606:2800:21f:cb07:6820:80da:af6b:8b2c", False),
        ("192.168.1.1", True),
        ("172.16.0.1", True),
        ("100.64.0.1", True),
        ("224.0.0.1", True),
        ("255.255.255.255", True),
        ("fe80::1%eth0", True),
        ("fd00:ec2::254", True),
        ("::ffff:93.184.215.14", False),
        ("::ffff:192.168.1.1", True),
        ("2002:7f00:1::", True),
        ("64:ff9b::7f00:1", True),
        ("64:ff9b::5db8:d70e", False),
    ],
)
def test_which_ip_addresses_are_private(address: str, is_private: bool) -> None:
    assert connections.is_private(address) == is_private


def test_a_redirect_to_a_private_address_is_not_followed(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """For this test, 127.0.0.1 counts as public."""
    monkeypatch.setattr(connections, "is_private", lambda address: address != "127.0.0.1")
    with serving({}) as public, serving({"*": {}}, host="127.0.0.2") as private:
        public.pages["/a"] = [{"status": 301, "to": f"{private.address}/secret"}]
        settings = Settings(user_agent="tests", timeout=0.5, pause=0, archive_api=NOWHERE)
        (finding,) = check(project, [f"{public.address}/a"], settings)
    assert in_words(finding) == "unsure: a private address"
    assert (public.log.requests, private.log.requests) == (["HEAD /a"], [])


def test_a_name_that_does_not_resolve_is_unsure(project: Path) -> None:
    (finding,) = check(project, ["http://nowhere.invalid/a"])
    assert in_words(finding) == "unsure: the name does not resolve"


def test_a_refused_connection_is_unsure(project: Path) -> None:
    with serving({}) as server:
        address = server.address
    (finding,) = check(project, [f"{address}/a"])
    assert in_words(finding) == "unsure: the connection is refused"


def test_a_proxy_from_the_environment_is_used_but_not_for_private_addresses(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The proxy has a private address itself."""
    with serving({"*": {"type": "text/plain"}}) as proxy:
        monkeypatch.setenv("http_proxy", proxy.address)
        settings = Settings(user_agent="tests", timeout=0.5, pause=0, archive_api=NOWHERE)
        addresses = ["http://public.invalid/a", "http://localhost/b", "http://intranet/c", "http://db.internal/d"]
        findings = check(project, addresses, settings)
    assert [in_words(each) for each in findings] == ["alive", *["unsure: a private address"] * 3]
    assert proxy.log.requests == ["HEAD http://public.invalid/a"]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for 127.0.0.1 that is signed by itself, with its key, made by openssl."""
    folder = tmp_path_factory.mktemp("certificate")
    made = ["-keyout", "key.pem", "-out", "cert.pem", "-subj", "/CN=test", "-addext", "subjectAltName=IP:127.0.0.1"]
    new = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    subprocess.run([*new, *made, "-days", "2"], cwd=folder, check=True, capture_output=True)
    both = folder / "both.pem"
    both.write_bytes((folder / "key.pem").read_bytes() + (folder / "cert.pem").read_bytes())
    return both


def test_a_certificate_that_is_signed_by_itself_is_unsure(project: Path, certificate: Path) -> None:
    with serving({"*": {}}, secure=certificate) as server:
        (finding,) = check(project, [f"{server.address}/a"])
    assert in_words(finding) == "unsure: its certificate is signed by itself"
    assert server.log.requests == []


def test_a_certificate_for_another_name_is_unsure(
    project: Path, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
    with serving({"*": {}}, secure=certificate) as server:
        address = f"{server.address}/a"
        findings = check(project, [address, address.replace("127.0.0.1", "localhost")])
    assert [in_words(each) for each in findings] == [
        "unsure: this server answers 200 for pages that do not exist",
        "unsure: its certificate is for another name",
    ]
    assert server.log.requests == ["HEAD /a", "GET /<impossible>", "GET /a"]


def test_a_server_that_speaks_no_tls_is_unsure(project: Path) -> None:
    with serving({"*": {}}) as server:
        (finding,) = check(project, [server.address.replace("http:", "https:") + "/a"])
    assert in_words(finding) == "unsure: no secure connection can be made"


def test_twenty_addresses_are_asked_at_once_and_two_of_each_host(project: Path) -> None:
    """Each answer waits until twenty requests run."""
    log = Log(full_at=20)
    with ExitStack() as stack:
        hosts = [f"127.0.0.{number}" for number in range(1, 16)]
        servers = [stack.enter_context(serving({"*": {"type": "text/plain"}}, log, host)) for host in hosts]
        addresses = [f"{server.address}/{number}" for server in servers for number in range(20)]
        findings = check(project, addresses, Settings(user_agent="tests", pause=0, allow_local=True))
    assert [in_words(finding) for finding in findings] == ["alive"] * 300
    assert sorted(log.requests) == sorted(f"HEAD /{number}" for number in range(20) for _ in hosts)
    assert (log.most, log.most_at_a_host) == (20, 2)


def test_there_is_a_pause_between_requests_to_a_host(project: Path) -> None:
    with serving({"*": {"type": "text/plain"}}) as server:
        addresses = [f"{server.address}/{number}" for number in range(5)]
        check(project, addresses, Settings(user_agent="tests", pause=0.2, allow_local=True))
    times = server.log.started
    assert [later - earlier >= 0.2 for earlier, later in zip(times, times[2:], strict=False)] == [True] * 3


def test_a_server_that_asks_to_wait_is_left_alone_for_all_its_addresses(project: Path) -> None:
    busy = {"status": 429, "headers": {"Retry-After": "1"}}
    with serving({"/0": [busy, {"type": "text/plain"}], "*": {"type": "text/plain"}}) as server:
        addresses = [f"{server.address}/{number}" for number in range(6)]
        findings = check(project, addresses, Settings(user_agent="tests", pause=0.05, allow_local=True, jobs=1))
    assert [in_words(finding) for finding in findings] == ["alive"] * 6
    assert server.log.requests[:2] == ["HEAD /0", "GET /0"]
    assert server.log.started[1] - server.log.started[0] >= 1


ARCHIVE = {"available": True, "status": "200", "timestamp": "20190426010203"}
COPY = "http://web.archive.org/web/20190426010203/"
FOUND = "https://web.archive.org/web/20190426010203/PAGE of 2019-04-26"
NOT_A_COPY = "the archive's answer is not a copy in the archive"
ANSWERS = {
    "a copy": ({"url": f"{COPY}PAGE"}, FOUND),
    "a copy of the address with www": ({"url": f"{COPY}https://www.127.0.0.1:80/a/"}, FOUND),
    "no copy": ({"available": False}, "no archived copy was found"),
    "a copy of an error page": ({"url": f"{COPY}PAGE", "status": "404"}, "no archived copy was found"),
    "an address on another host": ({"url": "http://evil.example/web/20190426010203/PAGE"}, NOT_A_COPY),
    "a copy of another page": ({"url": f"{COPY}http://evil.example/a"}, "the archive's answer is about another page"),
    "another day than in the address": ({"url": f"{COPY}PAGE", "timestamp": "20200426010203"}, NOT_A_COPY),
    "a day that does not exist": (
        {"url": "http://web.archive.org/web/20190299010203/PAGE", "timestamp": "20190299010203"},
        NOT_A_COPY,
    ),
}
BODIES = {
    '{"archived_snapshots":{}}': "no archived copy was found",
    "[]": "no archived copy was found",
    '{"archived_snapshots": [1]}': "no archived copy was found",
    "<html>": "the archive can't say: its answer is not JSON",
    "[" * 100_000: "the archive can't say: its answer is not JSON",
}


def copy_of(project: Path, archive: dict[str, Any]) -> tuple[str, str, list[str]]:
    """The copy that is found for a page that is gone, the page, and what the archive was asked."""
    with serving({}) as api, serving({}) as server:
        page = f"{server.address}/a"
        api.pages["*"] = [archive | {"body": archive.get("body", "").replace("PAGE", page)}]
        (finding,) = check(project, [page], replace(SETTINGS, archive_api=f"{api.address}/available"))
    assert finding.copy is not None
    copy = f"{finding.copy.address} of {finding.copy.day}" if finding.copy.address else finding.copy.missing
    return copy, page, api.log.requests


@pytest.mark.parametrize(("closest", "expected"), ANSWERS.values(), ids=ANSWERS.keys())
def test_a_copy_is_proposed_only_if_it_is_one_of_the_page(
    closest: dict[str, Any], expected: str, project: Path
) -> None:
    body = json.dumps({"archived_snapshots": {"closest": ARCHIVE | closest}})
    copy, page, asked = copy_of(project, {"body": body, "type": "application/json"})
    assert copy == expected.replace("PAGE", page)
    assert asked == [f"GET /available?url={quote(page, safe='')}"]


@pytest.mark.parametrize(("body", "expected"), BODIES.items(), ids=[body[:30] for body in BODIES])
def test_an_answer_of_the_archive_that_has_another_form_is_no_copy(body: str, expected: str, project: Path) -> None:
    assert copy_of(project, {"body": body})[0] == expected


DAYS = {"2019-04-25": "20190425", "2019": "20191231", "2019-04-25/..": "20190425", "../2019-04-25": "20190425"}


def test_a_copy_is_looked_up_near_the_last_day_on_which_the_source_can_have_been_published(project: Path) -> None:
    with serving({}) as server:
        add_sources(project, [f"{server.address}/{number}" for number in range(len(DAYS) + 1)])
        file = project / "summaries" / "sources.yml"
        text = file.read_text("utf-8")
        for number, issued in enumerate(DAYS):
            text = text.replace(f"title: Page {number},", f"title: Page {number}, issued: '{issued}',")
        file.write_text(text, "utf-8")
        explainer = inspect(Project(root=project)).explainer
        check_links(explainer, links_of(explainer), replace(SETTINGS, archive_api=f"{server.address}/available"))
    pages = [request.partition("%2F%2F")[2] for request in server.log.requests if "/available" in request]
    near = {page.partition("%2F")[2].partition("&timestamp=")[::2] for page in pages}
    assert near == {*((str(number), day) for number, day in enumerate(DAYS.values())), (str(len(DAYS)), "")}


def test_a_new_copy_is_looked_up_if_the_archived_one_is_gone(project: Path) -> None:
    with serving({"/a": {"type": "text/plain"}}) as server:
        add_sources(project, [f"{server.address}/a"])
        file = project / "summaries" / "sources.yml"
        file.write_text(file.read_text("utf-8").replace("URL:", f"archive: '{server.address}/copy', URL:"), "utf-8")
        explainer = inspect(Project(root=project)).explainer
        settings = replace(SETTINGS, archive_api=f"{server.address}/available")
        found = check_links(explainer, links_of(explainer), settings)
    assert [(each.link.field, in_words(each), each.copy) for each in found] == [
        ("archive", "gone: answers 404 (not found)", Copy(missing="the archive can't say: answers 404 (not found)")),
        ("URL", "alive", None),
    ]


def test_an_archive_that_fails_is_named(project: Path) -> None:
    copy, _, asked = copy_of(project, {"status": 500})
    assert copy == "the archive can't say: answers 500 (internal server error)"
    assert len(asked) == 3
