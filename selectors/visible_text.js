// Does the visible text of `root` contain `needle`? Looks at once, then again until it does or `waitMs` are over.
// Returns {found} and, when asked for with `tell`, the text's lines. Whitespace is folded; case counts, both as the
// DOM has it and as CSS transforms it. Open shadow roots are walked as they are shown (slots included).
// Values count only where `root` itself is a field, for elsewhere they are what the flow has typed; a password's never.
async (root, { needle, waitMs, tell }) => {
  const fold = text => text.replace(/[\u200b\u00ad]/g, '').replace(/\s+/g, ' ').trim();
  const sought = fold(needle);
  const UNSEEN = new Set(['script', 'style', 'noscript', 'template', 'head', 'title', 'datalist', 'iframe', 'object']);
  const BUTTONS = new Set(['submit', 'button', 'reset']);

  const shown = element => {
    const style = getComputedStyle(element);
    const boxless = style.display === 'contents';
    const there = boxless || element.checkVisibility({ contentVisibilityAuto: false });
    return there ? style : null;
  };
  const transformed = (text, how) =>
    how === 'uppercase' ? text.toUpperCase() : how === 'lowercase' ? text.toLowerCase() : text;

  const walk = () => {
    const raw = [], seen = [];
    const put = (text, how) => { raw.push(text); seen.push(transformed(text, how)); };
    const inner = (node, style) => {
      for (const child of node.childNodes) {
        if (child.nodeType === 3) { if (style.visibility === 'visible') put(child.data, style.textTransform); }
        else if (child.nodeType === 1) visit(child);
      }
    };
    const visit = element => {
      const tag = element.localName;
      if (UNSEEN.has(tag)) return;
      const style = shown(element);
      if (!style) return;
      const apart = !style.display.startsWith('inline') && style.display !== 'contents';
      if (apart || tag === 'br') put('\n', '');
      if (tag === 'input') { if (BUTTONS.has(element.type)) put(' ' + element.value + ' ', style.textTransform); }
      else if (tag === 'textarea') return;
      else if (tag === 'details' && !element.open) {
        const summary = element.querySelector(':scope > summary');
        if (summary) visit(summary);
      }
      else if (tag === 'select') {
        const all = element.multiple || element.size > 1;
        for (const option of element.options) if (all || option.selected) put('\n' + option.text + '\n', '');
      }
      else if (tag === 'slot' && element.assignedNodes({ flatten: true }).length) {
        for (const node of element.assignedNodes({ flatten: true })) {
          if (node.nodeType === 3) put(node.data, style.textTransform); else if (node.nodeType === 1) visit(node);
        }
      }
      else if (element.shadowRoot) inner(element.shadowRoot, style);
      else inner(element, style);
      if (apart) put('\n', '');
    };
    visit(root);
    return [raw.join(''), seen.join('')];
  };

  const value = () => {
    if (root.isContentEditable || !('value' in root) || root.type === 'password') return '';
    if (root.localName === 'select') return Array.from(root.selectedOptions, option => option.text).join('\n');
    return ['input', 'textarea'].includes(root.localName) ? String(root.value) : '';
  };
  const plainly = () => {
    if (root.localName === 'select' || !fold(root.innerText || '').includes(sought)) return false;
    // A closed select's options are part of innerText, but nobody sees them.
    return !Array.from(root.querySelectorAll('select')).some(select => fold(select.innerText).includes(sought));
  };
  const holds = () =>
    plainly() || fold(value()).includes(sought) || walk().some(text => fold(text).includes(sought));

  const rendered = document.documentElement.checkVisibility() && root.isConnected;
  const until = performance.now() + waitMs;
  let found = rendered && holds();
  while (!found && performance.now() < until) {
    const begun = performance.now();
    found = root.isConnected && document.documentElement.checkVisibility() && holds();
    // A huge page is looked at less often, so that looking never slows it down.
    const pause = Math.max(50, 4 * (performance.now() - begun));
    if (!found) await new Promise(resolve => setTimeout(resolve, pause));
  }
  if (!tell) return { found };
  const text = value() + '\n' + (rendered ? walk()[0] : '');
  const lines = text.split('\n').map(fold).filter(Boolean);
  return { found, lines: Array.from(new Set(lines)).slice(0, 500).map(line => line.slice(0, 200)) };
}
