"""Cutting a sentence into clauses, one command or one statement each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from runner.record.prompt.language import figures, lexicon
from runner.record.prompt.language.phrase import LITERALS, Phrase, width
from runner.record.prompt.language.sentences import sentences
from runner.record.prompt.language.tickets import unframed
from runner.record.prompt.language.tokens import tokenize
from runner.record.prompt.language.verbs import Heard, imperative, verb_at

_LEADS = tuple(dict.fromkeys((*lexicon.SEQUENCERS, *lexicon.POLITE)))
_CONDITIONS = (
    "if",
    "when",
    "once",
    "after",
    "as soon as",
    "before",
    "upon",
    "whenever",
    "in case",
    "unless",
    "while",
)
# What is not done by itself, either: nothing to be served.
REFUSALS = (
    "do not submit", "don't submit", "without submitting", "do not send", "don't send", "without sending",
    "do not save", "don't save", "without saving", "never submit", "do not confirm", "don't confirm",
)  # fmt: skip
_TAILS = ("please", "pls", "plz", "thanks", "thank you", "thx", "for me", "okay", "ok", "cheers", "as well")
_GREETINGS = frozenset({"hi", "hello", "hey", "oops", "okay", "ok", "thanks", "thank you", "cheers",
    "alright",
    "good morning", "hi there", "hello there", "hey there", "well", "so"})  # fmt: skip
_ARROWS = ("->", "=>", "→")
_FIELD_VERBS = frozenset({"type", "login", "do", "form", "set", "submit", "search"})


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause: its tokens without lead-in words, the verb it starts with, its tie to the one before.

    `capital` tells that the verb could as well be the rest of a name: "Save and Close". `tie` is the word
    between the two, `place` a phrase that leads in: "In the Billing section, ...", `lead` the words of
    courtesy or order before the clause proper: "and then please".
    """

    phrase: Phrase
    verb: Heard | None
    condition: str = ""
    capital: bool = False
    start: int = 0
    tie: str = ""
    place: Phrase | None = None
    lead: str = ""

    @property
    def part(self) -> str:
        """The wording, its leading place included."""
        first = self.place.tokens[0] if self.place else self.phrase.tokens[0]
        return self.phrase.source[first.start : self.phrase.tokens[-1].end].strip()

    @property
    def rest(self) -> Phrase:
        """What follows the verb."""
        return self.phrase[self.verb.width :] if self.verb else self.phrase


def clauses_of(prompt: str, values: Mapping[str, str] | None = None) -> list[Clause]:
    """The clauses of `prompt`, in order; `values` are those of parameters that may be seen."""
    tokens = tokenize(unframed(prompt), values)
    found: list[Clause] = []
    for sentence in sentences(tokens, prompt):
        found += _clauses(sentence)
    return [clause for clause in found if len(clause.phrase) and not _greets(clause)]


def _greets(clause: Clause) -> bool:
    return clause.verb is None and clause.phrase.text.lower().strip(" ,!.") in _GREETINGS


def _without_tail(phrase: Phrase) -> Phrase:
    """Without "please" and the like at the end; a name that ends so keeps its capital or its quotes."""
    while len(phrase) > 1:
        tail = next((words for words in _TAILS if phrase.stands(len(phrase) - width(words), words)), "")
        at = len(phrase) - width(tail)
        if not tail or at < 1 or phrase.tokens[at].text[:1].isupper():
            break
        if tail in ("ok", "okay", "as well") and phrase.tokens[at - 1].text != ",":
            break
        phrase = phrase[:at].trimmed(",;:!?")
    return phrase


def _clauses(sentence: Phrase) -> list[Clause]:
    found: list[Clause] = []
    start, tie = 0, ""
    at, _ = _after_leads(sentence, 0)
    begin = at
    while at < len(sentence):
        cut = _boundary(sentence, at, found, begin)
        if cut is None:
            at += 1
            continue
        end, resume = cut
        found.append(_clause(sentence, start, begin, end, tie))
        start, tie, (begin, _) = end, sentence.lower(end), _after_leads(sentence, resume)
        at = max(begin, resume)
    found.append(_clause(sentence, start, begin, len(sentence), tie))
    return _tied([clause for clause in found if len(clause.phrase)])


