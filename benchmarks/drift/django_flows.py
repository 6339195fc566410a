"""What people do in Django's admin, step by step, in the words of its old version.

Each flow starts signed out. A step is an action, a Playwright selector that is right on the old version, and
a value; only recording uses these selectors.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from benchmarks.drift.apps.django_admin import PASSWORD, USER

Move = tuple[str, str, str]

SIGN_IN: Final[tuple[Move, ...]] = (
    ("fill", "#id_username", USER),
    ("fill", "#id_password", PASSWORD),
    ("click", "[type=submit]", ""),
)
_SAVE: Final[Move] = ("click", "[name=_save]", "")
_SURE: Final[Move] = ("click", "text=Yes, I’m sure", "")


def _open(model: str) -> Move:
    return ("click", f"#content .model-{model} th a", "")


def _row(text: str) -> Move:
    return ("click", f"#result_list th a:has-text('{text}')", "")


def _new(model: str) -> Move:
    return ("click", f"#content .model-{model} .addlink", "")


def _see(text: str) -> Move:
    return ("expect", "", text)


FLOWS: Final[Mapping[str, tuple[Move, ...]]] = {
    "sign in": (_see("Site administration"),),
    "add a group": (_new("group"), ("fill", "#id_name", "Archivists"), _SAVE, _see("Archivists")),
    "rename a group": (_open("group"), _row("Editors"), ("fill", "#id_name", "Proof-readers"), _SAVE),
    "delete a group": (_open("group"), _row("Editors"), ("click", ".deletelink", ""), _SURE),
    "add a user": (
        _new("user"),
        ("fill", "#id_username", "greta"),
        ("fill", "#id_password1", "a long enough one"),
        ("fill", "#id_password2", "a long enough one"),
        _SAVE,
    ),
    "change a user's e-mail": (
        _open("user"),
        _row("maria"),
        ("fill", "#id_email", "maria@new.example"),
        _SAVE,
    ),
    "take staff status away": (_open("user"), _row("tom"), ("tick", "#id_is_staff", "false"), _SAVE),
    "put a user in a group": (
        _open("user"),
        _row("maria"),
        ("select", "#id_groups_from", "Librarians"),
        ("click", "#id_groups_add_link", ""),
        _SAVE,
    ),
    "search, then rename a user": (
        _open("user"),
        ("fill", "#searchbar", "tom"),
        ("click", "#changelist-search [type=submit]", ""),
        _row("tom"),
        ("fill", "#id_first_name", "Thomas"),
        _SAVE,
    ),
    "filter users by staff status": (
        _open("user"),
        ("click", "#changelist-filter ul >> nth=0 >> text=No", ""),
        _see("1 user"),
    ),
    "filter books, then change one": (
        _open("book"),
        ("click", "#changelist-filter ul >> nth=0 >> text=Storage", ""),
        _row("A Wizard of Earthsea"),
        ("fill", "#id_pages", "183"),
        _SAVE,
    ),
    "delete selected users": (
        _open("user"),
        ("tick", "#result_list tr:has-text('ines') input.action-select", "true"),
        ("select", "select[name=action]", "Delete selected users"),
        ("click", "button[name=index]", ""),
        _SURE,
    ),
    "add an author": (
        _new("author"),
        ("fill", "#id_name", "Octavia E. Butler"),
        ("fill", "#id_born", "1947-06-22"),
        _SAVE,
    ),
    "add a book": (
        _new("book"),
        ("fill", "#id_title", "Fiasco"),
        ("select", "#id_author", "Stanislaw Lem"),
        ("select", "#id_shelf", "Back"),
        ("fill", "#id_pages", "322"),
        ("fill", "#id_price", "9.50"),
        _SAVE,
    ),
    "mark a book as sold from the list": (
        _open("book"),
        ("tick", "#result_list tr:has-text('Frankenstein') td.field-in_stock input", "false"),
        _SAVE,
    ),
    "save and continue editing": (
        _open("book"),
        _row("Solaris"),
        ("fill", "#id_price", "7.25"),
        ("click", "[name=_continue]", ""),
        ("fill", "#id_notes", "Signed copy"),
        _SAVE,
    ),
    "delete a book": (_open("book"), _row("The Cyberiad"), ("click", ".deletelink", ""), _SURE),
    "add two genres": (
        _new("genre"),
        ("fill", "#id_name", "Drama"),
        ("click", "[name=_addanother]", ""),
        ("fill", "#id_name", "Comedy"),
        _SAVE,
    ),
    "edit an author's book in place": (
        _open("author"),
        _row("Mary Shelley"),
        ("fill", "#id_book_set-0-title", "Frankenstein (1818)"),
        ("select", "#id_book_set-0-shelf", "Front"),
        _SAVE,
    ),
    "look at a user's history": (
        _open("user"),
        _row("maria"),
        ("click", ".historylink", ""),
        _see("Change history"),
    ),
    "sign out": (("click", "text=Log out", ""), _see("Logged out")),
}

STATE: Final[tuple[str, ...]] = (
    "select username, email, first_name, is_staff, is_active, is_superuser, password like 'pbkdf2%' "
    "from auth_user order by 1",
    "select name from auth_group order by 1",
    "select username, name from auth_user_groups m join auth_user u on u.id = user_id "
    "join auth_group g on g.id = group_id",
    "select name, born from library_author order by 1",
    "select name from library_genre order by 1",
    "select title, a.name, shelf, pages, price, published, in_stock, notes from library_book b "
    "join library_author a on a.id = author_id order by 1",
    "select count(*) from django_session",
)
"""The application's own state, in both versions the same questions."""
