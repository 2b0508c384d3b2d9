# make demo   JupyterLab on the quickstart, with a real table shown and shared
# make test   set everything up and run all checks and tests, with one version of everything
# make check  format, lint, strict types (Python and TypeScript), all tests
# make test-all   the tests on every Python, oldest and newest of what we stand on; prints a table
# make coverage   which lines of the package the tests run, and which they do not
# make bench  what one waits for, beside floors of the same run; writes docs/performance.json; minutes
# make picture  the picture in the README, taken of the demo in JupyterLab
# make cluster  three relays on this computer, with Redis, an S3 service, Dask and nginx, until Ctrl-C
# make docs   the documentation, in docs/_build/html
#
# Set-up is remembered in .make/; a second run does only what has changed.

PYTHON ?= python3
BIN := .venv/bin
FRONT := $(shell find js -path js/node_modules -prune -o -type f -print)
BUNDLE := tsvshare_widget/static/widget.js
CODE := tsvshare_widget tests scripts docs hatch_build.py
TESTS := -m "not exhaustive"
PYTEST := $(BIN)/python -m pytest --numprocesses 2 --dist loadgroup --no-loadscope-reorder
CORE := */errors.py,*/query.py,*/read_options.py,*/protocol/*,*/document/*,*/table/*,*/client/session.py,*/client/pending_requests.py

.PHONY: help demo cluster test test-all check coverage bench picture docs system system-all format lint types front unit clean
.DELETE_ON_ERROR:

help:
	@sed -n 's/^# \(make .*\)/\1/p' Makefile

demo: .make/demo
	$(BIN)/python scripts/demo.py

cluster: .make/dev $(BUNDLE)
	$(BIN)/python scripts/cluster.py

# Debian's packages come while Python's are installed.
test:
	@$(MAKE) --jobs=2 system .make/dev
	@$(MAKE) check

# Two processors check types of two languages at once.
check: lint
	@$(MAKE) --jobs=2 types front
	@$(MAKE) unit

test-all: system-all .make/dev $(BUNDLE)
	$(BIN)/python scripts/matrix.py $(ROWS)

# --- set-up --------------------------------------------------------------------------------------

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "tsvshare needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) --version 2>&1)." \
	       "Say which one to use: make PYTHON=/path/to/python3.11 $(MAKECMDGOALS)"; exit 1; }
	@echo "making .venv"; $(PYTHON) -m venv .venv || { \
	  echo "$(PYTHON) cannot make virtual environments; on Debian: apt-get install python3-venv"; \
	  rm -rf .venv; exit 1; }

.make/demo: pyproject.toml hatch_build.py $(FRONT) | $(BIN)/python
	@echo 'Installing JupyterLab and what the demo needs; the first time takes some minutes.'
	$(BIN)/python -m pip install --editable '.[demo]'
	@mkdir -p .make && touch $@

# Python compiles a module when it is used first; to compile all of them now takes half a minute.
.make/dev: pyproject.toml hatch_build.py | $(BIN)/python
	$(BIN)/python -m pip install --quiet --no-compile --editable '.[dev]'
	@mkdir -p .make && touch $@ .make/demo

# What pip has just installed has built the bundle; this is for later changes to js/.
$(BUNDLE): $(FRONT) | .make/dev
	$(BIN)/python hatch_build.py
	@touch $@

system:
	@scripts/system.sh

system-all:
	@scripts/system.sh all

# --- checks --------------------------------------------------------------------------------------

format: .make/dev
	$(BIN)/ruff check --quiet --fix $(CODE)
	$(BIN)/ruff format --quiet $(CODE)

lint: .make/dev
	@$(BIN)/ruff format --check --quiet $(CODE) || { echo "make format puts this right"; exit 1; }
	$(BIN)/ruff check --quiet $(CODE)

types: .make/dev
	$(BIN)/mypy
	$(BIN)/mypy --config-file tests/mypy.ini

front: .make/dev $(BUNDLE)
	$(BIN)/python hatch_build.py npm ci --ignore-scripts --no-audit --no-fund
	$(BIN)/python hatch_build.py npm run lint
	$(BIN)/python hatch_build.py npm run check
	$(BIN)/python hatch_build.py npm test

unit: .make/dev $(BUNDLE)
	$(PYTEST) --hypothesis-profile=gate $(TESTS)

coverage: .make/dev $(BUNDLE)
	$(PYTEST) -m "not e2e" --cov --cov-report=
	@echo "--- everything"; $(BIN)/python -m coverage report --skip-covered
	@echo "--- the pure core, line by line: what is missing here is a hole"
	@$(BIN)/python -m coverage report --skip-covered --show-missing --include='$(CORE)'

.make/bench: pyproject.toml | .make/dev
	$(BIN)/python -m pip install --quiet --editable '.[dev,bench]'
	@mkdir -p .make && touch $@

bench: .make/bench $(BUNDLE)
	$(BIN)/python tests/benchmarks/bench.py $(if $(ONLY),--only $(ONLY))

picture: .make/dev $(BUNDLE)
	TSVSHARE_SCREENSHOTS=.make/shots $(BIN)/python -m pytest tests/e2e/test_demo.py
	cp .make/shots/demo-notebook.png docs/quickstart.png

docs: .make/dev $(BUNDLE)
	$(BIN)/python -m sphinx --quiet --fail-on-warning --keep-going -b html docs docs/_build/html
	@echo "docs/_build/html/index.html"

clean:
	rm -rf .venv .make dist docs/_build js/node_modules tsvshare_widget/static
