// What the mutations stand on: chance, looking at elements, and where a caption lives. Nothing here leaves a trace that
// a page script could find: no attribute, no global, no event.
const OPERABLE = 'a[href],button,input:not([type=hidden]),select,textarea,summary,[contenteditable=true],[role=button],' +
  '[role=link],[role=tab],[role=menuitem],[role=menuitemcheckbox],[role=checkbox],[role=radio],[role=switch],' +
  '[role=option],[role=combobox],[role=textbox],[role=treeitem]';
const TEST_IDS = ['data-testid', 'data-test-id', 'data-test', 'data-qa', 'data-cy'];
const PUSH_TYPES = ['submit', 'button', 'reset', 'image'];

const folded = words => (words || '').replace(/\s+/g, ' ').trim();
const plain = words => folded(words).toLowerCase().replace(/[\s:*…!?.]+$/, '');

function chance(seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  const below = count => Math.floor(next() * count);
  const shuffled = list => list.map(item => [next(), item]).sort((a, b) => a[0] - b[0]).map(pair => pair[1]);
  const token = length => Array.from({ length }, () => 'abcdefghijkmnopqrstuvwxyz0123456789'[below(35)]).join('');
  return { next, below, one: list => list[below(list.length)], often: part => next() < part, shuffled, token };
}

function everything(root = document, found = []) {
  for (const element of root.querySelectorAll('*')) {
    found.push(element);
    if (element.shadowRoot) everything(element.shadowRoot, found);
  }
  return found;
}
const roots = () => [document, ...everything().map(element => element.shadowRoot).filter(Boolean)];
const all = selector => roots().flatMap(root => [...root.querySelectorAll(selector)]);
const above = element => element.parentElement || (element.getRootNode() instanceof ShadowRoot ? element.getRootNode().host : null);

function visible(element) {
  if (!element.isConnected || !element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) return false;
  const box = element.getBoundingClientRect();
  return box.width >= 3 && box.height >= 3 && box.right > 0 && box.bottom > 0;
}
function reachable(element) {
  return visible(element) && !element.disabled && !element.closest('[inert],[aria-hidden=true],fieldset:disabled');
}

// Whether something lies over it, as an open dialog's backdrop does; what is scrolled away is not covered.
function covered(element) {
  const box = element.getBoundingClientRect();
  const x = box.left + box.width / 2, y = box.top + box.height / 2;
  if (x < 0 || y < 0 || x >= innerWidth || y >= innerHeight) return false;
  let hit = document.elementFromPoint(x, y);
  while (hit && hit.shadowRoot && hit.shadowRoot.elementFromPoint(x, y) && hit.shadowRoot.elementFromPoint(x, y) !== hit) hit = hit.shadowRoot.elementFromPoint(x, y);
  for (let at = hit; at; at = above(at)) if (at === element || at.localName === 'label' && at.control === element) return false;
  return !(hit && element.contains(hit));
}

function kindOf(element) {
  const role = element.getAttribute('role'), tag = element.localName, type = (element.type || '').toLowerCase();
  if (role === 'switch' || role === 'checkbox' || role === 'radio') return 'tick';
  if (role === 'combobox' || role === 'textbox') return 'field';
  if (role === 'link') return 'link';
  if (role) return tag === 'input' && !PUSH_TYPES.includes(type) ? 'field' : 'push';
  if (tag === 'a') return 'link';
  if (tag === 'input') return PUSH_TYPES.includes(type) ? 'push' : type === 'checkbox' || type === 'radio' ? 'tick' : 'field';
  if (tag === 'textarea' || tag === 'select' || element.isContentEditable) return 'field';
  return 'push';
}
const holdsValue = element => ['field', 'tick'].includes(kindOf(element));

