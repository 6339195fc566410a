"""Flask-Admin over a shop's customers and orders, with its Bootstrap 2 and 4 templates."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

from playwright.async_api import Page

from benchmarks.drift.apps import App, Prepared, Version

_SHOP = """
import inspect, sys
from flask import Flask
from flask_admin import Admin
from flask_admin.contrib.sqla import ModelView
from flask_sqlalchemy import SQLAlchemy

app = Flask(__name__)
app.config.update(SECRET_KEY="only for a benchmark on loopback", SQLALCHEMY_DATABASE_URI="sqlite:///shop.sqlite",
                  SQLALCHEMY_TRACK_MODIFICATIONS=False)
db = SQLAlchemy(app)

class Customer(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    first_name = db.Column(db.String(40))
    last_name = db.Column(db.String(40))
    email = db.Column(db.String(80))
    newsletter = db.Column(db.Boolean, default=False)
    note = db.Column(db.Text)
    def __str__(self): return self.first_name + " " + self.last_name

class Order(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    customer_id = db.Column(db.Integer, db.ForeignKey("customer.id"))
    customer = db.relationship(Customer, backref="orders")
    reference = db.Column(db.String(20))
    amount = db.Column(db.Numeric(8, 2))
    placed_on = db.Column(db.Date)
    paid = db.Column(db.Boolean, default=False)
    def __str__(self): return self.reference

class CustomerView(ModelView):
    column_searchable_list = ["first_name", "last_name", "email"]
    column_filters = ["newsletter", "last_name"]
    can_export = True
    can_view_details = True

class OrderView(ModelView):
    column_filters = ["paid", "amount"]
    column_editable_list = ["reference"]

old = "template_mode" in inspect.signature(Admin.__init__).parameters
admin = Admin(app, name="Corner Shop", **({"template_mode": "bootstrap3"} if old else {}))
session = db.session
admin.add_view(CustomerView(Customer, session, category="People"))
admin.add_view(OrderView(Order, session))

with app.app_context():
    db.create_all()
    people = [("Ada", "Byron"), ("Grace", "Hopper"), ("Edith", "Clarke"), ("Hedy", "Kiesler"),
              ("Mary", "Somerville")]
    for number, (first, last) in enumerate(people):
        customer = Customer(first_name=first, last_name=last, email=first.lower() + "@example.org",
                            newsletter=number % 2 == 0)
        db.session.add(customer)
        db.session.add(Order(customer=customer, reference="R-10" + str(number), amount=12.5 * (number + 1),
                             paid=number % 2 == 1))
    db.session.commit()
app.run("127.0.0.1", int(sys.argv[1]))
"""


def _prepare(place: Path, folder: Path, port: int) -> Prepared:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "shop.py").write_text(_SHOP, encoding="utf-8")
    return Prepared(
        [str(place / "bin" / "python"), "-W", "ignore", "shop.py", str(port)], folder, answers_at="/admin/"
    )


async def _visit(page: Page, url: str) -> AsyncIterator[str]:
    for name, path in (
        ("customers", "/admin/customer/"),
        ("customer-new", "/admin/customer/new/"),
        ("customer-edit", "/admin/customer/edit/?id=2"),
        ("customer-details", "/admin/customer/details/?id=2"),
        ("orders", "/admin/order/"),
        ("order-new", "/admin/order/new/"),
    ):
        await page.goto(url + path, wait_until="networkidle")
        yield name


APP = App(
    name="flask-admin",
    licence="BSD-3-Clause",
    versions=(
        Version(
            "1.6",
            "PyPI",
            (
                "Flask-Admin==1.6.1",
                "Flask<2.3",
                "Flask-SQLAlchemy<3",
                "SQLAlchemy<2",
                "WTForms<3.1",
                "Werkzeug<2.3",
                "setuptools<70",
            ),
        ),
        Version("2.2", "PyPI", ("Flask-Admin[sqlalchemy]==2.2.*", "Flask-SQLAlchemy")),
    ),
    prepare=_prepare,
    visit=_visit,
)
