# `make help` lists the targets. Examples with variables:
#
#   make demo PIP_ARGS="--index-url ADDRESS"   install from another package index
#   make install LATEST=1                      install the newest packages, not the tested ones
#   make test PYTHON=python3.12 VENV=.venv-3.12   use another Python
#   make test WORKERS=1                        run the tests in one process

VENV ?= .venv
PIP_ARGS ?=
LATEST ?=
WORKERS ?= logical
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
# nbgrader calls `alembic` by name, so the environment's programs must be on the path.
# `loadfile` runs all tests of a file in one process, so that they can share fixtures. The order of
# the files is that of tests/file_order.py.
PARALLEL := --numprocesses $(WORKERS) --maxprocesses 4 --dist loadfile --no-loadscope-reorder
RUN := PATH="$(abspath $(BIN)):$$PATH" OMP_NUM_THREADS=1 $(BIN)/python

# Use the first suitable Python on the path; prefer tested versions to newer ones.
PYTHON ?= $(shell for least in '(3, 11) <= v < (3, 14)' 'v >= (3, 11)'; do \
	for p in python3 python3.13 python3.12 python3.11 python3.14 python; do \
	$$p -c "import sys; v = sys.version_info[:2]; sys.exit(not $$least)" 2>/dev/null \
	&& echo $$p && exit; done; done)
UV := $(shell command -v uv 2>/dev/null)
UV_PYTHON := 3.13
# The environment with the versions in constraints/colab.txt, whose first line names its Python.
COLAB := .venv-colab
COLAB_PYTHON = $(shell sed -n '1s/.*Python \([0-9.]*\).*/\1/p' constraints/colab.txt)

# The option of pip for the tested versions of this environment's Python, if there are any.
TESTED = $(if $(LATEST),,$(addprefix --constraint ,$(wildcard constraints/py$(shell \
	$(BIN)/python -c 'import sys; print("%d%d" % sys.version_info[:2])').txt)))

.PHONY: help install constraints demo build data test tests matrix fuzz lint clean semester term classroom parity \
	colab gpu screenshots quality repeats attacks corpus thorough release site site-open tutorials

help: ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

install: $(STAMP) ## create .venv and install all packages into it (once; 7 GB with CUDA)

$(STAMP): pyproject.toml $(wildcard constraints/py*.txt)
	@# An existing environment keeps its Python version.
	@if [ -x $(BIN)/python ]; then :; \
	elif [ -n "$(PYTHON)" ]; then \
		if ! $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
			echo "$(PYTHON) is not Python 3.11 or later, or does not start."; \
			echo "Name another one: make $(MAKECMDGOALS) PYTHON=/path/to/python3"; \
			exit 1; fi; \
		$(PYTHON) -m venv $(VENV); \
	elif [ -n "$(UV)" ]; then \
		echo "No Python 3.11 or later is on the path: uv provides Python $(UV_PYTHON)."; \
		"$(UV)" venv --quiet --seed --python $(UV_PYTHON) $(VENV); \
	else \
		echo "The course needs Python 3.11 or later (tested: 3.11 to 3.13), but none was found."; \
		echo "Install one, or name its path: make $(MAKECMDGOALS) PYTHON=/path/to/python3"; \
		echo "If uv is on the path, make uses it to provide Python $(UV_PYTHON)."; \
		exit 1; fi
	$(BIN)/python -m pip install --quiet --upgrade pip $(PIP_ARGS)
	@echo "Installing the packages: several GB and a few minutes, only the first time."
	@# Remove metadata of an earlier build backend, which would hide the installed metadata.
	@rm -rf vision_course.egg-info
	@tested=constraints/py$$($(BIN)/python -c 'import sys; print("%d%d" % sys.version_info[:2])').txt; \
	if [ -n "$(LATEST)" ]; then echo "LATEST=$(LATEST): installing the newest packages."; tested=; \
	elif [ ! -f $$tested ]; then echo "There is no $$tested: installing the newest packages, which are untested."; tested=; \
	else echo "Installing the versions in $$tested."; fi; \
	$(BIN)/python -m pip install --progress-bar on --quiet -e '.[instructor,canvas,cluster,int8,dev]' \
		$${tested:+--constraint $$tested} $(PIP_ARGS)
	@touch $@

constraints: ## write constraints/pyXY.txt from .venv and .venv-3.* (after LATEST=1 and a passing test run)
	@for venv in $(VENV) $(wildcard .venv-3.*); do \
		if [ -x $$venv/bin/python ]; then \
		$$venv/bin/python -m pip install --quiet -e '.[site]' $(PIP_ARGS) && \
		$$venv/bin/python -m coursekit.constraints constraints || exit 1; fi; done

data: $(STAMP) ## draw the synthetic data sets of the built parts (once)
	@$(RUN) -m data_scripts make-offline scene15
	@$(RUN) -m data_scripts make-offline camvid

build: data ## build the release, the solution and the nbgrader course in build/
	@$(RUN) -m coursekit build

