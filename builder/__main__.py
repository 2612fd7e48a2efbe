"""`python -m builder` is the command `explainer`."""

try:
    from builder.cli.main import main
except KeyboardInterrupt:  # while modules are loaded
    raise SystemExit(130) from None

main()
