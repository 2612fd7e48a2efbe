"""What is missing, out of date or thin in an explainer, as findings that each have a rule and a place."""

from __future__ import annotations

import datetime
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from builder.checks.answers import DisputedAnswer, answers_without_claims
from builder.checks.quality.coverage import Coverage, Grounds, LocatedStatement, cover, grounds
from builder.checks.quality.staleness import Stale, Thin, Unconfirmed, stale, thin
from builder.checks.quality.weak_sources import WeakSources, weak_sources
from builder.explainer.linking import Explainer
from builder.problems import Location
from builder.records.loading import CLAIMS_FOLDER, SETTINGS_FILE
from builder.records.models.claims import Claim
from builder.records.models.record import Record
from builder.records.models.source import Source
from builder.records.safe_text import Text
from builder.records.translations.translating import TranslatedRecord, translated_records
from builder.records.traversal import walking_once

RULES = {
    "review-due": "The day to review it has passed",
    "reviewed-ahead": "Reviewed on a day that has not come yet",
    "gone-by": "Planned for a day that has passed",
    "open-forecast": "Forecasts still open",
    "unchanged-stage": "Stages without a step for a year",
    "unconfirmed-status": "Statuses that later steps do not confirm",
    "paragraph-without-claim": "Paragraphs without a claim",
    "no-such-paragraph": "Claims whose paragraph is not in the text",
    "misquoted": "Quotes that are not in the text word for word",
    "about-nothing": "Claims about no record",
    "not-taken-up": "Claims that no record they are about uses",
    "answer-without-claim": "Answers in disputes that do not name the claim that says the same",
    "main-source-alone": "Statements resting on the main source alone",
    "state-media-alone": "Statements resting on state media alone",
    "one-source": "Statements resting on one source",
    "older-sources": "Statements about a day after their sources",
    "later-sources": "Statements about a day, told more than a year later",
    "second-hand": "Headlines resting on a copy or on aggregators alone",
    "one-standing": "Pages resting mostly on one kind of source",
    "named-by-id": "Sources whose name is only their id",
    "no-archive": "Sources on the web without an archived copy",
    "without-outcome": "Visits held, without an outcome",
    "without-step": "Projects without a dated step",
    "unnamed": "Parties that are not named anywhere",
    "no-coordinates": "Places in use without coordinates",
    "unchecked-answer": "Answers that do not say what they rest on",
    "stale-translation": "Translations of an earlier wording",
    "untranslated": "Records with texts that nobody has translated yet",
}
"""Every rule of a finding and its heading, in the order of the report."""

