"""The words of interfaces: verbs, nouns and the roles they name, ordinals, keys, synonyms."""

from __future__ import annotations

from typing import Final

from runner.record.prompt.language.intent import Relation, Verb


def listed(text: str) -> frozenset[str]:
    """The words of a text."""
    return frozenset(text.split())


def _table(text: str) -> dict[str, str]:
    """Phrases by the key of their row; an indented line goes on with the row before."""
    table: dict[str, str] = {}
    key = ""
    for line in text.strip().splitlines():
        phrases = line
        if not line.startswith(" "):
            key, _, phrases = line.partition(":")
        table |= {phrase.strip(): key.strip() for phrase in phrases.split(",") if phrase.strip()}
    return table


# Phrases of the verb itself, longest match first. A `+` stands for any object between verb and particle.
VERBS: Final[dict[str, str]] = _table("""
click: click, click on, click onto, click the, tap, tap on, double click, double-click, hit, press on, push
click: make click on, make click in, make click, make a click on, do click in, do click on, do click
click: do a click on, click in, give a click on
check: put check on, put check in, put check at, put a check on, make check in, make check on, put tick on
uncheck: take off the check from, take the check off, remove the check from, take the tick off
do: do delete of, do the delete of, make delete of
login: make login, do login, do the login, make the login
logout: do the log out, do log out, do the logout, make logout, make the log out, make log out
search: make a search of, make search of, do search of, make a search for
click: do, clik, klick, single click, left click, left-click, click over
press: press, strike, press the key
choose: select, choose, pick, choose from, opt for, pick out, go for
set: set, change, update, adjust, switch, move, drag, slide, increase, decrease, make, turn, edit, modify
set: assign, specify
type: type, type in, enter, input, write, write in, put, put in, key in, insert, fill in, fill out, fill
type: fill up, provide, supply, give, populate, complete, type out, enter in, type into, enter into, add in
type: paste, use, state
clear: clear, clear out, empty, erase, wipe, blank out
check: check, tick, tick off, check off, mark, enable, turn on, switch on, activate, put a check in
check: put a tick in, flag
uncheck: uncheck, untick, un-check, un-tick, deselect, unselect, disable, turn off, switch off, unmark
uncheck: deactivate, clear the check, take off
toggle: toggle, flip, flick
hover: hover, hover over, hover on, mouse over, mouseover, move the mouse over, move over, point at
hover: point to, put the mouse over, move the cursor over
focus: focus, focus on, focus into, put the cursor in, place the cursor in, click into, put focus on
focus: set focus on, set the focus on, set focus to
scroll: scroll, scroll to, scroll down, scroll up, scroll down to, scroll up to, scroll until
scroll: scroll into view, scroll over to, page down, page up
wait: wait, wait for, wait until, wait till, hold on, pause, pause for, sleep, sleep for, let, hang on
wait: give it
upload: upload, attach, add the file, choose the file, select the file, upload the file
goto: go to, goto, navigate to, navigate, visit, browse to, browse, head to, head over to, head, go, surf to
goto: load, get to, open up, open, switch to, move to, jump to, launch, go over to, go into, take me to
goto: bring up, return to, proceed to, access, pull up, view, show me, show, enter the site, start at
goto: go in, go on, jump to, turn to
goto: start on, start from, begin at, begin on, land on, change to, hop over to
back: go back, back, navigate back, step back, go back to the previous page, return to the previous page
forward: go forward, navigate forward
reload: reload, refresh, reload the page, refresh the page, hit refresh
login: log back in, sign back in, log in again, log in, login, log into, log on, logon, sign in,
    signin, sign into, sign on, authenticate, log me in
login: sign me in, log yourself in
logout: log out, logout, log off, logoff, sign out, signout, sign off, log me out, sign me out
search: search, search for, look up, search up, look for, google, run a search for, do a search for, query
search: perform a search for
find: find, locate, spot, identify, look at, navigate through, switch between, switch through,
    browse through, go through, look through
submit: submit, send the form, submit the form, send it off, submit it
close: close, dismiss, exit, shut, hide, close out
accept: accept, agree, agree to, consent, consent to, allow, confirm, approve, acknowledge, say yes, ok
accept: okay
cancel: cancel, abort, decline, reject, deny, say no, refuse
expand: expand, unfold, open the section, unroll, uncollapse
collapse: collapse, fold, fold up, minimize, minimise
copy: copy, copy and paste, copy paste, copy-paste, copy over, transfer
solve: solve, calculate, compute, work out, evaluate, figure out, add up, sum up, count, count up, tally
guess: guess, take a guess at
classify: classify, categorize, categorise
expect: verify, check that, check if, check whether, make sure, make sure that, ensure, ensure that, assert
expect: assert that, assert on, expect, expect to see, expect that, confirm that, confirm whether, validate
expect: validate that, verify that, see that, see if, see whether, should see, see, should be
expect: you should see, i should see, should now see, we should see, look for, test that, test whether
expect: observe, observe that, double check, double-check, double check that, check for, check you see
expect: check we see, check i see, be sure, be sure that, notice, must see, will see, should get
expect: should have, expects, control that, control if, control whether, must appear, should appear
expect: must be shown, should be shown, must be visible, should be visible, has to appear, must show
expect: there must be, there should be, must be displayed, should be displayed, has to be shown
do: add, delete, remove, create, buy, order, purchase, save, send, reply, forward, rename, share, download
do: print, export, import, like, follow, unfollow, subscribe, unsubscribe, publish, archive, unarchive
do: restore, duplicate, clone, assign to, mark as, post, retweet, bookmark, favorite, favourite, star
do: unstar, pin, unpin, play, stop, start, run, apply, continue, proceed, checkout, check out, register
do: sign up, book, reserve, place, pay, undo, redo, sort, sort by, filter, filter by, show more, view more
do: load more, reset, retry, join, leave, block, mute, invite, move, finish, skip, preview
do: get rid of, trash, bin, fwd, forward on, rate, respond, answer, send on, pass on, discard, edit out
do: generate, report, comment, connect, disconnect, install, next, edit, remind, email, mail, message
do: call, rotate, zoom, get, sell, underline, italicize, italicise, embolden, highlight
""")  # fmt: skip

