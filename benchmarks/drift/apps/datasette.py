"""Datasette over a small database of trees and surveys."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

from playwright.async_api import Page

from benchmarks.drift.apps import App, Prepared, Version

_SCHEMA = """
create table species (id integer primary key, name text, family text);
create table trees (id integer primary key, species_id integer references species(id), street text,
                    planted text, height_m real, healthy integer);
create table surveys (id integer primary key, tree_id integer references trees(id), surveyor text,
                      made_on text);
"""


def _prepare(place: Path, folder: Path, port: int) -> Prepared:
    folder.mkdir(parents=True, exist_ok=True)
    database = folder / "town.db"
    with sqlite3.connect(database) as town:
        town.executescript(_SCHEMA)
        species = [
            ("Oak", "Fagaceae"),
            ("Lime", "Malvaceae"),
            ("Plane", "Platanaceae"),
            ("Birch", "Betulaceae"),
        ]
        town.executemany("insert into species (name, family) values (?, ?)", species)
        streets = ("Mill Lane", "Station Road", "High Street", "Park View")
        for number in range(24):
            tree = (
                number % 4 + 1,
                streets[number % 3],
                f"19{60 + number}-04-0{number % 9 + 1}",
                3 + number * 0.7,
                number % 5 > 0,
            )
            town.execute(
                "insert into trees (species_id, street, planted, height_m, healthy) values (?,?,?,?,?)", tree
            )
            town.execute(
                "insert into surveys (tree_id, surveyor, made_on) values (?, 'R. Hill', '2024-05-01')",
                (number + 1,),
            )
    town.close()
    command = [str(place / "bin" / "datasette"), str(database), "--host", "127.0.0.1", "--port", str(port)]
    return Prepared(command, folder)


async def _visit(page: Page, url: str) -> AsyncIterator[str]:
    for name, path in (
        ("home", "/"),
        ("database", "/town"),
        ("table", "/town/trees?_facet=street&_facet=healthy"),
        ("filtered", "/town/trees?street=Mill+Lane&_sort_desc=height_m"),
        ("row", "/town/trees/3"),
        (
            "query",
            "/town?sql=select+name%2C+count(*)+from+trees+join+species+on+species.id%3Dspecies_id+group+by+1",
        ),
    ):
        await page.goto(url + path, wait_until="networkidle")
        yield name


APP = App(
    name="datasette",
    licence="Apache-2.0",
    versions=(
        Version("0.63", "PyPI", ("datasette==0.63", "setuptools<70")),
        Version("0.65", "PyPI", ("datasette==0.65.*", "setuptools<70")),
    ),
    prepare=_prepare,
    visit=_visit,
)
