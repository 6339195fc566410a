"""Flows written by hand in plain Playwright, in each version's words, judged by the prompts' own oracles.

They prove that the app can be used and that an oracle holds exactly when its flow was carried out.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final

import pytest
from playwright.async_api import Locator, Page, expect

from runner.assets import folder
from runner.site import Site, bundled_prompts, unmet, unmet_at_last

pytestmark = pytest.mark.browser

PROMPTS: Final = {prompt.name: prompt for prompt in bundled_prompts()}

# What the redesign calls the things that the first version calls by the key.
SECOND: Final = {
    "Sign in": "Log in",
    "Email": "E-mail address",
    "Password": "Your password",
    "Sign out": "Log out",
    "Ada Lovelace": "Account of Ada Lovelace",
    "What needs doing?": "Describe the task",
    "Priority": "Importance",
    "Due": "Due date",
    "Add task": "Create task",
    "Delete": "Remove",
    "Edit": "Change",
    "Title": "Task title",
    "Save": "Save changes",
    "Stock": "In stock",
    "Price (£)": "Price in £",
    "Save book": "Save",
    "Status": "State",
    "Next": "Next page",
    "New customer": "Add customer",
    "Name": "Full name",
    "Plan": "Tier",
    "Save customer": "Save",
    "Add to cart": "Add to basket",
    "Increase quantity": "One more",
    "Cart": "Basket",
    "Check out": "Proceed to checkout",
    "Full name": "Your name",
    "Street and number": "Street address",
    "Postcode": "ZIP / Postcode",
    "City": "Town or city",
    "Continue to delivery": "Next: delivery",
    "Gift wrap": "Wrap it as a gift",
    "Continue to payment": "Next: payment",
    "Card number": "Card no.",
    "Expiry date": "Valid until",
    "Pay": "Pay now",
    "Search": "Find",
    "Guest": "Guest author",
    "Branch": "Location",
    "Date": "Day",
    "Start time": "Begins at",
    "People": "Seats",
    "Length in minutes": "Duration in minutes",
    "Step-free access needed": "Wheelchair access",
    "Book it": "Confirm booking",
    "Cancel booking": "Call off",
    "Choose a file": "Document",
    "Kind": "Category",
    "Upload": "Upload file",
    "Notifications": "Alerts",
    "Weekly digest": "Digest every week",
    "New titles": "New books",
    "Save preferences": "Save alerts",
    "Phone": "Telephone",
    "Bio": "About you",
    "Time zone": "Timezone",
    "Signature": "E-mail signature",
    "Accent colour": "Highlight colour",
    "Save profile": "Save changes",
    "Prepare report": "Create report",
    "Give feedback": "Send us feedback",
    "Topic": "About",
    "Message": "Your message",
    "Send feedback": "Submit feedback",
    "Subscribe": "Sign me up",
    "Take the tour": "Start the tour",
}
FIRST: Final = {"Branch": "City"}


class Hand:
    """A person at the page who knows this version's words."""

    def __init__(self, page: Page, version: str) -> None:
        self.page = page
        self.words = FIRST if version == "first" else SECOND

    def word(self, name: str) -> str:
        return self.words.get(name, name)

    def field(self, name: str, within: Locator | None = None) -> Locator:
        base, wanted = within or self.page.locator("body"), self.word(name)
        # A label around a select has the options in its text, so it is found by its accessible name.
        by_name = base.get_by_role("combobox", name=wanted, exact=True)
        return base.get_by_label(wanted, exact=True).or_(by_name)

    def button(self, name: str, within: Locator | None = None) -> Locator:
        wanted = self.word(name)
        base = within or self.page.locator("body")
        return base.get_by_role("button", name=wanted).or_(base.get_by_role("link", name=wanted)).first

    def row(self, text: str) -> Locator:
        return (
            self.page.locator("tr, li, article, section.panel")
            .filter(has=self.page.get_by_text(text, exact=True))
            .last
        )  # the innermost

    async def click(self, name: str, within: Locator | None = None) -> None:
        await self.button(name, within).click()

    async def fill(self, **values: str) -> None:
        for name, value in values.items():
            await self.field(name.replace("_", " ")).fill(value)


async def sign_in(hand: Hand) -> None:
    await hand.fill(Email="ada@marginalia.test", Password="lovelace-1843")
    await hand.click("Sign in")
    await expect(hand.page.get_by_role("heading", name="Dashboard")).to_be_visible()


