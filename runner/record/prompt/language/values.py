"""Values a sentence gives, and lists of fields with values ("with name Ada and email ada@x.org")."""

from __future__ import annotations

from dataclasses import replace

from runner.record.prompt.language import lexicon
from runner.record.prompt.language.clock import spoken_time
from runner.record.prompt.language.intent import Target, Value
from runner.record.prompt.language.nouns import field_of, target_of
from runner.record.prompt.language.phrase import LITERALS, Phrase, width
from runner.record.prompt.language.sources import cased, fact_wanted, source_of
from runner.record.prompt.language.tokens import tokenize

_NOUNS = ("text", "value", "word", "words", "string", "phrase", "number", "message", "date", "term",
    "letters", "search term",
          "following", "following text", "query", "code", "amount", "keyword", "digits", "name of",
          "character", "option")  # fmt: skip
_SET = (
    ":",
    "=",
    "to",
    "is",
    "as",
    "be",
    "->",
    "=>",
    "equals",
    "with",
    "of",
    "should be",
    "set to",
    "to be",
    "→",
    "to:",
)
_LABELS = ("email", "password", "username", "phone", "name", "first name", "last name", "zip", "quantity",
           "date of birth", "message", "description", "card number", "cvc", "expiry", "country", "departure",
           "destination", "remember me")  # fmt: skip
_COMMON_FIELDS = frozenset(
    word
    for label in _LABELS
    for word in lexicon.SYNONYMS[label]
    if word.replace(" ", "").replace("-", "").isalpha()
)
_FIELD_WORDS = _COMMON_FIELDS | lexicon.listed(
    "plan age city street company role gender priority status category colour color size date time "
    "website url subject body note notes price due year month day start end tag tags address currency "
    "language state team label type"
)  # fmt: skip
_READ = (
    "text",
    "value",
    "content",
    "contents",
    "number",
    "word",
    "code",
    "answer",
    "result",
    "name",
    "id",
    "price",
    "total",
)


def value_of(phrase: Phrase) -> Value:
    """The value a phrase gives."""
    phrase, case = cased(phrase.trimmed(",;:"))
    found = source_of(phrase) or _literal(phrase)
    if not case:
        return found
    if found.source is None and not found.parameter:
        found = replace(found, text=in_case(found.text, case))
    return replace(found, case=case)


def in_case(text: str, case: str) -> str:
    """The text in upper, lower or title case; as it is where no case is asked for."""
    match case:
        case "upper":
            return text.upper()
        case "lower":
            return text.lower()
        case "title":
            return text.title()
        case _:
            return text


def _literal(phrase: Phrase) -> Value:
    for noun in sorted(_NOUNS, key=len, reverse=True):
        skip = 1 if phrase.lower(0) in lexicon.STRICT_DETERMINERS else 0
        after = skip + width(noun)
        if (
            phrase.stands(skip, noun)
            and after < len(phrase)
            and (skip or phrase.tokens[after].kind in LITERALS)
        ):
            if phrase.lower(after) in ("from", "of", "in", "on", "that", "shown", "below", "above"):
                break
            if phrase.tokens[after].kind in LITERALS or noun not in ("name of", "option"):
                phrase = phrase[after:].trimmed(":,")
                break
    if len(phrase) == 1:
        token = phrase.tokens[0]
        kind = token.kind if token.kind in LITERALS else "text"
        return Value(token.text, token.kind == "quoted", kind, token.parameter)
    if len(phrase) and phrase.tokens[0].kind == "quoted" and len(phrase) == 1:
        return Value(phrase.tokens[0].text, True)
    if time := spoken_time(phrase.text):
        return Value(time, kind="time")
    source = _source(phrase)
    return Value(phrase.plain, any(token.kind == "quoted" for token in phrase), "text", source=source)


def _source(phrase: Phrase) -> Target | None:
    """Where the value is to be read from, if the phrase names a thing instead of a text."""
    wanted = fact_wanted(phrase)
    named = wanted.name.lower() if wanted else ""
    if wanted and (named in _FIELD_WORDS or named.split(" ")[-1] in _READ):
        return wanted
    if phrase.lower(0) not in ("the", "its", "their", "that", "whatever", "your", "this", "it"):
        return None
    if any(token.kind in ("number", "money", "email", "url") for token in phrase):
        return None
    words = [token.lower for token in phrase if token.kind == "word"]
    if words and (words[0] in ("it", "that", "this", "your") or any(word in _READ for word in words)):
        return target_of(phrase)
    return None


def pairs(phrase: Phrase, marks: tuple[str, ...] = _SET) -> list[tuple[Target, Value]] | None:
    """The fields and values of a list, or None where the phrase is not one."""
    found: list[tuple[Target, Value]] = []
    carried: Phrase | None = None
    pieces = _pieces(phrase.trimmed())
    for at, (piece, separator) in enumerate(pieces):
        whole = _joined(carried, piece)
        pair = _pair(whole, marks)
        carried = None
        if pair is not None:
            found.append(pair)
        elif _continues(pieces, at, found, marks):
            target, value = found[-1]
            text = f"{value.text}{separator}{piece.plain}"
            found[-1] = (target, replace(value, text=text, parameter="", kind="text"))
        elif at + 1 < len(pieces) and "and" in pieces[at + 1][1]:
            carried = whole  # "Street and number with ...": the label goes on
        else:
            return None
    return found or None