# What a verb becomes where it is used as "clicks", "clicking", "clicked".
IRREGULAR: Final[dict[str, str]] = {
    "went": "go", "goes": "go", "chose": "choose", "chosen": "choose", "wrote": "write", "written": "write",
    "found": "find", "sees": "see", "saw": "see", "seen": "see", "made": "make", "hid": "hide", "paid": "pay",
    "sent": "send", "bought": "buy", "ticks": "tick", "does": "do", "logging": "log", "logged": "log",
    "logs": "log",
    "setting": "set", "putting": "put", "hitting": "hit", "tapped": "tap", "tapping": "tap",
    "dragging": "drag",
    "submitting": "submit", "submitted": "submit", "scrolled": "scroll", "signing": "sign", "signed": "sign",
}  # fmt: skip

# Nouns for kinds of things; the roles that answer them are named in `ROLES`.
KINDS: Final[dict[str, str]] = _table("""
button: button, btn, buttons, btns, buton, push button, cta, submit button, push-button
link: link, links, hyperlink, anchor, url link
icon: icon, icons, symbol, glyph, logo, image, picture, img, photo, thumbnail, avatar
tab: tab, tabs
field: field, fields, input, inputs, textbox, textboxes, text box, text boxes, text field, text fields
field: text input, text inputs, input field, input fields, input box, inputbox, text-box, textfield
field: form field, entry field, entry, edit box, editbox, blank
field: search box, searchbox, search bar, search field, searchbar, search input, box, boxes, bar, prompt
field: text-field, editor
textarea: textarea, text area, text areas, textareas, multiline field, text-area
checkbox: checkbox, checkboxes, check box, check boxes, check-box, tick box, tickbox, checkmark, check mark
radio: radio, radio button, radio buttons, radios, radiobutton, radio-button, radio option
switch: switch, toggle, toggle switch
select: dropdown, drop down, drop-down, dropdowns, select, select box, selectbox, combobox, combo box, combo
select: picker, pulldown, pull-down, dropdown list, drop-down list, drop down list, dropdown menu
select: drop-down menu, drop down menu, selector, select list, selection list, combo-box
list: list, lists, listbox, list box, scroll list, scrolllist, multi-select, multiselect
option: option, options, choice, choices, suggestion, suggestions, entry from the list, list item
menuitem: menu item, menu items, menu option, menu entry, menuitem
menu: menu, menus, menubar, nav, navigation, navbar, menu bar, nav bar, context menu, navigation menu
menu: hamburger menu
row: row, rows, line, table row, lines
column: column, columns
cell: cell, cells
item: item, items, entry, entries, record, records, result, results, search result, search results, product
item: products, task, tasks, todo, todos, to-do, post, posts, message, messages, email, emails, mail, mails
item: comment, comments, ticket, tickets, order, orders, user, users, article, articles, book, books, event
item: events, file, files, folder, folders, node, card, cards, tile, tiles, flight, flights, thread
item: msg, msgs, e-mail, e-mails, list entry, contact, contacts, hit
item: hits, tweet, tweets, notification, notifications, note, notes, one
item: ones, person
heading: heading, header, headline, title, headings
section: section, sections, panel, panels, area, areas, group, block, fieldset, part, sidebar, region, pane
section: widget, column section, subsection, box section, form section, footer, toolbar, collapsible
accordion: accordion, accordions, collapsible section, expander, disclosure
dialog: dialog, dialogs, modal, popup, pop-up, dialogue, dialog box, popover, modal dialog, pop up, lightbox
dialog: prompt window, overlay, window, alert, message box, confirmation, confirmation dialog, banner
dialog: cookie banner, toast
form: form, forms
table: table, tables, grid, datagrid
terminal: terminal, console, command line, shell, command prompt, terminal window, cli, terminal emulator
slider: slider, sliders, range, range slider, trackbar
spinner: spinner, spinbutton, spin button, stepper, number spinner
date: date picker, datepicker, calendar, date field, date input, date-picker
file: file field, file input, file picker, upload field, file upload, dropzone, drop zone, upload box
file: uploader, file chooser
frame: iframe, frame
text: text, label, message text, word, words, phrase, sentence, string, value, content, paragraph, number
text: numbers, letters
page: page, site, website, webpage, screen, web page, url, address, homepage, home page, web site, app
key: key
element: element, control, thing, component, spot
""")  # fmt: skip

