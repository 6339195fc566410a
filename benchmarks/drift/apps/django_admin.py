"""Django's admin over a small library of books, in two real versions."""

from __future__ import annotations

import subprocess
from collections.abc import AsyncIterator
from pathlib import Path
from textwrap import dedent

from playwright.async_api import Page

from benchmarks.drift.apps import App, Prepared, Version

USER, PASSWORD = "admin", "correct horse battery"

_SETTINGS = """
import os
from pathlib import Path
BASE_DIR = Path(__file__).resolve().parent
SECRET_KEY = "only for a benchmark on loopback"
DEBUG = True
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "urls"
INSTALLED_APPS = ["django.contrib.admin", "django.contrib.auth", "django.contrib.contenttypes",
                  "django.contrib.sessions", "django.contrib.messages", "django.contrib.staticfiles",
                  "library"]
MIDDLEWARE = ["django.contrib.sessions.middleware.SessionMiddleware",
              "django.middleware.common.CommonMiddleware", "django.middleware.csrf.CsrfViewMiddleware",
              "django.contrib.auth.middleware.AuthenticationMiddleware",
              "django.contrib.messages.middleware.MessageMiddleware"]
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True, "OPTIONS": {
    "context_processors": ["django.template.context_processors.request",
                           "django.contrib.auth.context_processors.auth",
                           "django.contrib.messages.context_processors.messages"]}}]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": BASE_DIR / "db.sqlite3"}}
AUTH_PASSWORD_VALIDATORS = []
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
STATIC_URL = "/static/"
USE_TZ = True
"""

_MODELS = """
from django.db import models

class Author(models.Model):
    name = models.CharField(max_length=80)
    born = models.DateField(null=True, blank=True)
    def __str__(self): return self.name

class Genre(models.Model):
    name = models.CharField(max_length=40)
    def __str__(self): return self.name

class Book(models.Model):
    title = models.CharField(max_length=80)
    author = models.ForeignKey(Author, models.CASCADE)
    genres = models.ManyToManyField(Genre, blank=True)
    shelf = models.CharField(
        max_length=10, choices=[("front", "Front"), ("back", "Back"), ("store", "Storage")])
    pages = models.PositiveIntegerField(default=100)
    price = models.DecimalField(max_digits=6, decimal_places=2, default=0)
    published = models.DateField(null=True, blank=True)
    in_stock = models.BooleanField(default=True)
    notes = models.TextField(blank=True)
    def __str__(self): return self.title
"""

_ADMIN = """
from django.contrib import admin
from .models import Author, Book, Genre

class BookInline(admin.TabularInline):
    model = Book
    fields = ["title", "shelf", "in_stock"]
    extra = 1

@admin.register(Author)
class AuthorAdmin(admin.ModelAdmin):
    search_fields = ["name"]
    inlines = [BookInline]

@admin.register(Book)
class BookAdmin(admin.ModelAdmin):
    list_display = ["title", "author", "shelf", "price", "in_stock"]
    list_filter = ["shelf", "in_stock", "author"]
    list_editable = ["in_stock"]
    search_fields = ["title", "author__name"]
    date_hierarchy = "published"
    filter_horizontal = ["genres"]
    fieldsets = [(None, {"fields": ["title", "author", "genres"]}),
                 ("Shelving", {"fields": ["shelf", "in_stock", "pages"]}),
                 ("Selling", {"fields": ["price", "published", "notes"]})]

admin.site.register(Genre)
"""

_SEED = """
import datetime
from django.contrib.auth.models import Group, User
from library.models import Author, Book, Genre
User.objects.create_superuser("{user}", "admin@example.org", "{password}")
for name in ("maria", "tom", "ines"):
    User.objects.create_user(
        name, name + "@example.org", "pw", first_name=name.title(), is_staff=name != "ines")
for name in ("Editors", "Librarians"):
    Group.objects.create(name=name)
genres = [Genre.objects.create(name=n) for n in ("Fantasy", "History", "Poetry", "Science")]
for number, (author, titles) in enumerate({{"Frank Herbert": ["Dune", "Dune Messiah"],
        "Ursula K. Le Guin": ["The Dispossessed", "A Wizard of Earthsea"], "Mary Shelley": ["Frankenstein"],
        "Stanislaw Lem": ["Solaris", "The Cyberiad"]}}.items()):
    who = Author.objects.create(name=author, born=datetime.date(1900 + number, 3, 4))
    for place, title in enumerate(titles):
        book = Book.objects.create(
            title=title, author=who, shelf=["front", "back", "store"][(number + place) % 3],
            pages=100 + 37 * number, price=5 + number, published=datetime.date(1960 + number, 1 + place, 9),
            in_stock=place == 0)
        book.genres.add(genres[number % 4])
"""

_URLS = """
from django.contrib import admin
from django.urls import path
urlpatterns = [path("admin/", admin.site.urls)]
"""


def _prepare(place: Path, folder: Path, port: int) -> Prepared:
    library = folder / "library"
    library.mkdir(parents=True, exist_ok=True)
    files = {
        "settings.py": _SETTINGS,
        "urls.py": _URLS,
        "library/__init__.py": "",
        "library/models.py": _MODELS,
        "library/admin.py": _ADMIN,
        "seed.py": _SEED.format(user=USER, password=PASSWORD),
    }
    for name, text in files.items():
        (folder / name).write_text(dedent(text), encoding="utf-8")
    environment = {"DJANGO_SETTINGS_MODULE": "settings", "PYTHONPATH": str(folder)}
    django = [str(place / "bin" / "python"), "-W", "ignore", "-m", "django"]
    for arguments, given in (("migrate --run-syncdb --verbosity 0", None), ("shell", folder / "seed.py")):
        subprocess.run(
            [*django, *arguments.split()],
            cwd=folder,
            env={"PATH": "/usr/bin:/bin", **environment},
            input=given.read_bytes() if given else None,
            capture_output=True,
            check=True,
        )
    serve = [*django, "runserver", "--noreload", f"127.0.0.1:{port}"]
    return Prepared(serve, folder, environment, "/admin/login/")


async def sign_in(page: Page, url: str) -> None:
    """Sign in as the superuser."""
    await page.goto(f"{url}/admin/login/?next=/admin/")
    await page.fill("[name=username]", USER)
    await page.fill("[name=password]", PASSWORD)
    await page.click("[type=submit]")


async def _visit(page: Page, url: str) -> AsyncIterator[str]:
    await page.goto(f"{url}/admin/login/")
    yield "login"
    await sign_in(page, url)
    for name, path in (
        ("index", ""),
        ("users", "auth/user/"),
        ("user-add", "auth/user/add/"),
        ("user-change", "auth/user/2/change/"),
        ("books", "library/book/"),
        ("book-add", "library/book/add/"),
        ("book-change", "library/book/1/change/"),
        ("author-change", "library/author/1/change/"),
        ("book-delete", "library/book/1/delete/"),
        ("password", "password_change/"),
    ):
        await page.goto(f"{url}/admin/{path}", wait_until="networkidle")
        yield name


APP = App(
    name="django-admin",
    licence="BSD-3-Clause",
    versions=(
        Version("3.2", "PyPI", ("Django==3.2.*", "setuptools")),
        Version("5.2", "PyPI", ("Django==5.2.*",)),
    ),
    prepare=_prepare,
    visit=_visit,
)
