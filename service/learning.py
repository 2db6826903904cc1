"""Learning from decisions, in the open: once a night the order of relevance is estimated anew from what editors kept.

It orders and never drops, and only when it beats the lexicon on decisions that it did not see.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime, time
from typing import Any

from crawler.reading import learned
from crawler.reading.lexicon import scan
from crawler.reading.relevance import relevance_from
from service import wording
from service.running import Running
from store import learning, reordering
from store.decided_texts import decided_texts

NIGHT = time(3)
"""On the clock in Amsterdam. A service that was down then learns as soon as it is up."""


def is_due(session: Any, now: datetime) -> bool:
    """Whether this night's learning is still to be done."""
    last = learning.newest(session)
    local = wording.local(now)
    return local.time() >= NIGHT and (last is None or wording.local(last.made_at).date() < local.date())


def learn(running: Running) -> bool:
    """Learn from the decisions that stand, once a night. False when it was done already or there are none.

    Counting takes its time and holds up nobody; only the outcome is written.
    """
    now = running.clock()
    with running.store.reading() as session:
        if not is_due(session, now):
            return False
        texts = decided_texts(session)
        sources = learning.sources_of(session, (each.item_id for each in texts))
    if not texts:
        return False
    examples = [learned.Example(each.title, each.excerpt, each.about, sources.get(each.item_id, "")) for each in texts]
    outcome = learned.learn(examples, lexicon_score)
    with running.store.writing() as session:
        learning.keep(session, json.loads(outcome.model.to_json()), asdict(outcome.comparison), now)
    return True


def lexicon_score(title: str, text: str) -> float:
    """What the lexicon alone says of a text."""
    return relevance_from(scan(title, text), (), ()).score


def score_of(session: Any, after: int) -> reordering.Score | None:
    """The learned relevance of the next waiting texts, None when the lexicon orders the queue."""
    kept = learning.current_model(session)
    if kept is None:
        return None
    model = learned.from_json(json.dumps(kept.model))
    texts = learning.waiting_texts(session, after, reordering.AT_ONCE)

    def score(revision_id: int, lexicon: float) -> float:
        text = texts.get(revision_id)
        return learned.score(model, text.title, text.excerpt, text.source, lexicon) if text else lexicon

    return score
