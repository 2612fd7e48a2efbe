"""The records linked into one explainer: counts, the status on a day, the addresses of pages, the site's words.

May import: `problems`, `parsing`, `dates`, `records`.
Start with `linking.Explainer`, which every later room uses. `counting` counts meetings, `snapshot` goes back to an
earlier day, `overviews` groups records for lists, `addresses` gives addresses, `words` the site's own words, and
`word_files` reads them. `tracing/` notes what is asked of an explainer to make a page.
"""
