"""Reads LaTeX as text: accents as letters, no braces, no commands. Only this module imports pylatexenc."""

from __future__ import annotations

import logging
import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pylatexenc.latex2text import LatexNodes2Text
    from pylatexenc.latexwalker import LatexMacroNode
    from pylatexenc.macrospec import LatexContextDb

Decoded = tuple[str, tuple[str, ...]]
"""A text, and the commands in it that are not known and were left out."""


@lru_cache(maxsize=65536)
def read_latex(typed: str) -> Decoded:
    r"""The text that LaTeX would print, and the commands in it that are not known.

    A `%` is a percent sign even without a backslash, because BibTeX knows no comments within a value. A backslash at
    the end stays.
    """
    if not _SPECIAL.search(typed):
        return _with_marks(typed), ()
    if not _NEEDS_PARSING.search(typed):
        return _with_marks(typed).translate(_BRACES), ()
    end = "\\" if re.search(r"(?<!\\)(?:\\\\)*\\\Z", typed) else ""
    text, unknown = _tidied(*_parsed(_prepared(typed.removesuffix(end))))
    return text + end, unknown


_SPECIAL = re.compile(r"[\\{}$]")
_NEEDS_PARSING = re.compile(r"[\\$]")
_BRACES = str.maketrans("", "", "{}")


def _with_marks(text: str) -> str:
    """A text with the dashes, quotation marks and spaces that TeX makes of plain characters."""
    if not _LIGATURES.search(text):
        return text
    return _LIGATURES.sub(lambda match: _MARKS[match[0]], text)


_MARKS = {"---": "—", "--": "–", "``": "“", "''": "”", "~": " "}
_LIGATURES = re.compile("|".join(map(re.escape, _MARKS)))


def _prepared(typed: str) -> str:
    """LaTeX without what the parser would read otherwise: comments, and raised or lowered text in formulas."""
    escaped = re.sub(r"(?<!\\)%", r"\\%", typed)
    plain = re.sub(r"\$\s*[\^_]\s*(?:\{([^{}$]*)\}|(\w))\s*\$", r"{\1\2}", escaped)
    raised = re.sub(r"\^\{?(st|nd|rd|th|e|er)\b\}?", r"{\1}", plain)
    tildes = re.sub(r"\$\s*\\sim\s*\$", r"{\\textasciitilde}", raised)
    amounts = _PAIR.sub(lambda pair: pair[0] if _FORMULA.search(pair[1]) else rf"\${pair[1]}\$", tildes)
    dollars = [match.start() for match in re.finditer(r"(?<!\\)\$", amounts)]
    return amounts[: dollars[-1]] + "\\" + amounts[dollars[-1] :] if len(dollars) % 2 else amounts


_PAIR = re.compile(r"(?<!\\)\$((?:[^$\\]|\\.)*)\$", re.DOTALL)
_FORMULA = re.compile(r"[\\^_={}]|\A\s*\w?\s*\Z")
"""What shows that a text between two dollar signs is a formula, not one between two prices."""


def _tidied(text: str, unknown: tuple[str, ...]) -> Decoded:
    """A text without soft hyphens, which would hide a word from the search, with ordinary spaces and whole accents."""
    plain = re.sub(r"[\u00a0\u2002-\u200a]", " ", text.replace("\u00ad", "").replace("\u200b", ""))
    lone = re.compile(r"(?:(?<=\s)|^)[\u0300-\u036f]")
    if lone.search(plain):
        return lone.sub("", plain), (*unknown, "an accent without a letter")
    return unicodedata.normalize("NFC", plain), unknown


def _parsed(typed: str) -> Decoded:
    from pylatexenc.latexwalker import LatexWalker

    tools = _tools()
    tools.unknown.clear()
    try:
        nodes, _, _ = LatexWalker(typed, latex_context=tools.syntax, tolerant_parsing=True).get_latex_nodes()
        text = tools.printer.nodelist_to_text(nodes)
    except Exception:
        # The parser raises errors of many types for broken LaTeX, such as a command without its argument.
        return _without_commands(typed)
    return text, tuple(dict.fromkeys(tools.unknown))


def _without_commands(typed: str) -> Decoded:
    commands = re.findall(r"\\(?:[A-Za-z]+|.)", typed)
    text = re.sub(r"\\(?:[A-Za-z]+ ?|(.))", r"\1", typed).translate(_BRACES)
    return _with_marks(text), tuple(dict.fromkeys(commands))


@dataclass(frozen=True, kw_only=True, slots=True)
class _Tools:
    syntax: LatexContextDb
    printer: LatexNodes2Text
    unknown: list[str]
    """The unknown commands of the text that is being read."""


