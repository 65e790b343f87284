# Targets for people who work on mllint; `make` alone lists them.
PYTHON ?= python

.PHONY: help setup test test-all lint format docs rule schema bench

help:
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

setup: ## install mllint for development, with all that the tests need
	$(PYTHON) -m pip install -e ".[test,frameworks]"

test: ## run the tests; K=word picks some
	$(PYTHON) -m pytest -n auto $(if $(K),-k "$(K)")

test-all: ## run the fast tests under every Python 3.10-3.14 found
	$(PYTHON) tools/test_all_pythons.py

lint: ## ruff and mypy
	$(PYTHON) -m ruff check . && $(PYTHON) -m ruff format --check . && $(PYTHON) -m mypy

format: ## format the code
	$(PYTHON) -m ruff format . && $(PYTHON) -m ruff check --fix .

docs: ## write docs/rules/ from the cards
	$(PYTHON) tools/generate_docs.py

schema: ## write rules/rule.schema.json from the card's types
	$(PYTHON) tools/generate_schema.py

rule: ## write a new card: make rule NAME=family/name
	$(PYTHON) tools/new_rule.py "$(NAME)"
