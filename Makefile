# Two commands for everybody: `make demo` and `make test`. Both set up what they need and are quick the second time.
PYTHON ?= python3
DEMO ?= demo

.PHONY: help setup demo demo-years test check coverage wheel lock axe docs clean

help:
	@echo "make demo    the whole job on the practice country, no network needed; the report is in $(DEMO)/reports"
	@echo "make demo-years  the same of an earlier year, and what changed since"
	@echo "make test    every test"
	@echo "make check   format, lint, types, import arrows, taxonomy, rules of the house"
	@echo "make coverage  how much of what judges and of what keeps evidence the tests run, against floors"
	@echo "make wheel   builds the wheel, installs it alone and tries it from another folder"
	@echo "make docs    the generated reference pages"
	@echo "make lock    requirements.lock anew from pyproject.toml"
	@echo "make axe     the carried axe-core anew from npm: make axe VERSION=4.14.1"
	@echo "make clean   removes builds, caches and $(DEMO); keeps .venv"

setup:
	@.ci/setup $(PYTHON)

demo: setup
	@.venv/bin/kuntatutka demo $(DEMO)

# Its earlier year, which ends with status 3 since a site turned readers away then, held against the present one.
demo-years: demo
	@.venv/bin/kuntatutka demo $(DEMO)-2025 --year 2025 --format html || test $$? -eq 3
	@.venv/bin/kuntatutka compare $(DEMO)-2025 $(DEMO)

test: setup
	@.venv/bin/python -m pytest -n auto --dist loadfile --no-loadscope-reorder -q

check: setup
	@.ci/check

coverage: setup
	@.ci/coverage

wheel: setup
	@.ci/wheel

docs: setup
	@.venv/bin/python docs/generate.py

lock: setup
	@CUSTOM_COMPILE_COMMAND="make lock" .venv/bin/python -m piptools compile --quiet --strip-extras --extra test --extra dev --allow-unsafe --generate-hashes \
	  --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-emit-options --output-file requirements.lock pyproject.toml

axe:
	@.ci/renew-axe $(VERSION)

clean:
	rm -rf build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage htmlcov $(DEMO) $(DEMO)-2025
	find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +
