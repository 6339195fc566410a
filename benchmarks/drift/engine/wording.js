// What happens to captions: other words, another language, ornaments, and where the words are kept.
const recased = (model, words) => {
  if (model === model.toUpperCase() && model !== model.toLowerCase()) return words.toUpperCase();
  if (model[0] === model[0].toLowerCase() && model[0] !== model[0].toUpperCase()) return words[0].toLowerCase() + words.slice(1);
  return words;
};
const ending = words => (words.match(/[\s:*…?]+$/) || [''])[0];

function synonymsOf(words, groups) {
  const bare = plain(words);
  const group = groups.find(each => each.some(phrase => phrase.toLowerCase() === bare));
  return group ? group.filter(phrase => phrase.toLowerCase() !== bare) : [];
}
// Also inside a longer caption: "Delete user" may become "Remove user" where the words are known.
function reworded(words, groups, rng) {
  const whole = synonymsOf(words, groups);
  if (whole.length) return recased(words, rng.one(whole)) + ending(words);
  const bare = plain(words);
  for (const group of rng.shuffled(groups)) {
    for (const phrase of group) {
      const known = phrase.toLowerCase();
      if (!(bare.startsWith(known + ' ') || bare.endsWith(' ' + known))) continue;
      const other = rng.one(group.filter(each => each !== phrase && each.split(' ').length <= 2));
      if (!other) continue;
      const at = bare.startsWith(known + ' ') ? 0 : bare.length - known.length;
      return recased(words, bare.slice(0, at) + (at ? other.toLowerCase() : other) + bare.slice(at + known.length)) + ending(words);
    }
  }
  return null;
}
function reword({ rng, target }, groups) {
  const caption = captionOf(target());
  const old = caption && caption.read();
  const fresh = old && reworded(old, groups, rng);
  if (!fresh || plain(fresh) === plain(old)) return null;
  caption.write(fresh);
  return `“${old}” is now “${fresh}”`;
}
// The whole page, as far as the dictionary knows it; a page half translated is what many teams ship.
function translate({ rng, target }, languages) {
  const language = rng.one(Object.keys(languages).sort());
  const dictionary = languages[language];
  const caption = captionOf(target());
  const old = caption && caption.read();
  if (!old || !dictionary[plain(old)]) return null;
  caption.write(recased(old, dictionary[plain(old)]) + ending(old));
  const node = (at) => { const found = dictionary[plain(at.data)]; if (found) at.data = recased(folded(at.data), found) + ending(at.data); };
  roots().forEach(root => wordsIn(root === document ? document.body : root.host).forEach(node));
  for (const name of ['placeholder', 'title', 'aria-label', 'value']) {
    for (const element of all(`[${name}]`)) {
      if (name === 'value' && !PUSH_TYPES.includes(element.type)) continue;
      const found = dictionary[plain(element.getAttribute(name))];
      if (found) element.setAttribute(name, found);
    }
  }
  document.documentElement.lang = language;
  return `“${old}” is now “${caption.read()}” (${language})`;
}

const FREE_PUSH = ['Let’s go', 'Proceed to the desk', 'Take me there', 'Wrap up', 'Hand over', 'Bring it on', 'Roll', 'Do the thing', 'Ready', 'All set then'];
const FREE_FIELD = ['Tell us', 'What you have', 'Particulars', 'Your choice', 'As on the card', 'In short', 'Reference for us', 'Anything goes'];

// More words that mean nothing more: "Next" is "Next page".
const MORE_PUSH = ['{} page', '{} it', '{} changes', '{} entry', '{} form', '{} this', '{} record', 'Quick {}', '{} and go on'];
const MORE_FIELD = ['{} name', '{} details', '{} in full', '{} and notes', 'Item {}', '{} information', '{} value', 'Main {}'];
function specified(old, element, rng) {
  const pattern = rng.one(holdsValue(element) ? MORE_FIELD : MORE_PUSH);
  return pattern.replace('{}', pattern.startsWith('{}') ? old.replace(/[:\s*…]+$/, '') : old[0].toLowerCase() + old.slice(1));
}

// The only button of a form that sends somewhere, a list to choose from: what they do tells what they are.
function doesOneThing(element) {
  if (element.localName === 'select') return element.options.length > 2;
  const form = element.type === 'submit' && element.form;
  return Boolean(form && form.getAttribute('action') && [...form.elements].filter(other => ['submit', 'image'].includes(other.type)).length === 1);
}