function labelOf(element) {
  if (element.labels && element.labels.length) return element.labels[0];
  const named = element.getAttribute('aria-labelledby');
  return named ? element.getRootNode().getElementById(named.split(/\s+/)[0]) : null;
}
function wordsIn(element) {
  const words = [];
  const walk = node => {
    for (const child of node.childNodes) {
      if (child.nodeType === Node.TEXT_NODE) { if (folded(child.data)) words.push(child); }
      else if (child.nodeType === Node.ELEMENT_NODE && !/^(script|style|svg|select|textarea)$/.test(child.localName) && visible(child)) walk(child);
    }
  };
  walk(element.shadowRoot || element);
  return words;
}
// Where the words live that name an element to a person: something to read and to write.
function captionOf(element) {
  const attribute = name => ({ from: name, read: () => folded(element.getAttribute(name)), write: words => element.setAttribute(name, words) });
  const written = nodes => ({
    from: 'text', nodes,
    read: () => folded(nodes.map(node => node.data).join(' ')),
    write: words => { nodes[0].data = words; nodes.slice(1).forEach(node => { node.data = ''; }); },
  });
  const given = name => folded(element.getAttribute(name));
  if (holdsValue(element)) {
    const label = labelOf(element), words = label ? wordsIn(label) : [];
    if (words.length) return { ...written(words), from: 'label', label };
    for (const name of ['aria-label', 'placeholder', 'title']) if (given(name)) return attribute(name);
    return null;
  }
  if (element.localName === 'input') return given('value') ? attribute('value') : null;
  const words = wordsIn(element);
  if (words.length) return written(words);
  for (const name of ['aria-label', 'title']) if (given(name)) return attribute(name);
  const picture = element.querySelector('img[alt]');
  return picture && folded(picture.alt) ? { from: 'alt', read: () => folded(picture.alt), write: words => { picture.alt = words; } } : null;
}
const nameOf = element => { const caption = captionOf(element); return caption ? caption.read() : ''; };

// The repeated thing an element belongs to (a table row, a list item among items), and the words that tell it apart.
function rowOf(element) {
  for (let up = above(element); up && up !== document.body; up = above(up)) {
    const role = up.getAttribute('role');
    if (up.localName === 'thead') return null;
    const repeated = ['tr', 'li', 'article'].includes(up.localName) || ['row', 'listitem', 'treeitem'].includes(role);
    if (repeated && up.parentElement && alike(up).length > 1 && folded(up.textContent) !== nameOf(element)) return up;
  }
  return null;
}
const alike = row => [...(row.parentElement ? row.parentElement.children : [])].filter(other => other.localName === row.localName);
function rowWords(element) {
  const row = rowOf(element);
  if (!row) return '';
  const own = nameOf(element);
  return plain(wordsIn(row).map(node => folded(node.data)).filter(words => words !== own).slice(0, 4).join(' '));
}
// The part of the page an element stands in: what a person would say it is "under".
function sectionOf(element) {
  for (let up = above(element); up && up !== document.body; up = above(up)) {
    if (/^(fieldset|section|form|dialog|nav|aside|main|table|details)$/.test(up.localName) || up.getAttribute('role')) {
      if (sectionName(up)) return up;
    }
  }
  return null;
}
function sectionName(section) {
  const labelled = section.getAttribute('aria-labelledby');
  const by = labelled && section.getRootNode().getElementById(labelled);
  const heading = section.querySelector(':scope > legend, :scope > h1, :scope > h2, :scope > h3, :scope > h4, :scope > caption, :scope > summary');
  return plain(section.getAttribute('aria-label') || (by && by.textContent) || (heading && heading.textContent) || '');
}

function identity(element) {
  const section = sectionOf(element);
  const attributes = {};
  for (const name of ['id', 'name', 'href', 'value', ...TEST_IDS]) {
    const value = element.getAttribute(name);
    if (value && !(name === 'href' && /^(#|javascript:)/.test(value))) attributes[name] = value;
  }
  if (!(element.localName === 'input' && element.type === 'radio')) delete attributes.value;
  return { kind: kindOf(element), name: plain(nameOf(element)), row: rowWords(element), section: section ? sectionName(section) : '', attributes };
}
// Two elements that a person could not tell apart: same kind, same words, same row, same part of the page.
const indistinct = (one, other) => one.kind === other.kind && one.name === other.name && one.row === other.row && one.section === other.section;
function operable() {
  return all(OPERABLE).filter(reachable).filter(element => !/^(file|image|color|range)$/.test(element.type || ''));
}

// The smallest part of the page that belongs to the element alone: itself with its label and wrappers, no other control.
function unitOf(element) {
  const label = labelOf(element);
  let unit = element;
  for (let up = above(element); up && !/^(body|form|fieldset|table|tbody|tr|ul|ol|nav|main|section|dialog)$/.test(up.localName); up = above(up)) {
    const controls = [...up.querySelectorAll(OPERABLE)].filter(other => other !== element && !other.contains(element) && !element.contains(other));
    if (controls.length || up.getRootNode() !== element.getRootNode() || wordsIn(up).length > 6) break;
    unit = up;
  }
  return { unit, complete: !label || unit.contains(label), label };
}
