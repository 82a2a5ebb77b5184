# Each target sets up what it needs; `make demo` and `make test` work on a fresh clone.
.PHONY: setup demo test check bench chaos compose-test clean

PYTHON ?= python3
ONLY ?=
PROFILE ?= distributed
SEED ?= 20261125
# Test files at the same time; each of these starts the engines it needs for itself, up to 3 GB.
AT_ONCE ?= 3
BIN := .venv/bin
UV := $(shell command -v uv 2>/dev/null || echo .cache/uv/bin/uv)
export UV_PYTHON_DOWNLOADS := never
export KLANKBORD_CACHE ?= $(CURDIR)/.cache/klankbord

setup: .venv/.ready

.cache/uv/bin/uv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "klankbord needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) -V 2>&1). Try: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@$(PYTHON) -m venv .cache/uv || { echo "Python's venv module is missing. On Debian: apt-get install python3-venv"; exit 1; }
	@.cache/uv/bin/pip install --quiet --disable-pip-version-check uv || { echo "uv could not be installed from the Python package index: is this machine online?"; exit 1; }

.venv/.ready: pyproject.toml uv.lock | $(filter .cache/uv/bin/uv,$(UV))
	@echo "Fetching Python packages: about 350 MB, half a minute to two minutes on an ordinary line."
	@$(UV) sync --frozen --all-extras --all-groups --python "$$(command -v $(PYTHON))" --quiet || { echo "The Python packages of uv.lock could not be installed: see the lines above."; exit 1; }
	@$(BIN)/klankbord model build
	@touch $@

demo: setup
	@$(BIN)/klankbord demo

test: setup
	@deploy/browser.sh
	@$(BIN)/pytest --numprocesses=$(AT_ONCE) --dist=loadfile --no-loadscope-reorder

check: setup
	@$(BIN)/ruff format --check --quiet . || { echo "Some files are not formatted: $(BIN)/ruff format ."; exit 1; }
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/deptry .
	@$(BIN)/hadolint deploy/Dockerfile
	@said="$$($(BIN)/compose-lint check --quiet --fail-on low deploy/compose.yaml 2>&1)" || { echo "$$said"; exit 1; }

bench: setup
	@$(BIN)/python -m bench $(ONLY)

# The compose file on a machine without a Docker engine: Debian, as root, minutes. Opt-in: no other target needs it.
compose-test: setup
	@deploy/compose-test/run.sh

chaos: setup
	@$(BIN)/python -m tests.chaos $(PROFILE) --seed $(SEED)

clean:
	rm -rf .venv .cache .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
