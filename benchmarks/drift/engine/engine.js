// One engine for one page: it shows the targets, drifts the page around one of them, judges what was picked, and puts
// the page back. What the right answer is, only this closure knows.
const KINDS = { ...identifiers, ...wording, ...structure, ...rivals, ...removals };
const PHASES = [identifiers, wording, structure, rivals, removals].map(Object.keys);
const phaseOf = kind => PHASES.findIndex(kinds => kinds.includes(kind));

function pathTo(element) {
  const steps = [];
  for (let at = element; at && at !== document.documentElement;) {
    const root = at.getRootNode(), parent = at.parentElement;
    const siblings = parent ? parent.children : root.children;
    steps.unshift([...siblings].indexOf(at));
    if (parent) at = parent;
    else if (root instanceof ShadowRoot) { steps.unshift('shadow'); at = root.host; } else break;
  }
  return steps;
}
const at = path => path.reduce((node, step) => node && (step === 'shadow' ? node.shadowRoot : node.children[step]), document.documentElement);

function engine(lexicon) {
  const pristine = document.documentElement.cloneNode(true);
  let truth = null, before = null, destination = '', doing = '', equals = [], instead = null;

  function restore() {
    document.replaceChild(pristine.cloneNode(true), document.documentElement);
    scrollTo(0, 0);
    truth = before = null;
    destination = '';
  }
  const related = (one, other) => one === other || synonymsOf(one, [...lexicon.dev.synonyms, ...lexicon.held.synonyms]).some(phrase => phrase.toLowerCase() === other);
  // A person could not tell these apart, nor does an attribute that has outlived the change.
  function confusable(mine, other, kept) {
    if (!indistinct({ ...mine, name: '' }, { ...other, name: '' }) || !related(mine.name, other.name)) return false;
    return !Object.entries(kept).some(([name, value]) => mine.attributes[name] === value && other.attributes[name] !== value);
  }

  // What a test could be about: operable, visible, named or identified, and not the same as another one.
  function targets() {
    const found = operable().map(element => ({ element, is: identity(element) }));
    return found.filter(({ element, is }) => {
      if (!is.name && !Object.keys(is.attributes).length) return false;
      if (element.closest('option,datalist') || is.name.length > 80 || covered(element)) return false;
      const twin = found.some(other => other.element !== element && confusable(is, other.is, is.attributes));
      return !twin && !element.querySelector(OPERABLE);
    }).map(({ element, is }) => ({ path: pathTo(element), kind: is.kind, name: is.name, row: is.row, tag: element.localName }));
  }

  function undecidable(gone) {
    const others = operable().filter(other => other !== truth).map(identity);
    if (gone) {
      if (equals.some(reachable)) return 'an equal control remains';
      const left = others.some(other => other.kind === before.kind && related(before.name, other.name) &&
        (before.row === other.row && before.section === other.section || before.attributes.href && before.attributes.href === other.attributes.href));
      return left ? 'an equal control remains' : null;
    }
    if (!truth.isConnected || !reachable(truth)) return 'the change hid it';
    const mine = identity(truth);
    if (!mine.name && !Object.entries(before.attributes).some(([name, value]) => mine.attributes[name] === value)) return 'nothing tells what it is any more';
    if (before.row && !mine.row && others.some(other => other.kind === mine.kind && other.name === mine.name)) return 'its row no longer tells it apart';
    if (mine.name !== before.name && others.some(other => other.kind === mine.kind && other.name === before.name && other.row === mine.row)
      && !Object.entries(before.attributes).some(([name, value]) => mine.attributes[name] === value)) return 'another one has its old name';
    return others.some(other => confusable(mine, other, before.attributes)) ? 'another one is the same now' : null;
  }

  function become(element) {
    destination = truth.href || destination;
    truth = element;
  }

  // Apply `count` of `kinds` (the first that fit), phase by phase: words change before rivals copy them, and what is
  // removed goes last. A kind that does not fit leaves its place to the next one on the list.
  function drift(path, kinds, count, seed) {
    restore();
    truth = at(path);
    before = identity(truth);
    doing = doneBy(truth);
    equals = truth.href ? operable().filter(other => other !== truth && other.href === truth.href && related(before.name, plain(nameOf(other)))) : [];
    instead = null;
    let gone = false;
    const shared = { lexicon, before, target: () => truth, become, gone: rival => { gone = true; instead = rival || null; } };
    const applied = [], waiting = [...kinds];
    while (waiting.length && applied.length < count && !gone) {
      const reached = Math.max(0, ...applied.map(each => phaseOf(each.kind)));
      const next = waiting.splice(0, count - applied.length).filter(kind => phaseOf(kind) >= reached);
      next.sort((one, other) => phaseOf(one) - phaseOf(other));
      for (const kind of next) {
        const note = gone ? null : KINDS[kind]({ ...shared, rng: chance(seed + hashed(kind)) });
        if (note) applied.push({ kind, note });
      }
    }
    if (!applied.length) return { applied, gone, dropped: 'nothing fits' };
    const dropped = undecidable(gone), stands = gone ? instead : truth, left = stands && leftOf(stands);
    if (gone) truth = null;
    return { applied, gone, dropped, left };
  }
  // What of the element's own the one that stands there now has, be it itself or what came instead: an attribute, what
  // it does, its words in any language we know ("own"), a part of its words ("part"), or nothing of all that
  // ("nothing"). Where both can be, only what the words mean, or nothing at all, tells one from the other.
  function leftOf(element) {
    const now = identity(element);
    const bare = value => value.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
    const kept = Object.entries(before.attributes).some(([name, value]) => now.attributes[name] && bare(now.attributes[name]) === bare(value));
    if (kept || before.name && related(before.name, now.name) || doing && doing === doneBy(element)) return 'own';
    const words = name => new Set(name.split(/[^\p{L}\p{N}]+/u).filter(word => word.length > 1));
    const mine = words(before.name);
    return [...words(now.name)].some(word => mine.has(word)) ? 'part' : 'nothing';
  }
  const hashed = text => [...text].reduce((sum, letter) => (Math.imul(sum, 31) + letter.charCodeAt(0)) | 0, 7);

  // Right is what does what the target did: itself, what lies inside it, its own label if it is ticked by it, a wrapper
  // that is nothing but it, or another link to the same place that says what it says, or said when it was recorded.
  function judge(picked) {
    if (!truth) return 'wrong';
    if (equals.some(other => other.contains(picked))) return 'right';
    if (picked === truth || truth.contains(picked) || truth.shadowRoot && truth.shadowRoot.contains(picked)) return 'right';
    const label = picked.closest && picked.closest('label');
    if (label && label.control === truth && kindOf(truth) === 'tick') return 'right';
    if (picked.contains(truth) && !picked.matches(OPERABLE)) {
      const outer = picked.getBoundingClientRect(), inner = truth.getBoundingClientRect();
      if (inner.width * inner.height >= 0.85 * outer.width * outer.height) return 'right';
    }
    const link = picked.closest && picked.closest('a[href]'), goal = truth.href || destination;
    const said = link && plain(nameOf(link));
    if (link && goal && link.href === goal && !/#$/.test(goal) && (related(said, plain(nameOf(truth))) || related(said, before.name))) return 'right';
    return 'wrong';
  }
  const told = element => {
    const is = identity(element);
    return `${element.localName} “${is.name}”${is.row ? ` in “${is.row}”` : ''}${is.section ? ` under “${is.section}”` : ''}` +
      `${Object.entries(is.attributes).map(([name, value]) => ` ${name}=${value}`).join('')}`;
  };
  return { targets, drift, judge, restore, element: path => at(path), told, truth: () => (truth ? told(truth) : 'gone') };
}