CONTAINER_KINDS: Final = frozenset(
    {
        "row",
        "item",
        "section",
        "accordion",
        "dialog",
        "form",
        "table",
        "menu",
        "list",
        "frame",
        "cell",
        "column",
        "page",
    }
)

ROLES: Final[dict[str, frozenset[str]]] = {
    "button": frozenset({"button", "menuitem", "switch"}),
    "link": frozenset({"link"}),
    "icon": frozenset({"img", "button", "link", "generic"}),
    "tab": frozenset({"tab"}),
    "field": frozenset({"textbox", "searchbox", "combobox", "spinbutton"}),
    "textarea": frozenset({"textbox"}),
    "checkbox": frozenset({"checkbox", "menuitemcheckbox"}),
    "radio": frozenset({"radio", "menuitemradio"}),
    "switch": frozenset({"switch", "checkbox"}),
    "select": frozenset({"combobox", "listbox"}),
    "list": frozenset({"listbox", "list", "combobox"}),
    "option": frozenset({"option", "menuitem", "radio", "checkbox", "listitem", "treeitem"}),
    "menuitem": frozenset({"menuitem", "menuitemcheckbox", "menuitemradio", "option", "link", "button"}),
    "menu": frozenset({"menu", "menubar", "navigation", "list"}),
    "row": frozenset({"row", "listitem", "treeitem"}),
    "cell": frozenset({"cell", "gridcell"}),
    "column": frozenset({"columnheader"}),
    "item": frozenset({"row", "listitem", "article", "treeitem", "option", "generic", "link", "group",
    "paragraph"}),
    "heading": frozenset({"heading"}),
    "section": frozenset({"region", "group", "form", "complementary", "navigation", "article", "tabpanel",
    "heading",
                          "contentinfo", "banner", "toolbar", "generic"}),
    "accordion": frozenset({"region", "group", "heading", "tab", "button"}),
    "dialog": frozenset({"dialog", "alertdialog", "alert", "status"}),
    "form": frozenset({"form"}),
    "table": frozenset({"table", "grid", "treegrid"}),
    "slider": frozenset({"slider"}),
    "spinner": frozenset({"spinbutton"}),
    "date": frozenset({"textbox", "grid"}),
    "file": frozenset({"button", "textbox"}),
    "frame": frozenset({"iframe"}),
}  # fmt: skip

