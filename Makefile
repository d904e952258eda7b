# Two commands: `make run` and `make test`.  Everything they need is set up first; set-up talks on standard error only.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
PY := .venv/bin/python
NLU := nlu/.venv/bin/python

.PHONY: help setup train run test lint types imports check catalogues pictures bench evaluate clean

help:           ## This list
	@grep -E '^[a-z]+: .*##' Makefile | sed -E 's/:.*## /\t/'

setup:          ## Both environments, from the lock files
	@bash setup/setup.sh

train: setup    ## The model, when none matches data, configuration and code
	@$(NLU) nlu/train.py --if-needed

run: train      ## Start; with no messenger configured, talk in this terminal
	@exec $(PY) -m bot run

test: train     ## Every test
	@$(PY) -m pytest -q --no-header -n auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder -m "not alone" $(ARGS) || [ $$? -eq 5 ]
	@$(PY) -m pytest -q --no-header -m alone $(ARGS) || [ $$? -eq 5 ]  # 5: ARGS chose none of these

lint: setup     ## ruff
	@.venv/bin/ruff check -q . && .venv/bin/ruff format -q --check bot tests

types: setup    ## mypy, strict
	@.venv/bin/mypy --no-error-summary

imports: setup  ## The layers of the house
	@.venv/bin/lint-imports --no-cache > /dev/null || .venv/bin/lint-imports --no-cache

check: train    ## Settings, content, model, database
	@$(PY) -m bot check

catalogues: setup ## Interface words of the code into locales/, where they are translated
	@$(PY) setup/catalogues.py

pictures: setup ## The desk's pictures in docs/pictures, as the tests see it in Chromium; all that they see is in var/screenshots
	@$(PY) -m pytest -q --no-header tests/desk/test_browser.py -k "alarm_appears or on_a_phone"
	@cp var/screenshots/desk-{queue,conversation,phone}.png docs/pictures/

bench: train    ## Figures, next to a named alternative measured in the same run
	@$(PY) -m benchmarks.path

# DATA=file.tsv judges that file instead of nlu/dev; CURVE=0 leaves out the learning curve, which trains for minutes.
evaluate: train ## What the understanding is worth, as a report in var/evaluation
	@$(PY) -m benchmarks.evaluate $(if $(DATA),--data "$(DATA)") $(if $(filter 0,$(CURVE)),--no-curve)

clean:          ## Remove both environments and the models; never data
	rm -rf .venv nlu/.venv nlu/models
