"""Which pages there are, what each is given, and how it becomes Markdown.

May import: `problems` up to `exports`. Alone in Jinja, beside `site.page_cache`.
Start with `plan.plan`: a `Plan` names a page's address, template and context; `contexts` makes the contexts,
`rendering` has Jinja's environment and filters. The templates are in `templates/`.
"""