ORDINALS: Final[dict[str, int]] = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8,
    "ninth": 9,
    "tenth": 10, "eleventh": 11, "twelfth": 12, "last": -1, "final": -1, "bottom": -1, "bottommost": -1,
    "top": 1, "topmost": 1, "uppermost": 1, "top-most": 1, "penultimate": -2, "initial": 1,
}  # fmt: skip
CARDINALS: Final[dict[str, int]] = {
    "zero": 0, "no": 0, "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6,
    "seven": 7,
    "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12,
}  # fmt: skip

DETERMINERS: Final = listed(
    "the teh hte a an this that these those my your our their its his her some any said very desired given "
    "following corresponding appropriate relevant right correct particular specific existing "
    "available same new"
)
STRICT_DETERMINERS: Final = listed(
    "the teh hte very a an this that these those my your our their its his her"
)
PRONOUNS: Final = listed("it that this them one ones those these him her there everything")

NAMING: Final[tuple[str, ...]] = (
    "labeled as", "labelled as", "labeled with", "labelled with", "labeled", "labelled", "called", "named",
    "titled",
    "entitled", "marked", "with the label", "with label", "with the text", "with text", "with the name",
    "with name",
    "with the title", "with title", "that says", "that reads", "which says", "which reads", "saying",
    "reading",
    "whose label is", "whose name is", "whose text is", "whose title is", "with the caption",
    "that is called",
    "that is labeled", "that is labelled", "which is labeled", "that is named", "captioned",
    "with the heading",
    "with the subject", "with subject", "whose subject is", "with the subject line", "with the headline",
    "that's called", "with the words", "with the word", "with caption",
)  # fmt: skip

RELATIONS: Final[dict[str, Relation]] = {
    "in": "in", "inside": "in", "inside of": "in", "within": "in", "on": "in", "from": "in", "at": "in",
    "from within": "in", "in front of": "near",
    "under": "below", "underneath": "below", "below": "below", "beneath": "below",
    "above": "above", "over": "above", "next to": "near", "beside": "near", "besides": "near", "near": "near",
    "alongside": "near", "by": "by", "close to": "near", "adjacent to": "near", "across from": "near",
    "to the left of": "left", "left of": "left", "to the right of": "right", "right of": "right",
    "for": "of", "of": "of", "belonging to": "of", "corresponding to": "of", "associated with": "of",
    "about": "of",
    "with": "with", "containing": "with", "that contains": "with", "which contains": "with", "having": "with",
    "that has": "with", "which has": "with", "that have": "with", "that contain": "with", "where": "with",
    "including": "with", "mentioning": "with", "that mentions": "with", "to": "of",
    "that belongs to": "of", "whose": "with", "posted by": "by", "written by": "by", "sent by": "by",
    "made by": "by",
    "that corresponds to": "of", "opposite": "near", "underneath of": "below",
    "that is in": "in", "that are in": "in", "that is under": "below", "that's in": "in",
}  # fmt: skip

