"""Renders those parts of the theme once that are the same on every page, such as the search and its icons.

Whether a part is, follows from the names that its template uses, also if an explainer has one of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache, cached_property
from typing import Any, Final

import jinja2
from jinja2 import nodes
from jinja2.environment import TemplateModule
from jinja2.runtime import Context, Macro
from jinja2.utils import missing


class PartTemplate(jinja2.Template):
    """A template that is rendered, included or imported. It repeats what it gave for the same values.

    Only a template that uses nothing but `_SITE_WIDE` does. These values are not changed while pages are rendered.
    """

    times: int
    """How often it was used so far."""

    kept: tuple[list[object], str, dict[str, Any]] | None
    kept_module: tuple[list[object], TemplateModule] | None
    """The values of these names, and what was made from them."""

    @classmethod
    def from_code(
        cls, environment: jinja2.Environment, code: Any, globals: Any, uptodate: Any = None
    ) -> jinja2.Template:
        """Make a template. Jinja calls this for each that it loads."""
        template = super().from_code(environment, code, globals, uptodate)
        assert isinstance(template, PartTemplate)
        template.times = 0
        template.kept = template.kept_module = None
        template.root_render_func = _kept(template, template.root_render_func)
        return template

    @cached_property
    def uses(self) -> tuple[str, ...] | None:
        """The names that it uses, if all of them are in `_SITE_WIDE`."""
        return _uses(self.environment, self.name) if self.name else None

    def is_repeated(self) -> bool:
        """Whether it is used often enough to find out whether it can be kept, and can be."""
        self.times += 1
        return self.times > _FEW and self.uses is not None

    def make_module(
        self, vars: dict[str, Any] | None = None, shared: bool = False, locals: Mapping[str, Any] | None = None
    ) -> TemplateModule:
        """What an import gives: the template's macros. A page imports the theme's words and asks for thirty."""
        if vars is None or not self.is_repeated():
            return super().make_module(vars, shared, locals)
        given = {**vars, **{name: value for name, value in (locals or {}).items() if value is not missing}}
        values = [given.get(name) for name in self.uses or ()]
        if not self.kept_module or not _are_same(self.kept_module[0], values):
            module = super().make_module(vars, shared, locals)
            for name, macro in list(module.__dict__.items()):
                if isinstance(macro, Macro):
                    module.__dict__[name] = cache(macro)
            self.kept_module = values, module
        return self.kept_module[1]


def use_parts_at_once(environment: jinja2.Environment) -> None:
    """Find out now which of the templates that were used can be kept, because many pages follow."""
    for template in environment.cache.values() if environment.cache else ():
        if isinstance(template, PartTemplate):
            template.times += _FEW
            _ = template.uses


_FEW: Final = 24
"""Up to how often a template is rendered like any other: to find out what it uses, it must be parsed."""

_Root = Callable[[Context], Iterator[str]]


def _kept(template: PartTemplate, root: _Root) -> _Root:
    """The function that renders a template, repeating what it gave for the same values."""

    def render(context: Context) -> Iterator[str]:
        if not template.is_repeated():
            yield from root(context)
            return
        values = [context.resolve(name) for name in template.uses or ()]
        if not template.kept or not _are_same(template.kept[0], values):
            html = "".join(root(context))
            template.kept = values, html, context.get_exported()
        else:  # for an import
            context.vars.update(template.kept[2])
            context.exported_vars.update(template.kept[2])
        yield template.kept[1]

    return render


def _are_same(values: list[object], others: list[object]) -> bool:
    return all(value is other or value == other for value, other in zip(values, others, strict=True))


_SITE_WIDE: Final = frozenset({"config", "features", "lang", "local", "mkdocs_version", "nav", "words"})
"""Names that stand for the same on every page of an ordinary theme. What they stand for is compared all the same."""

_CHANGING: Final = frozenset({"active"})
"""What MkDocs sets while it renders pages: which of the navigation's entries is the page."""


def _uses(environment: jinja2.Environment, name: str) -> tuple[str, ...] | None:
    """The names that a template uses, with those that it includes, if they are all of the site, and so is all else."""
    if environment.loader is None:
        return None
    tree = environment.parse(environment.loader.get_source(environment, name)[0])
    names = [*tree.find_all(nodes.Name)]
    used = {name.name for name in names if name.ctx == "load"} - {"loop"}
    own = {name.name for name in names if name.ctx != "load"}  # they may also come from outside
    own.update(each.name for each in tree.find_all(nodes.Macro))
    own.update(each.target for each in tree.find_all(nodes.Import))
    if not used <= _SITE_WIDE | own or any(True for _ in tree.find_all(_OF_A_PAGE)):
        return None
    if any(node.attr in _CHANGING for node in tree.find_all(nodes.Getattr)):
        return None
    for node in tree.find_all(nodes.Filter):
        if node.name not in _HARMLESS and hasattr(environment.filters[node.name], "jinja_pass_arg"):  # such as `url`
            return None
    imports: list[nodes.Import | nodes.FromImport] = [*tree.find_all(nodes.Import), *tree.find_all(nodes.FromImport)]
    if any(node.with_context for node in imports):
        return None
    for include in tree.find_all(nodes.Include):
        path = include.template
        if isinstance(path, nodes.Const) and isinstance(path.value, str):
            below = None if path.value == name else _uses(environment, path.value)  # a list may include itself
            if below is None:
                return None
            used.update(below)
        elif not _is_icon(path):
            return None
    return tuple(sorted(used))


_HARMLESS: Final = frozenset({"first", "join", "last", "list", "rejectattr", "replace", "selectattr"})
"""Filters of Jinja that are given more than a value, but don't use what differs between pages."""

_OF_A_PAGE: Final = (nodes.Block, nodes.Extends, nodes.CallBlock, nodes.ContextReference, nodes.DerivedContextReference)
"""What a part of the theme has only if it is more than a part."""


def _is_icon(path: nodes.Node) -> bool:
    """Whether the path of an included file is put together and begins with Material's folder of pictures."""
    if isinstance(path, nodes.Concat):
        return _is_icon(path.nodes[0])
    return isinstance(path, nodes.Const) and str(path.value).startswith(".icons/")
