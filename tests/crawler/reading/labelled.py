"""Where the labelled texts and the shared corpus are, for the tests of the reading."""

import csv
import json
import os
import tomllib
from pathlib import Path

SAMPLES = Path(__file__).parent / "samples"
ROOT = Path(__file__).parents[3]


def cases(name: str) -> list[dict]:
    return tomllib.loads((SAMPLES / f"{name}.toml").read_text(encoding="utf-8"))["case"]


def corpus(*path: str) -> Path:
    """A file of the shared corpus. Its absence fails the test: a figure that was not measured is no figure."""
    folder = Path(os.environ.get("SIGNAAL_CORPUS", ROOT.parent / "shared" / "corpus"))
    file = folder.joinpath(*path)
    assert file.exists(), f"{file} is absent: put the shared corpus there or say where it is with SIGNAAL_CORPUS"
    return file


def table(name: str) -> list[dict[str, str]]:
    with corpus("gazetteer", name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def rapporteur() -> list[tuple[str, str]]:
    """Title and text of the 165 items of the Nationaal Rapporteur."""
    items = json.loads(corpus("rapporteur", "items-2002-2014.json").read_text(encoding="utf-8"))
    return [(item["title"] or "", item["body"] or item["summary"] or "") for item in items]


def general_news() -> list[tuple[str, str]]:
    """The 287 Flemish articles of CoNLL-2002: the first sentence as title, the rest as text."""
    articles: list[list[str]] = []
    words: list[str] = []
    for line in [*corpus("names", "ned.train").read_text(encoding="utf-8").splitlines(), ""]:
        word = line.split(" ")[0]
        if word == "-DOCSTART-":
            articles.append([])
        elif word:
            words.append(word)
        elif words:
            articles[-1].append(" ".join(words).replace(" .", ".").replace(" ,", ","))
            words = []
    return [(article[0], "\n".join(article[1:])) for article in articles if article]
