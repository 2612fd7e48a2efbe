"""Check the built site with two outside tools: the Nu Html Checker on every page, Lighthouse on one page of each kind.
Check the schemas of the summaries with a third, the language server that helps editors while they type, and the form
with the CMS itself. Do on a phone what readers come for.

Run it with `make audit`, or with the folder of a site. It needs Node.js, npm and Java, and installs the tools into
.cache/audit.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from conftest import FLAGS, chromium, kinds_of_pages, served
from editors_day import check_configuration, check_day
from editors_day import lay_out as lay_out_day
from golden import ROOT
from language_server import VISIT, lay_out_project, serving
from readers_tasks import check_tasks

from builder.form.bundle import fetch
from builder.form.cms_config import collections
from builder.inspection import inspect
from builder.project import Project

CACHE = ROOT / ".cache" / "audit"
PACKAGES = ("vnu-jar@26.9.27", "lighthouse@12.8.2", "yaml-language-server@2.0.0")
CATEGORIES = ("accessibility", "seo", "best-practices")


def main() -> int:
    site = Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else ROOT / "site"
    missing = [tool for tool in ("node", "npm", "java") if shutil.which(tool) is None]
    browser = chromium()
    if missing or browser is None:
        print(f"The audit needs {', '.join([*missing, *([] if browser else ['Chromium'])])}.", file=sys.stderr)
        return 3
    if not (site / "index.html").is_file():
        print("There is no site to audit: make site", file=sys.stderr)
        return 2
    install_tools()
    return max(
        check_help_while_typing(),
        check_form(browser),
        check_tasks(site, browser),
        check_html(site),
        check_with_lighthouse(site, browser),
    )


def install_tools() -> None:
    """Install the tools above into the cache, unless they are there."""
    installed = CACHE / "packages.txt"
    if installed.is_file() and installed.read_text("utf-8") == "\n".join(PACKAGES):
        return
    CACHE.mkdir(parents=True, exist_ok=True)
    install = [
        "npm",
        "install",
        "--prefix",
        str(CACHE),
        "--no-save",
        "--ignore-scripts",
        "--no-audit",
        "--no-fund",
        "--loglevel=error",
    ]
    subprocess.run([*install, *PACKAGES], check=True)
    installed.write_text("\n".join(PACKAGES), "utf-8")


UNDERLINED = (
    ("status: held", "status: hold", "hold: Value is not accepted."),
    ("venue:", "venu:", "venu: Property venu is not allowed."),
    ("[kim-jong-un,", "[kim-jong,", "kim-jong: There is no such party yet"),
    ("mt-20190423]", "mt-2019 para. 4]", "mt-2019 para. 4: There is no such source yet"),
    ("title: Kim and Putin in Vladivostok\n", "", 'd: Missing property "title".'),
    ("date: 2019-04-25\nplace", "date: 25 April\nplace", "25 April: A date is written as 2018-06-12,"),
    ("mt-20190423]", "mt-20190423 para. 4]", ""),
)
"""Text to replace, its replacement, and the message that underlines it, or none."""

HOVERED = (
    ("venue", "The building or grounds, if known."),
    ("level", "How senior the people were. If one side was more senior, give the level of the other."),
    ("lapsed", "`lapsed`: invitation not taken up"),
    ("vladimir-putin", "`vladimir-putin`: Vladimir Putin"),
)
"""Text to hover over, and what is shown for it."""

OFFERED = (
    ("lapsed", "lapsed", "invitation not taken up"),
    ("vladivostok", "vladivostok", "Vladivostok"),
    ("vladimir-putin", "kim-jong-un", "Kim Jong-un"),
    ("mt-20190423", "fishnews-36329", "Fishnews"),
)
"""Text to delete, a suggestion in its place, and the description of the suggestion."""


def check_help_while_typing() -> int:
    """Print where the YAML language server fails an editor who types a visit. Returns 1 if it does, else 0."""
    failed: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        lay_out_project(root)
        text = (root / "summaries" / VISIT).read_text("utf-8").replace("status: planned", "status: lapsed")
        with serving(CACHE / "node_modules" / "yaml-language-server", root) as server:
            if underlined := server.type(VISIT, text):
                failed.append(f"it underlines correct text: {underlined}")
            for at, message in HOVERED:
                if message not in (shown := server.hover(VISIT, text, at)):
                    failed.append(f"over {at!r} it shows {shown!r}")
            for number, (old, new, message) in enumerate(UNDERLINED):
                underlined = server.type(f"visits/mistake-{number}.yml", text.replace(old, new))
                if len(underlined) != bool(message) or not all(each.startswith(message) for each in underlined):
                    failed.append(f"for {new!r} it underlines {underlined}")
            for number, (deleted, suggestion, description) in enumerate(OFFERED):
                path, left = f"visits/gap-{number}.yml", text.replace(deleted, "", 1)
                server.type(path, left)
                if (offered := server.suggestions(path, left, text[: text.index(deleted)])).get(
                    suggestion
                ) != description:
                    failed.append(f"in place of {deleted!r} it suggests {offered}")
    for failure in failed:
        print(f"  {failure}")
    count = 1 + len(HOVERED) + len(UNDERLINED) + len(OFFERED)
    print(f"YAML language server: {len(failed)} of {count} answers are wrong")
    return int(bool(failed))


def check_form(browser: str) -> int:
    """Print what goes wrong when an editor uses the form. Returns 1 if anything does, else 0."""
    with tempfile.TemporaryDirectory() as folder:
        package, root = fetch(Path(folder)), Path(folder) / "explainer"
        root.mkdir()
        lay_out_day(root, package)
        with tarfile.open(package) as archive:
            schema = archive.extractfile("package/schema/sveltia-cms.json")
            assert schema is not None
            found = inspect(Project(root=root))
            form = {"backend": {"name": "test-repo"}, "collections": collections(found.words, found.known)}
            failed = check_configuration(form, json.load(schema)) + check_day(root, browser)
    for failure in failed:
        print(f"  {failure}")
    print(f"The form: {len(failed)} failures in an editor's day")
    return int(bool(failed))


def check_html(site: Path) -> int:
    """Print each error of the Nu Html Checker once, with its count. Returns 1 if there are any, else 0."""
    jar = CACHE / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
    command = ["java", "-jar", str(jar), "--skip-non-html", "--format", "json", "--stdout", str(site)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    messages = json.loads(done.stdout)["messages"]
    errors: dict[str, list[str]] = {}
    for message in messages:
        if message["type"] != "info":
            place = f"{Path(message['url'].removeprefix('file:')).relative_to(site)}:{message.get('lastLine', 1)}"
            errors.setdefault(message["message"], []).append(place)
    for error, places in errors.items():
        print(f"  {error}\n    {len(places)} times, first in {places[0]}")
    pages = len(list(site.rglob("*.html")))
    print(f"Nu Html Checker: {sum(map(len, errors.values()))} errors in {pages} pages")
    return int(bool(errors) or not pages)


def check_with_lighthouse(site: Path, browser: str) -> int:
    """Print the scores, and what keeps a page below 100. Returns 1 if any is, else 0."""
    below = 0
    with served(site) as address:
        # Lighthouse does not audit responses with status 404, so it gets that page at its own address.
        for path in ("404.html" if kind == "nothing-is-here/" else kind for kind in kinds_of_pages(site)):
            report = run_lighthouse(address + path, browser)
            scores = {name: round(100 * report["categories"][name]["score"]) for name in CATEGORIES}
            print(f"Lighthouse: /{path}", *(f"{name} {score}" for name, score in scores.items()), sep="  ")
            if min(scores.values()) < 100:
                below = 1
                for audit in report["audits"].values():
                    if audit["score"] is not None and audit["score"] < 1:
                        print(f"  {audit['id']}: {audit['title']}")
    return below


# The format of the report: https://github.com/GoogleChrome/lighthouse/blob/main/docs/understanding-results.md
def run_lighthouse(address: str, browser: str) -> dict[str, dict[str, dict[str, float]]]:
    command = [
        *("node", str(CACHE / "node_modules" / "lighthouse" / "cli" / "index.js"), address, "--quiet"),
        *("--output=json", f"--only-categories={','.join(CATEGORIES)}", f"--chrome-flags={' '.join(FLAGS)}"),
    ]
    done = subprocess.run(
        command, capture_output=True, text=True, check=True, env={**os.environ, "CHROME_PATH": browser}
    )
    report: dict[str, dict[str, dict[str, float]]] = json.loads(done.stdout)
    return report


if __name__ == "__main__":
    sys.exit(main())
