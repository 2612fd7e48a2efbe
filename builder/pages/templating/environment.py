"""The Jinja environment of pages.

Everything that a template prints goes through `_safe`: our own markup passes, a `Text` escapes itself, and any other
string is escaped so that it shows as typed.
"""

from __future__ import annotations

from collections.abc import Callable, MutableMapping, Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template, pass_context
from jinja2.compiler import CodeGenerator, Frame
from jinja2.environment import TemplateModule
from jinja2.nodes import Expr
from jinja2.runtime import Context, Macro
from markupsafe import Markup

from builder.explainer.words import Words
from builder.pages.templating.template_cache import bytecode_cache
from builder.records.safe_text import Text, escaped, marked


def environment(templates: Sequence[Path]) -> Environment:
    """Return an environment for the templates in these folders, the first of which come first. It is for one build."""
    return _Environment(
        loader=FileSystemLoader(templates),
        autoescape=True,
        optimized=False,  # folding constants costs more than it saves, as templates are rendered a few dozen times
        finalize=_safe,
        undefined=StrictUndefined,
        auto_reload=False,  # no template changes during a build
        bytecode_cache=bytecode_cache(__file__),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


class _Calls(Context):
    """Calls what templates call most without asking what it wants to be passed, which Jinja asks at each call."""

    def call(self, called: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
        """Call macros and the site's words; Jinja calls everything else."""
        kind = type(called)
        if kind is not Macro and kind is not Words:
            return super().call(called, *args, **kwargs)
        if kwargs:
            kwargs.pop("_loop_vars", None)  # only for what asks for the context
            kwargs.pop("_block_vars", None)
        if isinstance(called, Macro):
            if not kwargs and not called.caller and not called.catch_varargs and len(args) == len(called.arguments):
                return marked(called._func(*args))  # each argument is in its place, as in most calls
            args = (self.eval_ctx, *args)
        return called(*args, **kwargs)


class _Output(CodeGenerator):
    """Prints what `_safe` returns as it is. Jinja would ask each time whether it still needs escaping.

    Should Jinja give its methods other names, it asks again, and pages stay the same.
    """

    def _output_child_pre(self, node: Expr, frame: Frame, finalize: CodeGenerator._FinalizeInfo) -> None:
        self.write(finalize.src or "")

    def _output_child_post(self, node: Expr, frame: Frame, finalize: CodeGenerator._FinalizeInfo) -> None:
        self.write(")")


class _Template(Template):
    """A template that others import. All know the same names, which Jinja compares at each import."""

    def _get_default_module(self, ctx: Context | None = None) -> TemplateModule:
        return super()._get_default_module()


class _Environment(Environment):
    """An environment whose names for all templates don't change, so that they need no look-up in a chain of dicts."""

    context_class = _Calls
    code_generator_class = _Output
    template_class = _Template

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._loaded: dict[str, Template] = {}

    def _load_template(self, name: str, globals: MutableMapping[str, Any] | None) -> Template:
        """Load a template once. Jinja's own cache takes longer to find one of many, as it knows the order of use."""
        if name not in self._loaded:
            self._loaded[name] = super()._load_template(name, globals)
        return self._loaded[name]

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """Return what all templates know, and what is only for one."""
        return {**self.globals, **(d or {})}


@pass_context
def _safe(context: Context, value: object) -> str:
    """Pass markup and safe text, and escape other text. Raises TypeError for values that readers can't read.

    It takes the context so that Jinja evaluates nothing at compile time: a link from this page is wrong on another.
    """
    if isinstance(value, Markup):
        return value
    if isinstance(value, str):
        return value.__html__() if isinstance(value, Text) else escaped(value)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise TypeError(f"a template can't print {value!r}")
    return str(value)
