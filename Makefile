# The one list of commands, for people and for CI.  `make demo` and `make test` set themselves up.

PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.installed

.PHONY: demo test check format bench card lock clean

demo: $(STAMP)            ## municipality, training, card and queue, in ./demo
	$(BIN)/triage demo demo

test: $(STAMP)            ## all tests, on two cores
	$(BIN)/python -m pytest -n 2

check: $(STAMP)           ## ruff, mypy --strict, import-linter
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

format: $(STAMP)          ## write the code as ruff would
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(STAMP)           ## benchmarks; never part of the tests
	$(BIN)/python -m pytest -o addopts="--import-mode=importlib --strict-markers" tests/benchmarks --benchmark-only -s

card: $(STAMP)            ## the demo's card in model_cards/rendered, from 12 000 made-up reports
	rm -rf build/card
	$(BIN)/triage demo build/card --reports 12000
	$(BIN)/triage card build/card/bundle --all model_cards/rendered

lock: $(STAMP)            ## requirements.lock from pyproject.toml: hashes, no addresses, every platform
	$(BIN)/uv pip compile pyproject.toml --all-extras --universal --python-version 3.11 --generate-hashes \
	    --no-emit-index-url --no-emit-find-links --no-header --no-annotate --quiet -o requirements.lock

clean:
	rm -rf demo dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis

# Hashes are checked for everything that is downloaded; our own package is linked, with nothing fetched for it.
$(STAMP): requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $(STAMP)
