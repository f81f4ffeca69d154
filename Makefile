# Everything runs in a virtual environment of its own, made on first use.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin

.PHONY: demo moons test fuzz bench lint wheel clean

demo: $(VENV)/.examples
	$(BIN)/python examples/digits.py

moons: $(VENV)/.examples
	$(BIN)/python examples/moons.py

test: $(VENV)/.test
	$(BIN)/python -m pytest

# Random graphs by the ten thousand, new ones every time.
fuzz: $(VENV)/.test
	FUZZ_EXAMPLES=10000 $(BIN)/python -m pytest tests/autograd_core/test_random_graphs.py

# Speed and memory beside other libraries, which it installs; BENCH="--quick --only T1" passes options.
bench: $(VENV)/.bench
	$(BIN)/python -m benchmarks $(BENCH)

lint: $(VENV)/.lint
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy --strict
	$(BIN)/mypy --strict tests/typed_use.py

wheel: $(VENV)/.lint
	$(BIN)/python -m build --wheel

clean:
	rm -rf $(VENV) build dist

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.%: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[$*]'
	touch $@
