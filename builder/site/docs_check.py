"""Checks mkdocs.yml and the pages in docs/ that people write, without building the site.

MkDocs itself converts these pages, so that what a build would refuse is known before. Of the generated pages only those
are rendered to which a page written by hand links with an anchor.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from builder.assembly import Inspected, rendered
from builder.explainer.addresses import url_path
from builder.exports.downloads import downloads
from builder.pages.navigation import is_hand_written
from builder.pages.parts.placeholders import fill_placeholders
from builder.problems import Location, Problem, SummaryError, visible
from builder.project import Project
from builder.site.build import (
    WarningLog,
    add_plugins,
    collected_warnings,
    os_errors_as_machine_errors,
    position_of,
    read_config,
    wrong_front_matter,
)
from builder.site.config.handbook import add_handbook, is_from_package
from builder.site.link_check import check_fragments

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page


def check_docs(project: Project, found: Inspected) -> None:
    """Check mkdocs.yml and the pages written by hand as a build would. Raises SummaryError with every problem."""
    with os_errors_as_machine_errors(), collected_warnings(project) as log:
        config = read_config(project, log, strict=True)
        check = _Check(project, found, config, log)
        problems = check.problems()
    if problems:
        raise SummaryError(problems)


class _Check:
    """The files that the site would have, and the pages among them that people write."""

    def __init__(self, project: Project, found: Inspected, config: MkDocsConfig, log: WarningLog) -> None:
        self.project = project
        self.found = found
        self.config = config
        self.log = log
        self.plans = {plan.path: plan for plan in found.plans}
        add_plugins(config, found)
        self.files = self._files()

    def problems(self) -> list[Problem]:
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

        files = get_files(self.config)
        for file in files.documentation_pages():
            if file.src_uri in self.plans or not is_hand_written(self.project.docs / file.src_uri):
                files.remove(file)
        data = {path for download in downloads(self.found.explainer) for _, path in download.files}
        data |= {f"data/{path}" for path in self.found.explainer.files}
        for path in sorted({*self.plans, *data}):
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

        wanted = {file.src_uri: file for page in pages for file in page.links_to_anchors or {}}
        plans = [self.plans[path] for path in sorted(wanted) if path in self.plans]
        for generated in rendered(plans, self.found, self.project):
            target = Page(None, wanted[generated.path], self.config)
            target.present_anchor_ids = {one or other for one, other in _IDS.findall(generated.body)}
        for page in pages:
            page.validate_anchor_links(files=self.files, log_level=logging.WARNING)

    def _links(self, pages: Sequence[Page]) -> Iterator[Problem]:
        """Find what the check of the built site would find in the content of these pages."""
        by_path = {page.file.dest_uri: page for page in pages}
        fragments = {path: page.content or "" for path, page in by_path.items()}
        files = [file.dest_uri for file in self.files]
        for problem in check_fragments(fragments, files, url_path(self.config.site_url)):
            page = by_path[problem.location.path.removeprefix("/")]
            yield self._problem(page, _QUOTED.findall(problem.message), problem.rule, problem.message, problem.hint)

    def _titles(self, pages: Sequence[Page]) -> Iterator[Problem]:
        """Find pages that have the title of another."""
        first = {" ".join(plan.title.unescape().split()): path for path, plan in self.plans.items()}
        for page in pages:
            title = " ".join(str(page.title).split())
            other = first.setdefault(title, page.file.src_uri)
            if other != page.file.src_uri:
                message = f"the title '{visible(title)}' is also that of {other}"
                yield self._problem(page, [title], "same-title", message, "each page needs its own")

    def _problem(self, page: Page, words: Sequence[str], rule: str, message: str, hint: str) -> Problem:
        file = self.project.docs / page.file.src_uri
        location = Location(file.relative_to(self.project.root).as_posix(), *position_of(file, list(words)))
        return Problem(location=location, rule=rule, message=visible(message), hint=hint)


_IDS: Final = re.compile(r"""\{:?[^{}\n]*?#([\w-]+)|\bid=["']([\w-]+)""")
_QUOTED: Final = re.compile(r"'([^']+)'")
