"""The databases of the tests are migrated, empty, and nobody sees another test's rows."""

from __future__ import annotations

import sqlalchemy as sa

from store.database import open_store


def test_a_test_gets_a_migrated_database_without_rows(store):
    with store.reading() as session:
        assert session.connection().exec_driver_sql("SELECT count(*) FROM item").scalar_one() == 0


def test_both_kinds_of_database_are_tried(store, request):
    kind = request.node.callspec.params["store_url"]
    assert store.dialect == {"sqlite": "sqlite", "postgres": "postgresql"}[kind]


def test_what_one_copy_of_postgresql_holds_the_next_does_not(cluster):
    first, second = cluster.fresh_database(), cluster.fresh_database()
    for url in (first, second):
        store = open_store(url)
        with store.writing() as session:
            session.connection().exec_driver_sql("CREATE TABLE only_here (id integer)")
        store.close()
        cluster.drop(url)


def test_an_empty_database_has_no_tables_for_migrations_to_start_from(cluster):
    url = cluster.empty_database()
    store = open_store(url)
    assert sa.inspect(store.engine).get_table_names() == []
    store.close()
    cluster.drop(url)


def test_settings_of_a_test_allow_loopback_without_waiting(settings, store_url):
    assert settings.store_url == store_url
    assert settings.crawl.delay_seconds == 0
    assert [str(network) for network in settings.crawl.allow_addresses] == ["127.0.0.0/8", "::1/128"]
