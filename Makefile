# Everything starts here. `make help` lists the targets.
#
#   make demo PIP_ARGS="--index-url ADDRESS"   installs from another package index

VENV ?= .venv
PIP_ARGS ?=
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
# nbgrader calls `alembic` by name, and so needs the environment's programs on the path.
RUN := PATH="$(abspath $(BIN)):$$PATH" OMP_NUM_THREADS=1 $(BIN)/python

# The first Python on the path that nbgrader runs on.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python; do \
	$$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' 2>/dev/null \
	&& echo $$p && break; done)

.PHONY: help install demo build data test fuzz lint clean semester matrix screenshots quality repeats attacks

help: ## list the targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

install: $(STAMP) ## make .venv and install everything into it (once; 5 GB with CUDA)

$(STAMP): pyproject.toml
	@if [ -z "$(PYTHON)" ]; then \
		echo "The course needs Python 3.11, 3.12 or 3.13 (nbgrader's own floor is 3.11)."; \
		echo "None is on the path. Install one, or name it: make $(MAKECMDGOALS) PYTHON=/path/to/python3"; \
		exit 1; fi
	@# One that is there stays as it is: two Pythons don't mix in one environment.
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip $(PIP_ARGS)
	@echo "Installing torch and the rest: several GB and a few minutes, the first time only."
	$(BIN)/python -m pip install --progress-bar on --quiet -e '.[instructor,cluster,int8,dev]' $(PIP_ARGS)
	@touch $@

data: $(STAMP) ## draw the offline data sets of the built parts (once)
	@$(RUN) -m data_scripts make-offline scene15
	@$(RUN) -m data_scripts make-offline camvid

build: data ## build release, solution and nbgrader course into build/
	@$(RUN) -m coursekit build

demo: data ## the main job: build, hand in, autograde, feedback, gradebook
	@$(RUN) -m coursekit demo

lint: $(STAMP) ## style, types, and notebooks in step with their text
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(RUN) -m coursekit sync --check

test: lint data ## lint, then every test
	@$(RUN) -m pytest

fuzz: data ## hand in a thousand damaged notebooks and archives, and grade some (minutes)
	@$(RUN) -m pytest tests/collecting -m "slow or not slow" -s

semester: build ## two scripted students do every built part, offline, and are graded (minutes)
	@$(RUN) -m tests.semester

matrix: $(STAMP) ## every part, student and sandbox level compared with plain nbgrader (long)
	@$(RUN) -m pytest tests/grading/test_nine_parts.py -m "slow or not slow" -s

screenshots: data ## the formgrader in a real browser, and the pictures of the docs (needs Chromium)
	@COURSE_BROWSER=1 $(RUN) -m pytest tests/browser

quality: $(STAMP) ## measure the tests: what they let through, turn away, and name
	@$(RUN) -m coursekit quality

repeats: $(STAMP) ## run the tests on the solution 50 times, in any order, on 1 and 2 threads
	@$(RUN) -m coursekit repeats

attacks: data ## every attack on the grader, and 20 kills of it (about 15 minutes)
	@$(RUN) -m pytest tests/attacks tests/grading --ignore tests/grading/test_nine_parts.py -m slow

clean: ## remove what was built (never grades, submissions or data)
	rm -rf build/release build/solution build/demo build/semester build/nbgrader/source build/nbgrader/release \
		build/manifest.json build/.cache .mypy_cache .ruff_cache .pytest_cache
