# Everything runs from .venv, made here; nothing else is needed but Python 3.11 and make.
PYTHON ?= python3
BIN := .venv/bin
LOCK := $(BIN)/uv pip compile --universal --generate-hashes --no-emit-index-url --no-annotate --no-header --quiet pyproject.toml
export TALENT_ENVIRONMENT ?= development

.DEFAULT_GOAL := help
.PHONY: help run test test-engines check format lint types architecture lock schemas clean

help: ## 显示可用命令 / list the commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 22

.venv/.ready: requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; assert sys.version_info >= (3, 11), "需要 Python 3.11 以上 / Python 3.11 or newer is needed"'
	test -x $(BIN)/pip || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --editable .
	@touch $@

run: .venv/.ready ## 启动整个平台 / start the whole platform (TALENT_PORT, TALENT_DATA)
	$(BIN)/talent run

test: .venv/.ready ## 运行全部测试 / run every test
	$(BIN)/pytest -n 2

.venv/.servers: .venv/.ready requirements-servers.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements-servers.lock
	@touch $@

test-engines: .venv/.servers ## 对 Kafka、MongoDB、S3 与 EventStoreDB 替身运行测试 / the tests against real servers (Java 17, Maven)
	TALENT_TEST_ENGINES=1 $(BIN)/pytest tests/engines

check: .venv/.ready format lint types architecture ## 一分钟内的检查 / the checks that take under a minute
	$(BIN)/pytest -n 2 tests/unit tests/contracts tests/architecture tests/golden tests/deploy

format: .venv/.ready
	$(BIN)/ruff format --check --quiet .

lint: .venv/.ready
	$(BIN)/ruff check --quiet .

types: .venv/.ready
	$(BIN)/mypy

architecture: .venv/.ready
	$(BIN)/lint-imports --no-cache

schemas: .venv/.ready ## 重新生成事件的 JSON Schema 与 AsyncAPI / write docs/schemas and docs/asyncapi.json anew
	$(BIN)/talent schemas

lock: .venv/.ready ## 重新锁定依赖 / lock the dependencies anew
	$(LOCK) --extra dev --extra engines -o requirements.lock
	$(LOCK) --extra engines -c requirements.lock -o requirements-image.lock
	$(LOCK) --extra servers --prerelease if-necessary-or-explicit -c requirements.lock -o requirements-servers.lock
	echo hatchling | $(filter-out pyproject.toml,$(LOCK)) --python-version 3.11 - -o deploy/image/requirements-build.lock

clean: ## 删除虚拟环境与缓存 / remove the environment and the caches
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
