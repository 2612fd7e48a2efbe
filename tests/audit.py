"""Hold the built site against two judges from outside: the Nu Html Checker over every page, Lighthouse over one a kind.
And the schemas of the summaries against a third, the language server that helps editors while they type.

Run as `make audit`, or with the folder of a site. Node.js, npm and Java have to be there; the judges themselves are
fetched into .cache/audit.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from conftest import FLAGS, chromium, kinds_of_pages, served
from golden import ROOT
from language_server import VISIT, lay_out_project, serving

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
    fetch()
    return max(check_help_while_typing(), check_html(site), check_with_lighthouse(site, browser))


def fetch() -> None:
    """Have the judges in the cache, of the versions named above."""
    stamp = CACHE / "packages.txt"
    if stamp.is_file() and stamp.read_text("utf-8") == "\n".join(PACKAGES):
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
    stamp.write_text("\n".join(PACKAGES), "utf-8")


UNDERLINED = (
    ("status: held", "status: hold", "hold: Value is not accepted."),
    ("venue:", "venu:", "venu: Property venu is not allowed."),
    ("[kim-jong-un,", "[kim-jong,", "kim-jong: There is no such party yet"),
    ("mt-20190423]", "mt-2019 para. 4]", "mt-2019 para. 4: There is no such source yet"),
    ("title: Kim and Putin in Vladivostok\n", "", 'd: Missing property "title".'),
    ("date: 2019-04-25\nplace", "date: 25 April\nplace", "25 April: A date is written as 2018-06-12,"),
    ("mt-20190423]", "mt-20190423 para. 4]", ""),
)
"""What an editor types in place of what, and how that is underlined."""

HOVERED = (
    ("venue", "The building or grounds, if known."),
    ("level", "How senior the people were. If one side was more senior, give the level of the other."),
    ("lapsed", "`lapsed`: invitation not taken up"),
    ("vladimir-putin", "`vladimir-putin`: Vladimir Putin"),
)
"""What is pointed at, and what is said of it."""

OFFERED = (
    ("lapsed", "lapsed", "invitation not taken up"),
    ("vladivostok", "vladivostok", "Vladivostok"),
    ("vladimir-putin", "kim-jong-un", "Kim Jong-un"),
    ("mt-20190423", "fishnews-36329", "Fishnews"),
)
"""What is deleted, what is offered in its place, and what is said of that."""


def check_help_while_typing() -> int:
    """Print what the YAML language server should have shown to an editor who types a visit, and did not; 1 if so."""
    failed: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        lay_out_project(root)
        text = (root / "summaries" / VISIT).read_text("utf-8").replace("status: planned", "status: lapsed")
        with serving(CACHE / "node_modules" / "yaml-language-server", root) as server:
            if told := server.type(VISIT, text):
                failed.append(f"underlined what is right: {told}")
            for at, said in HOVERED:
                if said not in (shown := server.hover(VISIT, text, at)):
                    failed.append(f"over {at!r} it shows {shown!r}")
            for number, (old, new, message) in enumerate(UNDERLINED):
                told = server.type(f"visits/mistake-{number}.yml", text.replace(old, new))
                if len(told) != bool(message) or not all(each.startswith(message) for each in told):
                    failed.append(f"for {new!r} it underlines {told}")
            for number, (deleted, wanted, said) in enumerate(OFFERED):
                path, left = f"visits/gap-{number}.yml", text.replace(deleted, "", 1)
                server.type(path, left)
                if (offered := server.offered(path, left, text[: text.index(deleted)])).get(wanted) != said:
                    failed.append(f"in place of {deleted!r} it offers {offered}")
    for failure in failed:
        print(f"  {failure}")
    count = 1 + len(HOVERED) + len(UNDERLINED) + len(OFFERED)
    print(f"YAML language server: {len(failed)} of {count} answers are not as they should be")
    return int(bool(failed))


def check_html(site: Path) -> int:
    """Print each error that the Nu Html Checker finds, once with its count; 1 if there is any."""
    jar = CACHE / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
    command = ["java", "-jar", str(jar), "--skip-non-html", "--format", "json", "--stdout", str(site)]
    told = subprocess.run(command, capture_output=True, text=True, check=False)
    messages = json.loads(told.stdout)["messages"]
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
    """Print what keeps a page from 100 in a category, if anything; 1 if so."""
    fell_short = 0
    with served(site) as address:
        # Lighthouse looks at no answer 404: the page for it is there at an address of its own.
        for path in ("404.html" if kind == "nothing-is-here/" else kind for kind in kinds_of_pages(site)):
            report = run_lighthouse(address + path, browser)
            scores = {name: round(100 * report["categories"][name]["score"]) for name in CATEGORIES}
            print(f"Lighthouse: /{path}", *(f"{name} {score}" for name, score in scores.items()), sep="  ")
            if min(scores.values()) < 100:
                fell_short = 1
                for audit in report["audits"].values():
                    if audit["score"] is not None and audit["score"] < 1:
                        print(f"  {audit['id']}: {audit['title']}")
    return fell_short


# The report is what Lighthouse writes: https://github.com/GoogleChrome/lighthouse/blob/main/docs/understanding-results.md
def run_lighthouse(address: str, browser: str) -> dict[str, dict[str, dict[str, float]]]:
    command = [
        *("node", str(CACHE / "node_modules" / "lighthouse" / "cli" / "index.js"), address, "--quiet"),
        *("--output=json", f"--only-categories={','.join(CATEGORIES)}", f"--chrome-flags={' '.join(FLAGS)}"),
    ]
    told = subprocess.run(
        command, capture_output=True, text=True, check=True, env={**os.environ, "CHROME_PATH": browser}
    )
    report: dict[str, dict[str, dict[str, float]]] = json.loads(told.stdout)
    return report


if __name__ == "__main__":
    sys.exit(main())
