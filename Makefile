# Everything this project does on a machine with Python (the lowest version is in pyproject.toml), make and git.
PYTHON ?= python3
VENV := .venv
LOWEST := $(shell sed -n 's/^requires-python = ">=\(.*\)"$$/\1/p' pyproject.toml)
RUN := $(VENV)/bin/python
# How problems are told: text, json or github.
FORMAT := text
# Where the preview listens.
PORT := 8000
FAILED := echo 'The packages could not be installed: pip says above why. The network is needed for this, the first time only.' >&2; exit 1
export NO_MKDOCS_2_WARNING := 1
export DISABLE_MKDOCS_2_WARNING := true
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help site serve test check lint clean lock bench audit

help: ## Say what can be made
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 16

site: $(VENV)/site.stamp ## Check the summaries and build the site into site/
	@$(RUN) -m builder build --format $(FORMAT)

serve: $(VENV)/site.stamp ## Show the site at 127.0.0.1:8000 and follow every edit; elsewhere: make serve PORT=8001
	@$(RUN) -m builder serve --port $(PORT)

test: $(VENV)/dev.stamp ## Run every test, those in a real browser included
	@$(RUN) -m pytest --numprocesses auto --maxprocesses 8 --dist worksteal

lint: $(VENV)/dev.stamp ## Check format, style and types
	@$(RUN) -m ruff format --check .
	@$(RUN) -m ruff check .
	@$(RUN) -m mypy builder tests

check: lint test ## Check format, style and types, run every test, check the summaries
	@$(RUN) -m builder check --format $(FORMAT)

audit: site $(VENV)/dev.stamp ## Hold the site against the Nu Html Checker and Lighthouse, the schemas against a language server (needs Node.js and Java)
	@PYTHONPATH=. $(RUN) tests/audit.py

bench: $(VENV)/dev.stamp ## Compare a build with MkDocs alone over the same pages
	@PYTHONPATH=. $(RUN) tests/bench.py

# The lock is for every Python from the lowest on, whichever makes it, and never names two versions of a package.
COMPILE := $(RUN) -m uv pip compile --quiet --no-config --no-python-downloads --python $(RUN) --python-version $(LOWEST) --universal --fork-strategy fewest --upgrade --generate-hashes --no-header

lock: $(VENV)/dev.stamp ## Lock the newest versions that pyproject.toml allows
	@$(COMPILE) --output-file requirements.txt pyproject.toml
	@$(COMPILE) --extra dev --constraint requirements.txt --output-file requirements-dev.txt pyproject.toml

clean: ## Take away what was made: the tree is as it was cloned, but for your own files
	@[ ! -f $(VENV)/site.stamp ] || $(RUN) -m builder clean
	@rm -f schemas/*.schema.json && { rmdir schemas 2>/dev/null || true; }
	@rm -rf $(VENV) .cache .mypy_cache .pytest_cache .ruff_cache site .site.new .site.old
	@find builder tests -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < tuple(map(int, "$(LOWEST)".split("."))))' 2>/dev/null || \
	  { echo 'Python $(LOWEST) or newer is needed; name it so: make PYTHON=python3.12 $(MAKECMDGOALS)' >&2; exit 1; }
	@echo 'Making a virtual environment in $(VENV) ...'
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
	  echo 'This Python makes no virtual environments; on Debian: apt-get install python3-venv' >&2; exit 1; }

$(VENV)/site.stamp: requirements.txt | $(VENV)/bin/python
	@echo 'Installing the locked packages ...'
	@$(RUN) -m pip install --quiet --require-hashes -r requirements.txt || { $(FAILED); }
	@touch $@

$(VENV)/dev.stamp: requirements-dev.txt | $(VENV)/bin/python
	@echo 'Installing the locked packages for tests ...'
	@$(RUN) -m pip install --quiet --require-hashes -r requirements-dev.txt || { $(FAILED); }
	@touch $@ $(VENV)/site.stamp
