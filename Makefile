# Everything starts here. `make help` lists the targets.
#
#   make demo PIP_ARGS="--index-url ADDRESS"   installs from another package index
#   make install LATEST=1                      takes the newest packages, not the tested ones
#   make test PYTHON=python3.12 VENV=.venv-3.12
#   make test WORKERS=1                        runs the tests in one process after another

VENV ?= .venv
PIP_ARGS ?=
LATEST ?=
WORKERS ?= logical
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
# nbgrader calls `alembic` by name, and so needs the environment's programs on the path.
# A file of tests stays in one process, so that its tests share what they make.
PARALLEL := --numprocesses $(WORKERS) --maxprocesses 4 --dist loadfile
RUN := PATH="$(abspath $(BIN)):$$PATH" OMP_NUM_THREADS=1 $(BIN)/python

# The first Python on the path that nbgrader runs on; the tested ones before any newer one.
PYTHON ?= $(shell for least in '(3, 11) <= v < (3, 14)' 'v >= (3, 11)'; do \
	for p in python3 python3.13 python3.12 python3.11 python3.14 python; do \
	$$p -c "import sys; v = sys.version_info[:2]; sys.exit(not $$least)" 2>/dev/null \
	&& echo $$p && exit; done; done)
UV := $(shell command -v uv 2>/dev/null)
UV_PYTHON := 3.13

.PHONY: help install constraints demo build data test matrix fuzz lint clean semester term parity \
	screenshots quality repeats attacks corpus

help: ## list the targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

install: $(STAMP) ## make .venv and install everything into it (once; 5 GB with CUDA)

$(STAMP): pyproject.toml $(wildcard constraints/py*.txt)
	@# An existing environment keeps its Python: two versions don't mix in one environment.
	@if [ -x $(BIN)/python ]; then :; \
	elif [ -n "$(PYTHON)" ]; then $(PYTHON) -m venv $(VENV); \
	elif [ -n "$(UV)" ]; then \
		echo "No Python 3.11 or later is on the path: uv provides Python $(UV_PYTHON)."; \
		"$(UV)" venv --quiet --seed --python $(UV_PYTHON) $(VENV); \
	else \
		echo "The course needs Python 3.11 or later (tested: 3.11 to 3.13), and finds none."; \
		echo "Install one, or name it: make $(MAKECMDGOALS) PYTHON=/path/to/python3"; \
		echo "If uv is on the path, make lets it provide Python $(UV_PYTHON)."; \
		exit 1; fi
	$(BIN)/python -m pip install --quiet --upgrade pip $(PIP_ARGS)
	@echo "Installing torch and the rest: several GB and a few minutes, the first time only."
	@# Of an earlier build backend; it would be read in place of the installed metadata.
	@rm -rf vision_course.egg-info
	@tested=constraints/py$$($(BIN)/python -c 'import sys; print("%d%d" % sys.version_info[:2])').txt; \
	if [ -n "$(LATEST)" ]; then echo "LATEST=$(LATEST): the newest packages."; tested=; \
	elif [ ! -f $$tested ]; then echo "No $$tested: the newest packages, untested here."; tested=; \
	else echo "The versions of $$tested."; fi; \
	$(BIN)/python -m pip install --progress-bar on --quiet -e '.[instructor,cluster,int8,dev]' \
		$${tested:+--constraint $$tested} $(PIP_ARGS)
	@touch $@

constraints: ## write constraints/pyXY.txt from .venv and .venv-3.* (after LATEST=1 and a green test)
	@for venv in $(VENV) $(wildcard .venv-3.*); do \
		if [ -x $$venv/bin/python ]; then $$venv/bin/python -m coursekit.constraints constraints; fi; done

data: $(STAMP) ## draw the offline data sets of the built parts (once)
	@$(RUN) -m data_scripts make-offline scene15
	@$(RUN) -m data_scripts make-offline camvid

build: data ## build release, solution and nbgrader course into build/
	@$(RUN) -m coursekit build

demo: $(STAMP) ## the main job: build, hand in, autograde, feedback, gradebook
	@$(RUN) -m coursekit demo

lint: $(STAMP) ## style, types, and notebooks in step with their text
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(RUN) -m coursekit sync --check

test: lint data ## lint, then every test
	@$(RUN) -m pytest $(PARALLEL)

matrix: ## lint and test on every supported Python that is here, one table at the end (hours)
	@$(or $(PYTHON),python3) .ci/matrix.py PIP_ARGS="$(PIP_ARGS)" LATEST="$(LATEST)"

fuzz: data ## hand in a thousand damaged notebooks and archives, and grade some (minutes)
	@$(RUN) -m pytest tests/collecting -m "slow or not slow" -s

semester: build ## two scripted students do every built part, offline, and are graded (minutes)
	@$(RUN) -m tests.semester

term: build ## a class of 30 in every built part, graded by both graders and compared (an hour)
	@$(RUN) -m tests.semester.term

parity: $(STAMP) ## every part, student and sandbox level compared with plain nbgrader (long)
	@$(RUN) -m pytest tests/grading/test_nine_parts.py -m "slow or not slow" -s

screenshots: data ## the formgrader in a real browser, and the pictures of the docs (needs Chromium)
	@COURSE_BROWSER=1 $(RUN) -m pytest tests/browser

quality: $(STAMP) ## measure the tests: what they let through, turn away, and name
	@$(RUN) -m coursekit quality

repeats: $(STAMP) ## run the tests on the solution 50 times, in any order, on 1 and 2 threads
	@$(RUN) -m coursekit repeats

attacks: data ## every attack on the grader, and 20 kills of it (about 15 minutes)
	@$(RUN) -m pytest tests/attacks tests/grading --ignore tests/grading/test_nine_parts.py -m slow

corpus: $(STAMP) ## every odd hand-in, collected and by hand, and its verdict (minutes)
	@$(RUN) -m pytest tests/odd_submissions -m "slow or not slow"

clean: ## remove what was built (never grades, submissions or data)
	rm -rf build/release build/solution build/demo build/semester build/nbgrader/source build/nbgrader/release \
		build/manifest.json build/.cache .mypy_cache .ruff_cache .pytest_cache
