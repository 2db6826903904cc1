"""How well the kind of news is read, on the texts of our own. Beside it stands the commonest kind, which says nothing.

A label's `also` names kinds that would not be wrong either. `tune` and `held` may be looked at, `fresh` is only
measured.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from bench.reading_quality.relevance import lines
from crawler.reading.news_kind import eclis, names_article_273f, news_kind_of


def kind_of(line: dict[str, Any]) -> str | None:
    """The kind that is read in a labelled text."""
    found = news_kind_of(line["title"], line["text"])
    return None if found is None else str(found.kind)


def figures(part: str) -> dict[str, float]:
    """All figures of a part, from 0 to 1: precision over the kinds proposed, recall over those labelled. Only the size
    when the part has no texts.
    """
    several = [line for line in lines("kinds") if line["part"] == part]
    if not several:
        return {"texts": 0.0}
    read = [(line, kind_of(line)) for line in several]
    right = [kind in {line["kind"], *line["also"]} for line, kind in read]
    proposed = [good for (_, kind), good in zip(read, right, strict=True) if kind is not None]
    labelled = [good for (line, _), good in zip(read, right, strict=True) if line["kind"] is not None]
    commonest = Counter(line["kind"] for line in several).most_common(1)[0][1]
    whole = [f"{line['title']}\n{line['text']}" for line in several]
    cited = [
        eclis(text) == ({line["ecli"]} if line["ecli"] else set()) for line, text in zip(several, whole, strict=True)
    ]
    article = [names_article_273f(text) == line["article_273f"] for line, text in zip(several, whole, strict=True)]
    return {
        "texts": float(len(several)),
        "kind right": sum(right) / len(right),
        "kind precision": sum(proposed) / len(proposed),
        "kind recall": sum(labelled) / len(labelled),
        "commonest kind: kind right": commonest / len(several),
        "ecli right": sum(cited) / len(cited),
        "article 273f right": sum(article) / len(article),
    }


if __name__ == "__main__":
    for name, value in figures("tune").items():
        print(f"{name:45}{value:9.3f}")