def _joined(carried: Phrase | None, piece: Phrase) -> Phrase:
    if carried is None:
        return piece
    start, end = carried.tokens[-1].end, piece.tokens[0].start
    between = [token for token in tokenize(piece.source) if start <= token.start and token.end <= end]
    return Phrase((*carried.tokens, *between, *piece.tokens), piece.source)


def _continues(
    pieces: list[tuple[Phrase, str]], at: int, found: list[tuple[Target, Value]], marks: tuple[str, ...]
) -> bool:
    """Whether a piece that is no pair goes on with the value before it rather than begins the next label."""
    if not found:
        return False
    following = pieces[at + 1] if at + 1 < len(pieces) else None
    if following is None or "and" not in following[1]:
        return True
    both = _joined(pieces[at][0], following[0])
    return not ("," in pieces[at][1] and any(both.find(marks)))


def _pieces(phrase: Phrase) -> list[tuple[Phrase, str]]:
    """The parts between commas and "and", each with the separator before it as it was written."""
    pieces: list[tuple[Phrase, str]] = []
    start, separator = 0, ""
    at = 0
    while at < len(phrase):
        word = phrase.lower(at)
        if word in (",", "and", ";", "&") or phrase.tokens[at].kind == "break":
            if at > start:
                pieces.append((phrase[start:at], separator))
                separator = ""
            separator = (separator + " and ").replace("  ", " ") if word == "and" else ", "
            start = at + 1
        at += 1
    if start < len(phrase):
        pieces.append((phrase[start:], separator))
    return pieces


def _pair(piece: Phrase, marks: tuple[str, ...] = _SET) -> tuple[Target, Value] | None:
    piece = _undressed(piece)
    if len(piece) < 2:
        return None
    known = next((size for size in (4, 3, 2) if len(piece) > size and _known(piece[:size])), 1)
    for at in range(known, len(piece) - 1):
        mark = piece.match(at, marks)
        rest = at + width(mark)
        if mark == "as" and at == 1 and piece.tokens[0].kind in LITERALS:
            return field_of(piece[rest:]), value_of(piece[:at])  # "4 as the number of people"
        if mark and rest < len(piece) and _labels(piece[:at]):
            return field_of(piece[:at]), value_of(piece[rest:])
    return _switched(piece) or _juxtaposed(piece)


def _switched(piece: Phrase) -> tuple[Target, Value] | None:
    """ "Newsletter on", "order updates off"."""
    if piece.lower(-1) not in ("on", "off") or len(piece) > 5 or piece.tokens[-1].text[:1].isupper():
        return None
    words = all(token.kind in ("word", "quoted") for token in piece)
    return (field_of(piece[:-1]), Value(piece.lower(-1))) if words and _label_like(piece[:-1]) else None


def _undressed(piece: Phrase) -> Phrase:
    piece = piece.trimmed()
    while len(piece) > 2 and piece.lower(0) in (
        *lexicon.STRICT_DETERMINERS,
        "with",
        "using",
        "then",
        "also",
        "and",
        "plus",
    ):
        piece = piece[1:]
    return piece


def _labels(piece: Phrase) -> bool:
    return len(piece) <= 6 and not any(token.kind in ("url", "email", "date", "money") for token in piece)


def _juxtaposed(piece: Phrase) -> tuple[Target, Value] | None:
    """ "name Ada", "card number 4242", "username "chas"": a label and a value side by side."""
    known = next((size for size in (4, 3, 2, 1) if len(piece) > size and _known(piece[:size])), 0)
    literal = next((at for at in range(1, len(piece)) if piece.tokens[at].kind in LITERALS), 0)
    if literal and literal + 1 == len(piece) and literal <= 5 and _label_like(piece[:literal]):
        return field_of(piece[:literal]), value_of(piece[literal:])
    if known and not _known(piece[known:]):
        return field_of(piece[:known]), value_of(piece[known:])
    for size in (3, 2):  # "repeat new password x1": the label ends with a word that labels bear
        if len(piece) > size and _known(piece[size - 1 : size]) and _label_like(piece[:size]) and (
            all(token.kind == "word" and token.text.islower() for token in piece[:size])
        ):  # fmt: skip
            return field_of(piece[:size]), value_of(piece[size:])
    if piece.tokens[0].kind == "word" and piece.tokens[0].text.islower() and len(piece) > 1:
        capital = next((at for at in range(1, len(piece)) if piece.tokens[at].text[:1].isupper()), 0)
        if capital and capital <= 3 and _label_like(piece[:capital]):
            return field_of(piece[:capital]), value_of(piece[capital:])
    return None


def _known(piece: Phrase) -> bool:
    return (
        all(token.kind == "word" for token in piece)
        and " ".join(token.lower for token in piece) in _FIELD_WORDS
    )


def _label_like(piece: Phrase) -> bool:
    prepositions = ("in", "into", "for", "on", "from", "to", "that", "with", "ends", "starts")
    return not any(token.lower in prepositions for token in piece if token.kind != "quoted")
