# All of the project's tasks. They need make, git and Python; the lowest version of Python is in pyproject.toml.
PYTHON ?= python3
VENV := .venv
LOWEST := $(shell sed -n 's/^requires-python = ">=\(.*\)"$$/\1/p' pyproject.toml)
RUN := $(VENV)/bin/python
# The format of problems: text, json or github.
FORMAT := text
# The port of the preview.
PORT := 8000
# What renders the pages: mkdocs, properdocs or zensical. The last two are installed in an environment of their own.
RENDERER := $(or $(shell sed -n "s/^  renderer: *[\"']\{0,1\}\([a-z]*\).*/\1/p" mkdocs.yml 2>/dev/null),mkdocs)
OTHER := $(filter-out mkdocs,$(RENDERER))
# How many records the explainers of the benchmark have, how often each command runs there, whether Hugo and Zensical
# build the same records beside it (PEERS=1), and whether the results go into benchmarks/ (WRITE=1).
RECORDS := 100 1000
RUNS := 3
PEERS :=
WRITE :=
FAILED := echo 'The packages could not be installed: see the error from pip above. The first installation needs network access.' >&2; exit 1
export NO_MKDOCS_2_WARNING := 1
export DISABLE_MKDOCS_2_WARNING := true
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help site serve form test check lint clean lock bench audit

help: ## List the targets
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 16

site: $(VENV)/$(if $(OTHER),renderers,site).stamp ## Check the summaries and build the site into site/ (with Zensical: make site RENDERER=zensical)
	@$(if $(OTHER),$(VENV)/renderers/bin/python,$(RUN)) -m builder build --format $(FORMAT)$(if $(OTHER), --renderer $(OTHER))

serve: $(VENV)/site.stamp ## Preview the site at http://127.0.0.1:8000 (another port: make serve PORT=8001)
	@trap : INT; $(RUN) -m builder serve --port $(PORT) || [ $$? -eq 130 ]

form: $(VENV)/site.stamp ## Install the form for editing at /admin/ (needs npm)
	@$(RUN) -m builder form

test: $(VENV)/dev.stamp $(VENV)/renderers.stamp ## Run all tests, including those in a real browser
	@$(RUN) -m pytest --numprocesses auto --maxprocesses 8 --dist worksteal

lint: $(VENV)/dev.stamp ## Check format, style and types
	@$(RUN) -m ruff format --check .
	@$(RUN) -m ruff check .
	@$(RUN) -m mypy builder tests benchmarks

check: lint test ## Run lint and all tests, and check the summaries
	@$(RUN) -m builder check --format $(FORMAT)

audit: site $(VENV)/dev.stamp ## Check the site with the Nu Html Checker and Lighthouse, and test the schemas (needs Node.js and Java)
	@PYTHONPATH=. $(RUN) tests/audit.py

bench: $(VENV)/dev.stamp $(if $(PEERS),$(VENV)/peers.stamp) ## Measure builds of invented explainers next to other generators (see benchmarks/README.md)
	@PYTHONPATH=.:tests $(RUN) benchmarks/measure.py $(RECORDS) --runs $(RUNS) \
	  $(if $(PEERS),--peers $(VENV)/peers) $(if $(WRITE),--write)

# The locks fit every Python from the lowest version on, whichever one runs this, and hold one version of each package.
COMPILE := $(RUN) -m uv pip compile --quiet --no-config --no-python-downloads --python $(RUN) --python-version $(LOWEST) --universal --fork-strategy fewest --upgrade --generate-hashes --no-header

lock: $(VENV)/dev.stamp ## Lock the newest package versions that pyproject.toml allows
	@$(COMPILE) --output-file requirements.txt pyproject.toml
	@$(COMPILE) --extra dev --constraint requirements.txt --output-file requirements-dev.txt pyproject.toml
	@$(COMPILE) --extra renderers --constraint requirements.txt --output-file requirements-renderers.txt pyproject.toml
	@$(COMPILE) --output-file benchmarks/requirements.txt benchmarks/requirements.in

clean: ## Delete everything that was generated or installed
	@[ ! -f $(VENV)/site.stamp ] || $(RUN) -m builder clean
	@rm -f schemas/*.schema.json && { rmdir schemas 2>/dev/null || true; }
	@rm -rf $(VENV) .cache .mypy_cache .pytest_cache .ruff_cache site .site.new .site.old
	@find builder tests -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < tuple(map(int, "$(LOWEST)".split("."))))' 2>/dev/null || \
	  { echo 'Python $(LOWEST) or newer is needed. If you have it under another name: make PYTHON=python3.12 $(MAKECMDGOALS)' >&2; exit 1; }
	@echo 'Creating a virtual environment in $(VENV) ...'
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
	  echo 'This Python cannot create virtual environments. On Debian: apt-get install python3-venv' >&2; exit 1; }

$(VENV)/site.stamp: requirements.txt | $(VENV)/bin/python
	@echo 'Installing the locked packages ...'
	@$(RUN) -m pip install --quiet --require-hashes -r requirements.txt || { $(FAILED); }
	@touch $@

$(VENV)/dev.stamp: requirements-dev.txt | $(VENV)/bin/python
	@echo 'Installing the locked packages, including those for tests ...'
	@$(RUN) -m pip install --quiet --require-hashes -r requirements-dev.txt || { $(FAILED); }
	@touch $@ $(VENV)/site.stamp

$(VENV)/renderers.stamp: requirements-renderers.txt | $(VENV)/bin/python
	@echo 'Installing ProperDocs and Zensical into $(VENV)/renderers ...'
	@$(RUN) -m venv $(VENV)/renderers
	@$(VENV)/renderers/bin/python -m pip install --quiet --require-hashes -r $< || { $(FAILED); }
	@touch $@

$(VENV)/peers.stamp: benchmarks/requirements.txt | $(VENV)/bin/python
	@echo 'Installing the generators to compare with into $(VENV)/peers ...'
	@$(RUN) -m venv $(VENV)/peers
	@$(VENV)/peers/bin/python -m pip install --quiet --require-hashes -r $< || { $(FAILED); }
	@touch $@
