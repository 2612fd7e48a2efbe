"""The command `explainer`: what is typed, what is printed, which exit code.

May import everything, late, so that `--help` stays quick. Alone in click.
Start with `main.explainer`. `problem_formats` prints problems as text, JSON or GitHub's remarks.
"""
