# make run   sets everything up, starts the server and plays a sample call into it
# make test  everything that is checked
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
SAMPLE ?= tr_escalating
# Tests that want the machine for themselves; two processes share the others, file by file.
ALONE  := tests/browser tests/test_kills.py

INSTALLED := $(VENV)/.installed

.PHONY: run install web models test lock clean

run: install web models
	$(BIN)/assist serve --play $(SAMPLE)

install: $(INSTALLED)

$(INSTALLED): requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --editable .
	touch $@

web: $(INSTALLED)
	$(BIN)/python web/build.py

models: $(INSTALLED)
	$(BIN)/assist models fetch

test: install web models
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python web/build.py --test
	$(BIN)/python -m pytest --numprocesses 2 --dist loadfile $(ALONE:%=--ignore %)
	$(BIN)/python -m pytest $(ALONE)

lock:
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --quiet pyproject.toml --extra dev --universal --python-version 3.11 \
		--generate-hashes --no-emit-index-url --no-header -o requirements.lock

clean:
	rm -rf $(VENV) build assist/server/static web/node_modules