KEYS: Final[dict[str, str]] = {
    "enter": "Enter", "return": "Enter", "enter key": "Enter", "escape": "Escape", "esc": "Escape",
    "tab": "Tab",
    "space": "Space", "spacebar": "Space", "space bar": "Space", "backspace": "Backspace",
    "delete": "Delete", "del": "Delete",
    "up": "ArrowUp", "down": "ArrowDown", "left": "ArrowLeft", "right": "ArrowRight", "arrow up": "ArrowUp",
    "arrow down": "ArrowDown", "arrow left": "ArrowLeft", "arrow right": "ArrowRight", "up arrow": "ArrowUp",
    "down arrow": "ArrowDown", "left arrow": "ArrowLeft", "right arrow": "ArrowRight", "arrowup": "ArrowUp",
    "arrowdown": "ArrowDown", "arrowleft": "ArrowLeft", "arrowright": "ArrowRight", "home": "Home",
    "end": "End",
    "page up": "PageUp", "page down": "PageDown", "pageup": "PageUp", "pagedown": "PageDown",
    "pgdn": "PageDown",
    "pgup": "PageUp", "insert": "Insert",
} | {f"f{number}": f"F{number}" for number in range(1, 13)}  # fmt: skip
# Keys whose names are also captions: a key only where "key" is said or "press" has no article.
CAPTION_KEYS: Final = frozenset(
    {"delete", "up", "down", "left", "right", "home", "end", "insert", "del", "space", "tab"}
)
MODIFIERS: Final[dict[str, str]] = {
    "ctrl": "Control", "control": "Control", "ctl": "Control", "alt": "Alt", "option": "Alt",
    "shift": "Shift",
    "cmd": "Meta", "command": "Meta", "meta": "Meta", "win": "Meta", "super": "Meta",
}  # fmt: skip

SEQUENCERS: Final[tuple[str, ...]] = (
    "and then", "and after that", "after that", "and finally", "and next", "and also", "then",
    "afterwards", "afterward",
    "finally", "next", "lastly", "subsequently", "thereafter", "and lastly", "once done", "when done",
    "after which", "followed by", "as well as", "first", "firstly", "first of all", "to start", "secondly",
    "thirdly",
    "second", "also", "and afterwards", "but first", "at the end", "in the end", "to finish", "to begin",
    "before that",
    "once that is done", "once that's done", "when that's done", "when you are done", "when you're done",
    "when finished",
    "after this", "and after this", "after it", "and after it",
    "once finished", "after doing so", "after doing that", "upon completion", "plus",
)  # fmt: skip

POLITE: Final[tuple[str, ...]] = (
    "please to", "would you mind",
    "please", "pls", "plz", "kindly", "just", "simply", "now", "can you please", "can you",
    "could you please",
    "could you", "would you please", "would you", "i want you to", "i want to", "i would like you to",
    "i would like to",
    "i'd like you to", "i'd like to", "i need you to", "i need to", "you need to", "you should",
    "you must", "you have to",
    "you can", "we need to", "we should", "let's", "lets", "let us", "try to", "try and", "go ahead and",
    "go on and",
    "go and", "be sure to", "make sure to", "make sure you", "don't forget to", "do not forget to",
    "dont forget to", "never forget to", "remember to", "bitte",
    "as a user", "the user", "user", "as an admin", "as a customer", "as a visitor", "i", "we", "you",
    "given", "when", "and", "but",
    "also", "next", "then", "immediately", "quickly", "proceed to", "use the mouse to", "help me",
    "help me to",
    "your task is to", "the task is to", "task", "given that", "given i", "quickly", "manually",
    "start by", "begin by",
    "continue by", "finish by", "end by", "after that", "should", "will", "to", "so", "ok", "okay", "hey",
    "hi", "hello",
    "at last", "again", "once more", "directly", "basically", "remind me to", "i want", "need to",
    "carefully", "attempt to",
)  # fmt: skip

