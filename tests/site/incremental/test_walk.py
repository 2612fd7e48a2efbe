"""After any edits, a build with the pages that are kept writes the same bytes as a build of everything.

`python tests/site/incremental/test_walk.py RECORDS EDITS SEED [EVERY]` walks with that many records, and compares after
each EVERY edits: after every one, if it is left out.
"""

from __future__ import annotations

import random
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from golden import ROOT, furnish

from benchmarks.invented import Ids, write_invented
from builder.pages.page_file import is_sealed
from builder.problems import Problem, SummaryError
from builder.project import Project
from builder.site.build import build

BY_HAND = "page-{}.md"


class Walk:
    """An explainer that is edited at random."""

    def __init__(self, root: Path, records: int, seed: int) -> None:
        root.mkdir()
        self.chance = random.Random(seed)
        self.project = furnish(root)
        self.project.templates.unlink()
        shutil.copytree(ROOT / "templates", self.project.templates)
        self.ids: Ids = write_invented(self.project.summaries, records, seed)
        self.deletable = list(self.ids.unnamed_visits)

    def edits(self) -> tuple[Callable[[], None], ...]:
        """Every kind of edit. Edits of single files are more frequent, as in life."""
        often = (self.title, self.body, self.date, self.party, self.by_hand)
        seldom = (self.delete, self.word, self.template, self.theme, self.setting, self.day, self.rename, self.meddle)
        return (*often, *often, *seldom)

    def _sub(self, path: str, pattern: str, text: str) -> None:
        file = self.project.root / path
        before = file.read_text("utf-8")
        assert re.search(pattern, before, re.MULTILINE), (path, pattern)
        file.write_text(re.sub(pattern, text, before, count=1, flags=re.MULTILINE), "utf-8")

    def _visit(self) -> str:
        there = [path.name for path in sorted((self.project.summaries / "visits").glob("*.yml"))]
        return f"summaries/visits/{self.chance.choice(there)}"

    def title(self) -> None:
        self._sub(self._visit(), "^title: .*", f"title: Meeting number {self.chance.randrange(10**9)}")

    def body(self) -> None:
        self._sub(self._visit(), "^summary: [A-Z][a-z]+", f"summary: {self.chance.choice(('The', 'Each', 'Our'))}")

    def date(self) -> None:
        self._sub(self._visit(), r"^date: '\d{4}", f"date: '{self.chance.randrange(2001, 2019)}")

    def party(self) -> None:
        there = sorted((self.project.summaries / "parties").glob("*.yml"))
        path = self.chance.choice(there).relative_to(self.project.root).as_posix()
        self._sub(path, "^name: .*", f"name: Somebody {self.chance.randrange(10**9)}")

    def delete(self) -> None:
        if self.deletable:
            (self.project.summaries / "visits" / f"{self.deletable.pop()}.yml").unlink(missing_ok=True)

    def by_hand(self) -> None:
        page = self.project.docs / BY_HAND.format(self.chance.randrange(3))
        if page.exists() and self.chance.random() < 0.4:
            page.unlink()
        else:
            to = self.chance.choice(("index.md", "about.md", "visits/index.md", "data/visits.csv"))
            page.write_text(f"# By hand {page.name} {self.chance.randrange(9)}\n\nSee [this]({to}).\n", "utf-8")

    def rename(self) -> None:
        pages = sorted(self.project.docs.glob("page-*.md"))
        if pages:
            pages[0].rename(self.project.docs / BY_HAND.format(self.chance.randrange(3, 6)))

    def word(self) -> None:
        self._sub("templates/words/en.yml", "Who met \\w+", f"Who met {self.chance.choice(('whom', 'who'))}")

    def template(self) -> None:
        line = f"<!-- {self.chance.randrange(9)} -->"
        self._sub("templates/pages/visits.md.jinja", r"{% block body %}(<!-- \d -->)?", "{% block body %}" + line)

    def theme(self) -> None:
        line = f"<!-- {self.chance.randrange(9)} -->"
        self._sub("templates/theme/main.html", r"(<!-- \d -->)?{%- endfilter %}", line + "{%- endfilter %}")

    def setting(self) -> None:
        self._sub("mkdocs.yml", "^site_name: .*", f"site_name: Process {self.chance.randrange(4)}")

    def day(self) -> None:
        self._sub(
            "summaries/explainer.yml", r"^as_of: '?\d{4}-\d\d-\d\d'?", f"as_of: 20{self.chance.randrange(21, 24)}-01-31"
        )

    def meddle(self) -> None:
        """Change a page of the site in place, and with it the kept one."""
        page = self.chance.choice(sorted(self.project.site.rglob("*.html")))
        page.write_bytes(page.read_bytes().replace(b"</body>", b"<p>Not from here.</p></body>"))


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def clean_copy(project: Project, root: Path) -> Project:
    """The same explainer, of which nothing was built yet."""
    root.mkdir()
    for part in ("summaries", "templates"):
        shutil.copytree(project.root / part, root / part)
    shutil.copy(project.config, root)
    (root / "builder").symlink_to(ROOT / "builder")
    for page in project.docs.rglob("*.md"):
        if not is_sealed(page.read_bytes()):
            target = root / "docs" / page.relative_to(project.docs)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(page, target)
    return Project(root=root)


