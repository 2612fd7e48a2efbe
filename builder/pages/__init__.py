"""The list of pages, the data for their templates, and their rendering to Markdown.

May import: `problems` up to `exports`.
Start with `plan.plan`. A `Plan` has a page's address, template and context. `contexts` makes the contexts,
`rendering` has Jinja's environment and filters. The templates are in `templates/`.
"""
