# make demo   the sample village, in your browser
# make test   every test
# make test-real
#             the tests against real servers: the Bluesky network and snac, installed into .real/ (Debian, as root)
# make check  ruff, mypy, docs and messages in step
# make bench  figures, as ratios in one run; beside newsboat and sfeed where they are installed
# make agree, make fuzz, make torture
#             what we read beside what feedparser reads; damaged feeds; kill -9 at random moments
#             all of these take CORPUS=FOLDER, a folder of feeds, and make feeds up without it
# make docs   write docs/cli.md anew; make messages: gather the sentences to translate

.PHONY: demo test test-real check bench agree fuzz torture docs messages clean
.DELETE_ON_ERROR:

# The first Python that is 3.11 or later; `make PYTHON=… test` takes another.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
VENV := .venv
BIN := $(VENV)/bin
PO := $(wildcard engage/locale/*/LC_MESSAGES/*.po)

demo: $(VENV)/.run
	$(BIN)/nouvelles demo

test: $(VENV)/.dev
	$(BIN)/python -m pytest

test-real: $(VENV)/.dev
	$(BIN)/python -m tests.real.install
	$(BIN)/python -m pytest tests/real

check: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m engage.cli.reference --check docs/cli.md
	$(BIN)/python engage/locale/gather.py --check

bench: $(VENV)/.dev
	$(BIN)/python -m bench.fetch $(CORPUS)
	$(BIN)/python -m bench.home
	$(BIN)/python -m bench.contacts

agree: $(VENV)/.dev
	$(BIN)/python -m bench.agree $(CORPUS)

fuzz: $(VENV)/.dev
	$(BIN)/python -m bench.fuzz $(CORPUS) --seconds $(or $(SECONDS),60)

torture: $(VENV)/.dev
	$(BIN)/python -m bench.kill $(CORPUS) --times $(or $(TIMES),20)

docs: $(VENV)/.run
	$(BIN)/python -m engage.cli.reference docs/cli.md

messages: $(VENV)/.dev
	$(BIN)/python engage/locale/gather.py

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "Nouvelles needs Python 3.11 or later."; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"

# What running needs, then what testing needs. Messages are compiled on the way.
$(VENV)/.run: pyproject.toml $(PO) | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --editable .
	$(BIN)/python -m compileall -q feeds engage
	touch $@

$(VENV)/.dev: pyproject.toml $(VENV)/.run
	$(BIN)/python -m pip install --quiet --group dev
	touch $@

clean:
	rm -rf $(VENV) .real .mypy_cache .ruff_cache build dist
