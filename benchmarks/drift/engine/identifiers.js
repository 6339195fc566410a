// What developers rename without meaning anything by it: ids, names, classes, test ids, addresses.
const REFERENCES = ['for', 'aria-labelledby', 'aria-describedby', 'aria-controls', 'aria-owns', 'aria-activedescendant', 'list', 'form', 'headers'];

const words = text => text.replace(/([a-z0-9])([A-Z])/g, '$1 $2').split(/[^A-Za-z0-9]+/).filter(Boolean).map(word => word.toLowerCase());
const kebab = text => words(text).join('-');
const snake = text => words(text).join('_');
const camel = text => words(text).map((word, place) => (place ? word[0].toUpperCase() + word.slice(1) : word)).join('');

function stylings(rng) {
  const prefix = rng.one(['app', 'ui', 'x', 'js', 'page', 'v2']);
  return [kebab, snake, camel, text => `${prefix}-${text}`, text => `${text}_${prefix}`, text => `${prefix}${camel('x ' + text).slice(1)}`];
}
function mapping(values, rename) {
  const map = new Map(), taken = new Set();
  for (const value of values) {
    let fresh = rename(value) || value;
    while (taken.has(fresh)) fresh += '2';
    taken.add(fresh);
    map.set(value, fresh);
  }
  return map;
}
function renameInStyles(sign, map) {
  const pattern = sign === '.' ? /\.(-?[_a-zA-Z][\w-]*)/g : /#(-?[_a-zA-Z][\w-]*)/g;
  const visit = owner => {
    for (const rule of owner.cssRules) {
      if (rule.selectorText && rule.selectorText.includes(sign)) {
        rule.selectorText = rule.selectorText.replace(pattern, (whole, word) => (map.has(word) ? sign + CSS.escape(map.get(word)) : whole));
      } else if (rule.cssRules) visit(rule);
    }
  };
  roots().forEach(root => [...root.styleSheets].forEach(visit));
}
function renameIds(rename) {
  const marked = all('[id]');
  const map = mapping(new Set(marked.map(element => element.id).filter(Boolean)), rename);
  marked.forEach(element => { if (map.has(element.id)) element.id = map.get(element.id); });
  for (const name of REFERENCES) {
    for (const element of all(`[${name}]`)) {
      element.setAttribute(name, element.getAttribute(name).split(/\s+/).map(id => map.get(id) || id).join(' '));
    }
  }
  for (const link of all('a[href^="#"]')) {
    const id = link.getAttribute('href').slice(1);
    if (map.has(id)) link.setAttribute('href', '#' + map.get(id));
  }
  renameInStyles('#', map);
}
function renameClasses(rename) {
  const styled = all('[class]');
  const map = mapping(new Set(styled.flatMap(element => [...element.classList])), rename);
  styled.forEach(element => element.setAttribute('class', [...element.classList].map(name => map.get(name)).join(' ')));
  renameInStyles('.', map);
}

