"""`signaal doctor`, `verify` and `deliver`: looking whether all is well, and sending what is due."""

from __future__ import annotations

import socket
from datetime import UTC, datetime, timedelta

from service import jobs
from service.app import utc_now
from service.commands.output import print_json, print_table
from service.content import load_help
from service.render import TEMPLATES, load_theme
from service.running import Running
from store import chain, problems, sources
from store.database import Finding, check
from store.errors import ConfigurationError

NUMBER_AGE = timedelta(days=90)
MAIL_SECONDS = 5
NAMED = 5


def doctor(running: Running, *, as_json: bool) -> bool:
    """Print what was looked at; False when something needs a person."""
    findings = [
        *_configuration(running),
        *_sources(running),
        *check(running.store),
        *_decisions(running),
        *_clock(running),
        *_mail(running),
        *_numbers(running),
    ]
    if as_json:
        print_json([{"check": found.name, "ok": found.ok, "says": found.sentence} for found in findings])
    else:
        rows = [("ok" if found.ok else "look", found.name, found.sentence) for found in findings]
        print_table(("", "check", "says"), rows, empty="Nothing was looked at.")
    return all(found.ok for found in findings)


def verify(running: Running, *, as_json: bool) -> bool:
    with running.store.reading() as session:
        report = chain.verify(session)
    if as_json:
        print_json({"ok": report.ok, "length": report.length, "broken_at": report.broken_at})
    else:
        print(report.sentence)
    return report.ok


def deliver(running: Running, *, as_json: bool) -> bool:
    """Send what is due; False when something was refused, is in doubt, or the mail server does not take mails."""
    done = jobs.deliver_due(running)
    counts = {"sent": done.sent, "refused": done.refused, "retry": done.retry, "in_doubt": done.in_doubt}
    if as_json:
        print_json({**counts, "trouble": done.trouble or None})
    else:
        print(f"Sent {done.sent}, to be tried again {done.retry}, refused {done.refused}, in doubt {done.in_doubt}.")
        if done.trouble:
            print(done.trouble)
    return done.refused == 0 and done.in_doubt == 0 and not done.trouble


def _configuration(running: Running) -> list[Finding]:
    settings = running.settings
    findings = [Finding("configuration", True, f"The settings of {settings.file or 'the defaults'} are valid.")]
    try:
        load_theme(settings.site)
        findings.append(Finding("texts", True, "Templates and static texts can be read."))
    except ConfigurationError as error:
        findings.append(Finding("texts", False, str(error)))
    with running.store.reading() as session:
        active = sum(source.checked and not source.paused for source in sources.list_all(session))
    said = f"{active} sources are watched."
    if active and not settings.crawl.contact:
        findings.append(Finding("crawl", False, f"{said} Set [crawl] contact, so that a site can reach you."))
    else:
        findings.append(Finding("crawl", True, said))
    return findings


def _sources(running: Running) -> list[Finding]:
    """What the health page shows, in a line; and how many sources wait for somebody to look at them."""
    with running.store.reading() as session:
        wrong = problems.open_problems(session)
        unchecked = sum(not source.checked for source in sources.list_all(session))
    said = "No source needs attention."
    if wrong:
        named = ", ".join(f"{each.source_key} ({each.kind})" for each in wrong[:NAMED])
        more = f" and {len(wrong) - NAMED} more" if len(wrong) > NAMED else ""
        said = f"Open problems of sources: {len(wrong)}: {named}{more}. See /redactie/bronnen/gezondheid."
    findings = [Finding("sources", not wrong, said)]
    if unchecked:
        waiting = f"Not yet checked by anyone, so not visited: {unchecked}. See `signaal sources check`."
        findings.append(Finding("unchecked sources", True, waiting))
    return findings


def _decisions(running: Running) -> list[Finding]:
    with running.store.reading() as session:
        report = chain.verify(session)
    return [Finding("decisions", report.ok, report.sentence)]


def _clock(running: Running) -> list[Finding]:
    """A clock that stands before what is stored already would make nothing due."""
    now = utc_now()
    with running.store.reading() as session:
        visits = [source.last_visit_at for source in sources.list_all(session) if source.last_visit_at]
    latest = max(visits, default=datetime.min.replace(tzinfo=UTC))
    ok = latest <= now + timedelta(minutes=1)
    said = f"The clock says {now:%Y-%m-%d %H:%M} UTC."
    return [Finding("clock", ok, said if ok else f"{said} But a visit is stored at {latest:%Y-%m-%d %H:%M}.")]


def _mail(running: Running) -> list[Finding]:
    mail = running.settings.mail
    if not mail.host:
        return [Finding("mail", True, f"No mail server: mails are written to the folder {mail.folder}.")]
    if not mail.sender:
        return [Finding("mail", False, "Set [mail] sender: a mail needs an address it comes from.")]
    try:
        with socket.create_connection((mail.host, mail.port), timeout=MAIL_SECONDS):
            return [Finding("mail", True, f"The mail server {mail.host} answers on port {mail.port}.")]
    except OSError as error:
        said = f"The mail server {mail.host} does not answer on port {mail.port}: {error.strerror or error}."
        return [Finding("mail", False, said)]


def _numbers(running: Running) -> list[Finding]:
    """Every phone number has a date on which a person checked it, at most ninety days ago (TRUST 5.5)."""
    today = running.clock().date()
    findings = []
    for number in load_help(TEMPLATES / "content"):
        if number.checked_on is None:
            said, ok = f"{number.number} ({number.owner}) was never checked by a person.", False
        else:
            ok = today - number.checked_on <= NUMBER_AGE
            said = f"{number.number} ({number.owner}) was checked on {number.checked_on}."
        findings.append(Finding("phone number", ok, said))
    return findings