async def refused(hand: Hand) -> None:
    await hand.fill(Email="ada@marginalia.test", Password="open-sesame")
    await hand.click("Sign in")
    await expect(hand.page.get_by_role("alert")).to_have_text("Wrong e-mail or password.")


async def sign_out(hand: Hand) -> None:
    await hand.click("Ada Lovelace")
    await hand.page.get_by_role("menuitem", name=hand.word("Sign out")).click()
    await hand.page.wait_for_url("**/login")


async def add_task(hand: Hand) -> None:
    await hand.page.get_by_placeholder(hand.word("What needs doing?")).fill("Renew the insurance")
    await hand.field("Priority").select_option("High")
    await hand.field("Due").fill("2026-04-01")
    await hand.click("Add task")


async def tick(hand: Hand) -> None:
    await hand.page.get_by_label("Water the plants").check()


async def delete_second(hand: Hand) -> None:
    await hand.page.get_by_role("button", name=hand.word("Delete"), exact=True).nth(1).click()


async def edit_task(hand: Hand) -> None:
    await hand.click("Edit", hand.row("Order paper bags"))
    await hand.fill(Title="Order cloth bags")
    await hand.field("Priority").select_option("High")
    await hand.click("Save")


async def delete_dune(hand: Hand) -> None:
    await hand.click("Delete", hand.row("Dune"))


async def edit_book(hand: Hand) -> None:
    await hand.click("Edit", hand.row("Dune Messiah"))
    await hand.field("Stock").fill("12")
    await hand.field("Price (£)").fill("9.99")
    await hand.click("Save book")


async def sold_out(hand: Hand) -> None:
    await hand.field("Status", hand.row("Emma")).select_option("Sold out")


async def next_page(hand: Hand) -> None:
    await hand.click("Next")
    await hand.click("Delete", hand.row("Frankenstein"))


async def new_customer(hand: Hand) -> None:
    await hand.click("New customer")
    dialog = hand.page.get_by_role("dialog")
    await hand.field("Name", dialog).fill("Ada Byron")
    await hand.field("Email", dialog).fill("ada@x.org")
    await hand.field("Plan", dialog).select_option("Pro")
    await hand.click("Save customer", dialog)


async def buy(hand: Hand) -> None:
    await hand.click("Add to cart", hand.row("The Hobbit"))
    await expect(hand.page.get_by_text("Added to your cart.")).to_be_visible()
    await hand.click("Cart")
    await hand.click("Check out")
    await hand.fill(Full_name="Bilbo Baggins", Email="bilbo@shire.example", Street_and_number="Bag End 1")
    await hand.fill(Postcode="SH1 1RE", City="Hobbiton")
    await hand.click("Continue to delivery")
    await hand.page.get_by_label("Express").check()
    await hand.page.get_by_label(hand.word("Gift wrap")).check()
    await hand.click("Continue to payment")
    card = hand.page.frame_locator("iframe")
    await card.get_by_label(hand.word("Card number")).fill("4242 4242 4242 4242")
    await card.get_by_label(hand.word("Expiry date")).fill("12/29")
    await card.locator("[name=cvc]").fill("123")
    await card.get_by_role("button", name=f"{hand.word('Pay')} £21.30").click()
    await expect(hand.page.get_by_role("heading", name="Thank you, Bilbo!")).to_be_visible()


async def more_of_one(hand: Hand) -> None:
    await hand.click("Increase quantity", hand.row("Kindred"))
    await hand.click("Add to cart", hand.row("Kindred"))


async def subscribe(hand: Hand) -> None:
    await hand.page.get_by_placeholder("you@example.org").fill("reader@example.org")
    await hand.click("Subscribe")
    await expect(hand.page.get_by_text("Thank you!")).to_be_visible()


async def search_and_buy(hand: Hand) -> None:
    await hand.page.get_by_role("searchbox").fill("herbert")
    await hand.click("Search", hand.page.get_by_role("search"))
    await hand.click("Add to cart", hand.page.locator(".results > *").filter(has_text="Dune Messiah"))


async def book_a_reading(hand: Hand) -> None:
    await hand.fill(Guest="Ursula Vernon", Date="2026-05-04", Start_time="19:30", People="6")
    await hand.field("Branch").fill("lis")
    await hand.page.get_by_role("option", name="Lisbon").click()
    await hand.field("Length in minutes").fill("90")
    await hand.field("Step-free access needed").check()
    await hand.click("Book it")


