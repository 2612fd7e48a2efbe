"""Pictures as HTML and SVG, drawn when the site is built: maps, the timeline, who met whom, what blocks what.

May import: `problems` up to `checks`.
Each picture is laid out here and printed by its template in `templates/graphics`. `labels` places text so that nothing
overlaps, `visit_places` groups visits by place.
"""
