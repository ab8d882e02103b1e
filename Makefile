# Two commands for everyone: `make demo` shows it, `make test` proves it.
# Whatever is needed is installed into .venv by `uv`, which is itself fetched as a package where it is missing.

SHELL := /bin/bash
.DEFAULT_GOAL := help
export UV_PYTHON_PREFERENCE ?= only-system
export UV_COMPILE_BYTECODE ?= 1
export UV_SYSTEM_CERTS ?= 1
unexport PYTHONDONTWRITEBYTECODE  # what is compiled once need not be compiled by each process that a test starts

UV := $(shell command -v uv 2>/dev/null || echo .uv/bin/uv)
BIN := .venv/bin
READY := .venv/.ready
WORKERS ?= 2
APT := apt-get -y -o Acquire::Retries=0 -o Acquire::http::Timeout=10 --no-install-recommends
PYTEST := $(BIN)/pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder

.PHONY: help demo test check format lint types imports coverage snapshots bench long mutants clean browser

help:  ## Say what there is
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

demo: $(READY)  ## Watch an MCP client ask a server real questions, on the sandbox
	@$(BIN)/xylo-mcp demo

test: $(READY) browser  ## Pass every test
	@$(PYTEST)

check: $(READY) format lint  ## All that must hold: format, lint, types, imports, tests with coverage
	@$(MAKE) --no-print-directory --jobs=3 coverage types imports

format: $(READY)
	@$(BIN)/ruff format --check --quiet

lint: $(READY)
	@$(BIN)/ruff check --quiet

types: $(READY)
	@$(BIN)/pyright --warnings

imports: $(READY)
	@$(BIN)/lint-imports --no-cache

coverage: $(READY) browser
	@$(BIN)/coverage erase
	@$(PYTEST) --cov --cov-report=
	@$(BIN)/coverage report

snapshots: $(READY)  ## Write what the model sees of each tool and prompt to tests/snapshots
	@XYLO_WRITE_SNAPSHOTS=1 $(BIN)/pytest tests/tools/test_catalog.py tests/desks/test_prompting.py

bench: $(READY)  ## Measure start, calls, fan-out and tokens, as ratios within one run
	@$(BIN)/python -m bench

long: $(READY) browser  ## Pass every test in its longer profile, and those that only it has
	@XYLO_LONG=1 $(PYTEST)

mutants: $(READY)  ## Break money, rules, gate and ledger in thousands of ways, and see whether the tests notice (hours)
	@$(BIN)/mutmut run

# The dashboard is proven in a real browser. Where there is none and none can be had at once, its tests are skipped.
browser:
	@command -v chromium >/dev/null \
		|| { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && timeout 240 $(APT) update && timeout 240 $(APT) install chromium; } \
			>/dev/null 2>&1 \
		|| echo "NO CHROMIUM: the dashboard is NOT tested. To test it: apt-get install chromium"

clean:  ## Forget the environment and all caches
	rm -rf mutants .venv .uv .pytest_cache .ruff_cache .hypothesis .coverage .coverage.*

$(READY): pyproject.toml uv.lock $(if $(filter .uv/bin/uv,$(UV)),.uv/bin/uv)
	@$(UV) sync --quiet --frozen
	@touch $@

.uv/bin/uv:
	@python3 -m venv .uv
	@.uv/bin/python -m pip install --quiet --disable-pip-version-check uv
