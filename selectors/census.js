// One pass over a frame's document for repair: every element the sought one could be, the likeliest fully described.
// Called with what is sought; FACTS_OF stands for the text of describe.js, so that a recording and a repair read the
// same facts by the same code. Answers {rows, elements, population, cut}; `elements` stay in the page, in step with `rows`.
// A first, cheap look at all elements picks who is worth the full look; the judgement is made outside, on facts.
(sought) => {
  const describe = FACTS_OF;
  const memory = new Map();
  const factsOf = (element) => describe(element, memory);
  const CONTROLS = new Set(['a', 'button', 'input', 'select', 'textarea', 'summary', 'option', 'label']);
  const ROLES = new Set(['button', 'link', 'menuitem', 'menuitemcheckbox', 'menuitemradio', 'tab', 'option', 'checkbox',
    'radio', 'switch', 'textbox', 'searchbox', 'spinbutton', 'slider', 'combobox', 'listbox', 'treeitem', 'gridcell']);
  const SKIPPED = new Set(['script', 'style', 'noscript', 'template', 'head', 'meta', 'link', 'title', 'base', 'br', 'hr']);
  const UNSEEN = new Set(['file', 'checkbox', 'radio']); // often hidden behind a styled label and still the ones to use
  const TEST_IDS = ['data-testid', 'data-test-id', 'data-test', 'data-cy', 'data-qa'];
  const ROWS = 'tr, li, article, [role="row"], [role="listitem"], [role="option"], [role="treeitem"]';
  const LONGEST = 120, HUGE = 3000;

  const fold = (text) => (text || '').replace(/[\u200b\u00ad\s]+/g, ' ').trim();
  const plain = (text) => fold(text).normalize('NFKD').replace(/[\u0300-\u036f]/g, '').toLowerCase();
  const wordsOf = (text) => new Set(text.split(/[^\p{L}\p{N}]+/u).filter(Boolean));
  const captions = sought.captions.map(plain);
  const words = wordsOf(captions.join(' '));
  const related = new Set(sought.related);
  const rowWords = plain(sought.row);

  const childrenOf = (node) => {
    if (node.shadowRoot) return node.shadowRoot.children;
    if (node.localName === 'slot') {
      const assigned = node.assignedElements();
      if (assigned.length) return assigned;
    }
    return node.children;
  };
  const ownText = (element) => {
    let text = '';
    for (const child of element.childNodes) if (child.nodeType === Node.TEXT_NODE) text += child.data;
    return fold(text);
  };
  const testIdOf = (element) => TEST_IDS.map((name) => element.getAttribute(name)).find(Boolean);
  const isNamed = (element) => (sought.id && element.id === sought.id)
    || (sought.test_id && testIdOf(element) === sought.test_id)
    || (sought.name_attr && element.getAttribute('name') === sought.name_attr);

  // Could it be clicked, filled or chosen; or, for an assertion, be read?
  const isPlausible = (element, style, ofPointer) => {
    const tag = element.localName;
    if (tag === 'input') return element.type !== 'hidden';
    if (CONTROLS.has(tag)) return tag !== 'a' || element.hasAttribute('href') || element.textContent.length > 0;
    const role = element.getAttribute('role');
    if (role && ROLES.has(role.trim().split(/\s+/)[0])) return true;
    if (element.hasAttribute('onclick') || element.hasAttribute('tabindex')) return true;
    if (element.isContentEditable && !element.parentElement?.isContentEditable) return true;
    if (style.cursor === 'pointer' && !ofPointer) return true;
    if (isNamed(element)) return true;
    const text = ownText(element);
    if (sought.readable && (text || element.hasAttribute('alt'))) return true;
    return Boolean(text) && sought.plain && (captions.includes(plain(text)) || tag === sought.tag);
  };

  const isClickable = (element, style) => (CONTROLS.has(element.localName) && (element.localName !== 'a' || element.hasAttribute('href')))
    || ROLES.has((element.getAttribute('role') || '').trim().split(/\s+/)[0])
    || element.hasAttribute('onclick') || element.tabIndex >= 0 || style.cursor === 'pointer' || element.isContentEditable;

  // While a modal dialog is open nobody can use what lies outside it.
  const modal = [...document.querySelectorAll('dialog:modal')].pop();
  const isOut = (element) => {
    let one = element;
    for (; modal && one && one !== modal; one = one.assignedSlot || one.parentElement || one.getRootNode().host);
    return Boolean(modal) && one !== modal || element.closest('[inert]') !== null;
  };
  const isDisabled = (element) => element.matches(':disabled, [aria-disabled="true"]') || isOut(element);

  const looksOf = (element, tag) => {
    const text = tag === 'select' ? '' : element.textContent;
    const told = [element.getAttribute('aria-label'), element.getAttribute('title'), element.getAttribute('placeholder'),
      element.getAttribute('alt'), tag === 'input' && element.type !== 'password' && ['button', 'submit', 'reset'].includes(element.type)
        ? element.value : '', text.length <= 4 * LONGEST ? text : '', labelled.get(element)];
    return told.map((one) => plain((one || '').slice(0, LONGEST))).filter(Boolean);
  };
  const saysSame = (told) => {
    let best = 0;
    for (const text of told) {
      if (captions.includes(text)) return 6;
      if (related.has(text)) { best = Math.max(best, 4); continue; }
      const own = wordsOf(text);
      let shared = 0;
      for (const word of own) if (words.has(word)) shared += 1; else if (related.has(word)) shared += 0.8;
      if (shared) best = Math.max(best, 3 * shared / Math.max(own.size, words.size, 1));
    }
    return best;
  };
  const rateOf = (element, box) => {
    const tag = element.localName;
    let rate = saysSame(looksOf(element, tag));
    if (sought.id && element.id === sought.id) rate += 6;
    if (sought.test_id && testIdOf(element) === sought.test_id) rate += 7;
    if (sought.name_attr && element.getAttribute('name') === sought.name_attr) rate += 5;
    if (sought.href && tag === 'a' && sought.href.endsWith(element.pathname + element.search)) rate += 5;
    if (tag === sought.tag) rate += 1;
    if (sought.type && element.type === sought.type) rate += 1;
    for (const name of sought.classes) if (element.classList.contains(name)) rate += 0.4;
    if (rows.some((row) => row.contains(element))) rate += 4;
    if (sought.box) {
      const far = Math.max(Math.abs(box.x + scrollX - sought.box[0]), Math.abs(box.y + scrollY - sought.box[1]));
      rate += far < 10 ? 1 : far < 150 ? 0.7 : far < 400 ? 0.3 : 0;
    }
    return rate;
  };

  const seen = [];
  const rows = []; // whatever holds the words that told the element's row from others
  const labelled = new Map(); // asking each field for its labels would walk the document every time
  const started = performance.now();
  let cut = false;
  const isShown = (style, box) => style.visibility === 'visible' && box.width > 0 && box.height > 0;
  const isVisible = (element) => isShown(getComputedStyle(element), element.getBoundingClientRect());
  // A box that cannot be seen is used through its label, or through what is drawn in its place.
  const isStoodFor = (element) => element.type === 'file'
    || (element.labels.length ? [...element.labels] : [element.parentElement]).some((one) => one && isVisible(one));
  const look = (element, style, ofPointer) => {
    if (!isPlausible(element, style, ofPointer)) return;
    const box = element.getBoundingClientRect();
    const shown = isShown(style, box);
    if (!shown && !(element.localName === 'input' && UNSEEN.has(element.type) && isStoodFor(element))) return;
    seen.push({ element, shown, box, at: seen.length, clickable: isClickable(element, style) });
  };
  const stack = document.documentElement ? [[document.documentElement, false]] : [];
  for (let looked = 0; stack.length; looked += 1) {
    if (looked % 256 === 255 && performance.now() - started > sought.budget_ms) { cut = true; break; }
    const [element, ofPointer] = stack.pop();
    if (SKIPPED.has(element.localName)) continue;
    const style = getComputedStyle(element);
    const hidden = style.display === 'none';
    if (hidden && !(element.localName === 'input' && element.type === 'file')) continue;
    if (element.localName === 'label' && element.control) labelled.set(element.control, element.textContent);
    if (rowWords && plain(ownText(element)).includes(rowWords)) rows.push(element.closest(ROWS) || element.parentElement);
    look(element, style, ofPointer);
    const children = childrenOf(element);
    const pointer = style.cursor === 'pointer';
    for (let at = children.length - 1; at >= 0; at -= 1) stack.push([children[at], pointer]);
  }

  const rated = seen.map((each) => ({ ...each, rate: rateOf(each.element, each.box) }));
  rated.sort((one, other) => other.rate - one.rate || one.at - other.at);
  // On a huge page each full look costs more; the cheap one has told the likely ones from thousands of others.
  const kept = rated.slice(0, seen.length > HUGE ? Math.ceil(sought.limit / 2) : sought.limit);
  const told = [];
  const elements = [];
  for (const { element, shown, rate, clickable } of kept) {
    if (told.length >= 8 && performance.now() - started > 2 * sought.budget_ms) { cut = true; break; }
    told.push({ ...factsOf(element), rate, shown, clickable, disabled: isDisabled(element) });
    elements.push(element);
  }
  return { rows: told, elements, population: seen.length, cut };
}
