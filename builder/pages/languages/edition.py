"""The site in another language: home, the background if someone translated it, and each record that has translations.

Numbers, dates and pictures are made from the same records as the original page, so they can't differ.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from markupsafe import Markup

from builder.explainer.addresses import BACKGROUND, HOME, on_the_web
from builder.explainer.linking import Explainer, link
from builder.explainer.tracing.traced import Answers
from builder.explainer.words import Words
from builder.exports.feeds import ATOM
from builder.pages.contexts import Contexts
from builder.pages.parts.day_lines import day_lines
from builder.pages.plan import Plan, Translates, plan
from builder.pages.traces import answers_for
from builder.records.languages.language_codes import direction_of
from builder.records.loading import Summaries
from builder.records.translations.translating import InLanguage, in_language


@dataclass(frozen=True, kw_only=True, slots=True)
class Edition:
    """The pages of the site in another language."""

    translation: InLanguage
    explainer: Explainer
    words: Words
    answers: Answers
    plans: tuple[Plan, ...]
    titles: Mapping[str, Markup]
    """The titles of the pages that menus name, also of those that exist only in the original, by original path."""

    def here(self, page: str) -> str:
        """The page in this language, or the original one if there is none."""
        found: str = self.answers.ways["here"](page)  # type: ignore[assignment]  # as set in `_edition`
        return found

    @property
    def language(self) -> str:
        """Its code, with which the paths of its pages begin."""
        return self.translation.language


def editions_of(
    summaries: Summaries, words: Mapping[str, Words], contexts: Contexts, plans: Sequence[Plan]
) -> tuple[Edition, ...]:
    """The editions in the languages of `words`. The answers of `contexts` then know how to answer for them.

    Raises the same errors as `link`.
    """
    editions = tuple(_edition(in_language(summaries, language), said) for language, said in words.items())
    answers, settings = contexts.answers, contexts.answers.explainer.settings
    names = {str(settings.language): contexts.words.own_name} | {
        each.language: each.words.own_name for each in editions
    }
    pages = _pages(str(settings.language), editions, plans)
    for each in (answers, *(edition.answers for edition in editions)):
        each.ways["languages"] = lambda page: tuple(
            (language, str(names[language]), on_the_web(path, "")) for language, path in pages.get(page, {}).items()
        )
    answers.ways["editions"] = lambda: {each.language: _of_theme(each, contexts.words) for each in editions}
    answers.others |= {each.answers.mark[0]: each.answers for each in editions}
    return editions


def _edition(translation: InLanguage, words: Words) -> Edition:
    explainer = link(translation.summaries)
    contexts = Contexts(explainer, words, lambda moment: explainer, mark=f"@{translation.language}")
    everything = plan(contexts)
    plans = tuple(_translated(everything, translation))
    answers = answers_for(contexts, plans)
    here = {each.translates.page: each.path for each in plans if each.translates}
    answers.ways["here"] = lambda page: here.get(page, page)
    return Edition(
        translation=translation,
        explainer=explainer,
        words=words,
        answers=answers,
        plans=plans,
        titles={each.path: each.title for each in everything if _in_menus(each)},
    )


def _translated(everything: Sequence[Plan], translation: InLanguage) -> Iterator[Plan]:
    """Yield the pages that are in this language."""
    here = {each.path for each in everything if not each.is_old and _is_here(each, translation)}
    for each in everything:
        if each.is_old and (each.removed or each.moved_to in here) and not _was_translation(each, translation):
            language = translation.language
            moved_to = f"{language}/{each.moved_to}" if each.moved_to else None
            translates = Translates(language=language, page=each.path)
            yield replace(each, path=f"{language}/{each.path}", moved_to=moved_to, translates=translates)
        if each.path not in here:
            continue
        found = translation.records.get(each.record.id if each.record else None)
        name = f"{each.record.kind_name}/{each.record.id}" if each.record else "explainer"
        yield replace(
            each,
            path=f"{translation.language}/{each.path}",
            data=f"translations/{translation.language}/{name}.yml" if found else each.data,
            translates=Translates(
                language=translation.language,
                page=each.path,
                stale=found.stale if found else 0,
                machine=bool(found and found.machine),
            ),
        )


def _was_translation(each: Plan, translation: InLanguage) -> bool:
    """Whether the page is at the old address of a translation. It is in the language that the reason is in."""
    languages = map(str, translation.summaries.settings.languages)
    return bool(each.removed and each.removed.kind == "pages" and each.path.partition("/")[0] in languages)


def _is_here(each: Plan, translation: InLanguage) -> bool:
    """Whether the page is in this language: home always is."""
    if each.record:
        return each.record.id in translation.pages
    own = translation.records.get(None)
    if each.path == BACKGROUND and own:
        return any(text.place is not None and text.of.path[0] == "background" for text in own.matches.texts)
    return each.path == HOME


def _pages(original: str, editions: Sequence[Edition], plans: Sequence[Plan]) -> dict[str, dict[str, str]]:
    """The page in each language by language, for each page that is in more than one, by its path in any of them."""
    found: dict[str, dict[str, str]] = {each.path: {original: each.path} for each in plans if not each.is_old}
    for edition in editions:
        for each in edition.plans:
            if each.translates and not each.is_old:
                found[each.translates.page][edition.language] = each.path
    return {path: pages for pages in found.values() if len(pages) > 1 for path in pages.values()}


def _of_theme(edition: Edition, original: Words) -> dict[str, object]:
    """What the theme needs for pages in this language: escaped words, titles of pages by their address."""
    words, explainer = edition.words, edition.explainer
    licence = words("home.licence", licence=explainer.settings.licence)
    return {
        "name": str(words.own_name),
        "direction": direction_of(edition.language) or "ltr",
        "site": str(explainer.settings.title.__html__()),
        "question": str(explainer.settings.question.__html__()),
        "day": _day(explainer, words),
        "words": {**words.of_theme(), "licence": str(licence)},
        "titles": {on_the_web(path, ""): str(title) for path, title in edition.titles.items()}
        | {"": str(words("site.home"))},
        "parts": {
            str(original(name)): str(words(name)) for name in original.phrases if name.startswith(("menu.", "footer."))
        },
        "pages": {
            on_the_web(each.translates.page, ""): on_the_web(each.path, "")
            for each in edition.plans
            if each.translates and _in_menus(each)
        }
        | {ATOM: ATOM.replace("data/", f"data/{edition.language}/")},
    }


def _day(explainer: Explainer, words: Words) -> dict[str, str]:
    settings = explainer.settings
    return day_lines(settings.as_of, settings.review_after, words)


def _in_menus(each: Plan) -> bool:
    """Whether a menu may name a page. Those of records are too many: each page would be made again for each title."""
    return len(each.trail) < 2 and not each.is_old and not (each.part and each.part.keys)
