.PHONY: test slow lint format docs screenshots bench run demo

test:  ## the suite
	pytest

slow:  ## the tests that take longer
	pytest -m slow -n 0

lint:  ## style, types and layers
	ruff check .
	ruff format --check .
	mypy
	lint-imports

format:  ## put the style right
	ruff check --fix .
	ruff format .

docs:  ## make the manual page and the page about settings anew
	python -m hybridtui.cli.documents

screenshots:  ## draw the pictures of the README from the demo exchange
	python screenshots/draw.py
	python -m screenshots.panes

bench:  ## report the numbers of this machine
	python -m benchmarks

run:  ## open the screen
	python -m hybridtui

demo:  ## open the screen without a network
	python -m hybridtui --demo
