"""Rendering of pages to Markdown: what templates can call, and their filters."""

from __future__ import annotations

import posixpath
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from itertools import groupby
from pathlib import Path
from typing import cast

from markupsafe import Markup

from builder.checks.quality.coverage import by_record
from builder.dates.edtf_dates import Date
from builder.explainer.addresses import (
    BACKGROUND,
    HOME,
    address_of_claims,
    address_of_claims_on,
    address_of_moment,
    addresses_of_removed,
    on_the_web,
)
from builder.explainer.counting import holding_back, status_on
from builder.explainer.foreign_text import ForeignText
from builder.explainer.tracing.traced import Answers, Shared
from builder.explainer.views.headlines import came_of
from builder.explainer.views.overviews import CitedSource, Citing, outcome_of, result_of
from builder.explainer.words import Words
from builder.exports.citations import Reference, reference_to
from builder.exports.structured_data import structured_data
from builder.graphics.lanes.drawing import Drawing
from builder.graphics.maps import Map
from builder.graphics.standalone import FOLDER, frame_height, name_of
from builder.pages.languages.links import with_languages
from builder.pages.long_lists.beginnings import beginning, latest
from builder.pages.long_lists.parts import Part
from builder.pages.page_file import Page
from builder.pages.parts.abbreviations import used_in
from builder.pages.parts.day_lines import day_lines
from builder.pages.parts.search_text import search_settings
from builder.pages.parts.source_lists import SourceLists
from builder.pages.plan import Plan
from builder.pages.templating.environment import environment
from builder.pages.traces import LinkTarget
from builder.records.loading import CLAIMS_FOLDER
from builder.records.models.claims import Claim
from builder.records.models.constraint import Constraint, ConstraintEntry, Provision
from builder.records.models.document import Document, DocumentEntry
from builder.records.models.project import Obstacle, Project, ProjectEntry
from builder.records.models.record import Record
from builder.records.models.removed import Removed
from builder.records.models.stage import Stage, StageEntry
from builder.records.models.term import Term
from builder.records.models.visit import Visit, VisitEntry
from builder.records.safe_text import Citation, Text, escaped, marked, parts
from builder.records.translations.translated_text import Translated, original_of


@dataclass(frozen=True, kw_only=True, slots=True)
class GraphicFiles:
    """A graphic to use elsewhere: the path of its SVG below docs/, and the code for a frame that holds it."""

    svg: str
    code: str


def render(
    plans: Sequence[Plan],
    answers: Answers,
    words: Words,
    templates: Sequence[Path],
    site: str = "",
    original: str = "",
) -> Iterator[Page]:
    """Render pages one by one. `site` is the address of the site with a slash at its end, or empty.

    `answers` knows the context of each page, as those of `traces.answers_for` do. `original` is the language of the
    explainer if the pages are in another one.
    """
    return map(renderer(answers, words, templates, site, original), plans)


def renderer(
    answers: Answers, words: Words, templates: Sequence[Path], site: str = "", original: str = ""
) -> Callable[[Plan], Page]:
    """What renders one page after the other, as `render` does."""
    return _Renderer(answers, words, templates, site, original).page


