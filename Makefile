# plumbline: `make` prints this help. Every variable may also be given in the environment.
VENV ?= .venv
PY := $(VENV)/bin/python
STAMP := $(VENV)/.installed

.DEFAULT_GOAL := help
.PHONY: help setup

help: ## print this help
	@awk -F':.*## ' '/^[a-z-]+:.*## / {printf "  %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(STAMP) ## install everything into .venv (uv where it is there, else pip)

$(STAMP): requirements.lock pyproject.toml
	@if command -v uv >/dev/null; then \
	  uv venv -q --allow-existing --python "$${PYTHON:-python3}" $(VENV) && \
	  uv pip install -q --python $(PY) --require-hashes -r requirements.lock && \
	  uv pip install -q --python $(PY) --no-deps -e .; \
	else \
	  "$${PYTHON:-python3}" -m venv $(VENV) && \
	  $(PY) -m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock && \
	  $(PY) -m pip install -q --disable-pip-version-check --no-deps -e .; \
	fi
	@touch $@
