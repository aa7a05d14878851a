PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
WORDS := gateway/web/translations/id/LC_MESSAGES/messages.mo

# Hides what a command prints, unless it fails.
silent_if_good = output=$$($(1) 2>&1) || { echo "$(1):"; echo "$$output" | grep -v '^ok '; exit 1; }

.DEFAULT_GOAL := help
.PHONY: help run quick test check mutants docs bench soak format clean

help: ## Show what there is to make
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

run: $(READY) $(WORDS) ## Set everything up and run the whole gateway with made-up members
	@exec $(BIN)/gateway up

quick: $(READY) $(WORDS) ## Run the tests that need no database, socket or process
	$(BIN)/pytest -q tests/unit

# The files stay in their order, as the slowest are in the first folders.
test: $(READY) $(WORDS) ## Run all tests; with T=path only those
	$(BIN)/pytest $(or $(T),-n 4 --no-loadscope-reorder)

check: $(READY) $(WORDS) ## Lint, types, architecture, documents
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pytest -q tests/unit/test_architecture.py tests/unit/test_documents.py
	@$(call silent_if_good,$(BIN)/gateway replies check)
	@$(call silent_if_good,$(BIN)/gateway rules check)

mutants: $(READY) $(WORDS) ## Break the pure packages in small ways and list what no test notices (half an hour)
	$(BIN)/pip install --quiet --disable-pip-version-check --upgrade --target var/mutmut mutmut==3.8.1
	PYTHONPATH=var/mutmut $(BIN)/python -m mutmut run
	PYTHONPATH=var/mutmut $(BIN)/python -m mutmut results | grep survived

docs: $(READY) ## Write the documents that are made from code
	@mkdir -p var
	$(BIN)/gateway replies reference fixtures > var/page && mv var/page docs/keywords.md
	$(BIN)/gateway settings > var/page && mv var/page docs/settings.md
	$(BIN)/gateway replies list > var/page && mv var/page docs/replies.md
	$(BIN)/gateway rules confirm > var/page && mv var/page docs/confirm.md
	$(BIN)/gateway card > var/page && mv var/page docs/kartu-kata-kunci.html
	$(BIN)/python -m tests.support.layer_picture

bench: $(READY) ## Measure how fast it is (about five minutes)
	$(BIN)/python -m benchmarks

soak: $(READY) ## Break one thing after the other for two hours while SMS come in
	@mkdir -p var
	$(BIN)/python -m benchmarks.soak --minutes 120 --rate 30 --json var/soak.json

format: $(READY) ## Format the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean: ## Remove the environment and the data of `make run`
	rm -rf .venv var mutants

$(WORDS): $(WORDS:.mo=.po) $(READY)
	$(BIN)/pybabel -q compile --directory gateway/web/translations

$(READY): setup.cfg setup.py pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo 'Python 3.11 or newer is needed: make PYTHON=/path/to/python3.11 ...'; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' || { echo 'Python has no venv module (on Debian: package python3-venv)'; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	@touch $(READY)
