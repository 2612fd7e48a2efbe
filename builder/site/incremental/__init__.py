"""A site built by making only the pages that differ from those of the last build; the same bytes as a build of all.

May import: what `site` may. Start reading in `site_build`. `page_store` keeps finished pages and what is known of them,
`site_folder` uses the files of an earlier site, `mkdocs_steps` has the steps of MkDocs's own build, `link_facts` checks
links without reading pages. `share` says which pages one of several machines makes.
"""