def _after_leads(sentence: Phrase, at: int) -> tuple[int, bool]:
    """Past "and then please", "could you", commas: where the clause proper begins."""
    moved = False
    while at < len(sentence):
        token = sentence.tokens[at]
        if token.kind == "mark" and token.text in ",:-–—":
            at += 1
            continue
        lead = sentence.match(at, _LEADS)
        after = at + width(lead)
        if not lead or not _is_lead(sentence, lead, at, after):
            break
        at, moved = after, True
    return at, moved


def _is_lead(sentence: Phrase, lead: str, at: int, after: int) -> bool:
    if after >= len(sentence) or (lead == "next" and sentence.lower(after) in ("page", "month", "week")):
        return False
    if lead in ("first", "second", "next", "final", "last", "to", "so", "i", "we", "you", "user",
        "the user", "when", "given",
                "should", "will", "task", "also", "again", "need to", "i want"):  # fmt: skip
        skipped = sentence.tokens[after].text in ","
        if lead == "to" or lead == "when":
            return False
        step, _ = (after, False) if not skipped else (after + 1, False)
        inner = sentence.match(step, _LEADS)
        return (
            skipped
            or verb_at(sentence, step) is not None
            or bool(inner and inner not in ("first", "second", "next"))
        )
    return True


def _boundary(sentence: Phrase, at: int, found: list[Clause], begin: int) -> tuple[int, int] | None:
    """Where the clause ends and the next one may begin, if there is a boundary at `at`."""
    if at <= begin:
        return None
    word = sentence.lower(at)
    if (after := sentence.match(at, figures.CONDITIONS)) and figures.figure_in(sentence[at + width(after) :]):
        return at, at  # "buy once the price is below $50"
    if sentence.match(at, REFUSALS) or (word == "but" and sentence.match(at + 1, REFUSALS)):
        return at, at + (word == "but")
    sequencer = sentence.match(at, lexicon.SEQUENCERS)
    if (
        sequencer
        and sequencer not in ("first", "second", "also", "plus", "next", "as well as", "finally")
        and word
    ):
        return at, at + width(sequencer)
    if word == "to" and _use_to(sentence, begin, at):
        return None
    if word == "," and sentence.lower(at + 1) == "to" and imperative(sentence, at + 2):
        return at, at + 2  # "expand the sections, to find ..."
    if word in ("hit", "click", "press", "tap") and sentence.lower(at + 1) == "submit":
        return (at, at) if _runs_on(sentence, at) else None
    if word == "(":
        aside = imperative(sentence, at + 1) is not None or _asserts(sentence, at + 1)
        return (at, at + 1) if aside else None
    if word not in ("and", ",", "&", "or", "but", "–", "—", "+", *_ARROWS):
        return None
    if word in _ARROWS and _goes_on(sentence, at):
        return None  # a path: "File -> Save as"
    resume, lead = _after_leads(sentence, at + 1)
    if resume >= len(sentence):
        return None
    if sentence.lower(resume) in ("and", "&", "but"):
        resume, lead = _after_leads(sentence, resume + 1)
    if _opens(sentence, begin, at, resume, lead=lead):
        return at, at + 1
    return None


def _awaits_as(sentence: Phrase, begin: int, at: int) -> bool:
    """Whether what things are marked as is still to come."""
    said = [step for step, _ in sentence.find(("as",), begin)]
    return bool(said) and said[0] > at


def _goes_on(sentence: Phrase, at: int) -> bool:
    """Whether an arrow leads to the next stop of a path."""
    after = sentence.tokens[min(at + 1, len(sentence) - 1)]
    return after.kind == "word" and after.text[:1].isupper() and not _asserts(sentence, at + 1)


def _runs_on(sentence: Phrase, at: int) -> bool:
    """Whether a command begins here without any tie: "scroll to the end of the text hit submit"."""
    before = sentence.lower(at - 1)
    idle = (
        "to",
        "and",
        "or",
        "the",
        "a",
        "an",
        "then",
        ",",
        "by",
        "of",
        "with",
        "not",
        "on",
        "you",
        "please",
    )
    return before not in idle and sentence.tokens[at].text.islower()


def _use_to(sentence: Phrase, begin: int, at: int) -> bool:
    return sentence.lower(begin) == "use" and at > begin


