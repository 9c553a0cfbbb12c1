# Every target sets up what it needs by itself and starts no installer when that is there already.
# Another Python: `make PYTHON=python3.13 export`.
PYTHON ?= python3
export PYTHON

BIN = .venv/bin

.NOTPARALLEL:
.PHONY: help export lint fix test check style types wheel manual bench clean lock runtime dev libraries

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-7s %s\n", $$1, $$2 }' Makefile

export: runtime libraries ## the Anki package, the handout and the JSON of content/, into build/
	$(BIN)/selfcheck export content --to anki,handout,json --output build

lint: runtime ## say what is wrong in content/
	$(BIN)/selfcheck lint content --fail-on warning

fix: runtime ## mend what can be mended safely in content/
	$(BIN)/selfcheck lint content --fix

test: dev libraries ## run the tests
	$(BIN)/pytest -n auto

check: style types test export lint wheel ## everything that CI runs

style: dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: dev
	$(BIN)/mypy

wheel: dev libraries ## build the wheel and try it in an empty environment
	@scripts/try-wheel

manual: dev ## write docs/rules.md, the manual of the rules
	$(BIN)/selfcheck explain --all > docs/rules.md

bench: runtime libraries ## run all benchmarks, for some six minutes: one table, build/benchmarks.md
	$(BIN)/python -m benchmarks

clean: ## remove what was generated, but not .venv
	rm -rf build dist content/.selfcheck_cache .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find . -path ./.venv -prune -o -name __pycache__ -type d -exec rm -rf {} +

lock: ## bring the lock files in line with pyproject.toml; newest releases: make lock UPGRADE=1
	@scripts/lock $(if $(UPGRADE),--upgrade)

runtime dev:
	@scripts/setup $@

libraries: runtime
	@scripts/libraries
