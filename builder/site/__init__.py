"""From pages in memory to a checked site on disk: docs/ is written, MkDocs runs, the new site takes its place.

May import: `problems` up to `assembly`. Shares MkDocs with `preview`, and alone uses its private parts.
Start with `build.build`. `page_files` writes docs/, `staging` and `ownership` keep the current site safe, `link_check`
reads the result as a browser would, `plugins/` is what MkDocs is given.
"""
