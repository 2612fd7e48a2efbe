"""The drawing of leaders' meetings and stages: who has a lane, where everything is, what it says.

Start with `picture.Pictures`. `meeting_lanes` arranges the meetings by person, `layout` places them, `drawing` is what
a template prints.
"""
