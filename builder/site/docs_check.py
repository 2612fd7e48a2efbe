"""Checks mkdocs.yml and the pages in docs/ that people write, without building the site.

MkDocs itself converts these pages, so that what a build would refuse is known before. Of the generated pages only those
are rendered to which a page written by hand links with an anchor. MkDocs is not even imported if the last check found
nothing wrong, and all that it depended on is still the same.
"""

from __future__ import annotations

import json
import logging
import os
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from builder.assembly import rendered
from builder.explainer.addresses import url_path
from builder.exports.downloads import downloads
from builder.inspection import Inspected
from builder.pages.navigation import is_hand_written
from builder.pages.parts.placeholders import fill_placeholders
from builder.problems import Location, Problem, SummaryError, visible
from builder.project import PACKAGE_TEMPLATES, Project
from builder.site.renderers.choice import chosen
from builder.system.cache_file import CacheFile, digest

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page

    from builder.pages.plan import Plan
    from builder.site.config.mkdocs_problems import WarningLog

CHECKED_BEFORE: Final = ".cache/pages-by-hand"
"""What the pages written by hand depended on when the last check found nothing wrong, below the project's root."""


def check_docs(project: Project, found: Inspected) -> None:
    """Check mkdocs.yml and the pages written by hand as a build would. Raises SummaryError with every problem."""
    chosen(project)
    kept = CacheFile(project.root / CHECKED_BEFORE, "1")
    inputs = _inputs(project, found)
    known = kept.get(inputs) if inputs else None
    if known and _fits(json.loads(known), project, found):
        return
    from builder.site.build import os_errors_as_machine_errors
    from builder.site.config.mkdocs_problems import collected_warnings
    from builder.site.config.other_plugins import reads_other_files
    from builder.site.config.reading import read_config

    with os_errors_as_machine_errors(), collected_warnings(project) as log:
        config = read_config(project, log, strict=True)
        is_repeatable = not reads_other_files(config, project)
        check = _Check(project, found, config, log)
        problems = check.problems()
    if problems:
        raise SummaryError(problems)
    if inputs and is_repeatable and inputs == _inputs(project, found):
        kept.put(inputs, json.dumps({"titles": check.titles, "anchors": check.anchors}))
        kept.save()


def _fits(by_hand: Any, project: Project, found: Inspected) -> bool:
    """Whether generated pages have the anchors to which pages written by hand link, and none has the title of one."""
    if not set(by_hand["titles"]).isdisjoint(_title_of(plan) for plan in found.plans):
        return False
    plans = [plan for plan in found.plans if plan.path in by_hand["anchors"]]
    ids = {page.path: _ids_in(page.body) for page in (rendered(plans, found, project) if plans else ())}
    return all(ids.get(path, frozenset()).issuperset(wanted) for path, wanted in by_hand["anchors"].items())


def _inputs(project: Project, found: Inspected) -> str | None:
    """A digest of all that the check depends on, besides what is on generated pages; None if that is not known."""
    try:
        config = project.config.read_bytes()
        if re.search(rb"^INHERIT:", config, re.MULTILINE):
            return None
        words = set(re.findall(r"[\w./-]+", config.decode(errors="replace")))
        generated = {*(plan.path for plan in found.plans), *_data(found)}
        navigation = found.navigation
        inputs = (
            config,
            sorted((name, value) for name, value in os.environ.items() if name in words),
            [_content(project.root / word) for word in sorted(words) if word.endswith(".py")],
            list(_program()),
            [(path, _content(folder / path)) for folder in project.template_folders for path in _below(folder)],
            list(_by_hand(project, generated)),
            sorted(generated),
            sorted(found.fills.items()),
            (navigation.parts, navigation.footer, sorted(navigation.empty)),
        )
    except OSError:
        return None
    return digest((repr(inputs).encode(),))


def _program() -> Iterator[object]:
    """What the code of the builder, the packages and Python are. The builder's modules are known by their dates."""
    yield sys.version
    for folder in filter(os.path.isdir, sys.path):
        yield from sorted(name for name in os.listdir(folder) if name.endswith((".dist-info", ".egg-info")))
    code = Path(__file__).resolve().parents[1]
    for path in _below(code):
        if path.endswith(".py"):
            status = os.stat(code / path)
            yield path, status.st_mtime_ns, status.st_size
    yield [(path.name, _content(path)) for path in sorted((PACKAGE_TEMPLATES.parent / "docs/handbook").glob("*.md"))]


def _by_hand(project: Project, generated: set[str]) -> Iterator[object]:
    """The files in docs/ that are not generated, and what is on the pages among them."""
    for path in _below(project.docs):
        if path.replace(os.sep, "/") not in generated:
            yield path, _content(project.docs / path) if path.endswith(".md") else ""


def _below(folder: Path) -> list[str]:
    """The paths of all files below a folder, sorted."""
    start = len(str(folder)) + 1
    found = (os.path.join(here, name) for here, _, names in os.walk(folder, followlinks=True) for name in names)
    return sorted(path[start:] for path in found)


def _content(file: Path) -> str:
    return digest((file.read_bytes(),)) if file.is_file() else ""


