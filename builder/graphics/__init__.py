"""Pictures as HTML and SVG, drawn while the site is built: maps, the timeline, who met whom, what blocks what.

May import: `problems` up to `checks`.
A picture is laid out here and printed by its template in `templates/graphics`. `labels` places text so that nothing
overlaps, `gazetteer` gathers what is at one place.
"""
