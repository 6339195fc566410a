// A Playwright selector engine that keeps the books while Playwright's own engines do the finding.
//
// One probe is one selector, joined with `or` from many small ones and evaluated in a single call, so everything below
// happens between two ticks of the page. In turn: `begin`; for every way to find a part of a selector: `at` (where to
// look, or nowhere if a better way has found it already), Playwright's engine, `put` (note the match), `visible=true`,
// `seen` (note that it is visible); then `end`, which decides and leaves the answer as JSON on an element of its own
// that is in no document. `ref` finds an element again that an earlier probe told of. Instead of `end`, `only` gives the
// element itself if there is no doubt about it, so that finding it and acting on it are one call.
// Runs in Playwright's isolated world: the page cannot see it, nor it the page's scripts.
(() => {
  const FIELD_ROLES = new Set(["textbox", "searchbox", "combobox", "spinbutton", "slider", "checkbox", "radio", "switch", "listbox", "radiogroup"]);
  const NO_FIELD = new Set(["hidden", "submit", "button", "reset", "image"]);
  const WIDGET = "button, a[href], summary, label, input, select, textarea, option, area[href], " +
    ["button", "link", "menuitem", "menuitemcheckbox", "menuitemradio", "tab", "option", "checkbox", "radio", "switch", "treeitem", "combobox"]
      .map((role) => `[role="${role}"]`).join(", ");
  // By their CSS: what there must be for an element of that kind to be there at all.
  const KINDS = {
    button: "button, input, summary, [role=button]",
    link: "a, area, [role=link]",
    menuitem: "[role=menuitem]",
    tab: "[role=tab]",
    option: "option, [role=option]",
    checkbox: "input[type=checkbox], [role=checkbox]",
    radio: "input[type=radio], [role=radio]",
    switch: "[role=switch]",
    treeitem: "[role=treeitem]",
    menuitemcheckbox: "[role=menuitemcheckbox]",
    menuitemradio: "[role=menuitemradio]",
    combobox: "select, input[list], [role=combobox]",
    textbox: "input, textarea, [contenteditable], [role=textbox]",
    spinbutton: "input[type=number], [role=spinbutton]",
    searchbox: "input[type=search], [role=searchbox]",
    slider: "input[type=range], [role=slider]",
    listbox: "select, [role=listbox]",
    group: "fieldset, details, [role=group]",
    radiogroup: "[role=radiogroup]",
    placeholder: "[placeholder]",
  };
  const TOLD = 300, KEPT_REFS = 512, TEXT = 80;
  const UNDECIDED = "Not decided at a glance:";

  const refs = new Map();
  let probe = null;

  // -- the tree as one, shadow roots included -----------------------------------------------------------------------
  const up = (node) => node.assignedSlot || node.parentElement || (node.getRootNode() instanceof ShadowRoot ? node.getRootNode().host : null);
  const nearest = (node, selector) => {
    for (let one = node; one; one = up(one)) if (one.matches(selector)) return one;
    return null;
  };
  const allRoots = () => {
    if (probe.roots) return probe.roots;
    probe.roots = [document];
    for (const root of probe.roots)
      for (const element of root.querySelectorAll("*")) if (element.shadowRoot) probe.roots.push(element.shadowRoot);
    return probe.roots;
  };
  const below = (root, selector) => {
    const found = [...root.querySelectorAll(selector)];
    const inner = root.shadowRoot ? [root, ...root.querySelectorAll("*")] : root.querySelectorAll("*");
    for (const element of inner) if (element.shadowRoot) found.push(...below(element.shadowRoot, selector));
    return found;
  };
  const fold = (text) => (text || "").replace(/[\u200b\u00ad]/g, "").replace(/\s+/g, " ").trim();
  const short = (text) => fold(text).slice(0, TEXT);

  // -- what an element is -------------------------------------------------------------------------------------------
  const isEditor = (element) => element.isContentEditable && element.hasAttribute("contenteditable");
  const isField = (element) => {
    const tag = element.localName;
    if (tag === "input") return !NO_FIELD.has(element.type);
    return tag === "textarea" || tag === "select" || isEditor(element) || FIELD_ROLES.has(element.getAttribute("role"));
  };
  const hasBox = (element) => {
    if (!element.checkVisibility({ visibilityProperty: true })) return false;
    const box = element.getBoundingClientRect();
    return box.width > 0 && box.height > 0;
  };
  // Disabled, or behind a modal dialog: nothing that a person does reaches it.
  const isOff = (element) => element.matches(":disabled") || !!nearest(element, '[aria-disabled="true"], [inert]') || isBehindModal(element);
  const isBehindModal = (element) => {
    probe.modals ??= allRoots().flatMap((root) => [...root.querySelectorAll("dialog:modal")]);
    const { modals } = probe;
    return modals.length > 0 && !modals.some((modal) => isWithin(element, modal));
  };
  const isWithin = (element, outer) => {
    for (let node = element; node; node = up(node)) if (node === outer) return true;
    return false;
  };
  const isNameless = (element) =>
    !["aria-label", "aria-labelledby", "placeholder", "title"].some((name) => fold(element.getAttribute(name))) &&
    ![...(element.labels || [])].some((label) => fold(label.textContent));
  // A page's own drawing often stands in for a file input, checkbox or select, which is there but not shown.
  const standsHidden = (element) => {
    if (element.localName === "input" && element.type === "file") return true;
    const styled = element.localName === "select" || (element.localName === "input" && ["checkbox", "radio"].includes(element.type));
    return styled && ([...element.labels].some(hasBox) || (!!element.parentElement && hasBox(element.parentElement)));
  };
  // Many a styled box or radio lies, invisible or not, under its own label, which gets the click.
  const isUnderLabel = (element) => {
    if (element.localName !== "input" || !["checkbox", "radio"].includes(element.type) || !element.labels.length) return false;
    const box = element.getBoundingClientRect();
    const top = element.getRootNode().elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
    return !!top && top !== element && [...element.labels].some((label) => isWithin(top, label));
  };
  const widgetAround = (element) => {
    const widget = nearest(element, WIDGET);
    if (widget) return widget;
    const clickable = nearest(element, "[onclick], [tabindex]:not([tabindex^='-'])");
    if (clickable) return element;
    return getComputedStyle(element).cursor === "pointer" ? element : null;
  };

  // -- the books ----------------------------------------------------------------------------------------------------
  const level = (candidate, part) => {
    const key = `${candidate}.${part}`;
    if (!probe.levels.has(key)) probe.levels.set(key, { entries: new Map(), picked: null, words: [] });
    return probe.levels.get(key);
  };
  const isUsable = (entry) => (entry.visible || entry.standsIn) && (probe.purpose === "see" || !entry.off);
  const isStrong = (tier) => tier < 100;
  const familyOf = (tier) => Math.floor(tier / 50); // 0: by its name, 1: by its text, 2 and more: weak
  const least = (entries) => Math.min(...entries.map((entry) => entry.tier));
  const innermost = (entries) => {
    const outer = new Set();
    const elements = new Set(entries.map((entry) => entry.element));
    for (const element of elements) for (let node = up(element); node && !outer.has(node); node = up(node)) outer.add(node);
    return entries.filter((entry) => !outer.has(entry.element));
  };

  // Of twins inside and outside of an open dialog that claims to be modal, those inside are meant. No more than
  // that: a list that the dialog opened may well lie outside of it.
  const inDialog = (entries) => {
    if (entries.length < 2) return entries;
    const inside = entries.filter(({ element }) => {
      const dialog = nearest(element, '[aria-modal="true"]');
      return dialog && hasBox(dialog);
    });
    return inside.length ? inside : entries;
  };

  // What a level comes to: its status, and the matches that are as good as each other.
  const judge = (entries, scope) => {
    const usable = entries.filter((entry) => (scope ? entry.visible : isUsable(entry)));
    const off = scope ? [] : entries.filter((entry) => entry.visible && !isUsable(entry));
    const blocked = off.length && (!usable.length || familyOf(least(off)) < familyOf(least(usable)));
    const pool = blocked ? off : usable.length ? usable : entries;
    if (!pool.length) return { status: "absent", tier: null, entries: [] };
    const tier = least(pool);
    const best = pool.filter((entry) => entry.tier === tier);
    if (!usable.length && !off.length) {
      // Hidden twins of weak matches say nothing; of strong ones they say "hidden".
      return { status: "hidden", tier, entries: best };
    }
    if (blocked) return { status: "disabled", tier, entries: best };
    // The real thing is hidden: what merely looks like it must not be taken for it.
    const real = scope || probe.purpose === "see" || isStrong(tier) ? [] : entries.filter((entry) => isStrong(entry.tier));
    if (real.length) return { status: "hidden", tier: least(real), entries: real.filter((entry) => entry.tier === least(real)) };
    return { status: "there", tier, entries: scope ? best : inDialog(best), contested: off.some((entry) => entry.tier < tier) };
  };
  const pick = (candidate, part) => {
    const here = level(candidate, part);
    if (!here.picked) {
      const verdict = judge([...here.entries.values()], true);
      verdict.entries = verdict.entries.length > 1 ? innermost(verdict.entries) : verdict.entries;
      here.picked = verdict;
    }
    return here.picked;
  };
  const isDecided = (candidate) => probe.decided.has(candidate);
  const decide = (candidate, last) => {
    const verdict = judge([...level(candidate, last).entries.values()], false);
    const alone = verdict.status === "there" && innermost(verdict.entries).length === 1;
    const weakly = !isStrong(verdict.tier) || scopesAreWeak(candidate, last) || verdict.contested;
    if ((alone && !weakly) || verdict.status === "disabled") probe.decided.add(candidate);
  };
  const scopesAreWeak = (candidate, last) => {
    for (let part = 0; part < last; part++) {
      const scope = probe.levels.get(`${candidate}.${part}`);
      if (scope && scope.picked && !isStrong(scope.picked.tier)) return true;
    }
    return false;
  };

  // -- commands -----------------------------------------------------------------------------------------------------
  const begin = (nonce, purpose) => {
    probe = { nonce, purpose, answer: document.createElement("data"), levels: new Map(), decided: new Set(), roots: null, modals: null, written: null, present: new Map(), told: new Map() };
    return [probe.answer];
  };

  // Everything that is written in the page, in upper case and without spaces: a name is put together from it. Most
  // selectors that lead nowhere ask for words that are nowhere, and this spares them all the looking.
  const WRITTEN_IN = ["aria-label", "title", "alt", "placeholder", "aria-valuetext", "label", "value"];
  const squeeze = (text) => text.toUpperCase().replace(/[\s\u200b\u00ad]+/g, "");
  const writtenHere = () => {
    if (probe.written !== null) return probe.written;
    // What browsers call a nameless button, and summary, of their own accord.
    const texts = ["Submit Reset Details Choose File Choose Files"];
    for (const root of allRoots()) {
      texts.push((root === document ? document.documentElement : root)?.textContent ?? "");
      for (const element of root.querySelectorAll(`input, textarea, ${WRITTEN_IN.map((name) => `[${name}]`).join(", ")}`)) {
        for (const name of WRITTEN_IN) if (element.hasAttribute(name)) texts.push(element.getAttribute(name));
        if (typeof element.value === "string" && element.type !== "password") texts.push(element.value);
      }
    }
    return (probe.written = squeeze(texts.join(" \n")));
  };
  const words = (candidate, part, text) => {
    level(candidate, part).words = decodeURIComponent(text).split(/[\s\u200b\u00ad]+/).map(squeeze);
    return [probe.answer];
  };

  const isWritten = (here) => here.words.every((word) => writtenHere().includes(word));
  const isPresent = (kind) => {
    if (!probe.present.has(kind)) probe.present.set(kind, allRoots().some((root) => root.querySelector(KINDS[kind])));
    return probe.present.get(kind);
  };

  // Where to look for part `part` of candidate `candidate`, in the way ranked `tier`.
  const at = (root, candidate, part, tier, worded, kind) => {
    for (const decided of probe.decided) if (decided < candidate) return [];
    const here = level(candidate, part);
    const entries = [...here.entries.values()];
    if (isStrong(tier)) {
      if (entries.some((entry) => entry.tier < tier && isUsable(entry))) return [];
    } else if (entries.some((entry) => isStrong(entry.tier) || (entry.tier < tier && isUsable(entry)))) return [];
    if (worded && !isWritten(here)) return [];
    if (kind && !isPresent(kind)) return [];
    if (part === 0) return [root];
    return pick(candidate, part - 1).entries.map((entry) => entry.element);
  };

  // As `at`, but only next to elements of the kind that could be named so: Playwright's role engine asks every
  // element below a root for its role, and most pages hold few that are worth asking. It is a short cut for quick
  // looks. What it leaves out is a name that a style sheet adds to; a full look finds that.
  const near = (root, candidate, part, tier, worded, kind, text) => {
    if (text) words(candidate, part, text);
    const roots = at(root, candidate, part, tier, worded, kind);
    if (part > 0 || !roots.length) return roots;
    const here = level(candidate, part);
    const around = new Set();
    for (const one of allRoots())
      for (const element of one.querySelectorAll(KINDS[kind])) if (couldBeNamed(element, here.words)) around.add(element.parentNode);
    return [...around];
  };
  const couldBeNamed = (element, sought) => {
    const told = [element, ...element.querySelectorAll("*")];
    if (told.some((one) => one.shadowRoot || one.localName === "slot" || one.hasAttribute("aria-labelledby"))) return true;
    const texts = [element.textContent, ...(element.labels ? [...element.labels].map((label) => label.textContent) : [])];
    for (const one of told) for (const name of WRITTEN_IN) if (one.hasAttribute(name)) texts.push(one.getAttribute(name));
    if (element.localName === "input") texts.push(element.value);
    const written = squeeze(texts.join(" "));
    return !written || sought.every((word) => written.includes(word));
  };

  const note = (candidate, part, element, tier) => {
    const { entries } = level(candidate, part);
    const known = entries.get(element);
    if (known && known.tier <= tier) return [element];
    const standsIn = probe.purpose === "fill" && isField(element) && standsHidden(element);
    entries.set(element, { element, tier, visible: known ? known.visible : false, standsIn, off: isOff(element) });
    return [element];
  };
  const put = (element, candidate, part, tier, how) => {
    if (how === "field") return isField(element) ? note(candidate, part, element, tier) : [];
    if (how === "popup") return element.hasAttribute("aria-haspopup") ? note(candidate, part, element, tier) : [];
    if (how === "beside") return fieldBeside(element).flatMap((field) => note(candidate, part, field, tier));
    if (how === "inside") return onlyFieldIn(element).flatMap((field) => note(candidate, part, field, tier));
    if (how === "nameless") return onlyFieldIn(element).filter(isNameless).flatMap((field) => note(candidate, part, field, tier));
    if (how.startsWith("text")) {
      const widget = widgetAround(element);
      return widget ? note(candidate, part, widget, tier) : note(candidate, part, element, Number(how.slice(4)));
    }
    return note(candidate, part, element, tier);
  };
  // `put` and `seen` in one, for a look that goes on to act: Playwright's action looks at the visibility again.
  const noteShown = (element, candidate, part, tier, how) => {
    const noted = put(element, candidate, part, tier, how);
    for (const one of noted) if (hasBox(one)) seen(one, candidate, part);
    return [probe.answer];
  };
  const seen = (element, candidate, part) => {
    const entry = level(candidate, part).entries.get(element);
    if (entry) entry.visible = true;
    return [probe.answer];
  };
  const nth = (candidate, part, index) => {
    const { entries } = level(candidate, part - 1);
    const verdict = judge([...entries.values()], false);
    const all = verdict.entries;
    all.sort((a, b) => (a.element.compareDocumentPosition(b.element) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1));
    const entry = all[index < 0 ? all.length + index : index];
    if (entry) level(candidate, part).entries.set(entry.element, { ...entry });
    return [probe.answer];
  };

  const visibleFields = (root) => below(root, "input, textarea, select, [contenteditable], [role]").filter((element) => isField(element) && hasBox(element));
  const onlyFieldIn = (root) => {
    const fields = innermost(visibleFields(root).map((element) => ({ element })));
    return fields.length === 1 ? [fields[0].element] : [];
  };
  // The field that a text which is nobody's label stands next to: the first ancestor with a field has only that one,
  // and the field has no name of its own.
  const fieldBeside = (element) => {
    for (let scope = element, steps = 0; scope && steps < 5; scope = up(scope), steps++) {
      const fields = visibleFields(scope);
      if (fields.length) return fields.length === 1 && isNameless(fields[0]) ? fields : [];
    }
    return [];
  };

  // -- the answer ---------------------------------------------------------------------------------------------------
  const rowOf = (element) => {
    const row = nearest(element, "tr, li, article, [role='row'], [role='listitem'], [role='option'], [role='treeitem'], fieldset, section");
    return row && row !== element ? short(row.innerText) : undefined;
  };
  const ROW = "tr, li, article, [role='row'], [role='listitem'], [role='treeitem']";
  // All that the element's row says: whether it is the recorded row is told by a text in it.
  const rowTextOf = (element) => {
    const row = nearest(element, ROW);
    return row && row !== element ? fold(row.innerText).slice(0, 400) || undefined : undefined;
  };
  const landmarksOf = (element) => {
    const names = [];
    for (let node = up(element); node && names.length < 3; node = up(node)) {
      if (!node.matches("form, nav, main, header, footer, aside, dialog, section, fieldset, [role='dialog'], [role='region']")) continue;
      const heading = node.querySelector("legend, h1, h2, h3, h4, [role='heading']");
      names.push(short(node.getAttribute("aria-label") || (heading && heading.textContent) || ""));
    }
    return names.filter(Boolean);
  };
  // What a short list offers: [label, text, value, off] each. Long ones are asked for by who needs them.
  const optionsOf = (select) => select.options.length > 60 ? null : Array.from(select.options, (option) =>
    [option.label, option.text, option.value, option.disabled || !!(option.parentElement && option.parentElement.disabled)]);
  // What a label says, without what the fields inside of it hold or offer; what stands apart is told apart.
  const wordsOf = (label) => {
    let words = "";
    for (const node of label.childNodes) {
      if (node.nodeType === Node.TEXT_NODE) words += node.data;
      if (node.nodeType !== Node.ELEMENT_NODE || node.matches("select, textarea, datalist, script, style, [contenteditable]")) continue;
      words += getComputedStyle(node).display.startsWith("inline") ? wordsOf(node) : ` ${wordsOf(node)} `;
    }
    return words;
  };
  const TEST_IDS = ["data-testid", "data-test-id", "data-test", "data-cy", "data-qa"];
  const attribute = (element, name) => element.getAttribute(name) || undefined;
  const facts = (entry, around) => {
    const { element } = entry;
    const box = element.getBoundingClientRect();
    const root = element.getRootNode();
    const isSecret = element.localName === "input" && element.type === "password";
    const told = {
      ref: refOf(element),
      tag: element.localName,
      type: element.type ?? null,
      role: element.getAttribute("role"),
      contenteditable: element.isContentEditable,
      editable: isField(element) && !element.readOnly && !entry.off,
      readonly: element.readOnly === true || element.getAttribute("aria-readonly") === "true",
      disabled: entry.off,
      visible: entry.visible,
      multiple: element.multiple === true || element.getAttribute("aria-multiselectable") === "true",
      checked: element.checked ?? null,
      pressed: element.getAttribute("aria-pressed"),
      expanded: element.getAttribute("aria-expanded"),
      haspopup: element.getAttribute("aria-haspopup"),
      labelled: !!(element.closest("label") || (element.labels && element.labels.length)),
      under_label: isUnderLabel(element),
      focused: root.activeElement === element,
      target: attribute(element, "target") ?? null,
      href: attribute(element, "href") ?? null,
      text: isField(element) || isSecret ? "" : short(element.innerText ?? element.textContent),
      id: attribute(element, "id"), name_attr: attribute(element, "name"), title: attribute(element, "title"),
      alt: attribute(element, "alt"), placeholder: attribute(element, "placeholder"), aria_label: attribute(element, "aria-label"),
      test_id: TEST_IDS.map((name) => attribute(element, name)).find(Boolean),
      label: short([...(element.labels || [])].map(wordsOf).join(" ")) || undefined,
      classes: [...element.classList].slice(0, 6),
      box: [box.x, box.y, box.width, box.height].map(Math.round),
    };
    if (element.localName === "select" && probe.purpose === "fill") told.options = optionsOf(element);
    if (["submit", "button", "reset"].includes(element.type) && element.localName === "input") told.text = short(element.value);
    if (element.localName === "a" && told.href) told.link = pathOf(element);
    told.clickable = !!widgetAround(element) || !!nearest(element, "[onclick], [tabindex]:not([tabindex^='-'])");
    told.row_text = rowTextOf(element);
    if (around) Object.assign(told, { row: rowOf(element), landmarks: landmarksOf(element) });
    return told;
  };
  // The same element has the same ref throughout a probe. Old ones are let go, so that nothing is kept alive for ever.
  const refOf = (element) => {
    if (!probe.told.has(element)) {
      const ref = `${probe.nonce}.${probe.told.size + 1}`;
      probe.told.set(element, ref);
      refs.set(ref, element);
      if (refs.size > KEPT_REFS) refs.delete(refs.keys().next().value);
    }
    return probe.told.get(element);
  };

  const tell = (candidate, last) => {
    const scoped = probe.levels.get(`${candidate}.${last}`);
    const verdict = judge(scoped ? [...scoped.entries.values()] : [], false);
    const matches = verdict.entries.length > 1 ? innermost(verdict.entries) : verdict.entries;
    const told = matches.slice(0, TOLD);
    return {
      status: verdict.status,
      tier: verdict.tier,
      firm: verdict.tier !== null && isStrong(verdict.tier) && !scopesAreWeak(candidate, last) && !verdict.contested,
      count: matches.length,
      matches: told.map((entry) => facts(entry, told.length > 1)),
      frames: framesOf(candidate, last),
    };
  };
  const framesOf = (candidate, last) => {
    const found = [];
    for (let part = 0; part < last; part++) {
      const scope = probe.levels.get(`${candidate}.${part}`);
      if (!scope || !scope.entries.size) continue;
      for (const { element } of pick(candidate, part).entries) {
        if (!["iframe", "frame"].includes(element.localName)) continue;
        found.push({ part, ref: refOf(element) });
      }
    }
    return found;
  };
  const end = (lasts) => {
    const answer = { told: lasts.map((last, candidate) => tell(candidate, last)) };
    const [best] = answer.told;
    if (!(best.status === "there" && best.firm && best.count === 1)) {
      answer.unwritten = [...probe.levels].filter(([, here]) => !isWritten(here)).map(([key]) => key);
      answer.present = Object.keys(KINDS).filter(isPresent);
    }
    probe.answer.setAttribute("value", JSON.stringify(answer));
    return [probe.answer];
  };

  // -- acting at once -----------------------------------------------------------------------------------------------
  // What a recording told of the element (see describe.js), held against what it says now. What is not plainly the same
  // is a reason to look more closely, nothing else: the strict comparison here may refuse too much, never too little.
  const CAPTION = 4 * TEXT, ROW_TEXT = 60;
  const shortened = (text, length = TEXT) => (text.length <= length ? text : text.slice(0, length).replace(/\s+\S*$/, ""));
  const captionOf = (element) => {
    if (element.localName === "input") return ["submit", "button", "reset"].includes(element.type) ? shortened(fold(element.value)) : "";
    if (isField(element)) return "";
    const text = fold(element.innerText ?? element.textContent);
    return text.length <= CAPTION ? shortened(text) : "";
  };
  const labelOf = (element) => {
    const named = (element.getAttribute("aria-labelledby") || "").split(/\s+/).filter(Boolean)
      .map((id) => element.getRootNode().getElementById(id)?.textContent ?? "");
    return fold(named.join(" ")) || fold(element.getAttribute("aria-label")) || fold([...(element.labels || [])].map(wordsOf).join(" "));
  };
  const pathOf = (element) => {
    const href = element.localName === "a" ? fold(element.getAttribute("href")) : "";
    if (!href || href.startsWith("#") || !element.pathname) return href;
    return (element.host === location.host ? "" : `//${element.host}`) + element.pathname + element.search;
  };
  const NOW = {
    tag: (element) => element.localName,
    type: (element) => (element.localName === "input" ? element.type : ""),
    text: captionOf,
    label: (element) => shortened(labelOf(element)),
    placeholder: (element) => element.getAttribute("placeholder"),
    title: (element) => element.getAttribute("title"),
    alt: (element) => element.getAttribute("alt") || (element.children.length <= 3 && element.querySelector("img[alt]")?.alt),
    name_attr: (element) => element.getAttribute("name"),
    id: (element) => element.id,
    test_id: (element) => TEST_IDS.map((name) => element.getAttribute(name)).find(Boolean),
    href: (element) => pathOf(element).slice(0, 120),
  };
  const says = (text) => fold(text).toLowerCase();
  // The text that told the row from others is a piece of its own: "Copy of Dune" is not the row of "Dune".
  const isInRow = (element, text) => {
    const row = nearest(element, ROW);
    if (!row || row === element) return false;
    const walker = document.createTreeWalker(row, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) if (says(shortened(fold(walker.currentNode.data), ROW_TEXT)) === says(text)) return true;
    return false;
  };
  const changedIn = (element, { is, role, row }) => {
    const [changed] = Object.keys(is).filter((name) => says(NOW[name](element)) !== says(is[name]));
    if (changed) return changed;
    if (![null, "", role].includes(element.getAttribute("role"))) return "role";
    return row && !isInRow(element, row) ? "row" : null;
  };
  // Placeholders in small letters are words; others may show a mask, which has its own way of being filled.
  const isPlain = (element) => !element.placeholder || /[^\P{Ll}x]/u.test(element.placeholder);
  const takes = (element, { types, option }) => {
    if (types) {
      const fits = types.includes(element.localName) || (element.localName === "input" && types.includes(element.type));
      return fits && !element.readOnly && isPlain(element) && !isUnderLabel(element);
    }
    if (option === undefined) return true;
    const options = element.localName === "select" && !element.multiple ? Array.from(element.options) : [];
    const alike = options.filter((one) => one.label === option);
    return alike.length === 1 && !alike[0].disabled && !alike[0].parentElement.disabled;
  };
  const only = (last, body) => {
    const recorded = JSON.parse(decodeURIComponent(body));
    const scoped = level(0, last);
    const verdict = judge([...scoped.entries.values()], false);
    const found = verdict.entries.length > 1 ? innermost(verdict.entries) : verdict.entries;
    const firm = verdict.status === "there" && isStrong(verdict.tier) && !scopesAreWeak(0, last) && !verdict.contested;
    if (!firm || found.length !== 1 || !found[0].visible || framesOf(0, last).length) throw new Error(`${UNDECIDED} there is not one element that it must be`);
    const [{ element }] = found;
    if (!takes(element, recorded)) throw new Error(`${UNDECIDED} it may not take the value as it is`);
    const changed = recorded.is && changedIn(element, recorded);
    if (changed) throw new Error(`${UNDECIDED} its ${changed} is not just as it was`);
    return [element];
  };

  const again = (ref) => {
    const element = refs.get(ref);
    if (element && element.isConnected) return [element];
    throw new Error("Element is not attached to the DOM: the page replaced it after it was found");
  };

  const queryAll = (root, body) => {
    const [command, ...rest] = body.split(" ");
    switch (command) {
      case "begin": return begin(rest[0], rest[1]);
      case "at": return at(root, Number(rest[0]), Number(rest[1]), Number(rest[2]), rest[3] === "1", rest[4]);
      case "near": return near(root, Number(rest[0]), Number(rest[1]), Number(rest[2]), rest[3] === "1", rest[4], rest[5]);
      case "words": return words(Number(rest[0]), Number(rest[1]), rest[2]);
      case "put": return put(root, Number(rest[0]), Number(rest[1]), Number(rest[2]), rest[3]);
      case "note": return noteShown(root, Number(rest[0]), Number(rest[1]), Number(rest[2]), rest[3]);
      case "seen": return seen(root, Number(rest[0]), Number(rest[1]));
      case "nth": return nth(Number(rest[0]), Number(rest[1]), Number(rest[2]));
      case "decide": decide(Number(rest[0]), Number(rest[1])); return [probe.answer];
      case "end": return end(rest.map(Number));
      case "only": return only(Number(rest[0]), rest[1]);
      case "ref": return again(rest[0]);
      default: throw new Error(`probe.js knows no command ${command}`);
    }
  };
  return { queryAll, query: (root, body) => queryAll(root, body)[0] };
})()
