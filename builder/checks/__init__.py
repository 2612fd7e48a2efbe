"""What must hold between records, and what is worth a look.

May import: `problems` up to `explainer`.
Start with `consistency.consistent`: its problems and warnings are what `check` reports. `sourcing` asks for a source
behind each statement. `findings` gathers what `report` shows: `coverage` and `staleness`.
"""
