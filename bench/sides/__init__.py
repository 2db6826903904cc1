"""The parties of the bench, each a process of its own that obeys lines: `python -m bench.sides.NAME FOLDER`."""
