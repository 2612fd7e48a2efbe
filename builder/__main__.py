"""Runs the command `explainer` as `python -m builder`."""

try:
    from builder.cli.main import main
except KeyboardInterrupt:  # Ctrl-C during the imports
    raise SystemExit(130) from None

main()
