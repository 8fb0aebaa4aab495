# Everything is kept in .venv/ and .local/, and what Node builds in clients/; `make clean` removes all of it.
# `make demo` needs Python 3.11 or 3.12, and on other systems than Debian and Ubuntu a RabbitMQ or a container engine.

.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
RUN := .venv/bin/python -m
TEST_WORKERS ?= 3
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help
help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: setup runtime lock
setup: ## Install everything for development into .venv, as locked in requirements/dev.txt
	@$(PYTHON) deploy/venv.py dev
runtime:
	@$(PYTHON) deploy/venv.py stack

lock: setup ## Compile requirements/ anew after a change of pyproject.toml; UPGRADE=1 takes newer versions too
	@$(RUN) deploy.lock $(if $(UPGRADE),--upgrade)

.PHONY: demo up down clean
demo: runtime ## Start a new platform, load the demo community, play its story, run until Ctrl-C
	@$(RUN) deploy.local demo
up: runtime ## Start the platform with the data of the last run, until Ctrl-C
	@$(RUN) deploy.local up
down: ## Stop what `make demo` or `make up` runs in another terminal
	@if [ -x .venv/bin/python ]; then $(RUN) deploy.local down; else echo "Nothing was running"; fi
clean: ## Stop everything and remove .local/, .venv/ and what Node built
	@if [ -x .venv/bin/python ]; then $(RUN) deploy.local clean; fi
	@rm -rf {clients,tests/clients}/*/{node_modules,dist,.install.lock,.build.lock} clients/typescript/src/schema.ts
	@rm -rf .venv .local build *.egg-info && echo "Removed .venv/"

.PHONY: app
app: runtime ## Build the residents' app for /app/, unless it is built; APP_TARGET=mp-weixin builds the mini-program
	@$(RUN) deploy.app $${APP_TARGET:-h5}

.PHONY: test unit lint fuzz faults security bench
test: lint ## Lint, then run every test, on servers of their own
	@echo "Running the tests in $(TEST_WORKERS) workers, each with a PostgreSQL and a RabbitMQ of its own"
	@$(RUN) pytest --numprocesses $(TEST_WORKERS) --dist loadfile --no-loadscope-reorder
unit: setup ## Run the quick tests that need no server, in about a minute: domain, contracts, gateway
	@$(RUN) pytest -m "not servers and not fuzz and not slow" --ignore tests/flows --ignore tests/faults --numprocesses auto --quiet
lint: setup ## Check style, types and imports between packages
	@echo "ruff: style" && $(RUN) ruff check .
	@echo "ruff: format" && $(RUN) ruff format --check .
	@echo "mypy: types" && $(RUN) mypy
	@echo "import-linter: imports between packages" && .venv/bin/lint-imports --no-logo
fuzz: setup ## Send random input to every operation, to the gateway alone and as every role; FUZZ_EXAMPLES=200
	@FUZZ_EXAMPLES=$${FUZZ_EXAMPLES:-200} $(RUN) pytest tests/gateway/test_bad_input.py --timeout 600
	@FUZZ_EXAMPLES=$${FUZZ_EXAMPLES:-50} ACCESS_TOKEN_SECONDS=86400 REVOCATION_SECONDS=86400 $(RUN) pytest tests/flows/test_fuzz.py --timeout 1800
faults: setup ## Kill and stop processes under load, then check the invariants; FAULTS_ROUNDS=5 repeats it
	@FAULTS_ROUNDS=$${FAULTS_ROUNDS:-1} $(RUN) pytest tests/faults
security: setup ## Replay the attacks and print how many of each kind; see docs/security.md
	@ALL_PAIRS=1 HOSTILE_FILES=$${HOSTILE_FILES:-30} $(RUN) pytest tests/security tests/flows/test_permissions.py tests/flows/test_isolation.py \
	  --numprocesses 2 --dist loadfile --timeout 900 --quiet
bench: setup ## Run the benchmarks; one JSON line for each figure
	@$(RUN) benchmarks

.PHONY: openapi asyncapi permissions screenshots clients scan advisories sbom compose-check
openapi: setup ## Write docs/openapi.json from the gateway
	@$(RUN) gateway openapi
clients: setup ## Generate clients from docs/openapi.json with three generators and check them; says what it left out
	@$(RUN) deploy.generated_clients
asyncapi: setup ## Write docs/asyncapi.yaml from the contracts
	@$(RUN) deploy.asyncapi > docs/asyncapi.yaml && echo "wrote docs/asyncapi.yaml"
permissions: setup ## Write docs/permissions.md from directory/permissions.py
	@$(RUN) directory > docs/permissions.md && echo "wrote docs/permissions.md"
screenshots: setup ## Take pictures of the pages of a running `make demo` into docs/pages
	@$(RUN) deploy.screenshots
scan: setup ## Compare locked packages with stored advisories and search the files for secrets; works offline
	@$(RUN) deploy.supply scan
advisories: setup ## Store the advisories of locked packages from a checkout: ADVISORY_DATABASE=path
	@$(RUN) deploy.supply advisories "$${ADVISORY_DATABASE:?a checkout of https://github.com/pypa/advisory-database}"
sbom: setup ## Write an SBOM (CycloneDX) of each image's environment to build/sbom
	@$(RUN) deploy.supply sbom build/sbom
compose-check: setup ## Check docker-compose.yml and the Dockerfile with their own tools
	@mkdir -p .local && $(RUN) deploy.dotenv 19912345678 > .local/compose.env
	@.venv/bin/docker-compose --env-file .local/compose.env config --quiet && echo "docker-compose.yml is valid"
	@.venv/bin/hadolint deploy/Dockerfile && echo "deploy/Dockerfile is valid"