const identifiers = {
  'rename-ids': ({ rng, target }) => {
    if (!target().id) return null;
    renameIds(rng.one(stylings(rng)));
    return `id is now ${target().id}`;
  },
  'hash-ids': ({ rng, target }) => {
    if (!target().id) return null;
    const style = rng.one([n => `:r${n.toString(36)}:`, n => `ember${400 + n}`, () => `f${rng.token(8)}`]);
    let count = rng.below(200);
    renameIds(() => style(count++));
    return `id is now ${target().id}`;
  },
  'rename-names': ({ rng, target }) => {
    const old = target().getAttribute('name');
    if (!old) return null;
    const rename = rng.one([...stylings(rng), text => `form[${snake(text)}]`, text => `data.${camel(text)}`]);
    const map = mapping(new Set(all('[name]').map(element => element.getAttribute('name'))), rename);
    all('[name]').forEach(element => element.setAttribute('name', map.get(element.getAttribute('name'))));
    return map.get(old) === old ? null : `name is now ${map.get(old)}`;
  },
  'rename-classes': ({ rng }) => {
    if (!all('[class]').length) return null;
    renameClasses(rng.one([...stylings(rng), text => `c-${text}`, text => `${text}--v2`]));
    return 'every class renamed';
  },
  'hash-classes': ({ rng }) => {
    if (!all('[class]').length) return null;
    const style = rng.one([() => `css-${rng.token(6)}`, name => `${camel(name)}_${rng.token(5)}`, () => `sc-${rng.token(5)}`, () => `_${rng.token(6)}`]);
    renameClasses(style);
    return 'every class hashed';
  },
  'drop-test-ids': ({ target }) => {
    const names = TEST_IDS.filter(name => target().hasAttribute(name));
    if (!names.length) return null;
    names.forEach(name => all(`[${name}]`).forEach(element => element.removeAttribute(name)));
    return 'no test ids any more';
  },
  'rename-test-ids': ({ rng, target }) => {
    const name = TEST_IDS.find(each => target().hasAttribute(each));
    if (!name) return null;
    const rename = rng.one(stylings(rng));
    all(`[${name}]`).forEach(element => element.setAttribute(name, rename(element.getAttribute(name))));
    return `test id is now ${target().getAttribute(name)}`;
  },
  'move-addresses': ({ rng, target }) => {
    const address = () => target().getAttribute('href') || (target().form && target().form.getAttribute('action')) || '';
    const old = address();
    if (!old || /^(#|javascript:|data:|mailto:)/.test(old)) return null;
    const prefix = rng.one(['/app', '/v2', '/en', '/console']);
    const style = rng.one([
      path => prefix + (path.startsWith('/') ? path : '/' + path),
      path => path.replace(/(\/[a-z]+)\//, '$1s/').replace(/\/$/, ''),
      path => path.replace(/\.html?$/, '').replace(/_/g, '-').replace(/\/?$/, '/') + (path.includes('?') ? '' : '?from=menu'),
    ]);
    all('a[href]').forEach(link => {
      const href = link.getAttribute('href');
      if (!/^(#|javascript:|data:|mailto:|[a-z]+:)/.test(href)) link.setAttribute('href', style(href));
    });
    all('form[action]').forEach(form => {
      const action = form.getAttribute('action');
      if (action && !/^(#|javascript:|[a-z]+:)/.test(action)) form.setAttribute('action', style(action));
    });
    return address() === old ? null : `its address is now ${address()}`;
  },
  'drop-ids': ({ target }) => {
    const element = target();
    if (!element.id || all('[aria-labelledby],[aria-controls],[for],[headers]').some(other => REFERENCES.some(name => (other.getAttribute(name) || '').split(/\s+/).includes(element.id)))) return null;
    all('[id]').forEach(other => { if (other.localName === element.localName && !REFERENCES.some(name => document.querySelector(`[${name}~="${CSS.escape(other.id)}"]`))) other.removeAttribute('id'); });
    element.removeAttribute('id');
    return 'no id any more';
  },
  // A new design of the whole page by other people: their conventions, their words, another layout. Addresses and most
  // names stay, because the server behind it does.
  redesign: context => {
    const { rng, target, lexicon } = context, own = target();
    if (own.id || all('[id]').length) renameIds(rng.one(stylings(rng)));
    const styled = all('[class]').length && identifiers[rng.one(['rename-classes', 'hash-classes'])](context);
    if (rng.often(0.3)) identifiers['rename-names'](context);
    for (const name of TEST_IDS) {
      const marked = all(`[${name}]`), rename = rng.one(stylings(rng));
      marked.forEach(element => {
        const old = element.getAttribute(name);
        element.removeAttribute(name);
        if (rng.often(0.7)) element.setAttribute('data-qa', rename(old));
      });
    }
    const headings = all('h1,h2,h3,legend,caption').filter(visible);
    headings.forEach(heading => { const [node] = wordsIn(heading), fresh = node && reworded(folded(node.data), lexicon.dev.synonyms, rng); if (fresh) node.data = fresh; });
    // read everything before anything is written: each look at a page that has changed lays it out again
    const captions = operable().map(element => ({ element, ...captionOf(element) }))
      .filter(caption => caption.read && caption.read() && caption.read().length <= 40);
    const said = new Map();
    for (const caption of captions) said.set(plain(caption.read()), (said.get(plain(caption.read())) || 0) + 1);
    let count = 0;
    for (const caption of captions) {
      const old = caption.read(), alone = said.get(plain(old)) === 1;
      if (rng.often(0.35)) continue;
      const fresh = reworded(old, lexicon.dev.synonyms, rng) || alone && rng.often(0.3) && shortened(old, rng)
        || alone && rng.often(0.2) && specified(old, caption.element, rng)
        || (doesOneThing(caption.element) || caption.element.pathname?.length > 1) && rng.often(0.2)
          && rng.one(holdsValue(caption.element) ? FREE_FIELD : FREE_PUSH);
      if (!fresh || said.has(plain(fresh))) continue;
      said.set(plain(fresh), 1);
      caption.write(fresh);
      count += 1;
    }
    if (rng.often(0.6)) structure.reorder(context);
    if (rng.often(0.6)) structure.wrap(context);
    structure.respace(context);
    return styled || count ? `redesigned: ${count} captions in other words, its own is “${nameOf(target())}”` : null;
  },
};
