"""The list of pages, the data for their templates, and their rendering to Markdown.

May import: `problems` up to `exports`.
Start with `plan.plan`. A `Plan` has a page's address, template and context. `contexts` makes the contexts,
`list_contexts` those of lists, which `long_lists` divides if they are too long for one page. `rendering` has the
filters, and Jinja is set up in `templating/`. `traces` tells which pages would be made the same again, by what each has
asked of the explainer. The templates are in `templates/`.
"""