class _Renderer:
    """The environment, and the state of the page being rendered: filters need its address and what it has cited."""

    def __init__(
        self, answers: Answers, words: Words, templates: Sequence[Path], site: str, original: str = ""
    ) -> None:
        explainer = self.explainer = answers.traced
        self.site = site
        self.words = words
        self.path = ""
        self.folder = ""
        self.up = ""
        self.labels: dict[str, Markup] = {}
        self.source_lines: dict[str, Shared] = defaultdict(dict)
        self.sources = SourceLists(explainer, words, {})
        self.foreign = ForeignText(str(explainer.settings.language), original)
        self.original = original
        self.to_original = ""
        self.multilingual = "languages" in answers.ways
        self.environment = environment(templates)
        self.environment.globals.update(
            say=words,
            files_of=self.files_of,
            source_lists=lambda: self.sources,
            as_of=explainer.settings.as_of,
            claim_address=lambda claims, claim: explainer.ask("place_of_claim", claims.source, claim.id),
            reference_to=self.reference_to,
            graphic_of=self.graphic_of,
            to_original=lambda: Markup(self.to_original),
        )
        self.environment.filters.update(
            address=self.address,
            neighbour=self.neighbour,
            anchors=_old_anchors,
            bare=_bare,
            beginning=beginning,
            latest=latest,
            holding=partial(holding_back, explainer),
            href=_href,
            by_record=by_record,
            attribute=_attribute,
            authors=self.foreign.authors,
            claims_address=address_of_claims,
            pair_address=lambda pair: explainer.ask("place_of_pair", pair.anchor),
            came_of=came_of,
            cite=self.cite,
            counted=words.count,
            day=words.day,
            digits=words.digits,
            in_language=self.foreign.in_language,
            in_whole=lambda visit: explainer.ask("place_among", visit.part_of, visit.id) if visit.part_of else None,
            label=self.foreign.label,
            labels=lambda parties: words.list([self.foreign.told(party.label) for party in parties]),
            language=words.language,
            link=self.link,
            moment_address=address_of_moment,
            listed=self.listed,
            citing=self.citing,
            elsewhere=self.elsewhere,
            named=self.foreign.told,
            names=lambda items: words.list([self.foreign.told(item) for item in items]),
            paragraph=self.paragraph,
            plain=explainer.plain,
            paragraphs=self.paragraphs,
            marked=lambda text: self.foreign.around(text.__html__(), text),
            party=explainer.party,
            place=explainer.place,
            prose=self.prose,
            record=explainer.records.__getitem__,
            removed_page=_removed_page,
            sourced=self.sourced,
            speaker=self.speaker,
            outcome=outcome_of,
            result=result_of,
            status=status_on,
            since=_since,
            titled=self.foreign.titled,
            to=self.to,
            sources_of_state=_sources_of_state,
            to_html=self.to_html,
            who=self.foreign.who,
        )

    def page(self, plan: Plan) -> Page:
        """Render one page, and note what it asks."""
        with self.explainer.noting() as asked:
            page = self._page(plan)
        return replace(page, asked=tuple(asked))

    def _page(self, plan: Plan) -> Page:
        self.explainer.ask("plan", plan.path)
        context = self.explainer.ask("context", plan.path)
        self.path = plan.path
        self.folder = posixpath.dirname(plan.path)
        self.up = "../" * on_the_web(plan.path, "").count("/")
        self.sources = SourceLists(self.explainer, self.words, self.source_lines[self.up])
        self.to_original = str(self.to_page(plan.translates.page)) if plan.translates else ""
        template = self.environment.get_template(f"pages/{plan.template}.md.jinja")
        body = _BLANK_LINES.sub("\n\n", template.render(context, plan=plan)).strip("\n") + "\n"
        if plan.template != "glossary" and not plan.is_old:
            body += self.abbreviations(body)
        if self.original:
            body = with_languages(body, plan.path, self.up, self.original)
        meta: dict[str, object] = {"title": str(plan.title), "description": str(plan.description)}
        if plan.trail:
            meta["trail"] = [[str(label), on_the_web(self.here(path), "")] for label, path in plan.trail]
        if source := plan.data or plan.folder:
            meta["source"] = f"summaries/{source}"
        if search := search_settings(plan, self.explainer, self.words):
            meta["search"] = search
        if plan.moved_to:
            meta["moved"] = on_the_web(plan.moved_to, "")
        if plan.is_old or plan.gathers:
            meta["robots"] = "noindex"
        if plan.gathers:
            meta["gathers"] = {"pages": list(plan.gathers), "sources": str(self.words("headings.sources"))}
        meta |= self.languages(plan)
        if plan.path == HOME:
            meta["day"] = self.day()
            meta["words"] = self.theme_words()
            meta["question"] = str(self.explainer.settings.question.__html__())
        if data := structured_data(plan.path, plan.record, plan.claims, self.explainer, self.words, self.site):
            meta["jsonld"] = data
        return Page(path=plan.path, meta=meta, body=body)

    def languages(self, plan: Plan) -> dict[str, object]:
        """Return what the theme needs to know of other languages: those of the page, and on home all of them."""
        found: dict[str, object] = {}
        if plan.translates:
            found["language"] = plan.translates.language
        if self.multilingual and (pages := self.explainer.ask("languages", plan.path)):
            found["languages"] = [list(each) for each in pages]
        if self.multilingual and plan.path == HOME:
            found["editions"] = self.explainer.ask("editions")
        return found

    def here(self, address: str) -> str:
        """Return the address of a page in the language of this page, if it is in that language, else as it is."""
        if not self.original or ".md" not in address:
            return address
        page, mark, anchor = address.partition("#")
        return f"{self.explainer.ask('here', page)}{mark}{anchor}"

    def theme_words(self) -> dict[str, str]:
        """Return what the theme says around every page, by name."""
        licence = self.words("home.licence", licence=self.explainer.settings.licence)
        words = self.words.of_theme()
        if not self.multilingual:
            del words["languages"]
        return {**words, "licence": str(licence)}

    def reference_to(self, plan: Plan) -> Reference:
        """Return how to cite a page."""
        return reference_to(plan.path, plan.title, self.explainer, self.words, self.site)

    def graphic_of(self, page: str, title: Markup, drawing: Drawing | Map, insets: Sequence[Map] = ()) -> GraphicFiles:
        """Return the files of the graphic on a page, and the code for a frame; none without the site's address."""
        path = f"{FOLDER}/{name_of(self.here(page))}"
        height = frame_height(drawing.height, max((inset.height + 8 for inset in insets), default=0))
        code = (
            f'<iframe src="{self.site}{path}.html" title="{title}" width="100%" height="{height}"'
            ' style="border:0" loading="lazy"></iframe>'
        )
        return GraphicFiles(svg=f"{path}.svg", code=code if self.site else "")

    def files_of(self, name: str) -> Sequence[tuple[str, str]]:
        """Return the files of a download, as (format, path below docs/); none if there is nothing to download."""
        return cast("Sequence[tuple[str, str]]", self.explainer.ask("files", name))

    def abbreviations(self, body: str) -> str:
        """Return Markdown abbreviations for the terms that a page uses."""
        used = used_in(body, self.explainer.ask("abbreviated"))
        return "".join(f"\n*[{word}]: {self.explainer.ask('abbreviation', word)}" for word in used) + "\n" * bool(used)

    def day(self) -> dict[str, str]:
        """Return the lines about the `as_of` date, which the theme shows on every page, hand-written ones too."""
        settings = self.explainer.settings
        return day_lines(settings.as_of, settings.review_after, self.words)

    def to(self, address: str) -> Markup:
        """Return the link from this page to another page or file below docs/, as Markdown writes it."""
        return self.to_page(self.here(address))

    def to_page(self, address: str) -> Markup:
        """Return the link from this page to a page in whatever language it is in."""
        target, _, anchor = address.partition("#")
        path = "" if target == self.path and anchor else _relative_path(self.folder, target)
        return marked(f"{path}#{anchor}" if anchor else path)

    def to_html(self, address: str) -> Markup:
        """Return the link from this page to another page below docs/, as HTML writes it."""
        return marked(self.up + on_the_web(self.here(address), ""))

    def address(self, shown: Record | Part[object]) -> str | None:
        """Return the page of a record or a part of a long list, or the place of a record on a page."""
        return shown.path if isinstance(shown, Part) else self._place(shown.id)

    def _place(self, id: str) -> str | None:
        """Return the page of a record, or its place on one."""
        return cast("str | None", self.explainer.ask("place", id))

    def neighbour(self, shown: Record | Part[object]) -> Markup:
        """Name the page before or after this one."""
        return shown.title if isinstance(shown, Part) else self.foreign.told(shown.label)

    def link(self, record: Record | str, label: str | None = None) -> Markup:
        """Link a record by its label. Print only the label if it has no page or this is its page."""
        target: LinkTarget = self.explainer.ask("target", record if isinstance(record, str) else record.id)
        shown = self._label(target) if label is None else self.foreign.named(label)
        if target.address is None or self.here(target.address) == self.path:
            return shown
        return marked(f"[{shown}]({self.to(target.address)})")

    def _label(self, target: LinkTarget) -> Markup:
        """Name a record, which many pages do."""
        if target.id not in self.labels:
            self.labels[target.id] = (
                self.foreign.label(target.source) if target.source else self.foreign.told(target.label)
            )
        return self.labels[target.id]

    def listed(self, records: Iterable[Record | str]) -> Markup:
        """Link several records as a list in the site's language."""
        return self.words.list([self.link(record) for record in records])

    def citing(self, records: Iterable[Citing], cited: CitedSource | None = None) -> Markup:
        """Link the records and claims that cite a source, and the explainer's own pages that do. Terms are marked."""
        own = (
            ("site.home", HOME, cited is not None and cited.at_home),
            ("kinds.background", BACKGROUND, cited is not None and cited.in_background),
        )
        pages = [Markup(f"[{self.words(name)}]({self.to(path)})") for name, path, cites in own if cites]
        return self.words.list([*pages, *map(self._citing_link, records)])

    def _citing_link(self, citing: Citing) -> Markup:
        if citing.kind == CLAIMS_FOLDER:
            who = self.foreign.who(self.explainer.source(citing.id))
            return Markup(f"[{self.words('claims.of', who=who)}]({self.to(address_of_claims_on(citing.id))})")
        link = self.link(citing.id)
        return self.words("source.in_glossary", term=link) if citing.kind == Term.kind_name else link

    def elsewhere(self, visit: Visit) -> Markup:
        """Link the places of a visit, except those in its title."""
        title = visit.title.casefold()
        return self.listed(id for id in visit.all_places if self.explainer.label(id).casefold() not in title)

    def speaker(self, by: str) -> Markup:
        """Name a speaker: link a party, print anyone else as typed."""
        return self.link(by) if self.explainer.ask("is_party", by) else self.foreign.told(by)

    def prose(self, text: Text) -> Markup:
        """Print text on one line, with its links to records."""
        line = " ".join(text.split())
        if "[[" not in line:
            return self.in_its_language(escaped(line), text)
        pieces = (
            escaped(part) if isinstance(part, Text) else self.link(part.id, part.label or self.label_in(text, part.id))
            for part in parts(line)
        )
        return self.in_its_language(Markup("").join(pieces), text)

    def label_in(self, text: Text, id: str) -> str | None:
        """Return the original name of a record for a text that nobody has translated; None if it has its usual name."""
        if not self.original or isinstance(text, Translated):
            return None
        return original_of(self.explainer.ask("target", id).label)

    def in_its_language(self, printed: Markup, text: Text) -> Markup:
        """Mark a text that is not translated, and say if it was translated from an earlier wording."""
        if isinstance(text, Translated) and text.stale:
            return Markup(f"{printed} [{self.words('translation.earlier')}]({self.to_original}){{: .stale }}")
        return self.foreign.around(printed, text)

    def paragraphs(self, text: Text) -> Markup:
        """Print text as paragraphs, with its links to records."""
        return Markup("\n\n").join(self.prose(paragraph) for paragraph in text.paragraphs)

    def paragraph(self, statement: Provision | Obstacle | Claim, phrase: str) -> Markup:
        """Name a paragraph of a text, which must be known: a number as a paragraph, other words as typed."""
        assert statement.para is not None, "a template asks only for a paragraph that is known"
        if not statement.para[0].isdigit():
            return statement.para.__html__()
        numbers = re.findall(r"(?<![\w.(])\d+", statement.para)
        return self.words(phrase, para=statement.para, count=len(numbers))

    def cite(
        self, citations: Sequence[Citation], about: Text | Markup | None = None, support: str | None = None
    ) -> Markup:
        """Print the control that opens the sources of a statement; nothing without sources."""
        return self.sources.control(citations, about, support) if citations else Markup("")

    def sourced(self, citations: Sequence[Citation]) -> Markup:
        """Print links to sources, for pages with too many citations to list them."""
        return self.words.list([self._source_link(citation) for citation in citations])

    def _source_link(self, citation: Citation) -> Markup:
        source = self.explainer.source(citation.source)
        speaker = source.outlet or (source.author[0].name if source.author else None)
        name = self.foreign.named(speaker, source.language) if speaker else self.foreign.label(source)
        pieces = [name, *([self.words.day(source.issued)] if source.issued else [])]
        if citation.locator:
            pieces.append(self.foreign.named(citation.locator))
        return Markup(f"[{Markup(', ').join(pieces)}]({self.to(self._place(source.id) or '')})")


