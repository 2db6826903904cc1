#!/bin/sh
# Installs what `make test` needs beside Python, only where it is missing: PostgreSQL 15 or newer and Chromium.
set -eu

has_chromium() {
    for name in chromium chromium-browser google-chrome google-chrome-stable; do
        if command -v "$name" >/dev/null 2>&1; then return 0; fi
    done
    return 1
}

has_postgresql() {
    for program in /usr/lib/postgresql/*/bin/initdb; do
        if [ -x "$program" ]; then return 0; fi
    done
    command -v initdb >/dev/null 2>&1
}

missing=""
has_chromium || missing="$missing chromium"
has_postgresql || missing="$missing postgresql"
if [ -z "$missing" ]; then exit 0; fi

if ! command -v apt-get >/dev/null 2>&1; then
    echo "make test needs$missing, and there is no apt-get here; install it by hand, or run make quick without it." >&2
    exit 1
fi

as_root=""
if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null 2>&1; then
        echo "make test needs$missing; run as root: apt-get install --no-install-recommends$missing" >&2
        exit 1
    fi
    as_root="sudo"
fi

echo "Installing$missing through apt-get, because make test needs it."
$as_root apt-get update -qq
# shellcheck disable=SC2086 # the names must be split
$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing

has_chromium || { echo "Chromium is still not found after installing it; install it by hand." >&2; exit 1; }
has_postgresql || { echo "PostgreSQL is still not found after installing it; install it by hand." >&2; exit 1; }
