"""Everyday words that people use for one another, where a page says it in the other one. Pure.

No small thesaurus is kept up for Python; these are the words of what one can choose or buy, not of controls,
which the lexicon has.
"""

from __future__ import annotations

from typing import Final

_GROUPS: Final[tuple[str, ...]] = (
    "fast quick rapid speedy express swift", "slow unhurried", "cheap inexpensive affordable economical",
    "expensive costly pricey dear", "big large huge great", "small little tiny", "begin start commence",
    "end finish conclude", "buy purchase", "help assistance support aid", "happy glad pleased cheerful",
    "sad unhappy", "easy simple", "hard difficult", "near close nearby", "wrong incorrect", "correct right",
    "house home", "car automobile auto", "child kid", "children kids", "photo picture image", "movie film",
    "holiday vacation", "trip journey", "job position occupation", "doctor physician", "ill sick unwell",
    "present gift", "shop store", "bill invoice", "refund reimbursement", "discount reduction rebate",
    "coupon voucher", "free complimentary gratis", "yearly annual annually", "private personal",
    "urgent pressing", "error mistake", "comment remark", "luggage baggage", "flat apartment",
    "lift elevator", "autumn fall", "garbage trash rubbish waste", "queue line", "taxi cab",
    "parcel package packet", "street road", "company firm business", "staff personnel employees",
    "client customer", "salary wage pay", "boss manager", "drink beverage", "drinks beverages",
    "woman female", "man male", "father dad", "mother mum mom", "quiet silent calm", "loud noisy",
    "rich wealthy", "safe secure", "city town", "couch sofa", "biscuit cookie", "sweets candy",
    "trousers pants", "mobile cellphone", "reservation booking", "shipping delivery", "return exchange",
    "warranty guarantee", "broken damaged defective", "missing lost", "late delayed overdue",
    "early soon", "often frequently", "rarely seldom", "adult grown-up", "person traveller passenger",
    "meal dish", "breakfast brekkie", "spicy hot", "vegetarian meatless", "seat place", "window pane",
    "fee charge", "update upgrade", "news newsletter", "advice tip", "question query", "answer reply",
    "reason cause", "goal aim objective", "topic subject", "summary overview", "beginner novice",
    "advanced expert", "fun amusing", "beautiful pretty lovely", "warm heated", "cold chilly",
)  # fmt: skip
ALIKE: Final[dict[str, frozenset[str]]] = {}
for _line in _GROUPS:
    for _word in _line.split():
        ALIKE[_word] = ALIKE.get(_word, frozenset()) | frozenset(_line.split())
