# Everything on a fresh machine: needs python3 (3.11 or newer) and a package index, and brings the rest itself.
PYTHON  ?= python3
# Two a core: tests wait about as long as they compute.
WORKERS ?= 4
VENV    := .venv
BIN     := $(VENV)/bin

.PHONY: help setup browser demo test check lint format schemas bench bench-drift bench-service bench-exchange wheel clean

help:            ## this list
	@grep -E '^[a-z-]+: .*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 12

$(VENV)/.ready: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "demo-runner needs Python 3.11 or newer; this is %s. Try: make PYTHON=python3.12" % sys.version.split()[0])'
	@$(PYTHON) -c 'import venv, ensurepip' || { echo 'This Python cannot make virtual environments; on Debian or Ubuntu: apt-get install python3-venv'; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade 'pip>=25.1'
	$(BIN)/python -m pip install --quiet --editable '.[mcp,model,serve,video]' --group dev
	@touch $@

setup: $(VENV)/.ready   ## the virtual environment, with everything for development

browser: setup   ## a browser, where the machine has none
	@$(BIN)/demo-runner install-browser

demo: browser    ## start the bundled app, record a sentence, replay the file
	@$(BIN)/demo-runner demo

test: browser    ## the whole suite
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal

lint: setup      ## format, lint, types, schemas
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python -m runner.contract.schema --check schemas

check: lint test ## the gate: lint and the whole suite

format: setup    ## put the code into shape
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

schemas: setup   ## write schemas/ from the models
	$(BIN)/python -m runner.contract.schema schemas

bench: browser   ## the speed figures, against hand-written Playwright
	$(BIN)/python -m benchmarks

bench-drift: browser   ## how often repair is right, and how often wrong
	$(BIN)/python -m benchmarks.drift --picture docs/drift-curve.svg
	$(BIN)/python -m benchmarks.drift.versions

bench-record: browser   ## what recordings are worth, and prompts in other people's words
	$(BIN)/python -m benchmarks.distilling
	$(BIN)/python -m benchmarks.wordings --replay

bench-service: browser   ## the service under load, all of its API, and killed at 100 random moments
	$(BIN)/python -m benchmarks.service
	$(BIN)/python -m benchmarks.service.openapi
	$(BIN)/python -m benchmarks.service.faults

bench-exchange: browser   ## exports run by the tools they are for, and imported again (needs npm)
	$(BIN)/python -m benchmarks.exchange
	$(BIN)/python -m benchmarks.exchange --samples

wheel: setup     ## dist/*.whl
	$(BIN)/python -m pip wheel --quiet --no-deps --wheel-dir dist .

clean:           ## what make made
	rm -rf $(VENV) dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