def _opens(sentence: Phrase, begin: int, at: int, resume: int, *, lead: bool) -> bool:
    """Whether a clause of its own begins at `resume`."""
    condition = sentence.match(resume, _CONDITIONS)
    if condition and sentence.lower(at) in (",", "and"):
        then = imperative(sentence, resume + 1) if condition == "after" else None
        if then is not None and not sentence.lower(resume + 1).endswith(("ing", "ed")):
            return True
        return condition not in ("before", "after", "while", "as")
    if _asserts(sentence, resume) and sentence.lower(at) in (",", "and", "but", "(", *_ARROWS):
        return True
    heard = imperative(sentence, resume)
    previous = imperative(sentence, begin)
    if heard is None:
        return _field_follows(sentence, begin, resume, previous) or _placed_verb(sentence, resume)
    if previous is None and heard.phrase in _LABELS and ":" in (sentence.lower(n) for n in range(begin, at)):
        return False  # "New customer: name Ada, email ada@x.org"
    if previous and previous.phrase in ("mark", "flag") and _awaits_as(sentence, begin, at):
        return False  # "mark Water the plants and Buy milk as done"
    if heard.phrase in ("see", "look", "point") and previous is None and not lead:
        return False
    if previous and _in_field_list(sentence, previous, begin, at, resume, heard):
        return False
    after = resume + heard.width
    bare = after >= len(sentence) or sentence.lower(after) in (",", "and", "then")
    capital = sentence.tokens[resume].text[:1].isupper()
    lists = previous is not None and previous.verb in (
        "click",
        "choose",
        "check",
        "uncheck",
        "toggle",
        "hover",
        "expect",
    )
    if lists and bare and not lead and capital:
        return False
    if (
        lists
        and bare
        and not lead
        and heard.verb == "do"
        and heard.phrase not in ("save", "continue", "proceed", "send", "order", "check out", "pay")
    ):
        return False
    return not (previous and previous.verb == "expect" and _statement_follows(sentence, after))


_LABELS = frozenset({"email", "mail", "name", "message", "comment", "title", "label", "note", "address",
    "state",
    "order", "number", "date", "value"})  # fmt: skip


def _field_follows(sentence: Phrase, begin: int, resume: int, previous: Heard | None) -> bool:
    """Whether a field and its value stand here by themselves: "open the cart, quantity 3"."""
    if previous is None or previous.verb not in ("click", "goto", "upload") or sentence.lower(begin) == "":
        return False
    after = resume + 1
    if after >= len(sentence) or sentence.tokens[resume].kind != "word":
        return False
    if (
        sentence.lower(resume - 1) == ","
        and sentence.lower(after) in ("=", ":")
        and after + 1 < len(sentence)
    ):
        return True
    ends = after + 1 >= len(sentence) or sentence.lower(after + 1) in (",", "and", ".", ";")
    literal = sentence.tokens[after].kind in ("number", "digits", "money", "date", "time", "email", "quoted")
    label = sentence.tokens[resume].text.islower() and sentence.lower(resume) not in lexicon.RELATIONS
    return ends and literal and label and sentence.lower(resume - 1) == ","


def _placed_verb(sentence: Phrase, resume: int) -> bool:
    """Whether a command led by its place begins here: "and in Bio put ...", "for City select Zürich"."""
    if sentence.lower(resume) not in ("in", "on", "for", "under"):
        return False
    for step in range(resume + 2, min(resume + 6, len(sentence))):
        if sentence.lower(step) in (",", "and", "then"):
            return False
        heard = imperative(sentence, step)
        if heard and not heard.fuzzy and heard.verb in ("type", "choose", "set", "check", "click"):
            return sentence.tokens[step].text.islower()
    return False


def _statement_follows(sentence: Phrase, after: int) -> bool:
    return any(
        sentence.lower(at) in ("is", "are", "exist", "appear", "visible")
        for at in range(after, min(after + 2, len(sentence)))
    )


def _asserts(sentence: Phrase, at: int) -> bool:
    """Whether a statement about the page begins here: "the URL contains", "Welcome is shown"."""
    window = [sentence.lower(step) for step in range(at, min(at + 9, len(sentence)))]
    for step, word in enumerate(window):
        if word in (",", "and", "then", "to", "into", "with", "whose", "that", "which", "where"):
            return False
        if step and word in ("should", "must", "appears", "contains", "shows", "says"):
            return True
        if step and word in ("is", "are") and any(
            later in ("shown", "visible", "displayed", "listed", "present", "there", "gone", "on", "in",
                "not", "still")
            for later in window[step + 1 : step + 4]
        ):  # fmt: skip
            return True
    return False