def _data(found: Inspected) -> Iterable[str]:
    """The paths of all downloads."""
    data = {path for download in downloads(found.explainer) for _, path in download.files}
    return data | {f"data/{path}" for path in found.explainer.files}


class _Check:
    """The files that the site would have, and the pages among them that people write."""

    def __init__(self, project: Project, found: Inspected, config: MkDocsConfig, log: WarningLog) -> None:
        self.project = project
        self.found = found
        self.config = config
        self.log = log
        self.plans = {plan.path: plan for plan in found.plans}
        self.titles: list[str] = []
        self.anchors: dict[str, list[str]] = {}
        self.files = self._files()

    def problems(self) -> list[Problem]:
        from builder.site.config.mkdocs_problems import wrong_front_matter

        pages = list(self._pages())
        if wrong := list(wrong_front_matter(self.project, {page.file.src_uri: page.meta for page in pages})):
            return wrong
        for page in pages:
            page.markdown = fill_placeholders(page.markdown or "", self.config.extra["explainer"]["filled"])
            page.render(self.config, self.files)
        self._check_anchors(pages)
        found = self.log.problems()
        known = {problem.location for problem in found}
        return [*found, *(each for each in self._links(pages) if each.location not in known), *self._titles(pages)]

    def _files(self) -> Files:
        """What docs/ would hold after a build, and the files of the theme."""
        from mkdocs.structure.files import File, get_files, set_exclusions

        from builder.site.build import add_plugins
        from builder.site.config.handbook import add_handbook

        add_plugins(self.config, self.found)
        files = get_files(self.config)
        for file in files.documentation_pages():
            if file.src_uri in self.plans or not is_hand_written(self.project.docs / file.src_uri):
                files.remove(file)
        for path in sorted({*self.plans, *_data(self.found)}):
            if files.get_file_from_path(path) is None:
                folders = (self.config.docs_dir, self.config.site_dir)
                files.append(File(path, *folders, self.config.use_directory_urls))
        add_handbook(files, self.config)
        files.add_files_from_theme(self.config.theme.get_env(), self.config)
        set_exclusions(files, self.config)
        return files

    def _pages(self) -> Iterator[Page]:
        """Read the pages written by hand. If one is not UTF-8, MkDocs logs it, and it is left out."""
        from mkdocs.structure.pages import Page

        from builder.site.config.handbook import is_from_package

        for file in self.files.documentation_pages():
            if file.src_uri not in self.plans and not is_from_package(file):
                page = Page(None, file, self.config)
                try:
                    page.read_source(self.config)
                except ValueError:
                    continue
                yield page

    def _check_anchors(self, pages: Sequence[Page]) -> None:
        """Have MkDocs log each link to an anchor that does not exist."""
        from mkdocs.structure.pages import Page

        links = [link for page in pages for link in (page.links_to_anchors or {}).items()]
        wanted = {file.src_uri: file for file, _ in links}
        plans = [self.plans[path] for path in sorted(wanted) if path in self.plans]
        self.anchors = {
            plan.path: sorted({anchor for file, anchors in links if file.src_uri == plan.path for anchor in anchors})
            for plan in plans
        }
        for generated in rendered(plans, self.found, self.project):
            target = Page(None, wanted[generated.path], self.config)
            target.present_anchor_ids = _ids_in(generated.body)
        for page in pages:
            page.validate_anchor_links(files=self.files, log_level=logging.WARNING)

    def _links(self, pages: Sequence[Page]) -> Iterator[Problem]:
        """Find what the check of the built site would find in the content of these pages."""
        from builder.site.link_check import check_fragments

        by_path = {page.file.dest_uri: page for page in pages}
        fragments = {path: page.content or "" for path, page in by_path.items()}
        files = [file.dest_uri for file in self.files]
        for problem in check_fragments(fragments, files, url_path(self.config.site_url)):
            page = by_path[problem.location.path.removeprefix("/")]
            yield self._problem(page, _QUOTED.findall(problem.message), problem.rule, problem.message, problem.hint)

    def _titles(self, pages: Sequence[Page]) -> Iterator[Problem]:
        """Find pages that have the title of another."""
        first = {_title_of(plan): path for path, plan in self.plans.items()}
        self.titles = [" ".join(str(page.title).split()) for page in pages]
        for page, title in zip(pages, self.titles, strict=True):
            other = first.setdefault(title, page.file.src_uri)
            if other != page.file.src_uri:
                message = f"the title '{visible(title)}' is also that of {other}"
                yield self._problem(page, [title], "same-title", message, "each page needs its own")

    def _problem(self, page: Page, words: Sequence[str], rule: str, message: str, hint: str) -> Problem:
        from builder.site.config.mkdocs_problems import position_of

        file = self.project.docs / page.file.src_uri
        location = Location(file.relative_to(self.project.root).as_posix(), *position_of(file, list(words)))
        return Problem(location=location, rule=rule, message=visible(message), hint=hint)


def _title_of(plan: Plan) -> str:
    return " ".join(plan.title.unescape().split())


def _ids_in(markdown: str) -> set[str]:
    return {one or other for one, other in _IDS.findall(markdown)}


_IDS: Final = re.compile(r"""\{:?[^{}\n]*?#([\w-]+)|\bid=["']([\w-]+)""")
_QUOTED: Final = re.compile(r"'([^']+)'")