demo: $(STAMP) ## build, submit, autograde, write feedback and show the gradebook for Part 1
	@$(RUN) -m coursekit demo

lint: $(STAMP) ## check style, types, texts, and that notebooks match their text files
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(RUN) -m coursekit sync --check
	@$(RUN) -m tools.prose

test: lint data ## lint, then run all tests
	@$(RUN) -m pytest $(PARALLEL) --slowest-files=10

tests: test # the folder of this name would make the misspelled target do nothing

matrix: ## lint and test with every supported Python that is installed (hours)
	@$(or $(PYTHON),python3) .ci/matrix.py PIP_ARGS="$(PIP_ARGS)" LATEST="$(LATEST)"

fuzz: data ## collect a thousand damaged notebooks and archives, and grade some (minutes)
	@$(RUN) -m pytest tests/collecting -m "slow or not slow" -s

semester: build ## run two scripted students through every built part, and grade them (minutes)
	@$(RUN) -m tests.semester

term: build ## grade a class of 30 in every built part with both graders, and compare (an hour)
	@$(RUN) -m tests.semester.term

classroom: $(STAMP) ## play the guide's ten commands and a term of nine small parts for a class of 60 (minutes)
	@$(RUN) -m pytest tests/term -m "slow or not slow" -s

parity: $(STAMP) ## compare every part, student and sandbox level with plain nbgrader (long)
	@$(RUN) -m pytest tests/grading/test_nine_parts.py -m "slow or not slow" -s

colab: $(STAMP) ## test Part 1 and all first cells with Colab's own versions (Python 3.13; 6 GB, once)
	@python=$$($(BIN)/python .ci/matrix.py --find $(COLAB_PYTHON)); \
	if [ -z "$$python" ]; then echo "There is no Python $(COLAB_PYTHON): those tests are skipped."; \
	elif [ ! -e $(COLAB)/.installed ] || [ constraints/colab.txt -nt $(COLAB)/.installed ]; then \
		rm -rf $(COLAB) && $$python -m venv $(COLAB) && \
		$(COLAB)/bin/python -m pip install --quiet -r constraints/colab.txt $(PIP_ARGS) && \
		$(COLAB)/bin/python -m pip install --quiet --no-deps --target $(COLAB)/later typst \
			--constraint constraints/py313.txt $(PIP_ARGS) && touch $(COLAB)/.installed || \
		{ rm -rf $(COLAB); echo "Colab's versions can't be installed: those tests are skipped."; }; fi
	@COURSE_COLAB=$(abspath $(COLAB)/bin/python) $(RUN) -m pytest tests/colab -rs

gpu: data ## test every path on a CUDA GPU, and measure it against the CPU (minutes; needs a GPU)
	@$(RUN) -m pytest tests/gpu -m "slow or not slow" -rs
	@$(RUN) -m benchmarks.gpu --write

screenshots: data $(VENV)/.site-installed ## test pages and the site in a browser, make the docs' screenshots (Chromium)
	@COURSE_BROWSER=1 $(RUN) -m pytest tests/browser

quality: $(STAMP) ## measure which misconceptions and mutants the tests reject, and which they name
	@$(RUN) -m coursekit quality

repeats: $(STAMP) ## run the tests on the solution 50 times, in random order, with 1 and 2 threads
	@$(RUN) -m coursekit repeats

attacks: data ## attack the grader in every known way, and kill it 20 times (about 15 minutes)
	@$(RUN) -m pytest tests/attacks tests/grading --ignore tests/grading/test_nine_parts.py -m slow

corpus: $(STAMP) ## grade every malformed submission, collected and placed by hand (minutes)
	@$(RUN) -m pytest tests/odd_submissions -m "slow or not slow"

thorough: data ## try all variants of the theory, forms of results, notebooks offline, two builds (minutes)
	@$(RUN) -m pytest tests/theory tests/quality tests/data tests/coursekit tests/promises tests/deadlines -m slow

site: $(VENV)/.site-installed ## build the documentation site in build/site/html, and check it
	@$(RUN) -m tools.site

site-open: ## show the site that was built
	@$(RUN) -m tools.site --open

$(VENV)/.site-installed: $(STAMP)
	@$(BIN)/python -m pip install --quiet -e '.[site]' $(TESTED) $(PIP_ARGS)
	@touch $@

release: $(STAMP) ## tag VERSION, and write the wheel and the students' course to build/dist
	@$(RUN) -m tools.release --check $(VERSION)
	@$(MAKE) build
	@$(RUN) -m tools.release $(VERSION)

tutorials: data $(VENV)/.site-installed ## follow all tutorials and recipes as printed, and build the site (minutes)
	@$(RUN) -m pytest tests/first_steps -m "slow or not slow"

clean: ## remove build outputs (never grades, submissions or data)
	rm -rf build/release build/solution build/demo build/semester build/nbgrader/source build/nbgrader/release \
		build/manifest.json build/.cache .mypy_cache .ruff_cache .pytest_cache