def _in_field_list(sentence: Phrase, previous: Heard, begin: int, at: int, resume: int, heard: Heard) -> bool:
    """Whether what looks like a verb is the name of one more field: "... and email ada@x.org"."""
    if previous.verb not in _FIELD_VERBS and previous.verb != "choose":
        return False
    after = resume + heard.width
    if after < len(sentence) and sentence.tokens[after].text in ":=":
        return True
    listing = any(
        sentence.lower(step) in ("with", ":", "=", "as", "using", "is") for step in range(begin, at)
    )
    noun = heard.phrase in (
        "email", "mail", "name", "message", "comment", "title", "label", "note", "address", "value",
    )  # fmt: skip
    if not noun or after >= len(sentence):
        return False
    token = sentence.tokens[after]
    return (listing and token.kind in (*LITERALS, "word")) or (token.kind in ("email",
        "quoted") and heard.phrase in (
        "email", "mail", "name", "message", "comment", "note", "title",
    ) and sentence.lower(begin) in ("enter", "type", "fill", "put", "write", "add", "provide"))  # fmt: skip


def _clause(sentence: Phrase, start: int, begin: int, end: int, tie: str) -> Clause:
    condition = sentence.match(begin, _CONDITIONS)
    offset = begin + width(condition) if condition else begin
    if condition:
        offset, _ = _after_leads(sentence, offset)
    after = imperative(sentence, offset) if condition == "after" else None
    if after is not None and not sentence.lower(offset).endswith(("ing", "ed")):
        condition = ""  # "after click Save": then
    phrase = _without_tail(_unbracketed(sentence[offset:end].trimmed(",;:!?")))
    shift = next(
        (at for at, token in enumerate(sentence.tokens) if phrase.tokens and token is phrase.tokens[0]), begin
    )
    heard = imperative(Phrase(sentence.tokens[:end], sentence.source), shift) if len(phrase) else None
    capital = start > 0 and len(phrase) > 0 and phrase.tokens[0].text[:1].isupper()
    lead = " ".join(token.lower for token in sentence.tokens[start:shift]).removesuffix(" ,")
    clause = Clause(phrase, heard, condition, capital, start, tie, lead=lead)
    return _led(clause) if heard is None and not condition and len(phrase) else clause


# Verbs that need no comma after their place: "in the cart remove Circe", "in the list find Dune".
_LED = ("remove", "delete", "find", "look for", "archive", "edit")


def _unbracketed(phrase: Phrase) -> Phrase:
    """Without the bracket that closes behind an aside: it opened before."""
    closes = len(phrase) > 1 and phrase.lower(len(phrase) - 1) == ")"
    return phrase[:-1] if closes and not any(phrase.find(("(",))) else phrase


def _led(clause: Clause) -> Clause:
    """Part a leading place from the command where no comma does: "In the row for Dune set Price to 9"."""
    phrase = clause.phrase
    if not _is_place(phrase):
        return clause
    for at in range(2, len(phrase)):
        if phrase.tokens[at].kind != "word" or phrase.tokens[at].text[0].isupper():
            continue
        heard = imperative(phrase, at)
        if (
            heard
            and not heard.fuzzy
            and (heard.verb not in ("do", "expect", "find") or heard.phrase in _LED)
            and at + heard.width < len(phrase)
        ):
            return replace(clause, phrase=phrase[at:], verb=heard, place=_unled(phrase[:at]).trimmed())
    return clause


def _unled(phrase: Phrase) -> Phrase:
    """Without courtesy at its end: "On the Security tab I'd like you to" check ..."""
    for at in range(2, len(phrase)):
        lead = phrase.match(at, lexicon.POLITE)
        if lead and at + width(lead) == len(phrase):
            return phrase[:at]
    return phrase


def _tied(found: list[Clause]) -> list[Clause]:
    """Put a leading place ("In the Billing section, ...") behind the command it belongs to."""
    tied: list[Clause] = []
    for clause in found:
        before = tied[-1] if tied else None
        if (
            before
            and before.verb is None
            and not before.condition
            and clause.verb
            and _is_place(before.phrase)
        ):
            tied[-1] = replace(clause, place=before.phrase, start=before.start)
        else:
            tied.append(clause)
    return tied


def _is_place(phrase: Phrase) -> bool:
    return (
        phrase.lower(0) in ("in", "on", "under", "within", "inside", "below", "for", "from", "next", "at")
        and len(phrase) > 1
        and not (phrase.lower(0) == "next" and phrase.lower(1) != "to")
    )
