# Two commands are enough: `make run` serves the site, `make test` checks everything. Each does its own set-up.
PY ?= python3
VENV := .venv
BIN := $(VENV)/bin
export UV_PYTHON_DOWNLOADS = never
NOT_NEEDED = /(test|tests|testing|pip|setuptools|mypy|mypyc|playwright|pygments|rdflib|hypothesis|numpy)/

.PHONY: run demo test quick lock format bench bench-10000 bench-reading bench-likeness bench-newsroom kill crawl-kills world newsroom-machine decide-kills races setup

$(BIN)/.ready: requirements.lock pyproject.toml
	$(PY) -m venv $(VENV)
	$(BIN)/python -m pip install -q uv
	$(BIN)/uv pip install -q -p $(BIN)/python --require-hashes -r requirements.lock
	$(BIN)/uv pip install -q -p $(BIN)/python --no-deps -e .
	@# Where PYTHONDONTWRITEBYTECODE is set, every crawl would compile what it imports anew: half a second each.
	$(BIN)/python -m compileall -q -j 0 -x '$(NOT_NEEDED)' $(VENV)/lib crawler service store
	@touch $@

setup: $(BIN)/.ready

run: $(BIN)/.ready  ## serve http://127.0.0.1:8000 with SQLite under var/
	$(BIN)/signaal serve

demo: $(BIN)/.ready  ## a loopback world to try everything offline
	$(BIN)/signaal demo

test: $(BIN)/.ready  ## everything: format, lint, types, imports, both databases, browser
	sh tests/needs.sh
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -n 2 --dist loadgroup

quick: $(BIN)/.ready  ## the fast half, without PostgreSQL and browser
	$(BIN)/python -m pytest -n 2 --dist loadgroup --quick

format: $(BIN)/.ready
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(BIN)/.ready  ## speed as ratios against a bare reference in the same run
	$(BIN)/python -m bench.side_by_side
	$(BIN)/python -m bench.pages
	$(BIN)/python -m bench.reading_speed

bench-10000: $(BIN)/.ready  ## whether a feed costs as much among 10,000 as among 1,000
	$(BIN)/python -m bench.scale

bench-reading: $(BIN)/.ready  ## how well texts are read, on the labelled sets; writes docs/quality.md
	$(BIN)/python -m bench.reading_quality --write

bench-cascade: $(BIN)/.ready  ## what the reading adds to a cold import of mostly ordinary news
	$(BIN)/python -m bench.cascade

bench-likeness: $(BIN)/.ready  ## what finding a copy or a story costs among a million stored items
	$(BIN)/python -m bench.likeness --write

bench-newsroom: $(BIN)/.ready  ## how long an editor waits among 50,000 items
	$(BIN)/python -m bench.newsroom --write

kill: $(BIN)/.ready  ## 100 kills of crawl, decision and delivery; prints its seed
	$(BIN)/python -m tests.journeys.kills --kills 100

crawl-kills: $(BIN)/.ready  ## 1,000 kills of workers, crawls and parsers in a changing world; prints its seed and its folder
	$(BIN)/python -m tests.journeys.crawl_kills --kills 1000

world: $(BIN)/.ready  ## crawl 200 sources of which 47 are faulty; prints a table of causes, the times and the memory
	$(BIN)/python -m tests.world.cycle

newsroom-machine: $(BIN)/.ready  ## 100,000 steps of everything an editor can do, every page read after each; prints how to go on
	$(BIN)/python -m tests.journeys.newsroom_machine --steps 100000

decide-kills: $(BIN)/.ready  ## a kill at every SQL statement of a decision, and 1,000 at random, on both databases
	$(BIN)/python -m tests.journeys.decide_kills --random 1000
	$(BIN)/python -m tests.journeys.decide_kills --random 1000 --store postgres

races: $(BIN)/.ready  ## 1,000 rounds of 64 editors at once, 10,000 changes of the source against the click
	RACE_ROUNDS=1000 RACE_CLICKS=10000 $(BIN)/python -m pytest -q tests/store/test_races.py

lock: $(BIN)/.ready  ## refresh requirements.lock: hashes, no host names
	$(BIN)/uv lock --upgrade -q
	$(BIN)/uv export -q --format requirements-txt --no-emit-project --all-groups --no-annotate --no-header -o requirements.lock
