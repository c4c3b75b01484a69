# `make run` and `make test` do all the set-up on a machine with Python 3.11+ and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
LOCK := --generate-hashes --no-header --no-annotate --quiet

.PHONY: run test setup check pytest bench soak evaluate lock image help
.DEFAULT_GOAL := help

help: ## this list
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

run: $(VENV)/ready ## the bot, a stand-in for WeChat and a telephone to type on
	$(BIN)/python -m bot demo

setup: $(VENV)/ready ## the virtual environment with everything in it

$(VENV)/ready: requirements-dev.txt pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed" if sys.version_info < (3, 11) else 0)'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	touch $@

check: setup ## linters, types, directions of import, knowledge, Dockerfile
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m bot knowledge check
	$(BIN)/hadolint Dockerfile

test: check ## every check and test, with a browser and PostgreSQL where they can be had
	sh tests/machine.sh
	PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -n 2 --dist loadgroup

soak: setup ## the crash tests and the year at full length, and the properties with thousands of examples
	SOAK=1 $(BIN)/python -m pytest -m "soak or hypothesis"

bench: setup ## speed and memory, each as a ratio measured in one run
	$(BIN)/python -m benchmarks

evaluate: setup ## how well questions are answered, beside three baselines
	$(BIN)/python -m bot knowledge evaluate
	$(BIN)/python -m benchmarks.baselines

lock: ## newest versions into the lock, which names no address
	$(BIN)/uv pip compile pyproject.toml --upgrade --universal --group dev $(LOCK) | sed '/^--/d' > lock.new
	mv lock.new requirements-dev.txt
	$(BIN)/uv pip compile pyproject.toml --universal $(LOCK) --constraint requirements-dev.txt | sed '/^--/d' > lock.new
	mv lock.new requirements.txt

image: ## the container image
	docker build --tag unionbot .

.PHONY: image-check
image-check: ## the image built and started by buildah; some minutes, as root
	sh tests/image.sh
