"""From pages in memory to a checked site on disk: writes docs/, runs MkDocs, puts the new site in place.

May import: `problems` up to `assembly`.
Start with `build.build`. `docs_folder` writes docs/, `output_folder` and `output_manifest` protect the current site,
`link_check` reads the result as a browser would, `plugins/` holds our plugins for MkDocs, `incremental/` makes only the
pages that differ from those of the last build, and `reuse/` finds out whether anything differs.
"""