# Names that mean the same on a control. Each line is one meaning.
_SYNONYMS: Final[tuple[str, ...]] = (
    "log in|login|sign in|signin|log on|sign on|log in to|sign in to",
    "log out|logout|sign out|signout|log off|sign off",
    "sign up|signup|register|create account|create an account|join|join now|get started",
    "search|find|magnifying glass|magnifier|look up|🔍",
    "ok|okay",
    "accept|accept all|accept cookies|agree|i agree|i accept",
    "cancel|abort|never mind",
    "decline|reject|reject all|deny|refuse",
    "close|x|×|✕|✖|╳|dismiss|close dialog|close window",
    "delete|remove|trash|bin|erase|trash can|🗑|rubbish",
    "edit|modify|pencil|✎|✏",
    "add|new|create|plus|+|insert|➕",
    "save|save changes",
    "cart|basket|bag|shopping cart|shopping bag|shopping basket",
    "checkout|check out|proceed to checkout|go to checkout|place order",
    "place order|order now|complete order|confirm order|submit order",
    "buy|buy now|purchase|order",
    "settings|preferences|options|gear|cog|configuration",
    "menu|hamburger|navigation|more|☰",
    "more|more options|…|⋯|⋮|...|ellipsis|overflow|kebab",
    "next|›|»|>|→|next page|next step",
    "continue|proceed",
    "previous|back|prev|‹|«|<|←|previous page",
    "home|homepage|main page|start page|home page",
    "profile|account|my account|my profile",
    "email|e-mail|mail|email address|e-mail address|mail address",
    "password|passcode|pass|pwd|passphrase",
    "username|user name|user|login|login name|user id|account name|userid",
    "phone|telephone|phone number|mobile|mobile number|telephone number|tel|cell phone",
    "name|full name|your name",
    "first name|given name|forename|firstname",
    "last name|surname|family name|lastname",
    "zip|zip code|postal code|postcode|zipcode|post code",
    "quantity|qty|amount",
    "date of birth|birthday|dob|birth date|birthdate",
    "message|your message",
    "description|details|desc",
    "card number|credit card|credit card number|card no|cc number",
    "cvc|cvv|security code|card verification code",
    "expiry|expiration|expiry date|expiration date|exp date|valid until|exp",
    "like|heart|♥|thumbs up|♡",
    "star|favorite|favourite|bookmark|☆|★|important",
    "reply|respond|answer",
    "forward|fwd|send on",
    "share|send to",
    "retweet|repost",
    "refresh|reload",
    "download|save file|export",
    "upload|choose file|attach|browse|select file|attach file|add file",
    "to|recipient|send to",
    "terms|terms and conditions|terms of service|tos|terms & conditions|agree to the terms|conditions",
    "remember me|keep me signed in|stay signed in|keep me logged in|stay logged in",
    "country|nation|region",
    "departure|depart|from|leaving from|departure city|origin",
    "destination|arrival|to|arrive|going to|arrival city",
    "mon|monday", "tue|tuesday", "wed|wednesday", "thu|thursday", "fri|friday", "sat|saturday", "sun|sunday",
)  # fmt: skip
SYNONYMS: Final[dict[str, frozenset[str]]] = {}
for _line in _SYNONYMS:
    _group = frozenset(_line.split("|"))
    for _word in _group:
        SYNONYMS[_word] = SYNONYMS.get(_word, frozenset()) | _group

STOPWORDS: Final = listed("the a an of to in on for and or your my our is are with at this that be it")

VERB_NAMES: Final[dict[str, Verb]] = {
    "click": "click", "press": "press", "choose": "choose", "set": "set", "type": "type", "clear": "clear",
    "check": "check", "uncheck": "uncheck", "toggle": "toggle", "hover": "hover", "focus": "focus",
    "scroll": "scroll",
    "wait": "wait", "upload": "upload", "goto": "goto", "back": "back", "forward": "forward",
    "reload": "reload",
    "login": "login", "logout": "logout", "search": "search", "submit": "submit", "close": "close",
    "accept": "accept",
    "cancel": "cancel", "expand": "expand", "collapse": "collapse", "expect": "expect", "find": "find",
    "copy": "copy",
    "do": "do", "solve": "solve", "guess": "guess", "classify": "classify",
}  # fmt: skip
