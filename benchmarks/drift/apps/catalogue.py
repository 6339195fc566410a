"""All the applications, in the order they are collected."""

from __future__ import annotations

from typing import Final

from benchmarks.drift.apps import (
    App,
    bookshop,
    datasette,
    django_admin,
    flask_admin,
    jupyterlab,
    node_red,
    tiddlywiki,
    trac,
    wagtail,
)

APPS: Final[tuple[App, ...]] = (
    bookshop.APP,
    django_admin.APP,
    datasette.APP,
    flask_admin.APP,
    node_red.APP,
    tiddlywiki.APP,
    wagtail.APP,
    trac.APP,
    jupyterlab.APP,
)
