# `make` alone lists what there is.
.PHONY: help demo start test lint bench eval soak lock clean

PY := .venv/bin/python

# Packages are installed without being compiled: each is compiled when it is first used, and that must be kept,
# or every process that is started compiles hundreds of files anew.
unexport PYTHONDONTWRITEBYTECODE

help: ## this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 10

demo: ## set up and start everything with the demo athlete; prints a link
	@scripts/setup base
	@exec $(PY) -m coach.cli demo

start: ## the same with your own, empty data
	@scripts/setup base
	@exec $(PY) -m coach.cli serve

test: ## set up, then lint, types, layer contracts and all tests
	@scripts/browser system & browser=$$!; scripts/setup dev || exit 1; wait $$browser
	@scripts/browser
	@told=$$(mktemp); $(MAKE) --no-print-directory lint >$$told 2>&1 & lint=$$!; \
	$(PY) -m pytest -q -n 3 --dist loadfile --no-loadscope-reorder; tests=$$?; \
	wait $$lint; lint=$$?; cat $$told; rm -f $$told; \
	[ $$tests -eq 0 ] && [ $$lint -eq 0 ]

lint:
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy
	.venv/bin/lint-imports

bench: ## ratios against named peers, in the same run
	@scripts/setup dev
	$(PY) -m benchmarks

eval: ## questions to the offline coach, or ARGS="--endpoint URL --model NAME"; writes eval.html
	@scripts/setup dev
	$(PY) -m tests.evals $(ARGS)

soak: ## long randomised runs; prints the seeds
	@scripts/setup dev
	$(PY) -m pytest -q -s --soak

lock: ## resolve the pins anew (needs uv)
	cd requirements && uv pip compile --universal --python-version 3.12 --generate-hashes --no-header --no-annotate -q base.in -o base.txt
	cd requirements && uv pip compile --universal --python-version 3.12 --generate-hashes --no-header --no-annotate -q dev.in -o dev.txt -c base.txt

clean: ## remove the virtual environment and caches (never your data)
	rm -rf .venv .uv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
