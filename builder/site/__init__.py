"""From pages in memory to a checked site on disk: writes docs/, runs MkDocs, puts the new site in place.

May import: `problems` up to `assembly`. Only this room and `preview` import MkDocs, and only
this one uses MkDocs's private parts.
Start with `build.build`. `page_files` writes docs/, `staging` and `ownership` protect the current site, `link_check`
reads the result as a browser would, `plugins/` holds our plugins for MkDocs.
"""