async def city_by_keyboard(hand: Hand) -> None:
    await hand.fill(Guest="Ali Smith", Date="2026-06-01")
    await hand.field("Branch").press_sequentially("Wars")
    await hand.page.keyboard.press("ArrowDown")
    await hand.page.keyboard.press("Enter")
    await hand.click("Book it")


async def call_off(hand: Hand) -> None:
    await hand.click("Cancel booking", hand.row("Ted Chiang"))


async def upload(hand: Hand) -> None:
    await hand.field("Choose a file").set_input_files(folder("fixtures") / "files" / "invoice-march.csv")
    await hand.field("Kind").select_option("Invoice")
    await hand.page.get_by_role("button", name=hand.word("Upload"), exact=True).click()


async def profile(hand: Hand) -> None:
    await hand.field("Time zone").select_option("Asia/Tokyo")
    await hand.fill(Signature="With warm regards, Ada", Accent_colour="#0f766e")
    await hand.click("Save profile")


async def notifications(hand: Hand) -> None:
    await hand.page.get_by_role("tab", name=hand.word("Notifications")).click()
    await hand.field("Weekly digest").uncheck()
    await hand.field("New titles").check()
    await hand.page.get_by_role("radio", name="Weekly").check()
    await hand.click("Save preferences")


async def preview(hand: Hand) -> None:
    await hand.page.get_by_role("link", name="Hyperion").hover()
    await expect(hand.page.get_by_role("tooltip")).to_contain_text("Dan Simmons")


async def news(hand: Hand) -> None:
    await hand.page.get_by_role("heading", name="What's new").scroll_into_view_if_needed()


async def report(hand: Hand) -> None:
    await hand.click("Prepare report")
    await hand.page.get_by_role("link", name="View report").click()


async def feedback(hand: Hand) -> None:
    await hand.click("Give feedback")
    await hand.page.get_by_role("radio", name="4 stars").click()
    await hand.field("Topic").select_option("Design")
    await hand.fill(Message="Lovely colours")
    await hand.click("Send feedback")


async def draft(hand: Hand) -> None:
    await hand.click("Give feedback")
    await hand.fill(Message="Search feels slow")
    await hand.page.keyboard.press("Escape")


async def shortcut(hand: Hand) -> None:
    await hand.page.keyboard.press("/")
    await hand.page.wait_for_url("**/search")


async def tour(hand: Hand) -> None:
    await hand.click("Take the tour")
    await expect(hand.page.get_by_text("Good morning, Ada")).to_be_visible()


BY_HAND: Final[dict[str, Callable[[Hand], Awaitable[None]]]] = {
    "sign-in-in-one-breath": sign_in,
    "a-wrong-password-is-refused": refused,
    "log-out": sign_out,
    "add-a-task-with-everything": add_task,
    "tick-a-task": tick,
    "delete-the-second": delete_second,
    "edit-beside-a-name": edit_task,
    "delete-dune-only": delete_dune,
    "edit-stock-and-price": edit_book,
    "status-in-a-row": sold_out,
    "next-page-then-delete": next_page,
    "new-customer-with-a-list": new_customer,
    "buy-a-book": buy,
    "more-of-one-book": more_of_one,
    "subscribe-in-the-box": subscribe,
    "search-then-buy": search_and_buy,
    "book-a-reading": book_a_reading,
    "a-city-by-keyboard": city_by_keyboard,
    "call-a-reading-off": call_off,
    "upload-an-invoice": upload,
    "zone-signature-colour": profile,
    "notifications": notifications,
    "hover-for-a-preview": preview,
    "scroll-to-the-news": news,
    "wait-for-a-report": report,
    "give-feedback": feedback,
    "close-the-dialog": draft,
    "a-shortcut-to-search": shortcut,
    "take-the-tour": tour,
}


@pytest.mark.parametrize("name", BY_HAND)
async def test_a_flow_by_hand_satisfies_its_oracle(name: str, page: Page, site: Site, version: str) -> None:
    prompt = PROMPTS[name]
    await page.goto(site.url + prompt.path)
    assert unmet(site.database, prompt.oracle), "the oracle must not hold before anything was done"
    await BY_HAND[name](Hand(page, version))
    assert await unmet_at_last(site.database, prompt.oracle) == []