_BLANK_LINES = re.compile(r"\n(?:[ \t]*\n){2,}")


@cache
def _relative_path(folder: str, target: str) -> str:
    """Return the relative path from a folder to a file, both below docs/."""
    here, there = folder.split("/") if folder else [], target.split("/")
    shared = 0
    while shared < min(len(here), len(there) - 1) and here[shared] == there[shared]:
        shared += 1
    return "/".join([".."] * (len(here) - shared) + there[shared:])


def _old_anchors(removed: Removed) -> tuple[str, ...]:
    """Return the places on a page that something had before it was removed; none if it had pages or no address."""
    return tuple(address.partition("#")[2] for address in addresses_of_removed(removed) if "#" in address)


def _removed_page(removed: Removed) -> str | None:
    """Return the page that says why something was removed, if it has one of its own."""
    return next((address for address in addresses_of_removed(removed) if "#" not in address), None)


def _attribute(text: Markup) -> Markup:
    """Escape an attribute twice, as Markdown decodes the entities in elements that it parses. It holds no elements."""
    return Markup(_ELEMENT.sub("", str(text)).replace("&#38;", "&#38;amp;"))


_ELEMENT = re.compile("<[^<>]*>")
"""A tag that marks the direction or language of a name. Those in the name itself are escaped."""


