# `make` alone lists what there is. Everything works with Python 3.11 (or 3.12) and make alone.

PYTHON ?= $(shell command -v python3.11 || command -v python3.12 || echo python3)
BIN := .venv/bin
PACKAGES := app ingest prompts vectorstore network eval
HOST ?= 127.0.0.1
PORT ?= 8000
# Arguments for pytest, such as `make test ARGS="-k chunking"`.
ARGS ?=
# How much of the campaigns `make test` runs: none, short (what .ci/run takes) or whole.
CAMPAIGNS ?= none
# Processes that run the tests, each a file at a time; 0 runs them all in one, as a debugger needs.
WORKERS ?= 2
PYTEST = $(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder

export OMP_WAIT_POLICY = PASSIVE
# Packages are installed without byte code: the first process compiles them, for all others.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: helm help run test test-fast test-all setup setup-serve setup-dev bench bench-change bench-load check lint fmt type imports wheel widget screenshots docs lock clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: setup ## Set up, read the sample articles on the first start, and serve the page
	@if [ -z "$$($(BIN)/accord sources)" ]; then $(BIN)/accord ingest ingest/sample; fi
	@echo "Accord listens on http://$(HOST):$(PORT) (stop with Ctrl-C)"
	@exec $(BIN)/accord serve --host $(HOST) --port $(PORT)

test: setup-dev ## Set up and run the tests that a merge needs
	@$(PYTEST) --campaigns $(CAMPAIGNS) $(ARGS)

test-fast: setup-dev ## Run unit and contract tests with fakes: what one runs on every save
	@$(PYTEST) -m "not slow and not model and not campaign" --hypothesis-profile fast \
		tests/unit tests/contract $(ARGS)

test-all: setup-dev helm ## Run every test: crashes, PostgreSQL, Chroma, a local model, every page, load
	@$(PYTEST) --campaigns whole $(ARGS)

setup: ## Set up .venv with what the program needs
	@$(PYTHON) .setup/install.py

setup-serve: ## Set up .venv without PyTorch: it ingests, serves and answers (docs/deployment.md)
	@$(PYTHON) .setup/install.py --serve

setup-dev: ## Set up .venv with what tests and checks need as well
	@$(PYTHON) .setup/install.py --dev

bench: setup-dev ## Measure speed and memory (docs/benchmarks.md)
	@$(BIN)/python tests/benchmarks/bench_store.py 1000 10000 100000
	@$(BIN)/python -m tests.benchmarks.bench_ingest
	@$(BIN)/python -m tests.benchmarks.bench_embedding
	@$(BIN)/python -m tests.benchmarks.bench_page

bench-change: setup-dev ## Measure what one added, edited or removed document costs
	@$(BIN)/python tests/benchmarks/bench_change.py 10000 100000

bench-load: setup-dev ## Measure how many concurrent questions are answered, queued, refused
	@$(BIN)/python -m tests.benchmarks.bench_load

check: lint type imports test ## Everything that must pass before a commit

lint: setup-dev ## Check style and format
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .

fmt: setup-dev ## Format the code, and correct what ruff can correct by itself
	@$(BIN)/ruff check --fix . ; $(BIN)/ruff format .

type: setup-dev ## Check types
	@$(BIN)/mypy

imports: setup-dev ## Check the rules on imports between packages
	@$(BIN)/lint-imports

wheel: setup ## Build the wheel into dist/
	@$(BIN)/python -m hatchling build -t wheel

widget: ## Build the widget from its TypeScript (needs Node 20 and npm); the result is committed
	@cd app/widget && npm ci --ignore-scripts --no-audit --no-fund && npm run --silent types && npm run --silent build

screenshots: setup-dev ## Take a picture of every state of page and widget into screenshots/
	@mkdir -p screenshots && SCREENSHOTS=screenshots $(BIN)/python -m pytest tests/e2e/test_browser_states.py

helm: setup-dev ## Put helm into .venv, for the tests of the chart
	@$(BIN)/python .setup/helm.py

docs: setup-dev ## Write the settings and the picture of the imports into the docs
	@$(BIN)/python .setup/document.py
	@$(BIN)/python .setup/picture.py --write

lock: ## Write the lock files again from pyproject.toml
	@$(PYTHON) .setup/lock.py

clean: ## Remove .venv and caches; your articles in .accord stay
	@rm -rf .venv dist app/widget/node_modules .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	@find $(PACKAGES) tests -name __pycache__ -type d -prune -exec rm -rf {} +
