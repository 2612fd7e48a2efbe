"""The records as one explainer: references resolved, what is counted, how things stood on a day, where pages are.

May import: `problems`, `parsing`, `dates`, `records`.
Start with `linking.Explainer`, which every later room asks; `counting` counts meetings, `snapshot` goes back to an
earlier day, `overviews` gathers records for lists, `addresses` knows every address, `words` the site's own words.
"""