@cache
def _tools() -> _Tools:
    from pylatexenc import latexwalker
    from pylatexenc.latex2text import EnvironmentTextSpec, LatexNodes2Text, MacroTextSpec, get_default_latex_context_db
    from pylatexenc.macrospec import std_macro

    logging.getLogger("pylatexenc").setLevel(logging.CRITICAL)
    unknown: list[str] = []

    def argument(node: LatexMacroNode, l2tobj: LatexNodes2Text) -> str:
        given = [each for each in node.nodeargd.argnlist if each is not None]
        return str(l2tobj.nodelist_to_text(given[-1:]))

    def quoted(node: LatexMacroNode, l2tobj: LatexNodes2Text) -> str:
        return f"“{argument(node, l2tobj)}”"

    def noted(node: LatexMacroNode, l2tobj: LatexNodes2Text) -> str:
        unknown.append(f"\\{node.macroname}")
        return argument(node, l2tobj) if node.nodeargd and node.nodeargd.argnlist else ""

    printed = {
        **dict.fromkeys(_UNPRINTABLE, noted),
        **dict.fromkeys((*_TRANSPARENT, "href"), argument),
        **dict.fromkeys(("enquote", "mkbibquote"), quoted),
        **dict.fromkeys((*_SILENT, "noopsort"), ""),
        **_CHARACTERS,
    }
    words = get_default_latex_context_db()
    words.add_context_category(
        "bibliographies", prepend=True, macros=[MacroTextSpec(name, text) for name, text in printed.items()]
    )
    words.set_unknown_macro_spec(MacroTextSpec("", noted, discard=False))
    words.set_unknown_environment_spec(EnvironmentTextSpec("", discard=False))
    syntax = latexwalker.get_default_latex_context_db()
    takers = (*_TRANSPARENT, "enquote", "mkbibquote", "noopsort")
    syntax.add_context_category(
        "bibliographies",
        prepend=True,
        macros=[*(std_macro(name, False, 1) for name in takers), std_macro("href", False, 2)],
    )
    printer = LatexNodes2Text(latex_context=words, math_mode="text", keep_comments=True)
    return _Tools(syntax=syntax, printer=printer, unknown=unknown)


_UNPRINTABLE = (
    "today", "title", "author", "date", "maketitle", "item", "part", "chapter", "section", "subsection",
    "subsubsection", "paragraph", "subparagraph", "cite", "citet", "citep", "ref", "autoref", "cref", "Cref", "eqref",
    "label", "footnote", "input", "include", "includegraphics", "verb", "begin", "end", "newcommand", "def", "hspace",
    "vspace",
)  # fmt: skip
"""Commands that mean nothing in a bibliography, although the parser would print something for them."""

_TRANSPARENT = (
    "emph", "mkbibemph", "mkbibbold", "mkbibitalic", "mkbibparens", "mkbibacro", "textbf", "textit", "textmd",
    "textnormal", "textrm", "textsc", "textsf", "textsl", "textsubscript", "textsuperscript", "texttt", "textup",
    "textcyrillic", "textgreek", "textlatin", "url", "t", "textcyr", "underline", "uline", "mbox", "hbox", "text",
    "ensuremath", "path", "nolinkurl", "mathrm", "mathbf", "mathit", "NoCaseChange", "bibstring", "uppercase",
    "lowercase", "MakeUppercase", "textulc",
)  # fmt: skip
"""Commands that only change how their argument looks."""

_SILENT = (
    "relax", "protect", "nobreak", "allowbreak", "unskip", "ignorespaces", "bf", "em", "it", "cyrchar", "rm", "sc",
    "sf", "sl", "tt", "itshape", "bfseries", "scshape", "upshape", "normalfont", "rmfamily", "sffamily", "ttfamily",
    "tiny", "scriptsize", "footnotesize", "small", "normalsize", "large", "Large", "selectfont", "boldmath", "cyr",
    "cyrillictext", "-", "/", "!", "hyphen", "looseness", "displaystyle", "textstyle", "leavevmode", "xspace",
    "sloppy", "raggedright", "cdot-",
)  # fmt: skip
"""Commands that print nothing."""

_CHARACTERS = {
    "textbackslash": "\\", "textasciitilde": "~", "textasciicircum": "^", "textasciigrave": "`", "textbar": "|",
    "textbraceleft": "{", "textbraceright": "}", "textless": "<", "textgreater": ">", "textquotedbl": '"',
    "textquotesingle": "'", "dots": "…", "ldots": "…", "textellipsis": "…", "slash": "/", "textunderscore": "_",
    "textnumero": "№", "textdegree": "°", "texteuro": "€", "euro": "€", "degree": "°", "cdot": "·", "times": "×",
    "/": "", " ": " ", ",": " ", ";": " ", ":": " ", "\n": " ", "\t": " ", "quad": " ", "qquad": " ", "newline": " ",
    "\\": " ", "enspace": " ", "thinspace": " ", "textnonbreakinghyphen": "-", "ndash": "–", "mdash": "—",
    "textendash": "–", "textemdash": "—", "lq": "‘", "rq": "’", "textquoteright": "’", "textquoteleft": "‘",
    "LaTeX": "LaTeX", "TeX": "TeX", "BibTeX": "BibTeX", "bibnamedelima": " ", "bibnamedelimi": " ", "hyphen": "-",
}  # fmt: skip
"""Commands that print a character."""
