// Keeps secrets out of pictures: whatever shows one is blacked out before it is painted.
// Runs in a world of its own in every document, where the page's scripts cannot see what is sought. Text is covered by
// a highlight, which changes nothing in the document; fields show dots, by a style of their own.
(secrets) => {
  if (globalThis.demoRunnerConceal) return globalThis.demoRunnerConceal(secrets);
  const NAME = 'demo-runner-concealed';
  let sought = [];
  const covered = new Highlight();
  const dotted = new WeakSet();
  const roots = new Set();
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`::highlight(${NAME}) { color: transparent; background-color: black; text-shadow: none;
    text-decoration-color: transparent; }`);

  const shows = (text) => Boolean(text) && sought.some((secret) => text.includes(secret));

  // A secret may be spread over several text nodes: they are read as one text.
  const cover = (root) => {
    const nodes = [];
    let text = '';
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      nodes.push([text.length, node]);
      text += node.data;
    }
    if (!shows(text)) return;
    const at = (offset) => {
      let [low, high] = [0, nodes.length - 1];
      while (low < high) {
        const middle = (low + high + 1) >> 1;
        if (nodes[middle][0] <= offset) low = middle; else high = middle - 1;
      }
      return [nodes[low][1], offset - nodes[low][0]];
    };
    for (const secret of sought) {
      for (let found = text.indexOf(secret); found >= 0; found = text.indexOf(secret, found + secret.length)) {
        const range = new Range();
        const [end, last] = at(found + secret.length - 1);
        range.setStart(...at(found));
        range.setEnd(end, last + 1);
        covered.add(range);
      }
    }
  };

  const dot = (field) => {
    const hidden = shows(field.localName === 'select' ? field.textContent : field.value) || shows(field.placeholder);
    if (hidden && !dotted.has(field)) {
      field.style.setProperty('-webkit-text-security', 'disc', 'important');
      if (field.placeholder && shows(field.placeholder)) field.placeholder = '';
      dotted.add(field);
    } else if (!hidden && dotted.delete(field)) {
      field.style.removeProperty('-webkit-text-security');
    }
  };

  const sweep = () => {
    covered.clear();
    for (const root of roots) { // a set grows while it is gone through
      adopt(root);
      if (!root.adoptedStyleSheets.includes(sheet)) root.adoptedStyleSheets.push(sheet);
      cover(root);
      for (const field of root.querySelectorAll('input, textarea, select')) dot(field);
    }
  };

  // A shadow root may be attached at any time, and nobody is told.
  const adopt = (root) => {
    for (const element of root.querySelectorAll('*')) if (element.shadowRoot) watch(element.shadowRoot);
  };
  const observer = new MutationObserver(() => sweep());
  const watch = (root) => {
    if (roots.has(root)) return;
    roots.add(root);
    observer.observe(root, { subtree: true, childList: true, characterData: true, attributes: true,
      attributeFilter: ['value', 'placeholder', 'type'] });
    root.addEventListener('input', (event) => {
      const field = event.composedPath()[0];
      if (field instanceof HTMLElement && 'value' in field) dot(field); else sweep();
    }, true);
  };

  CSS.highlights.set(NAME, covered);
  globalThis.demoRunnerConceal = (next) => { sought = next; sweep(); };
  sought = secrets;
  watch(document);
  sweep();
}