def _bare(value: str) -> Markup:
    """Print text unescaped: an id, a keyword, an address, path data. Raises ValueError if it could be markup."""
    if not _BARE.fullmatch(value):
        raise ValueError(f"{value!r} can't be printed unescaped")
    return marked(value)


def _href(address: str) -> Markup:
    """Print the address of a link in HTML. Raises ValueError if it could be markup."""
    return Markup(str(_bare(address)).replace("&", "&amp;"))  # `replace` of Markup would escape &amp; again


_BARE = re.compile(r"[^\s<>\"'`{}|\\]*|[MmHhVvLlCcZz0-9. -]+")


def _sources_of_state(stage: Stage) -> Sequence[Citation]:
    """Return the sources of the step that gave a stage its status, or the stage's own."""
    given = [entry.sources for entry in stage.history if entry.status]
    return stage.sources or (given[-1] if given else ())


def _since(record: Stage | Visit | Project | Constraint | Document) -> Date | None:
    """Return the date since which a record has its status, if its history gives it. Later steps may confirm it."""
    history: Sequence[StageEntry | VisitEntry | ProjectEntry | ConstraintEntry | DocumentEntry] = record.history
    changes = [
        next(run) for _, run in groupby((entry for entry in history if entry.status), lambda entry: entry.status)
    ]
    return changes[-1].date.start if changes else None
