// What happens to the tree: wrappers, order, place, tags and widgets.
function copyAttributes(from, to, except = []) {
  for (const { name, value } of from.attributes) if (!except.includes(name)) to.setAttribute(name, value);
}
function replaceTag(element, tag, except) {
  const fresh = document.createElement(tag);
  copyAttributes(element, fresh, except);
  fresh.append(...element.childNodes);
  element.replaceWith(fresh);
  return fresh;
}
const inline = element => /^inline/.test(getComputedStyle(element).display);
function sealed(element) { // moving these apart from their parent would make no page anyone would write
  return /^(option|optgroup|tr|td|th|thead|tbody|summary|legend|dt|dd)$/.test(element.localName);
}

const structure = {
  wrap: ({ rng, target }) => {
    let inner = target();
    if (sealed(inner)) return null;
    const depth = 1 + rng.below(3);
    for (let level = 0; level < depth; level++) {
      const wrapper = document.createElement(inline(inner) ? 'span' : 'div');
      wrapper.className = rng.one(['field', 'control', 'tooltip-anchor', 'wrapper', 'inner', 'col']);
      inner.replaceWith(wrapper);
      wrapper.append(inner);
      inner = wrapper;
    }
    return `${depth} wrappers`;
  },
  unwrap: ({ target }) => {
    const parent = target().parentElement;
    if (!parent || parent === document.body || !/^(div|span|p)$/.test(parent.localName) || parent.shadowRoot) return null;
    if (parent.querySelectorAll(OPERABLE).length > 1) return null;
    parent.replaceWith(...parent.childNodes);
    return 'its wrapper is gone';
  },
  reorder: ({ rng, target }) => {
    const row = rowOf(target());
    const { unit, complete } = unitOf(target());
    const moved = complete && !row ? unit : row || null;
    if (!moved || sealed(moved) && moved.localName !== 'tr') return null;
    const others = [...moved.parentNode.children].filter(other => other !== moved && other.localName === moved.localName && visible(other));
    if (!others.length) return null;
    const other = rng.one(others);
    const mark = document.createComment('');
    moved.replaceWith(mark);
    other.replaceWith(moved);
    mark.replaceWith(other);
    return 'changed places with a sibling';
  },
  'move-section': ({ rng, target }) => {
    const { unit, complete } = unitOf(target());
    if (!complete || sealed(unit) || rowOf(target())) return null;
    const from = unit.closest('form,section,fieldset,nav,aside,header,footer,main');
    const places = all('form,section,fieldset,nav,aside,header,footer,main,body > div').filter(place =>
      place !== from && visible(place) && !place.contains(unit) && !unit.contains(place) && place.getRootNode() === unit.getRootNode());
    if (!places.length) return null;
    const place = rng.one(places);
    if (rng.often(0.5)) place.prepend(unit); else place.append(unit);
    return visible(target()) ? `moved into a ${place.localName}` : null;
  },
  retag: ({ rng, target, become }) => {
    const element = target(), kind = kindOf(element), tag = element.localName;
    if (tag === 'input' && PUSH_TYPES.includes(element.type) && element.type !== 'image') {
      const button = document.createElement('button');
      copyAttributes(element, button, ['value']);
      button.textContent = element.value || 'Submit';
      element.replaceWith(button);
      become(button);
      return 'an input is now a button';
    }
    if (tag === 'button' && kind === 'push') {
      const fresh = replaceTag(element, rng.one(['a', 'div']), ['type', 'name', 'value', 'form']);
      if (fresh.localName === 'a') { fresh.setAttribute('href', '#'); if (rng.often(0.5)) fresh.setAttribute('role', 'button'); }
      else { fresh.setAttribute('role', 'button'); fresh.tabIndex = 0; fresh.style.display ||= 'inline-block'; }
      become(fresh);
      return `a button is now a ${fresh.localName}`;
    }
    if (tag === 'a' && !element.closest('[role=menu],[role=tablist]')) {
      const fresh = replaceTag(element, 'button', ['href', 'target', 'rel']);
      fresh.type = 'button';
      become(fresh);
      return 'a link is now a button';
    }
    if (tag === 'input' && /^(text|search|email|url|tel)?$/.test(element.getAttribute('type') || '')) {
      const type = rng.one(['search', 'email', 'url', 'tel', 'text'].filter(each => each !== element.type));
      element.type = type;
      return `its type is now ${type}`;
    }
    return null;
  },
  'swap-widget': ({ rng, target, become }) => {
    const element = target();
    if (element.localName === 'select' && !element.multiple) {
      const button = document.createElement('button');
      copyAttributes(element, button, ['name']);
      Object.assign(button, { type: 'button', textContent: element.selectedOptions[0] ? element.selectedOptions[0].text : 'Choose' });
      button.setAttribute('role', 'combobox');
      button.setAttribute('aria-haspopup', 'listbox');
      button.setAttribute('aria-expanded', 'false');
      const name = nameOf(element);
      if (name) button.setAttribute('aria-label', name);
      element.replaceWith(button);
      become(button);
      return 'a select is now a combobox of its own';
    }
    if (element.localName === 'input' && element.type === 'checkbox') {
      const name = nameOf(element), toggle = document.createElement('button');
      copyAttributes(element, toggle, ['type', 'value', 'checked', 'name']);
      toggle.type = 'button';
      toggle.setAttribute('role', 'switch');
      toggle.setAttribute('aria-checked', String(element.checked));
      toggle.style.cssText += ';width:36px;height:18px';
      if (name) toggle.setAttribute('aria-label', name);
      element.replaceWith(toggle);
      become(toggle);
      return 'a checkbox is now a switch';
    }
    if (element.localName === 'input' && element.type === 'text' || element.localName === 'textarea') {
      const fresh = document.createElement(element.localName === 'textarea' ? 'div' : 'textarea');
      copyAttributes(element, fresh, ['type', 'value', 'rows', 'cols']);
      const name = nameOf(element);
      if (fresh.localName === 'div') {
        fresh.setAttribute('contenteditable', 'true');
        fresh.setAttribute('role', 'textbox');
        fresh.style.cssText += ';min-height:2em;min-width:12em';
        if (name) fresh.setAttribute('aria-label', name);
      } else if (rng.often(0.5)) fresh.rows = 3;
      element.replaceWith(fresh);
      become(fresh);
      return `a ${element.localName} is now a ${fresh.localName}`;
    }
    return null;
  },
  'insert-above': ({ rng }) => {
    const banner = document.createElement('div');
    banner.className = 'announcement';
    banner.style.cssText = `padding:${12 + rng.below(60)}px;background:#fe9`;
    banner.innerHTML = rng.one([
      '<p>We will be down for maintenance on Sunday.</p><a href="/status">Status page</a>',
      '<strong>New:</strong> keyboard shortcuts. <button type="button">Got it</button>',
      '<p>Your trial ends in 12 days.</p><a href="/plans">Compare plans</a> <button type="button">Dismiss</button>',
    ]);
    document.body.prepend(banner);
    return 'an announcement on top';
  },
  respace: ({ rng }) => {
    const style = document.createElement('style');
    const gap = rng.one([2, 6, 14]);
    style.textContent = `body{padding-top:${gap * 3}px!important;font-size:${90 + 5 * rng.below(6)}%!important}` +
      `td,th,li,p,label,button,input,a{padding:${gap}px!important;letter-spacing:${rng.below(3) * 0.3}px!important}`;
    document.head.append(style);
    return 'other spacing and type size';
  },
  sectioning: ({ rng, target }) => {
    const chain = [];
    for (let up = target().parentElement; up && up !== document.body; up = up.parentElement) chain.push(up);
    const plainOnes = chain.filter(up => /^(div|section|article|span)$/.test(up.localName) && !up.shadowRoot);
    if (!plainOnes.length) return null;
    for (const up of plainOnes.slice(0, 4)) replaceTag(up, up.localName === 'span' ? 'b' : rng.one(['section', 'article', 'div', 'main-area']), []).style.display ||= 'block';
    return 'ancestors have other tags';
  },
  'table-to-grid': ({ target }) => {
    const table = target().closest('table');
    if (!table || table.rows.length > 60) return null;
    const roles = { table: 'table', thead: 'rowgroup', tbody: 'rowgroup', tfoot: 'rowgroup', tr: 'row', td: 'cell', th: 'columnheader', caption: 'caption' };
    const shown = { table: 'table', thead: 'table-header-group', tbody: 'table-row-group', tfoot: 'table-footer-group', tr: 'table-row', td: 'table-cell', th: 'table-cell', caption: 'table-caption' };
    for (const part of [...table.querySelectorAll('td,th,tr,thead,tbody,tfoot,caption'), table]) {
      if (part !== table && part.closest('table') !== table) continue;
      const tag = part.localName;
      const heading = tag === 'th' && part.closest('tbody');
      const fresh = replaceTag(part, 'div', ['colspan', 'rowspan', 'scope']);
      fresh.setAttribute('role', heading ? 'rowheader' : roles[tag]);
      fresh.style.display = shown[tag];
    }
    return 'the table is made of divs';
  },
  'into-component': ({ target }) => {
    const element = target();
    if (element.getRootNode() !== document) return null;
    const block = element.closest('form,section,nav,aside,table,ul,fieldset') || element.parentElement;
    if (!block || block === document.body || block.querySelector('[id] [aria-labelledby]')) return null;
    const host = document.createElement(`x-${block.localName}`);
    host.style.display = getComputedStyle(block).display === 'inline' ? 'inline-block' : 'block';
    block.replaceWith(host);
    const root = host.attachShadow({ mode: 'open', clonable: true });
    for (const sheet of document.querySelectorAll('style')) root.append(sheet.cloneNode(true));
    root.append(block);
    const caption = captionOf(element);
    return visible(element) && caption ? 'lives in a web component now' : null;
  },
  'drop-neighbours': ({ rng, target }) => {
    const around = target().closest('form,fieldset,section,nav,ul,tr,main,body') || document.body;
    const others = [...around.querySelectorAll(OPERABLE)].filter(other => other !== target() && reachable(other) && !other.contains(target()) && !other.querySelector(OPERABLE));
    const leaving = rng.shuffled(others).slice(0, 1 + rng.below(3)).map(other => unitOf(other).unit)
      .filter(unit => !unit.contains(target()) && !sealed(unit) && !(labelOf(target()) && unit.contains(labelOf(target()))));
    if (!leaving.length) return null;
    leaving.forEach(unit => unit.remove());
    return `${leaving.length} of its neighbours are gone`;
  },
  // A new control beside it that has nothing to do with it: the form asks for more, the toolbar offers more.
  'new-neighbour': ({ rng, target }) => {
    const unit = unitOf(target()).unit;
    if (sealed(unit) || !unit.parentElement) return null;
    const fresh = document.createElement(inline(unit) ? 'span' : 'div');
    const id = `n${rng.token(5)}`;
    fresh.innerHTML = holdsValue(target())
      ? rng.one([`<label for="${id}">Middle initial</label> <input id="${id}" name="${id}">`, `<label><input type="checkbox" name="${id}"> Keep me informed</label>`])
      : rng.one([`<button type="button" id="${id}">Preview</button>`, `<a href="/whats-new/">What is new</a>`]);
    if (rng.often(0.5)) unit.before(fresh); else unit.after(fresh);
    return 'a new control beside it';
  },
  // Days later: other data in the other rows, and some rows have come and gone.
  'other-data': ({ rng, target }) => {
    const row = rowOf(target());
    if (!row || !row.parentElement || rowWords(target()) === '') return null;
    const others = alike(row).filter(other => other !== row && !other.querySelector('th'));
    let count = 0;
    for (const other of others) {
      if (rng.often(0.3)) { other.remove(); count += 1; continue; }
      const names = new Set([...other.querySelectorAll('button,[role=button],option,select')]);
      for (const node of wordsIn(other)) {
        if ([...names].some(each => each.contains(node)) || plain(node.data) === plain(nameOf(target()))) continue;
        node.data = rng.one(['Item', 'Entry', 'Record', 'Case']) + ` ${rng.token(4).toUpperCase()}`;
        count += 1;
      }
    }
    return count ? 'other data in the other rows' : null;
  },
};
