# Everything a newcomer needs: Python 3.11+ and make. Nothing outside .venv is touched.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.installed
BOTS   := $(VENV)/bots/.installed
BUILT  := src/deskbell/web/static/widget/manifest.json
SOURCE := $(shell find frontend -type f -not -path '*/node_modules/*' -not -path 'frontend/tests/*')
NPM    := tests/clients/node_modules/.installed
JOBS   ?= 2
OFFLINE = (echo "The public clients that the tests run could not be installed: pip and npm need their registries, once." >&2; exit 1)

.DEFAULT_GOAL := help
.PHONY: help install frontend run clients test check fix lock docs bench bench-celery clean

help: ## Show what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: $(STAMP) $(BUILT) ## Install Deskbell and its tools into .venv, and build the widget

$(STAMP): requirements/dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Deskbell needs Python 3.11 or newer: make PYTHON=python3.12")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(BUILT): $(SOURCE) | $(STAMP)
	@$(BIN)/python tools/hatch_build.py

frontend: $(STAMP) ## Build the widget and the demo's page anew
	@$(BIN)/python tools/hatch_build.py anew

run: install ## Start the server with a demo account on SQLite
	$(BIN)/deskbell serve --demo

test: install clients ## Run the whole test suite, on SQLite and PostgreSQL, as two processes; JOBS=0 for one
	$(BIN)/python -m pytest -n $(JOBS) --dist loadfile $(ARGS)

check: install ## Check style, types, layers, lock files and the frontend
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python tools/check_lock.py
	$(BIN)/python tools/hatch_build.py check

clients: $(BOTS) $(NPM) ## Install the public clients and bots that the tests run

$(BOTS): requirements/bots.txt | install
	@test -x $(VENV)/bots/bin/python || $(PYTHON) -m venv $(VENV)/bots
	@$(VENV)/bots/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements/bots.txt || $(OFFLINE)
	@touch $@

$(NPM): tests/clients/package-lock.json tests/clients/package.json tests/clients/.npmrc | install
	@$(BIN)/python tools/npm.py ci tests/clients || $(OFFLINE)
	@touch $@

fix: install ## Format and mend what can be mended by a tool
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock: install ## Compile the lock files anew from pyproject.toml
	$(BIN)/python tools/lock.py

docs: install ## Write the reference pages that come from the code
	$(BIN)/python tools/docs.py

bench: install ## Measure speed, as ratios within one run; BIG=1 adds a backlog of a million
	$(BIN)/python -m bench $(ARGS)

bench-celery: $(VENV)/celery/.installed ## Install Celery apart from all else, for bench to compare with

$(VENV)/celery/.installed: requirements/bench.txt | install
	@test -x $(VENV)/celery/bin/python || $(PYTHON) -m venv $(VENV)/celery
	$(VENV)/celery/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/bench.txt
	@touch $@

clean: ## Remove .venv and caches; your data in data/ stays
	rm -rf $(VENV) tests/clients/node_modules frontend/node_modules src/deskbell/web/static src/deskbell/web/static.building .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
