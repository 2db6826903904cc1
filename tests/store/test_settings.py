"""The settings: complete, commented, strict about names, overridden by the environment."""

import os
import re
import tomllib
from pathlib import Path

import pytest

from store.errors import ConfigurationError
from store.settings import Partner, Settings, SourceSettings, load
from store.values import PROVINCES

ROOT = Path(__file__).parents[2]


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "config.toml"
    path.write_text(text)
    return path


def test_the_shipped_file_names_every_setting_with_its_default():
    shipped = tomllib.loads((ROOT / "config.toml").read_text())
    for section, field in Settings.model_fields.items():
        if section == "source":
            continue
        defaults = field.default.model_dump(mode="json")
        assert set(shipped[section]) == set(defaults), f"config.toml [{section}] must list exactly these keys"
        for key, value in defaults.items():
            assert shipped[section][key] == value, f"config.toml [{section}] {key} must show the default {value!r}"


def test_the_shipped_file_shows_every_key_of_a_source():
    shipped = tomllib.loads((ROOT / "config.toml").read_text())["source"]
    assert set(shipped[0]) == set(SourceSettings.model_fields), "the first [[source]] shows every key"
    assert all(source["paused"] for source in shipped), "a fresh start must contact nobody: pause every shipped source"
    assert not any(source["checked"] for source in shipped), "nobody has opened these addresses: say so"


def test_the_shipped_sources_cover_the_country():
    shipped = load(ROOT / "config.toml").source
    assert len(shipped) > 50
    assert {source.region for source in shipped if source.key.startswith("politie-")} == set(PROVINCES)
    assert {source.region for source in shipped if not source.key.startswith("politie")} >= set(PROVINCES)
    keys = {source.key for source in shipped}
    assert {"openbaar-ministerie", "rechtspraak", "arbeidsinspectie", "nationaal-rapporteur", "comensha"} <= keys


def test_every_setting_has_a_comment():
    for line in (ROOT / "config.toml").read_text().splitlines():
        found = re.match(r"^([a-z_]+) = ", line)
        if found and found[1] not in {
            "key",
            "name",
            "url",
            "port",
            "username",
            "kind",
            "region",
            "rights",
            "pace",
            "paused",
            "checked",
        }:
            assert "# " in line, f"say in config.toml what {found[1]} is for"


def test_a_file_with_only_a_store_is_valid(tmp_path):
    settings = load(written(tmp_path, '[store]\nurl = "sqlite:///x/y.db"\n'))
    assert settings.store_url == f"sqlite:///{tmp_path}/x/y.db", "relative paths start at the file's folder"
    assert settings.base_url == "http://localhost:8000"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[server]\nprt = 1\n", "[server] prt is not a known key"),
        ("[sever]\nport = 1\n", "sever is not a known key"),
        ('[[source]]\nkey = "a"\nname = "A"\nurl = "https://a.nl/"\nregio = "Utrecht"\n', "[source] 0.regio"),
        ('[[source]]\nkey = "a"\nname = "A"\nurl = "https://a.nl/"\nregion = "Brabant"\n', "not a province"),
        ('[server]\nport = "many"\n', "[server] port"),
        ('[site]\nbase_url = "http://example.nl"\n', "must be https"),
        ('[store]\nurl = "mysql://x"\n', "sqlite:///"),
        ('[site]\nbase_url = "https://example.nl/signaal"\n', "no path"),
        ('[site]\nbase_url = "https://naam@example.nl"\n', "must look like"),
        ('[[source]]\nkey = "a"\nname = "A"\nurl = "https://a.nl:99999/"\n', "[source] 0.url"),
        ('[[source]]\nkey = "a"\nname = "A"\nurl = "https://[a.nl/"\n', "[source] 0.url"),
        ("[server\n", "not valid TOML"),
        ("[desk]\nundo_seconds = 0\n", "[desk] undo_seconds"),
        ('[[site.partners]]\nnam = "x"\n', "[site] partners.0.nam"),
    ],
)
def test_a_wrong_file_gives_a_sentence_that_names_the_place(tmp_path, text, named):
    with pytest.raises(ConfigurationError) as raised:
        load(written(tmp_path, text))
    assert named in str(raised.value)


def test_a_missing_file_is_named():
    with pytest.raises(ConfigurationError, match="does not exist"):
        load(Path("nowhere.toml"))


def test_the_environment_wins_and_lists_are_json(tmp_path):
    path = written(tmp_path, "[server]\nport = 1\nhost = '0.0.0.0'\n")
    os.environ["SIGNAAL_SERVER__PORT"] = "8123"
    os.environ["SIGNAAL_CRAWL__ALLOW_ADDRESSES"] = '["127.0.0.0/8"]'
    try:
        settings = load(path)
    finally:
        del os.environ["SIGNAAL_SERVER__PORT"], os.environ["SIGNAAL_CRAWL__ALLOW_ADDRESSES"]
    assert (settings.server.port, settings.server.host) == (8123, "0.0.0.0")
    assert str(settings.crawl.allow_addresses[0]) == "127.0.0.0/8"


def test_loopback_addresses_are_printed_as_localhost(tmp_path):
    settings = load(written(tmp_path, '[site]\nbase_url = "http://127.0.0.1:9000/"\n'))
    assert settings.base_url == "http://localhost:9000", "passkeys need a name"


def test_partners_are_listed_as_they_are(tmp_path):
    settings = load(written(tmp_path, '[[site.partners]]\nname = "Voorbeeld"\nurl = "https://voorbeeld.example/"\n'))
    assert settings.site.partners == (Partner(name="Voorbeeld", url="https://voorbeeld.example/"),)
