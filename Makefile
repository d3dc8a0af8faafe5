# make run · make test · make check · make bench · make chaos · make install · make lock · make clean

PORT ?= 8000
VENV := .venv
PY := $(VENV)/bin/python
PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$python; break; }; done)
PIP := $(PY) -m pip install --quiet --disable-pip-version-check --require-hashes
ifdef DATA_DIR
export DATA_DIR
endif

.DEFAULT_GOAL := help
.PHONY: help run test check bench chaos install install-dev lock clean

help:
	@echo "make run [PORT=8000] [DATA_DIR=.data] [NO_DEMO=1]   start the hub"
	@echo "make test      every check, then every test"
	@echo "make check     lint, types, contracts, templates, migrations, deployment settings"
	@echo "make bench     page times and sync speed, as a table"
	@echo "make chaos     fifty syncs amid faults and kills, each compared with the source; then the checks"
	@echo "make install   only the virtual environment"
	@echo "make lock      lock requirements/*.in again"
	@echo "make clean     remove everything made here but the data"

run: install
	@STOP_WITH_PARENT=1 exec $(PY) manage.py up --port $(PORT) $(if $(NO_DEMO),--no-demo)

test: check
	$(PY) -m pytest -n auto --dist loadfile --no-loadscope-reorder -rs

check: install-dev
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/lint-imports --no-cache
	$(VENV)/bin/djlint templates --lint --quiet
	$(VENV)/bin/mypy
	DJANGO_SETTINGS_MODULE=tests.settings $(PY) manage.py makemigrations --check --dry-run
	ENV_FILE=/dev/null SITE_URL=https://hub.example.com DATABASE_URL=postgresql://hub@postgres/hub \
	REDIS_URL=redis://redis:6379/0 SECRET_KEY=$$($(PY) -c 'import secrets; print(secrets.token_urlsafe(48))') \
	CREDENTIALS_KEYS=only-for-this-check EMAIL_URL=smtp://mail:25 \
	$(PY) manage.py check --deploy --fail-level WARNING

bench: install-dev
	$(PY) -m benchmarks

chaos: install-dev
	$(PY) -m tests.chaos
	$(PY) -m tests.chaos --checks

install: $(VENV)/.installed
install-dev: $(VENV)/.installed-dev

$(VENV)/.made:
	@test -n "$(PYTHON)" || { echo "The hub needs Python 3.11 or later; none was found." >&2; exit 1; }
	@echo "Making the virtual environment …"
	@$(PYTHON) -m venv $(VENV) || { echo "Python's venv module is missing: install python3-venv." >&2; exit 1; }
	@touch $@

$(VENV)/.installed: requirements/base.txt | $(VENV)/.made
	@echo "Installing the packages the hub needs (a minute or two, once) …"
	@$(PIP) -r requirements/base.txt
	@touch $@

$(VENV)/.installed-dev: requirements/base.txt requirements/dev.txt | $(VENV)/.made
	@echo "Installing the packages its tests need …"
	@$(PIP) -r requirements/dev.txt
	@touch $@ $(VENV)/.installed

LOCK := $(VENV)/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-annotate --no-header

lock: install-dev
	$(LOCK) requirements/base.in -o requirements/base.txt
	$(LOCK) -c requirements/base.txt requirements/dev.in -o requirements/dev.txt

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -not -path './.data/*' -prune -exec rm -rf {} +
