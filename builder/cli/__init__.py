"""The command `explainer`: its options, output and exit codes.

May import everything, but only inside functions, so that `--help` starts quickly.
Start with `main.explainer`. `problem_formats` prints problems as text, JSON or GitHub annotations.
"""
