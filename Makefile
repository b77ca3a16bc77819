# Every command a person needs; `make help` tells them. All set-up happens by itself, in .venv.

SHELL := /bin/sh
BIN := .venv/bin
PY := $(BIN)/python
SOURCES := platform tenants alarms operator_console
DEMO_DIR ?= .demo
TESTS ?= tests
export DEMO_DIR

RUNTIME := .venv/.runtime-ready
DEVELOP := .venv/.develop-ready
PIP := $(PY) -m pip --disable-pip-version-check -qq install

# A sentence and a dot every other second until the rest of the line is done.
DOTS := dots() { printf '%s' "$$1"; while sleep 2; do printf .; done & trap "kill $$! 2>/dev/null; echo" EXIT; }; dots

.DEFAULT_GOAL := help
.PHONY: help demo inject probe night codes demo-reset test check lint types contracts migrations templates hardship bench \
	screenshots lock clean

help: ## Visar den här listan
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

demo: $(RUNTIME) ## Startar allt med levande trafik på http://localhost:8000/ (PORT, DEMO_DIR, TRAFFIC=off)
	@exec $(PY) -m demo

inject: $(RUNTIME) ## Skickar ett larm till demon (KIND=fire, ARGS="--municipality landskrona")
	@exec $(BIN)/central inject $(KIND) $(ARGS)

probe: $(RUNTIME) ## Ringer demons larmmottagare som en panel gör (PROTOCOL=scaip som en trygghetstelefon, webhook som en kamera, ARGS="--code BA")
	@exec $(BIN)/central probe $(or $(PROTOCOL),dc09) $(ARGS)

night: $(RUNTIME) ## Skickar demons natt: ett larm kl. 02.13 i Hörby och en vattenläcka i Osby
	@exec $(BIN)/central night

codes: $(RUNTIME) ## Visar demokontonas engångskoder just nu (när REQUIRE_TOTP=1)
	@set -a && . "$(DEMO_DIR)/env" && exec $(BIN)/central demo_codes

demo-reset: ## Glömmer demons data
	@rm -rf "$(DEMO_DIR)" && echo "$(DEMO_DIR) är borttagen."

test: $(DEVELOP) ## Kör alla prov (TESTS=tests/alarms för en del av dem)
	@$(PY) -m pytest -n 3 --dist loadfile --ignore=tests/benchmarks $(TESTS)

check: lint types contracts migrations templates test ## Granskar stil, typer, lager, migreringar och mallar; kör sedan proven

lint: $(DEVELOP)
	@echo "Stil" && $(BIN)/ruff check -q . && $(BIN)/ruff format -q --check .

types: $(DEVELOP)
	@echo "Typer" && $(BIN)/mypy

contracts: $(DEVELOP)
	@echo "Lager" && $(BIN)/lint-imports --no-cache

migrations: $(DEVELOP)
	@echo "Migreringar" && $(PY) -m embedded - $(BIN)/central makemigrations --check --dry-run

templates: $(DEVELOP)
	@echo "Mallar" && $(BIN)/djlint --lint --quiet $(SOURCES)

hardship: $(DEVELOP) ## Kör felproven i full storlek (upp till en timme)
	@HARDSHIP=full $(PY) -m tests.hardship

bench: $(DEVELOP) ## Mäter fart och storlek mot ett golv i samma körning; tabell och bench.json
	@exec $(PY) -m tests.benchmarks

screenshots: $(DEVELOP) ## Tar om bilderna i README genom webbläsarprovet
	@SCREENSHOTS=tests/browser/pictures $(PY) -m pytest -m browser tests/browser

lock: $(DEVELOP) ## Låser om beroendena efter en ändring i requirements*.in
	@$(PIP) uv
	@for name in requirements requirements-dev; do \
		$(BIN)/uv pip compile -q --universal --python-version 3.12 --generate-hashes --no-header --no-annotate \
			--no-emit-index-url --no-emit-find-links $$name.in -o $$name.txt || exit 1; \
	done

clean: ## Tar bort .venv och mellanresultat (demons data är kvar)
	@rm -rf .venv .mypy_cache .ruff_cache .import_linter_cache .static build dist
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The first interpreter that really runs: `python3.13` may be a shim that refuses outside the right folder.
$(PY):
	@for python in python3.13 "$$HOME"/.pyenv/versions/3.13*/bin/python3 \
		"$$HOME"/.local/share/uv/python/cpython-3.13*/bin/python3 \
		python3.12 python3 python3.14 "$$HOME"/.pyenv/versions/3.1[24]*/bin/python3 \
		"$$HOME"/.local/share/uv/python/cpython-3.1[24]*/bin/python3; do \
		if "$$python" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 12))' 2>/dev/null; then \
			echo "Gör .venv med $$("$$python" -V)" && exec "$$python" -m venv .venv; \
		fi; \
	done; \
	echo "Python 3.12 eller nyare saknas: lägg in den med 'apt install python3.13' eller 'pip install uv && uv python install 3.13'." >&2; \
	exit 1

$(RUNTIME): requirements.txt pyproject.toml | $(PY)
	@$(DOTS) "Lägger in paketen (en gång) "; \
		$(PIP) --require-hashes -r requirements.txt && $(PIP) --no-deps --no-build-isolation -e .
	@touch $@

$(DEVELOP): requirements-dev.txt $(RUNTIME)
	@$(DOTS) "Lägger in provens paket (en gång) "; $(PIP) --require-hashes -r requirements-dev.txt
	@touch $@
