// What stands beside the element and could be taken for it, and what happens when the element itself goes.
const PUSH_MODIFIERS = ['{} as draft', '{} and close', '{} all', '{} later', '{} selected', '{} a copy', 'Do not {}', '{} for everyone'];
const LINK_MODIFIERS = ['{} archive', 'Old {}', '{} for admins', '{} by month', 'Deleted {}', 'Shared {}', 'Report on {}', '{} of others'];
const FIELD_MODIFIERS = ['Confirm {}', 'Previous {}', 'Alternative {}', '{} (billing)', '{} of the manager', 'Secondary {}', '{} suffix', 'Hide {}'];
const OTHER_PUSH = ['Print label', 'Archive', 'Share', 'Compare', 'Report a problem', 'Translate', 'Pin to top', 'Rate this', 'Subscribe', 'Mute', 'Schedule', 'Duplicate'];
const OTHER_FIELD = ['Fax number', 'Favourite colour', 'Referral code', 'Time zone', 'VAT number', 'Nickname', 'Room', 'Shoe size', 'Budget code', 'Dietary needs'];

function cloned(unit, rng) {
  const copy = unit.cloneNode(true);
  for (const part of [copy, ...copy.querySelectorAll('*')]) {
    for (const name of ['id', 'for', 'name', ...TEST_IDS]) {
      if (part.hasAttribute(name)) part.setAttribute(name, `${part.getAttribute(name)}-${rng.token(3)}`);
    }
    if (part.localName === 'a' && part.hasAttribute('href')) part.setAttribute('href', part.getAttribute('href').replace(/\/?(\?|#|$)/, `-${rng.token(3)}/$1`));
    if (part.checked && part.type === 'radio') part.checked = false;
  }
  return copy;
}
// The copy's counterpart of `inner`: same path of children.
function counterpart(unit, copy, inner) {
  const steps = [];
  for (let at = inner; at !== unit; at = at.parentElement) steps.unshift([...at.parentElement.children].indexOf(at));
  return steps.reduce((at, step) => at.children[step], copy);
}
// A caption without one of its words, the first (most often what it does) excepted: "Save book" is "Save".
function shortened(name, rng) {
  const parts = name.replace(/[:*…]+$/, '').trim().split(' ');
  if (parts.length < 2 || parts.length > 5 || parts.some(part => !/^\p{L}+$/u.test(part))) return null;
  const kept = parts.length > 2 && rng.often(0.5) ? parts.slice(0, -1) : parts.slice(0, 1);
  return kept.join(' ').length > 2 ? kept.join(' ') : null;
}
function rivalName(name, element, rng) {
  const fewer = rng.often(0.15) && shortened(name, rng);
  if (fewer && !operable().some(other => plain(nameOf(other)) === plain(fewer))) return fewer;
  const modifier = rng.one({ link: LINK_MODIFIERS, push: PUSH_MODIFIERS }[kindOf(element)] || FIELD_MODIFIERS);
  const inside = modifier.startsWith('{}') ? name.replace(/[:\s*…]+$/, '') : name[0].toLowerCase() + name.slice(1);
  return modifier.replace('{}', inside);
}
function otherName(element, rng) {
  const taken = new Set(operable().map(other => plain(nameOf(other))));
  return rng.one((holdsValue(element) ? OTHER_FIELD : OTHER_PUSH).filter(name => !taken.has(plain(name))));
}
function placeable(element) {
  const { unit, complete } = unitOf(element);
  return complete && !/^(option|td|th|tr|summary|legend)$/.test(unit.localName) && unit.parentElement ? unit : null;
}
// Puts a copy of the element's unit beside it, under another name; gives the copy of the element itself.
function besides(element, name, rng, where) {
  const unit = placeable(element), caption = captionOf(element);
  if (!unit || !caption) return null;
  const copy = cloned(unit, rng);
  const rival = counterpart(unit, copy, element);
  if (where === 'before') unit.before(copy); else unit.after(copy);
  if (caption.label && rival.id && copy.contains(rival)) { const label = copy.querySelector('label'); if (label && label.htmlFor) label.htmlFor = rival.id; }
  const fresh = captionOf(rival);
  if (!fresh || !visible(rival)) { copy.remove(); return null; }
  fresh.write(name);
  for (const other of ['title', 'aria-label']) if (other !== fresh.from && rival.hasAttribute(other)) rival.setAttribute(other, name);
  return rival;
}

const rivals = {
  lookalike: ({ rng, target }) => {
    const name = nameOf(target());
    if (!name || name.length > 40) return null;
    const fresh = rivalName(name, target(), rng);
    return besides(target(), fresh, rng, rng.one(['before', 'after'])) ? `“${fresh}” stands beside it` : null;
  },
  'steal-identifiers': ({ rng, target }) => {
    const element = target(), name = nameOf(element);
    const stolen = ['id', 'name', ...TEST_IDS].filter(each => element.hasAttribute(each));
    if (!name || !stolen.length || name.length > 40 || element.type === 'radio') return null;
    const fresh = rng.often(0.5) ? rivalName(name, element, rng) : otherName(element, rng);
    const rival = besides(element, fresh, rng, rng.one(['before', 'after']));
    if (!rival) return null;
    const labels = [...(element.labels || [])], theirs = [...(rival.labels || [])];
    for (const each of stolen) {
      const old = element.getAttribute(each);
      element.setAttribute(each, rival.getAttribute(each) || `${old}-new`);
      rival.setAttribute(each, old);
    }
    labels.forEach(label => { if (label.htmlFor) label.htmlFor = element.id; });
    theirs.forEach(label => { if (label.htmlFor) label.htmlFor = rival.id; });
    return `“${fresh}” has its ${stolen.join(' and ')} now`;
  },
  'duplicate-rows': ({ rng, target }) => {
    const row = rowOf(target());
    if (!row || !row.parentElement || row.getRootNode() !== target().getRootNode()) return null;
    const own = nameOf(target());
    const telling = wordsIn(row).filter(node => folded(node.data) !== own && !node.parentElement.closest('button,[role=button],option'));
    if (!telling.length) return null;
    const count = 1 + rng.below(3);
    for (let number = 0; number < count; number++) {
      const copy = cloned(row, rng);
      row.parentElement.insertBefore(copy, rng.often(0.6) ? row : row.nextSibling);
      const nodes = wordsIn(copy).filter(node => folded(node.data) !== own && !node.parentElement.closest('button,[role=button],option'));
      nodes.slice(0, 2).forEach(node => { node.data = rng.one(['Copy of {}', '{} II', 'New {}', '{} (old)', 'Another {}']).replace('{}', folded(node.data)); });
    }
    return `${count} more rows like its own`;
  },
  'hide-and-replace': ({ rng, target, become }) => {
    const element = target(), unit = placeable(element);
    if (!unit || element.type === 'radio') return null;
    const copy = cloned(unit, rng);
    const fresh = counterpart(unit, copy, element);
    unit.after(copy);
    const label = copy.querySelector('label[for]');
    if (label && fresh.id) label.htmlFor = fresh.id;
    for (const part of [copy, ...copy.querySelectorAll('[class]')]) if (rng.often(0.5)) part.className += ` v${rng.below(9)}`;
    const href = element.getAttribute('href');
    if (href) fresh.setAttribute('href', href);
    unit.style.setProperty('display', 'none', 'important');
    become(fresh);
    return visible(fresh) ? 'the old one is hidden, a new one stands there' : null;
  },
  'hidden-twin': ({ rng, target }) => {
    const element = target(), unit = placeable(element);
    if (!unit || element.type === 'radio') return null;
    const menu = document.createElement('div');
    menu.className = 'mobile-only';
    menu.style.cssText = 'display:none!important';
    menu.append(rng.often(0.5) ? unit.cloneNode(true) : cloned(unit, rng));
    menu.querySelectorAll('[id]').forEach(part => { part.id += '-m'; });
    menu.querySelectorAll('label[for]').forEach(part => { part.htmlFor += '-m'; });
    document.body.prepend(menu);
    return 'a hidden copy for small screens stands before it';
  },
  'lookalike-section': ({ rng, target }) => {
    const section = sectionOf(target());
    if (!section || !/^(fieldset|section|form|details)$/.test(section.localName) || !section.parentElement) return null;
    const copy = cloned(section, rng);
    section.parentElement.insertBefore(copy, rng.often(0.5) ? section : section.nextSibling);
    const title = copy.querySelector(':scope > legend, :scope > h1, :scope > h2, :scope > h3, :scope > h4, :scope > summary');
    const fresh = rng.one(['Billing', 'Second contact', 'Previous entry', 'Template', 'For the archive']);
    if (copy.hasAttribute('aria-label')) copy.setAttribute('aria-label', fresh);
    copy.removeAttribute('aria-labelledby');
    if (title) title.textContent = fresh;
    return title || copy.hasAttribute('aria-label') ? `a whole section like its own, “${fresh}”` : null;
  },
};

function leave(element) {
  const { unit, complete, label } = unitOf(element);
  if (!complete && label) label.remove();
  if (/^(td|th)$/.test(unit.localName)) unit.replaceChildren(); else unit.remove();
}
const removals = {
  remove: ({ target, gone }) => { leave(target()); gone(); return 'it is gone'; },
  'remove-beside-lookalike': ({ rng, target, gone }) => {
    const name = nameOf(target());
    if (!name || name.length > 40) return null;
    const fresh = rivalName(name, target(), rng);
    const rival = besides(target(), fresh, rng, 'after');
    if (!rival) return null;
    leave(target());
    gone(rival);
    return `it is gone, “${fresh}” is there instead`;
  },
  'replaced-by-other': ({ rng, target, gone }) => {
    const element = target(), caption = captionOf(element);
    if (!caption || element.type === 'radio' || rowOf(element) && !holdsValue(element) && !element.hasAttribute('id')) return null;
    const fresh = otherName(element, rng);
    if (!fresh) return null;
    const old = caption.read();
    caption.write(fresh);
    for (const name of ['aria-label', 'placeholder', 'title']) if (element.hasAttribute(name)) element.setAttribute(name, fresh);
    const href = element.getAttribute('href');
    if (href && !/^(#|javascript:)/.test(href)) element.setAttribute('href', `/${kebab(fresh)}/`);
    for (const name of ['id', 'name', ...TEST_IDS]) if (element.hasAttribute(name)) element.setAttribute(name, kebab(fresh));
    if (element.id && element.labels) labelsAt(element, caption);
    // another control does something else; some do it in a script
    if (element.form && element.type === 'submit' && rng.often(0.7)) {
      if (rng.often(0.5)) element.type = 'button'; else element.setAttribute('formaction', `/${kebab(fresh)}/`);
    }
    if (element.localName === 'select') [...element.options].forEach((option, at) => { option.textContent = `${fresh.split(' ')[0]} ${at + 1}`; });
    gone(element);
    return `“${old}” gave way to “${fresh}”`;
  },
  'removed-with-section': ({ target, gone }) => {
    const section = target().closest('form,fieldset,section,tr,li,nav,dialog,[role=dialog]');
    if (!section || section.querySelectorAll(OPERABLE).length < 2 || section.querySelectorAll(OPERABLE).length * 2 > operable().length) return null;
    section.remove();
    gone();
    return `its whole ${section.localName} is gone`;
  },
  'remove-row': ({ target, gone }) => {
    const row = rowOf(target());
    if (!row || rowWords(target()) === '') return null;
    row.remove();
    gone();
    return 'its row is gone';
  },
  // Where one is already, a link to there is often but a word: nothing to click.
  'becomes-text': ({ rng, target, gone }) => {
    const element = target(), caption = captionOf(element);
    if (holdsValue(element) || !caption || caption.from !== 'text' || element.localName === 'summary') return null;
    const text = document.createElement(rng.one(['span', 'strong', 'h2', 'p']));
    text.className = element.className;
    text.style.cursor = 'default';
    text.append(...element.childNodes);
    element.replaceWith(text);
    gone();
    return `it is only a ${text.localName} now`;
  },
  hidden: ({ rng, target, gone }) => {
    const { unit } = unitOf(target());
    unit.style.setProperty(...rng.one([['display', 'none'], ['visibility', 'hidden']]), 'important');
    gone();
    return 'it is hidden';
  },
};
function labelsAt(element, caption) { if (caption.label && caption.label.htmlFor) caption.label.htmlFor = element.id; }