_WIDTH = 100
_NAMED = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """What is missing, out of date or thin in an explainer on a day."""

    explainer: Explainer = field(compare=False)
    today: datetime.date
    coverage: tuple[Coverage, ...]
    grounds: Grounds
    sources: WeakSources
    stale: Stale
    thin: Thin


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One thing to look into: its rule, its place, its record (None for the explainer's own file), and a text."""

    rule: str
    location: Location
    record: str | None
    text: str


def gather_report(
    explainer: Explainer, today: datetime.date | None = None, copies: Mapping[str, Sequence[str]] | None = None
) -> Report:
    """Gather what is missing, out of date or thin on `today`, by default the explainer's own day.

    `copies` has the paragraphs of each source of which there is a copy, by its id.
    """
    day = today or explainer.settings.as_of.last
    copies = copies or {}
    with walking_once():
        return Report(
            explainer=explainer,
            today=day,
            coverage=tuple(cover(explainer, claims, copies.get(id)) for id, claims in explainer.claims.items()),
            grounds=grounds(explainer),
            sources=weak_sources(explainer),
            stale=stale(explainer, day),
            thin=thin(explainer),
        )


def findings(report: Report) -> tuple[Finding, ...]:
    """The findings of a report, in the order of the rules."""
    found = [
        *_staleness(report),
        *_coverage(report),
        *_disputes(report),
        *_grounds(report),
        *_sources(report),
        *_thinness(report),
        *_translations(report),
    ]
    order = {rule: index for index, rule in enumerate(RULES)}
    return tuple(sorted(found, key=lambda finding: order[finding.rule]))


def _staleness(report: Report) -> Iterator[Finding]:
    explainer, stale = report.explainer, report.stale
    if stale.review_due:
        location = explainer.origins[SETTINGS_FILE].at(("review_after",))
        text = f"to be reviewed after {stale.review_due}"
        yield Finding(rule="review-due", location=location, record=None, text=text)
    for record in stale.reviewed_ahead:
        location = explainer.origins[record.id].at(("reviewed",))
        text = f"{record.label} (reviewed on {record.reviewed}, which is after {report.today.isoformat()})"
        yield Finding(rule="reviewed-ahead", location=location, record=record.id, text=text)
    for late in stale.gone_by:
        yield _of_record(explainer, "gone-by", late, str(late.date))
    for item in stale.open_forecasts:
        result = item.claim.outcome.result if item.claim.outcome else "no outcome"
        yield _of_claim(explainer, "open-forecast", item.claims.source, item.claim, result)
    for stage, step in stale.unchanged:
        yield _of_record(explainer, "unchanged-stage", stage, f"last step {step.date}")
    for unconfirmed in stale.unconfirmed:
        yield _unconfirmed_status(explainer, unconfirmed)


def _coverage(report: Report) -> Iterator[Finding]:
    for coverage in report.coverage:
        source = coverage.claims.source
        location = report.explainer.origins[f"{CLAIMS_FOLDER}/{source}"].at(("claims",), key=True)
        for paragraph in coverage.without_claim:
            text = f"paragraph {paragraph.label}" + (f": {_short(paragraph.text)}" if paragraph.text else "")
            yield Finding(rule="paragraph-without-claim", location=location, record=source, text=text)
        for rule, claims in (
            ("no-such-paragraph", coverage.misplaced),
            ("about-nothing", coverage.about_nothing),
            ("not-taken-up", coverage.not_taken_up),
        ):
            for claim in claims:
                yield _of_claim(report.explainer, rule, source, claim)
        for misquote in coverage.misquoted:
            where = f"it is in paragraph {misquote.elsewhere}" if misquote.elsewhere else "not in the text"
            yield _of_claim(report.explainer, "misquoted", source, misquote.claim, f"“{misquote.claim.quote}”: {where}")


def _disputes(report: Report) -> Iterator[Finding]:
    for item in answers_without_claims(report.explainer):
        yield _answer_without_claim(report.explainer, item)


def _grounds(report: Report) -> Iterator[Finding]:
    for rule, items in (
        ("main-source-alone", report.grounds.main_alone),
        ("state-media-alone", report.grounds.state_media),
        ("one-source", report.grounds.one_source),
    ):
        for item in items:
            yield _of_statement(report.explainer, rule, item)
    for item in report.grounds.older:
        yield _of_other_days(report.explainer, "older-sources", item, "before")
    for item in report.grounds.later:
        yield _of_other_days(report.explainer, "later-sources", item, "more than a year later")


def _sources(report: Report) -> Iterator[Finding]:
    explainer, weak = report.explainer, report.sources
    for headline in weak.second_hand:
        copies = "; ".join(_as_read(source) for source in headline.sources)
        yield Finding(
            rule="second-hand",
            location=explainer.origins[headline.record.id if headline.record else SETTINGS_FILE].at(headline.path),
            record=headline.record.id if headline.record else None,
            text=f"{_short(explainer.plain(headline.text))} ({copies})",
        )
    for page in weak.lopsided:
        who = list(dict.fromkeys(source.who for source in page.sources))
        named = ", ".join(who[:_NAMED]) + (f" and {len(who) - _NAMED} more" if len(who) > _NAMED else "")
        name = page.record.label if page.record else explainer.settings.title
        kind = page.standing.replace("-", " ")
        text = f"{name} ({page.resting} of {page.counted} statements rest on the kind '{kind}' alone: {named})"
        location = explainer.origins[page.record.id if page.record else SETTINGS_FILE].at()
        record = page.record.id if page.record else None
        yield Finding(rule="one-standing", location=location, record=record, text=text)
    for source in weak.named_by_id:
        yield _of_record(explainer, "named-by-id", source)
    for source in weak.without_archive:
        location = explainer.origins[source.id].at(("URL",))
        yield Finding(rule="no-archive", location=location, record=source.id, text=str(source.URL))


def _as_read(source: Source) -> str:
    return f"{source.id}, via {source.via}" if source.via else f"{source.id}, {source.standing}"


def _thinness(report: Report) -> Iterator[Finding]:
    for visit in report.thin.without_outcome:
        yield _of_record(report.explainer, "without-outcome", visit, str(visit.date))
    for project in report.thin.without_step:
        yield _of_record(report.explainer, "without-step", project)
    for party in report.thin.unnamed:
        yield _of_record(report.explainer, "unnamed", party)
    for use in report.thin.without_coordinates:
        visits = [f"{use.visits} {'visit' if use.visits == 1 else 'visits'}"] if use.visits else []
        routes = [f"on the route of {project.label}" for project in use.projects]
        yield _of_record(report.explainer, "no-coordinates", use.place, ", ".join(visits + routes))
    for question in report.thin.unchecked:
        yield _of_record(report.explainer, "unchecked-answer", question)


def _translations(report: Report) -> Iterator[Finding]:
    for language in report.explainer.translations:
        for record in translated_records(report.explainer, language).values():
            yield from _of_translation(report.explainer, language, record)


def _of_translation(explainer: Explainer, language: str, record: TranslatedRecord) -> Iterator[Finding]:
    for match in record.matches.texts:
        if match.stale and match.place is not None:
            origin, place, _ = record.written[match.place]
            yield Finding(
                rule="stale-translation",
                location=origin.at(("texts", place)),
                record=record.id,
                text=f"{language}: {match.of.field} now says: {_short(explainer.plain(match.of.text))}",
            )
    missing = sum(match.place is None for match in record.matches.texts)
    origin, _, first = record.written[0]
    if missing and first.record is None:  # of other records, only some texts are needed
        found = f"{language}: {missing} of {len(record.matches.texts)} texts are not translated"
        yield Finding(rule="untranslated", location=origin.at(), record=record.id, text=found)


def _of_record(explainer: Explainer, rule: str, record: Record, detail: str = "") -> Finding:
    text = f"{record.label} ({detail})" if detail else str(record.label)
    return Finding(rule=rule, location=explainer.origins[record.id].at(), record=record.id, text=text)


def _of_claim(explainer: Explainer, rule: str, source: str, claim: Claim, detail: str = "") -> Finding:
    claims = explainer.claims[source].claims
    location = explainer.origins[f"{CLAIMS_FOLDER}/{source}"].at(("claims", claims.index(claim)))
    text = f"{claim.id}, paragraph {claim.para}: {detail or _short(explainer.plain(claim.text))}"
    return Finding(rule=rule, location=location, record=source, text=text)


def _of_statement(explainer: Explainer, rule: str, item: LocatedStatement) -> Finding:
    sources = ", ".join(dict.fromkeys(citation.source for citation in item.statement.sources))
    text = f"{_short(explainer.plain(item.statement.text))} ({sources})"
    record = item.record.id if item.record else None
    return Finding(rule=rule, location=item.origin.at(item.path), record=record, text=text)


def _unconfirmed_status(explainer: Explainer, item: Unconfirmed) -> Finding:
    last, count = item.later[-1], len(item.later)
    given = f"'{item.step.status}' since {item.step.date}"
    later = f"{count} later steps give no status, the last on" if count > 1 else "a later step gives no status, on"
    return Finding(
        rule="unconfirmed-status",
        location=explainer.origins[item.record.id].at(("history", item.record.history.index(last))),
        record=item.record.id,
        text=f"{item.record.label}: {given}, but {later} {last.date}: {_short(explainer.plain(last.text))}",
    )


def _answer_without_claim(explainer: Explainer, item: DisputedAnswer) -> Finding:
    return Finding(
        rule="answer-without-claim",
        location=item.location,
        record=item.record.id if item.record else None,
        text=f"{item.dispute.question} {_short(explainer.plain(item.answer.text))}",
    )


def _of_other_days(explainer: Explainer, rule: str, item: LocatedStatement, when: str) -> Finding:
    sources = [explainer.source(id) for id in dict.fromkeys(citation.source for citation in item.statement.sources)]
    issued = ", ".join(f"{source.id} ({source.issued})" for source in sources if source.issued)
    unknown = ", ".join(source.id for source in sources if not source.issued)
    found = f"says what held on {item.statement.date}, but its sources were issued {when}: {issued}"
    found += f"; without a date: {unknown}" if unknown else ""
    return Finding(
        rule=rule,
        location=item.origin.at((*item.path, "date")),
        record=item.record.id if item.record else None,
        text=f"{found}: {_short(explainer.plain(item.statement.text))}",
    )


def _short(text: str | Text) -> str:
    return textwrap.shorten(text, _WIDTH, placeholder=" …")
