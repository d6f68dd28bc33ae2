# Two commands on a fresh machine: `make demo` and `make test`. Python 3.11+ and make are enough.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.installed
PYTEST_WORKERS ?= 3

.DEFAULT_GOAL := help
.PHONY: help install demo test check format texts bench lock clean

help: ## this list
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

install: $(STAMP) ## create or update .venv; quick when nothing changed

$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Paperboy needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) -V). Try: make PYTHON=python3.12"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

demo: install ## the whole product on this machine, without a Discord account
	$(BIN)/paperboy demo

test: install ## the test suite
	@$(BIN)/python -m compileall -q bot cogs sandbox # once, not in each process that a test starts
	$(BIN)/python -m pytest -n $(PYTEST_WORKERS)

check: install ## ruff and pyright (strict)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/pyright

format: install ## rewrite the code in the project's format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

texts: install ## bring bot/locales/*.po up to date with the texts in the code
	$(BIN)/python -m bot.locales.update

bench: install ## print every figure that bench/README.md keeps
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-bench.lock
	$(BIN)/python -m bench

lock: ## pin what pyproject.toml asks for to the newest versions that fit
	rm -rf build/lock && $(PYTHON) -m venv build/lock
	build/lock/bin/python -m pip install --quiet --disable-pip-version-check -e '.[dev]' 'setuptools>=77'
	{ echo '# Written by `make lock`. Every package of .venv, pinned; the image takes only what it needs.'; \
	  build/lock/bin/python -m pip freeze --all --exclude-editable | grep -v '^pip=='; \
	  echo "audioop-lts==0.2.2; python_version >= '3.13'"; } > requirements.lock

clean: ## remove the environment and all build products
	rm -rf $(VENV) build *.egg-info .pytest_cache .ruff_cache .coverage
