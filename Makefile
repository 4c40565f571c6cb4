# plumbline: `make` prints this help. Every variable may also be given in the environment.
VENV ?= .venv
PY := $(VENV)/bin/python
STAMP := $(VENV)/.installed
# What the commands behind make read; given on make's command line they reach them through the environment.
export TARGET TAGS JOBS SERVICE EFFORT SCENARIO WORKERS SEED FAULTS CATALOGUE

.DEFAULT_GOAL := help
.PHONY: help setup up down status features contracts messages load faults diff gate report check clean-up repeat test bench lint bundle-todos bundle-functions

help: ## print this help
	@printf 'plumbline: is the stack true to its word?\n\n'
	@awk -F':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@printf '\n  variables: TARGET= name or path · EFFORT=quick|ci|deep · TAGS= · JOBS= · SERVICE= · SCENARIO= · WORKERS= · SEED= · FAULTS= · CATALOGUE= · BASE= · RUNS=\n'
	@printf '  exit codes of the commands: 0 passed · 1 a promise was broken · 2 the call is wrong · 3 could not judge\n'

check: setup ## stack, features, contracts, smoke load, messages, one verdict and its page
	@$(PY) -m reports check

clean-up: setup ## take away what RUN= made on a deployed target, after a crash, too
	@$(PY) -m fixtures.clean "$(RUN)"

repeat: setup ## the whole check RUNS= times (20): how often it says something else
	@$(PY) -m reports repeat $(RUNS)

test: setup ## the harness's own tests
	@$(PY) -m pytest -q

setup: $(STAMP) ## install everything into .venv (uv where it is there, else pip)

up: setup ## start the local stack
	@$(PY) -m fixtures.stack up

down: setup ## stop the local stack
	@$(PY) -m fixtures.stack down

status: setup ## one line per part of the local stack
	@$(PY) -m fixtures.stack status

features: setup ## the Gherkin features alone
	@$(PY) -m features

contracts: setup ## the contract suite alone
	@$(PY) -m contracts

messages: setup ## every message on the bus against its contract, consumers fuzzed
	@$(PY) -m contracts.messages

load: setup ## one load scenario alone; with BASE= (a git ref or a stored run) compared
	@$(PY) -m load $(if $(BASE),--base="$(BASE)")

faults: setup ## plant each fault of the catalogue in a copy, and say which suite notices it
	@$(PY) -m fixtures.faults

diff: setup ## what breaks between BASE= (a git ref, a folder, a file) and the working tree
	@$(PY) -m contracts.diff "$(BASE)"

gate: setup ## what .github/workflows/gate.yml does before and after a merge: lint, tests, the whole check
	@.ci/run

report: setup ## the page of the latest run again, and its Allure report where Node is there
	@$(PY) -m reports allure

bench: setup ## every measured figure side by side, written to bench.json
	@$(PY) -m reports bench

bundle-todos bundle-functions: setup ## what deploy.yml brings to AWS, in build/
	@$(PY) -m deploy.bundle $(@:bundle-%=%)

lint: setup ## style, types, import table, template, workflows, OpenAPI and AsyncAPI documents, Gherkin rules
	$(VENV)/bin/ruff check -q .
	$(VENV)/bin/ruff format -q --check .
	$(VENV)/bin/mypy --no-error-summary
	$(VENV)/bin/lint-imports --no-cache
	$(VENV)/bin/cfn-lint fixtures/services/template.yaml
	$(VENV)/bin/check-jsonschema -q --builtin-schema vendor.github-workflows .github/workflows/*.yml
	$(PY) -m contracts.lint
	$(PY) -m features.lint

$(STAMP): requirements.lock pyproject.toml
	@echo "installing into $(VENV)"
	@if command -v uv >/dev/null; then \
	  uv venv -q --allow-existing --python "$${PYTHON:-python3}" $(VENV) && \
	  uv pip install -q --compile-bytecode --python $(PY) --require-hashes -r requirements.lock && \
	  uv pip install -q --python $(PY) --no-deps -e .; \
	else \
	  "$${PYTHON:-python3}" -m venv $(VENV) && \
	  $(PY) -m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock && \
	  $(PY) -m pip install -q --disable-pip-version-check --no-deps -e .; \
	fi
	@touch $@
