// What an element is, for recognising it later and for proposing selectors: one call, plain data out.
// Runs on the element. Reads the DOM only; role and accessible name are Playwright's business.
// Values of fields and text inside editable areas are never read out: only what kind of value a field holds.
(element, memory) => {
  const TEXT = 80, NAME = 60, SIBLINGS = 4, LANDMARKS = 5, ALIKE = 5000, REACH = 60, LOOKALIKES = 3, OPTIONS = 6, OPTION = 24;
  const BUTTONS = 'button, a[href], input, select, textarea, [role="button"], [role="link"], [role="menuitem"], summary';
  const NEIGHBOURS = BUTTONS + ', label, h1, h2, h3, h4, h5, h6, legend, [role="tab"], [role="option"]';
  const TEST_IDS = ['data-testid', 'data-test-id', 'data-test', 'data-cy', 'data-qa'];
  const LANDMARK_TAGS = {
    form: 'form', nav: 'navigation', main: 'main', header: 'banner', footer: 'contentinfo', aside: 'complementary',
    dialog: 'dialog', section: 'region', article: 'article', fieldset: 'group', table: 'table', details: 'group',
  };
  const LANDMARK_ROLES = new Set([...Object.values(LANDMARK_TAGS),
    'alertdialog', 'search', 'menu', 'listbox', 'tabpanel', 'toolbar', 'grid', 'tree', 'radiogroup', 'list']);
  const ROW_ROLES = new Set(['row', 'listitem', 'option', 'treeitem', 'article']);
  const ROW_TAGS = new Set(['tr', 'li', 'article', 'dd']);

  // Who describes many elements of one page passes a memory, so that the page is read once and not once for each.
  const known = memory || new Map();
  const remembered = (what, about, read) => {
    if (!known.has(what)) known.set(what, new Map());
    const told = known.get(what);
    if (!told.has(about)) told.set(about, read());
    return told.get(about);
  };

  const fold = (text) => (text || '').replace(/[\u200b\u00ad\s]+/g, ' ').trim();
  const short = (text, length = TEXT) => {
    const folded = fold(text);
    return folded.length <= length ? folded : folded.slice(0, length).replace(/\s+\S*$/, '');
  };
  const tagOf = (node) => node.localName || '';
  const parentOf = (node) => node.assignedSlot || node.parentElement
    || (node.getRootNode() instanceof ShadowRoot ? node.getRootNode().host : null);
  const roleOf = (node) => (node.getAttribute('role') || '').trim().split(/\s+/)[0];
  const isEditor = (node) => node.isContentEditable || ['textarea', 'select', 'script', 'style'].includes(tagOf(node));
  const isShown = (node) => node.getClientRects().length > 0;

  // Visible text of a subtree without what stands in fields, editable areas and, where asked, in controls.
  const textOf = (node, skipControls = false, limit = 400) => {
    let text = '';
    const visit = (one) => {
      if (text.length > limit) return;
      if (one.nodeType === Node.TEXT_NODE) { text += one.data; return; }
      if (one.nodeType !== Node.ELEMENT_NODE) return;
      if (one !== node && (isEditor(one) || !isShown(one) && getComputedStyle(one).display !== 'contents')) return;
      if (one !== node && skipControls && one.matches(BUTTONS)) { text += ' '; return; }
      const block = one !== node && !getComputedStyle(one).display.startsWith('inline');
      if (block) text += ' ';
      const children = one.shadowRoot ? one.shadowRoot.childNodes
        : tagOf(one) === 'slot' && one.assignedNodes().length ? one.assignedNodes() : one.childNodes;
      for (const child of children) visit(child);
      if (block) text += ' ';
    };
    if (!isEditor(node)) visit(node);
    return fold(text);
  };

  const attribute = (node, name) => fold(node.getAttribute(name)) || undefined;
  const referenced = (node, name) => fold((node.getAttribute(name) || '').split(/\s+/).filter(Boolean)
    .map((id) => node.getRootNode().getElementById?.(id)).filter(Boolean).map((other) => textOf(other)).join(' '));

  const labelOf = (node) => {
    const labels = [...(node.labels || [])].map((label) => textOf(label, true)).filter(Boolean);
    return short(referenced(node, 'aria-labelledby') || attribute(node, 'aria-label') || labels.join(' ')) || undefined;
  };
  const isPushButton = (node) => tagOf(node) === 'input' && ['button', 'submit', 'reset'].includes(node.type);
  const captionOf = (node) => short(isPushButton(node) ? node.getAttribute('value') : textOf(node));

  const kindOfValue = (node) => {
    const tag = tagOf(node);
    if (node.isContentEditable) return 'text';
    if (tag === 'select') return node.multiple ? 'options' : 'option';
    if (tag !== 'input' && tag !== 'textarea') return undefined;
    if (isPushButton(node) || node.type === 'image') return undefined;
    if (!['text', 'textarea', 'search', ''].includes(node.type)) return node.type;
    const hints = `${node.inputMode} ${node.autocomplete}`.toLowerCase();
    const hinted = /email|tel|url|numeric|decimal|cc-number|postal|bday|username|current-password|one-time/.exec(hints);
    if (hinted) return { numeric: 'number', decimal: 'number' }[hinted[0]] || hinted[0];
    const value = node.value.trim();
    if (/^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(value)) return 'email';
    if (/^-?\d+([.,]\d+)*$/.test(value)) return 'number';
    if (/^(\d{4}-\d{2}-\d{2}|\d{1,2}[./]\d{1,2}[./]\d{2,4})$/.test(value)) return 'date';
    if (/^https?:\/\//.test(value)) return 'url';
    return 'text';
  };

  // -- around it ------------------------------------------------------------------------------------------------------

  const headingOf = (node) => {
    for (const heading of node.querySelectorAll('h1, h2, h3, h4, h5, h6, [role="heading"]')) {
      if (isShown(heading)) return short(textOf(heading), NAME);
    }
    return '';
  };
  const placeName = (node) => {
    const told = referenced(node, 'aria-labelledby') || attribute(node, 'aria-label');
    if (told) return { name: short(told, NAME), from: 'label' };
    const tag = tagOf(node);
    const own = tag === 'fieldset' ? node.querySelector(':scope > legend')
      : tag === 'table' ? node.caption : tag === 'details' ? node.querySelector(':scope > summary') : null;
    if (own) return { name: short(textOf(own), NAME), from: 'label' };
    return { name: headingOf(node), from: 'heading' };
  };
  const placesOf = (node) => {
    const places = [];
    for (let one = parentOf(node); one && places.length < LANDMARKS; one = parentOf(one)) {
      const role = roleOf(one) || LANDMARK_TAGS[tagOf(one)] || '';
      if (!LANDMARK_ROLES.has(role)) continue;
      places.push({ role, tag: tagOf(one), id: one.id || undefined, ...placeName(one) });
    }
    return places;
  };

  // The row is the nearest table row, list item or card: an ancestor that stands among at least one of its own kind.
  const shape = (node) => `${tagOf(node)}.${roleOf(node)}.${[...node.classList].sort()[0] || ''}`;
  const isRow = (node) => ROW_TAGS.has(tagOf(node)) || ROW_ROLES.has(roleOf(node));
  const peersOf = (node) => node.parentElement
    ? [...node.parentElement.children].filter((other) => other !== node && shape(other) === shape(node)) : [];
  const isCard = (node) => ['div', 'section', 'label', 'span'].includes(tagOf(node)) && fold(node.className?.baseVal ?? node.className)
    && peersOf(node).length > 0 && textOf(node, true, 200).length > 1;
  const rowOf = (node) => {
    let card = null;
    for (let one = parentOf(node), steps = 0; one && steps < 12; one = parentOf(one), steps++) {
      if (isRow(one)) return one;
      // A form is no border: many a row or card holds one of its own.
      if (['body', 'main', 'dialog'].includes(tagOf(one))) break;
      if (!card && isCard(one)) card = one;
    }
    return card;
  };
  // What tells the row from its siblings: the first of its own texts that no sibling has; leaf by leaf, so that a cell
  // is not mixed with the next one.
  const partsOf = (row) => {
    const parts = [];
    const visit = (node) => {
      if (parts.length > 12 || isEditor(node) || node.matches(BUTTONS) && node !== row && !isNamingLink(node)) return;
      for (const child of node.childNodes) {
        if (child.nodeType === Node.TEXT_NODE) { const text = short(child.data, NAME); if (text) parts.push(text); }
        else if (child.nodeType === Node.ELEMENT_NODE && isShown(child)) visit(child);
      }
    };
    visit(row);
    return parts;
  };
  // In many tables the first column is a link that names the row.
  const isNamingLink = (node) => tagOf(node) === 'a' && node !== element && !node.contains(element);
  const rowFacts = (node) => {
    const row = rowOf(node);
    if (!row) return undefined;
    const peers = peersOf(row);
    const others = peers.slice(0, 60).map((peer) => fold(peer.textContent));
    const parts = partsOf(row).filter((part) => /[\p{L}\p{N}]/u.test(part));
    // a text that is the element's own tells it from its neighbours, not its row from other rows
    const own = [labelOf(node), captionOf(node)].filter(Boolean);
    const folded = others.map((other) => other.toLowerCase());
    const telling = parts.filter((part) => !own.includes(part) && folded.every((other) => !other.includes(part.toLowerCase())));
    // a name outlives a price, and both say more than an initial
    const worth = (part) => (/\p{L}.*\p{L}.*\p{L}/u.test(part) ? 2 : 0) + (/\d/.test(part) ? 0 : 1);
    telling.sort((a, b) => worth(b) - worth(a));
    // “Dune” is in “Dune Messiah”, too: as the whole of a text it still names the row better than its price does
    const name = parts.find((part) => worth(part) === 3 && !own.includes(part));
    const whole = name && !telling.includes(name) && !(telling[0] && worth(telling[0]) === 3)
      && !peers.slice(0, 60).some((peer) => partsOf(peer).includes(name)) ? name : undefined;
    return {
      whole,
      text: telling[0], texts: telling.slice(0, 3), parts: parts.slice(0, 6), peers: peers.length, tag: tagOf(row), role: roleOf(row) || undefined,
      classes: [...row.classList].slice(0, 3),
    };
  };

  // The nearest named things around it, those in its own container first.
  const nearest = (around, at) => {
    const near = around[at] ? [around[at]] : [];
    for (let step = 1; near.length < 12 && (at - step >= 0 || at + step < around.length); step += 1) {
      for (const other of [around[at - step], around[at + step]]) if (other && near.length < 12) near.push(other);
    }
    return near;
  };
  const siblingsOf = (node) => {
    const names = [];
    let scope = parentOf(node);
    for (let level = 0; level < 3 && scope && tagOf(scope) !== 'body' && names.length < SIBLINGS; level++, scope = parentOf(scope)) {
      const around = remembered('around', scope, () => [...scope.querySelectorAll(NEIGHBOURS)].slice(0, ALIKE));
      const at = around.findIndex((other) => other === node || other.contains(node)
        || node.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING);
      for (const other of nearest(around, at < 0 ? around.length : at)) {
        if (names.length >= SIBLINGS || other === node || other.contains(node) || node.contains(other)) continue;
        if ([...(node.labels || [])].includes(other) || isEditor(other) && !labelOf(other)) continue;
        const name = short(labelOf(other) || captionOf(other) || attribute(other, 'placeholder'), 30);
        if (name && !names.includes(name)) names.push(name);
      }
    }
    return names;
  };

  // The named things right before and right after it, in the order of the document: the slot it stands in. Bounded, so
  // that a long page costs no more than a short one; an empty name means that nothing was near enough.
  const nameOf = (node) => short(labelOf(node) || captionOf(node) || attribute(node, 'placeholder') || attribute(node, 'name'), 30);
  const neighbour = (node, way) => {
    const walker = document.createTreeWalker(node.getRootNode(), NodeFilter.SHOW_ELEMENT);
    walker.currentNode = node;
    const labels = [...(node.labels || [])];
    for (let steps = 0; steps < REACH && walker[way](); steps += 1) {
      const other = walker.currentNode;
      if (!other.matches(NEIGHBOURS) || other.contains(node) || node.contains(other) || !isShown(other)) continue;
      if (labels.some((label) => label === other || label.contains(other)) || tagOf(other) === 'label' && other.control) continue;
      const name = nameOf(other);
      if (name) return name;
    }
    return '';
  };

  // Position among elements alike: same tag, type and role attribute, same caption or label.
  // Asked of thousands, `isContentEditable` and `labels` would each walk the document, so they are not.
  const holdsText = (node) => ['textarea', 'select', 'input'].includes(tagOf(node)) || node.hasAttribute('contenteditable');
  const labelTexts = (root) => remembered('labels', root, () => {
    const texts = new Map();
    for (const label of root.querySelectorAll('label')) {
      if (label.control) texts.set(label.control, `${texts.get(label.control) || ''} ${label.textContent}`);
    }
    return texts;
  });
  const likeness = (node, labels) => fold(attribute(node, 'aria-label') || attribute(node, 'title') || labels.get(node)
    || (isPushButton(node) ? node.getAttribute('value')
      : holdsText(node) ? attribute(node, 'placeholder') || attribute(node, 'name') : node.textContent));
  const alikeKey = (node, labels) => `${node.type}|${roleOf(node)}|${likeness(node, labels)}`;
  // All elements of a tag by what they are and say, in the order of the document.
  const byLikeness = (root, tag) => remembered(`alike ${tag}`, root, () => {
    const labels = labelTexts(root), groups = new Map();
    for (const other of [...root.querySelectorAll(tag === 'div' ? 'div:not(:has(div))' : CSS.escape(tag))].slice(0, ALIKE)) {
      const key = alikeKey(other, labels);
      if (groups.has(key)) groups.get(key).push(other); else groups.set(key, [other]);
    }
    return groups;
  });
  const position = (node) => {
    const root = node.getRootNode();
    const alike = byLikeness(root, tagOf(node)).get(alikeKey(node, labelTexts(root))) || [];
    return alike.includes(node) ? { ordinal: alike.indexOf(node) + 1, of: alike.length } : {};
  };
  // Other controls whose words resemble its own: whoever looks for it later must not take one of them for it.
  const wordsOf = (text) => new Set(text.toLowerCase().split(/[^\p{L}\p{N}]+/u).filter((word) => word.length > 1));
  const lookalikesOf = (node) => {
    const root = node.getRootNode(), labels = labelTexts(root), own = likeness(node, labels), words = wordsOf(own);
    const key = alikeKey(node, labels), found = new Map();
    if (!words.size) return [];
    for (const other of [...root.querySelectorAll(BUTTONS)].slice(0, ALIKE)) {
      if (other === node || other.contains(node) || node.contains(other)) continue;
      const name = likeness(other, labels);
      if (!name || name.length > NAME || tagOf(other) === tagOf(node) && alikeKey(other, labels) === key) continue;
      const theirs = wordsOf(name);
      let shared = 0;
      for (const word of theirs) if (words.has(word)) shared += 1;
      const part = shared / Math.max(words.size, theirs.size, 1);
      if (part >= 0.34 && isShown(other)) found.set(short(name, 30), part);
    }
    return [...found].sort((one, other) => other[1] - one[1]).slice(0, LOOKALIKES).map(([name]) => name);
  };

  const pathOf = (node) => {
    const parts = [];
    for (let one = node; one && one.nodeType === Node.ELEMENT_NODE && tagOf(one) !== 'html'; one = parentOf(one)) {
      const tag = CSS.escape(tagOf(one));
      const alike = one.parentElement ? [...one.parentElement.children].filter((other) => tagOf(other) === tagOf(one)) : [one];
      parts.unshift(alike.length > 1 ? `${tag}:nth-of-type(${alike.indexOf(one) + 1})` : tag);
      // a combinator of one level does not cross into a shadow root; a descendant combinator of Playwright's does
      const root = one.getRootNode();
      if (!one.parentElement && root instanceof ShadowRoot) parts.unshift(' ');
      if (tagOf(one) === 'body') break;
    }
    return parts.join(' > ').replace(/ >   > | >  $/g, ' ');
  };

  // another site's root is not this site's root
  const siteOf = (address) => address.host === location.host ? '' : `//${address.host}`;
  const hrefOf = (node) => {
    const link = tagOf(node) === 'a' ? node : null;
    const raw = link && link.getAttribute('href');
    if (!raw || /^(javascript|data|blob):/i.test(raw.trim())) return undefined;
    return raw.trim().startsWith('#') || !link.pathname ? short(raw, 120)
      : short(siteOf(link) + link.pathname + link.search, 120);
  };
  // A heading cell, say, that is nothing but a link leads where the link does.
  const leadsOf = (node) => {
    if (tagOf(node) === 'a') return hrefOf(node);
    const links = node.getElementsByTagName('a');
    return links.length === 1 && fold(links[0].textContent) === fold(node.textContent) ? hrefOf(links[0]) : undefined;
  };

  // Where its form sends to, without what was entered. Buttons count that send it, and whatever holds a value in it.
  const isSubmit = (node) => ['button', 'input'].includes(tagOf(node)) && ['submit', 'image'].includes(node.type);
  const submitsOf = (form) => remembered('submits', form, () => [...form.elements, ...form.querySelectorAll('input[type=image]')]
    .filter((other) => isSubmit(other) && isShown(other)).length);
  const formOf = (node) => {
    const held = ['button', 'input', 'select', 'textarea'].includes(tagOf(node));
    // a rich text is sent by the script of the form it stands in
    const form = held ? node.form : node.isContentEditable ? node.closest('form') : null;
    if (!form || !isSubmit(node) && (tagOf(node) === 'button' || isPushButton(node))) return undefined;
    const own = isSubmit(node) && node.getAttribute('formaction');
    const method = (isSubmit(node) && node.getAttribute('formmethod') || form.getAttribute('method') || 'get').toLowerCase();
    try {
      const to = new URL(own || form.getAttribute('action') || location.href, document.baseURI);
      return /^https?:$/.test(to.protocol) ? short(`${method} ${siteOf(to)}${to.pathname}`, 120) : undefined;
    } catch { return undefined; }
  };
  // What can be chosen: a list's entries outlive its name.
  const optionsOf = (node) => {
    const lists = (node.getAttribute('list') || node.getAttribute('aria-controls') || node.getAttribute('aria-owns') || '').split(/\s+/);
    const entries = tagOf(node) === 'select' ? [...node.options]
      : tagOf(node) !== 'input' ? []
        : lists.filter(Boolean).flatMap((id) => [...(node.getRootNode().getElementById?.(id)?.querySelectorAll('option, [role="option"]') || [])]);
    const texts = entries.slice(0, ALIKE).map((entry) => short(entry.label || entry.value || entry.textContent, OPTION)).filter(Boolean);
    // the first in the alphabet, so that another order, or a long list, compares all the same
    return [...new Set(texts)].sort().slice(0, OPTIONS);
  };

  const testId = TEST_IDS.find((name) => element.getAttribute(name));
  const box = element.getBoundingClientRect();
  const editable = element.isContentEditable;
  return {
    tag: tagOf(element),
    type: tagOf(element) === 'input' || tagOf(element) === 'button' && element.hasAttribute('type') ? element.type : undefined,
    roleAttribute: roleOf(element) || undefined,
    text: isPushButton(element) ? undefined : textOf(element).length <= 4 * TEXT ? short(textOf(element)) || undefined : undefined,
    caption: isPushButton(element) ? short(element.value) : undefined,
    label: labelOf(element),
    placeholder: attribute(element, 'placeholder') || attribute(element, 'aria-placeholder'),
    title: attribute(element, 'title'),
    alt: attribute(element, 'alt') || (element.children.length <= 3 ? attribute(element.querySelector('img[alt]') || element, 'alt') : undefined),
    name_attr: attribute(element, 'name'),
    id: element.id || undefined,
    test_id: testId && element.getAttribute(testId),
    test_id_attribute: testId,
    href: leadsOf(element),
    form: formOf(element),
    submits: isSubmit(element) && element.form ? submitsOf(element.form) : undefined,
    options: optionsOf(element),
    raw_href: hrefOf(element) && element.getAttribute('href'),
    classes: [...element.classList],
    value_kind: kindOfValue(element),
    editable,
    empty: 'value' in element && typeof element.value === 'string' ? element.value === '' : editable && !fold(element.textContent),
    places: placesOf(element),
    row: rowFacts(element),
    siblings: siblingsOf(element),
    lookalikes: memory ? undefined : lookalikesOf(element),
    between: [neighbour(element, 'previousNode'), neighbour(element, 'nextNode')],
    ...position(element),
    path: pathOf(element),
    box: [box.x + scrollX, box.y + scrollY, box.width, box.height].map(Math.round),
  };
}