def problems_of(project: Project) -> tuple[Problem, ...]:
    """Build, and return why that is refused."""
    try:
        build(project)
    except SummaryError as error:
        return error.problems
    return ()


def walked(root: Path, records: int, seed: int) -> Iterator[tuple[str, Project]]:
    """Build after each edit. One that is refused, by a build of everything too, leaves the site and is undone."""
    walk = Walk(root, records, seed)
    build(walk.project)
    while True:
        edit = walk.chance.choice(walk.edits())
        before = {part: contents(walk.project.root / part) for part in ("summaries", "site")}
        edit()
        if problems := problems_of(walk.project):
            clean = clean_copy(walk.project, root.with_name("refused"))
            assert problems_of(clean) == problems
            shutil.rmtree(clean.root)
            if edit.__name__ != "meddle":
                assert contents(walk.project.site) == before["site"]
            for path, data in before["summaries"].items():
                (walk.project.summaries / path).write_bytes(data)
        yield edit.__name__, walk.project


def test_a_walk_of_50_edits_ends_as_a_clean_build(tmp_path: Path) -> None:
    """After every tenth edit, and so at the end, the site is the same as if it were built at once."""
    steps = walked(tmp_path / "walk", 100, 1)
    done = []
    for number in range(1, 51):
        edit, project = next(steps)
        done.append(edit)
        if number % 10 == 0:
            build(project)
            clean = clean_copy(project, tmp_path / f"clean-{number}")
            build(clean)
            assert contents(project.docs) == contents(clean.docs), done
            assert contents(project.site) == contents(clean.site), done
            shutil.rmtree(clean.root)


def differences(project: Project, clean: Project) -> list[str]:
    """Build both, and return the paths of the files that differ: pages in docs/, schemas, and the site."""
    build(project)
    build(clean)
    found = []
    for folder in ("docs", "schemas", "site"):
        one, other = contents(project.root / folder), contents(clean.root / folder)
        found += [f"{folder}/{path}" for path in one.keys() | other.keys() if one.get(path) != other.get(path)]
    return sorted(found)


def main(records: int, edits: int, seed: int, every: int = 1) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for number, (edit, project) in enumerate(walked(Path(folder) / "walk", records, seed), start=1):
            said = ""
            if number % every == 0 or number == edits:
                clean = clean_copy(project, Path(folder) / "clean")
                said = str(differences(project, clean) or "same")
                shutil.rmtree(clean.root)
            print(number, edit, said, flush=True)
            if number == edits:
                break


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
