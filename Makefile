# Everything a newcomer needs. Only Python ≥ 3.11 (with venv) and make; no root, no system package.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
OUT ?= var/demo
PORT ?= 8000
SERVE ?= 1
# One worker more than processors, since servers and browsers are waited for; the files that take longest come first.
WORKERS = $(shell echo $$(( $$(getconf _NPROCESSORS_ONLN) + 1 )))
PYTEST = $(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder -q
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help demo test test-long check bench wheel story clean

help:
	@sed -n 's/^## //p' Makefile

## make demo       体检沈阳的合成数据（2019、2023 年），打印等级表和报告所在；建演示安装并打开（SERVE=0 不打开，PORT=端口）
demo: $(VENV)/.runtime src/tijian/assets/.built
	@rm -rf $(OUT) && mkdir -p $(OUT)
	@set -e; export TIJIAN_CACHE=var/cache; \
	$(BIN)/tijian demo $(OUT)/installation --city cities/shenyang > $(OUT)/installation.log 2>&1 & made=$$!; \
	trap 'kill $$made 2>/dev/null || true' INT TERM; \
	for year in 2019 2023; do $(BIN)/tijian exam cities/shenyang --period $$year --out $(OUT)/$$year; echo; done; \
	$(BIN)/tijian explain TC02 210103 2019 --data cities/shenyang; echo; \
	wait $$made || { cat $(OUT)/installation.log; exit 1; }
	@echo "九份报告（PDF 和 DOCX）：$(OUT)/2019/reports  $(OUT)/2023/reports"
	@echo "演示安装：$(OUT)/installation"
ifneq ($(SERVE),0)
	@$(BIN)/tijian serve --data $(OUT)/installation --port $(PORT)
endif

## make test       全部测试（15 分钟以内）
test: $(VENV)/.dev src/tijian/assets/.built build/.browser
	$(PYTEST)

## make test-long  加上长时间的检查：六十个种子的无病城市、删除每一个输入
test-long: $(VENV)/.dev src/tijian/assets/.built build/.browser
	TIJIAN_LONG=1 $(PYTEST)

## make check      格式、静态检查、类型、导入约定、文档链接、锁文件
check: $(VENV)/.dev src/tijian/assets/.built
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python tools/check_repository.py
	TIJIAN_CACHE=var/cache $(BIN)/tijian catalogue check cities/shenyang

## make bench      与同类程序的比值、体检的用时和内存、无病城市和植入病症
bench: $(VENV)/.dev src/tijian/assets/.built
	$(BIN)/python -m benchmarks

## make story      验收故事：一座城市走完几轮，只用浏览器和命令
story: $(VENV)/.dev src/tijian/assets/.built build/.browser
	$(BIN)/python -m tests.story

## make wheel      一个安装包，带着体系、城市、边界和字体
wheel: $(VENV)/.dev src/tijian/assets/.built
	$(BIN)/python -m hatchling build -t wheel
	@ls -l dist/*.whl

clean:
	rm -rf var build dist .mypy_cache .ruff_cache .hypothesis

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.runtime: requirements.lock pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install -q --require-hashes -r requirements.lock
	$(BIN)/python -m pip install -q --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: requirements-dev.lock pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install -q --require-hashes -r requirements-dev.lock
	$(BIN)/python -m pip install -q --no-deps --no-build-isolation -e .
	@touch $@ $(VENV)/.runtime

ASSET_SOURCES := $(wildcard tools/*assets.py) tools/steps.py tools/boundaries.lock package-lock.json cities/shenyang/boundaries/recipe.yaml

src/tijian/assets/.built: $(ASSET_SOURCES) | $(VENV)/.runtime
	$(BIN)/python tools/build_assets.py
	@touch $@

# the browser that looks at the pages: only the tests need it
build/.browser: $(ASSET_SOURCES) | $(VENV)/.dev
	$(BIN)/python tools/build_assets.py --browser
	@touch $@ src/tijian/assets/.built

# A checkout with the development environment needs no second, smaller one.
ifneq ($(wildcard $(VENV)/.dev),)
$(VENV)/.runtime: $(VENV)/.dev
endif
