"""What renders the pages in docs/: MkDocs, or ProperDocs or Zensical in its place.

Start reading in `choice`. `zensical` writes what Zensical reads, runs it, and completes the site with `finishing`.
"""
