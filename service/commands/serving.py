"""`signaal serve`, `web` and `worker`: the processes that stay."""

from __future__ import annotations

import os
import signal
import socket
import sys
from pathlib import Path

import uvicorn
from fastapi import FastAPI

from service import metronome
from service.app import create_app, create_running, utc_now
from service.logs import LOG_CONFIG, log_to_stderr
from service.running import Running
from store import accounts
from store.database import open_store
from store.errors import ConfigurationError
from store.settings import Settings, load
from store.values import Role

STOP_SECONDS = 10


def serve(running: Running, *, metronome_too: bool) -> None:
    """Serve until told to stop. Raises ConfigurationError when the port is taken."""
    settings = running.settings
    listening = listen(settings)
    log_to_stderr()
    app = create_app(running)
    announce(running)
    if not metronome_too and settings.server.workers > 1:
        listening.close()
        _serve_with_workers(settings)
        return
    # The web server passes the signal that stopped it on to us.
    _end_on_signal()
    ticking = metronome.start(running) if metronome_too else None
    try:
        uvicorn.Server(_uvicorn(settings, app)).run(sockets=[listening])
    finally:
        if ticking is not None:
            ticking.stop()


def work(running: Running) -> None:
    """Run the metronome until told to stop."""
    log_to_stderr()
    _end_on_signal()
    ticking = metronome.start(running)
    try:
        print("The metronome runs; stop it with Ctrl-C.", flush=True)
        while True:
            signal.pause()
    finally:
        ticking.stop()


def _end_on_signal() -> None:
    """Being told to stop ends with an exception, so that what was started is stopped too.

    Setting an event from a signal handler instead would hang when the signal comes while the event's lock is held.
    """
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: sys.exit(0))


def listen(settings: Settings) -> socket.socket:
    """An open socket on the configured address, before anything else is started."""
    host, port = settings.server.host, settings.server.port
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    made = socket.socket(family, socket.SOCK_STREAM)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        made.bind((host, port))
        made.listen(1024)
    except OSError as error:
        made.close()
        raise ConfigurationError(
            f"The service cannot listen on {host} port {port}: {(error.strerror or str(error)).lower()}. "
            "Stop the other program, or set another port under [server]."
        ) from None
    return made


def announce(running: Running) -> None:
    """Say where the site is, how to get in the first time, and what is not set up yet."""
    settings = running.settings
    print(f"Signaal serves {settings.base_url}/ (newsroom: {settings.base_url}/redactie)", flush=True)
    with running.store.reading() as session:
        first = accounts.needs_first_administrator(session)
    if first:
        with running.store.writing() as session:
            token = accounts.invite(session, Role.ADMINISTRATOR, now=utc_now())
        print(f"first administrator: {settings.base_url}/redactie/uitnodiging/{token}", flush=True)
    if not settings.mail.host:
        folder = _short(settings.path(settings.mail.folder))
        print(f"No mail server is configured: mails are written to {folder} and shown at /redactie/post", flush=True)


def _short(path: Path) -> str:
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)


def _uvicorn(settings: Settings, app: FastAPI) -> uvicorn.Config:
    trusted = list(settings.server.trusted_proxies)
    return uvicorn.Config(
        app,
        log_config=LOG_CONFIG,
        access_log=False,
        server_header=False,
        date_header=True,
        proxy_headers=bool(trusted),
        forwarded_allow_ips=trusted,
        timeout_graceful_shutdown=STOP_SECONDS,
        timeout_keep_alive=20,
        h11_max_incomplete_event_size=32 * 1024,
    )


def _serve_with_workers(settings: Settings) -> None:
    """Several web processes on one port; each opens the store for itself."""
    if settings.file is not None:
        os.environ["SIGNAAL_CONFIG"] = str(settings.file)
    trusted = list(settings.server.trusted_proxies)
    uvicorn.run(
        "service.commands.serving:worker_app",
        factory=True,
        host=settings.server.host,
        port=settings.server.port,
        workers=settings.server.workers,
        log_config=LOG_CONFIG,
        access_log=False,
        server_header=False,
        proxy_headers=bool(trusted),
        forwarded_allow_ips=trusted,
    )


def worker_app() -> FastAPI:
    """What each of several web processes serves."""
    settings = load()
    return create_app(create_running(settings, open_store(settings.store_url)))