// The one thing it does, to compare with what it does later; empty where others do the same or it does nothing of its own.
function doneBy(element) {
  if (!doesOneThing(element)) return '';
  return element.localName === 'select' ? [...element.options].map(option => folded(option.text)).join('|') : element.form.getAttribute('action');
}

const wording = {
  'change-options': ({ rng, target }) => {
    const select = target();
    if (select.localName !== 'select' || select.options.length < 2) return null;
    const fresh = document.createElement('option');
    fresh.textContent = rng.one(['Something else', 'To be decided', 'Any of these']);
    const options = rng.shuffled([...select.options]);
    if (rng.often(0.5) && options.length > 3) options[0].remove();
    if (rng.often(0.5)) options.forEach(option => select.append(option));
    if (rng.often(0.6)) select.append(fresh);
    return `it offers ${select.options.length} others`;
  },
  reword: context => reword(context, context.lexicon.dev.synonyms),
  'reword-unseen': context => reword(context, context.lexicon.held.synonyms),
  translate: context => translate(context, context.lexicon.dev.languages),
  'translate-unseen': context => translate(context, context.lexicon.held.languages),
  decorate: ({ rng, target }) => {
    const caption = captionOf(target());
    const old = caption && caption.read();
    if (!old || old.length > 40) return null;
    const field = holdsValue(target());
    const styles = field
      ? [text => `${text} *`, text => `${text}:`, text => text.replace(/:$/, ''), text => `${text} (required)`, text => text.toUpperCase()]
      : [text => `${text}…`, text => `→ ${text}`, text => text.toUpperCase(), text => `${text} »`, text => `+ ${text}`.replace('+ +', '+'), text => `✓ ${text}`];
    const fresh = rng.one(styles)(old);
    if (fresh === old) return null;
    caption.write(fresh);
    return `“${old}” is now “${fresh}”`;
  },
  specify: ({ rng, target }) => {
    const caption = captionOf(target());
    const old = caption && caption.read();
    if (!old || old.length > 30) return null;
    const fresh = specified(old, target(), rng);
    if (operable().some(other => plain(nameOf(other)) === plain(fresh))) return null;
    caption.write(fresh);
    return `“${old}” is now “${fresh}”`;
  },
  shorten: ({ rng, target }) => {
    const caption = captionOf(target());
    const old = caption && caption.read();
    const fresh = old && old.length <= 40 && shortened(old, rng);
    if (!fresh || operable().some(other => other !== target() && plain(nameOf(other)) === plain(fresh))) return null;
    caption.write(fresh);
    return `“${old}” is now “${fresh}”`;
  },
  elaborate: ({ rng, target }) => {
    const caption = captionOf(target());
    const old = caption && caption.read();
    if (!old || old.length > 40) return null;
    const lower = old[0].toLowerCase() + old.slice(1);
    const styles = holdsValue(target())
      ? [`Your ${lower}`, `Enter ${lower}`, `${old} (optional)`, `The ${lower}`]
      : [`${old} now`, `Click to ${lower}`, `${old} here`, `Please ${lower}`];
    const fresh = rng.one(styles);
    caption.write(fresh);
    return `“${old}” is now “${fresh}”`;
  },
  'split-text': ({ rng, target }) => {
    const caption = captionOf(target());
    if (!caption || !caption.nodes || caption.nodes.length !== 1) return null;
    const parts = caption.read().split(' ');
    const [node] = caption.nodes;
    const pieces = document.createElement('span');
    const tag = rng.one(['span', 'b', 'em', 'font']);
    for (const part of parts.length > 1 ? [parts[0], parts.slice(1).join(' ')] : [parts[0]]) {
      const piece = document.createElement(tag);
      piece.textContent = part;
      pieces.append(piece, ' ');
    }
    node.replaceWith(pieces);
    return `the words stand in ${parts.length > 1 ? 'two elements' : 'an element'}`;
  },
  'merge-text': ({ target }) => {
    const caption = captionOf(target());
    if (!caption || !caption.nodes || holdsValue(target())) return null;
    const inner = [...target().children].filter(child => !child.matches(OPERABLE));
    if (!inner.length || target().querySelector(OPERABLE)) return null;
    const text = caption.read();
    target().replaceChildren(text);
    return 'one text, no inner elements';
  },
  relabel: ({ rng, target }) => {
    const element = target();
    if (kindOf(element) !== 'field' || !/^(input|textarea|select)$/.test(element.localName)) return null;
    const caption = captionOf(element);
    if (!caption) return null;
    const text = caption.read();
    const styles = ['aria-label', 'label', 'label-after', ...(element.localName === 'select' ? [] : ['placeholder'])].filter(style => style !== caption.from);
    const style = rng.one(styles);
    if (caption.label && !caption.label.contains(element)) caption.label.remove();
    else if (caption.label) caption.nodes.forEach(node => { node.data = ''; });
    else element.removeAttribute(caption.from);
    element.removeAttribute('aria-labelledby');
    if (style === 'aria-label' || style === 'placeholder') element.setAttribute(style, text.replace(/[:\s]+$/, ''));
    else {
      const label = document.createElement('label');
      if (!element.id) element.id = `f-${rng.token(5)}`;
      label.htmlFor = element.id;
      label.textContent = text;
      if (style === 'label') element.before(label); else element.after(label);
    }
    return `named by ${style} instead of ${caption.from}`;
  },
  'icon-only': ({ rng, target }) => {
    const element = target();
    const caption = captionOf(element);
    if (holdsValue(element) || element.localName === 'input' || !caption || caption.from !== 'text' || caption.read().length > 30) return null;
    const text = caption.read();
    element.innerHTML = '<svg width="18" height="18" viewBox="0 0 18 18" aria-hidden="true"><circle cx="9" cy="9" r="7"></circle></svg>';
    element.setAttribute(rng.one(['aria-label', 'title']), text);
    return 'an icon instead of words';
  },
  'retitle-sections': ({ rng }) => {
    const headings = all('h1,h2,h3,legend,caption').filter(visible);
    if (!headings.length) return null;
    const style = rng.one([text => `${text} overview`, text => `All about ${text.toLowerCase()}`, text => `${text} – details`, text => text.toUpperCase()]);
    headings.forEach(heading => { const [node] = wordsIn(heading); if (node) node.data = style(folded(node.data)); });
    document.title = style(document.title || 'Page');
    return 'headings and title reworded';
  },
  // Words no dictionary relates to the old ones; an identifier that stayed says that it is the same element.
  'reword-freely': ({ rng, target, before }) => {
    const element = target(), caption = captionOf(element);
    if (!caption || caption.read().length > 40) return null;
    const kept = ['id', 'name', 'href', ...TEST_IDS].some(name => before.attributes[name] && before.attributes[name] === element.getAttribute(name));
    if (!kept && !doesOneThing(element) || element.type === 'radio') return null;
    const taken = new Set(operable().map(other => plain(nameOf(other))));
    const fresh = rng.one((holdsValue(element) ? FREE_FIELD : FREE_PUSH).filter(words => !taken.has(plain(words))));
    const old = caption.read();
    caption.write(fresh);
    for (const name of ['aria-label', 'title']) if (name !== caption.from && element.hasAttribute(name)) element.setAttribute(name, fresh);
    return `“${old}” is now “${fresh}”`;
  },
  // The rest of the page is reworded, the target keeps its words.
  'reword-around': ({ rng, target, lexicon }) => {
    const own = target();
    let count = 0;
    for (const other of operable()) {
      const caption = other === own || other.contains(own) || own.contains(other) ? null : captionOf(other);
      const fresh = caption && rng.often(0.6) && reworded(caption.read(), lexicon.dev.synonyms, rng);
      if (!fresh || plain(fresh) === plain(nameOf(own))) continue;
      caption.write(fresh);
      count += 1;
    }
    return count ? `${count} other captions reworded` : null;
  },
  'add-icon': ({ rng, target }) => {
    const element = target(), caption = captionOf(element);
    if (holdsValue(element) || element.localName === 'input' || !caption || caption.from !== 'text') return null;
    const [node] = caption.nodes;
    if (rng.often(0.5)) node.data = `${rng.one(['🔍', '✎', '⚙', '➕', '★', '⟳'])} ${node.data}`;
    else { const icon = document.createElement('i'); icon.className = 'icon icon-sm'; icon.setAttribute('aria-hidden', 'true'); node.before(icon); }
    return 'an icon before the words';
  },
};
