// Watches what a person does on the page, for a recording by hand. Runs in every document before the page's own scripts.
// What has an effect at once (a click, Enter) is held back and told; the recorder names the element while it is still
// there, and then does it itself. What has happened already (a value typed or chosen) is told as it stands.
// `performing` lets the recorder's own doing pass.
(() => {
  if (window.demoRunnerHand) return;
  const RECENT = 200;
  const top = window === window.top;
  const elements = new Map();
  const hand = { performing: false, picking: false, element: (id) => elements.get(id) };
  Object.defineProperty(window, 'demoRunnerHand', { value: hand });
  let last = 0, typing = null, host = null, box = null, counter = null, press = null;

  const tell = (kind, element, facts = {}) => {
    const id = element ? ++last : 0;
    if (element) elements.set(id, element);
    elements.delete(id - RECENT);
    window.demoRunnerTold?.({ kind, id, ...facts });
  };

  const TEXTUAL = new Set(['text', 'search', 'email', 'url', 'tel', 'password', 'number', '']);
  const PICKED = new Set(['date', 'time', 'datetime-local', 'month', 'week', 'color', 'range', 'file']);
  const isTextual = (node) => node instanceof HTMLTextAreaElement || node?.isContentEditable
    || (node instanceof HTMLInputElement && TEXTUAL.has(node.type));
  const isPicked = (node) => node instanceof HTMLSelectElement || node instanceof HTMLOptionElement
    || (node instanceof HTMLInputElement && PICKED.has(node.type));
  const isBox = (node) => node instanceof HTMLInputElement && (node.type === 'checkbox' || node.type === 'radio');
  const parentOf = (node) => node.assignedSlot || node.parentElement
    || (node.getRootNode() instanceof ShadowRoot ? node.getRootNode().host : null);
  const sourceOf = (event) => event.composedPath().find((node) => node instanceof Element) ?? document.documentElement;
  const meant = MEANT;
  const ours = (event) => host !== null && event.composedPath().includes(host);

  // -- values ---------------------------------------------------------------------------------------------
  const valueOf = (field) => field.isContentEditable ? field.innerText.replace(/\n$/, '') : field.value;
  const flush = () => {
    const field = typing;
    typing = null;
    if (field) tell('fill', field, { value: valueOf(field) });
  };
  const editor = (node) => {
    while (node.isContentEditable && parentOf(node)?.isContentEditable) node = parentOf(node);
    return node;
  };
  addEventListener('input', (event) => {
    const field = editor(sourceOf(event));
    if (hand.performing || !event.isTrusted || !isTextual(field)) return;
    if (typing !== field) flush();
    typing = field;
  }, true);
  addEventListener('focusout', (event) => { if (!hand.performing && editor(sourceOf(event)) === typing) flush(); }, true);
  addEventListener('change', (event) => {
    const field = sourceOf(event);
    if (hand.performing || !event.isTrusted) return;
    if (field instanceof HTMLSelectElement) {
      flush();
      const chosen = [...field.selectedOptions].map((option) => option.label.trim());
      tell('select', field, { value: field.multiple ? chosen : chosen[0] ?? '' });
    } else if (isPicked(field)) {
      flush();
      const files = field.type === 'file' ? [...field.files].map((file) => file.name) : null;
      tell('fill', field, { value: files ?? field.value, files: Boolean(files) });
    }
  }, true);

  // -- clicks ---------------------------------------------------------------------------------------------
  const swallow = (event) => {
    event.preventDefault();
    event.stopImmediatePropagation();
  };
  const held = (event) => !hand.performing && event.isTrusted && !ours(event) && event.button <= 0
    && !isPicked(sourceOf(event));
  for (const kind of ['pointerdown', 'mousedown', 'pointerup', 'mouseup', 'dblclick']) {
    addEventListener(kind, (event) => { if (held(event)) swallow(event); }, true);
  }
  addEventListener('click', (event) => {
    if (!held(event)) return;
    swallow(event);
    const source = sourceOf(event);
    if (hand.picking) {
      hand.pick(false);
      return tell('assert', source, { value: (source.innerText ?? '').replace(/\s+/g, ' ').trim().slice(0, 80) });
    }
    flush();
    const element = meant(source);
    // a box that is clicked has already changed by now, and changes back because the click is held back
    if (isBox(element)) {
      const wanted = element.type === 'radio' || (source === element ? element.checked : !element.checked);
      tell('fill', element, { value: wanted, held: true });
    } else tell('click', element, { field: isTextual(element), held: true });
  }, true);

  // -- keys -----------------------------------------------------------------------------------------------
  const LISTED = '[role=combobox], [role=listbox], [role=menu], [role=menuitem], [role=option], [role=tab], [role=slider], '
    + '[role=spinbutton], [role=tree], [role=treeitem], [role=grid], [aria-autocomplete], [list]';
  const TYPING_CHORDS = new Set(['a', 'c', 'v', 'x', 'y', 'z']);
  const recorded = (event, target) => {
    const { key } = event;
    if (key === 'Enter') return isTextual(target) && !(target instanceof HTMLTextAreaElement || target.isContentEditable);
    if (key === 'Escape') return true;
    if (/^(Arrow|Page|Home|End)/.test(key)) return target.matches(LISTED);
    if (event.ctrlKey || event.metaKey || event.altKey) return key.length === 1 && !TYPING_CHORDS.has(key.toLowerCase());
    return key.length === 1 && key !== ' ' && !isTextual(target) && !isPicked(target);
  };
  const chord = (event) => [event.ctrlKey && 'Control', event.metaKey && 'Meta', event.altKey && 'Alt',
    event.shiftKey && event.key.length > 1 && 'Shift', event.key].filter(Boolean).join('+');
  addEventListener('keydown', (event) => {
    if (hand.performing || !event.isTrusted || ours(event)) return;
    if (event.ctrlKey && event.altKey && (event.code === 'KeyA' || event.code === 'KeyS')) {
      swallow(event);
      return event.code === 'KeyA' ? hand.pick(!hand.picking) : stop();
    }
    const target = editor(sourceOf(event));
    if (event.isComposing || ['Control', 'Shift', 'Alt', 'Meta'].includes(event.key) || !recorded(event, target)) return;
    if (hand.picking && event.key === 'Escape') { swallow(event); return hand.pick(false); }
    swallow(event);
    flush();
    tell('press', target === document.body || target === document.documentElement ? null : target,
      { value: chord(event), held: true });
  }, true);

  // -- the toolbar ----------------------------------------------------------------------------------------
  const stop = () => { flush(); tell('stop', null); };
  hand.pick = (on) => {
    hand.picking = on;
    if (box) box.style.display = 'none';
    if (press) press.textContent = on ? 'Click what must be there' : 'Check (Ctrl+Alt+A)';
    window.demoRunnerTold?.({ kind: on ? 'picking' : 'picked', id: 0 });
  };
  hand.flush = flush;
  hand.count = (steps) => { if (counter) counter.textContent = `● Recording, ${steps} step${steps === 1 ? '' : 's'}`; };
  const made = (tag, style, text, click) => {
    const element = document.createElement(tag);
    element.style.cssText = style;
    if (text) element.textContent = text;
    if (click) element.addEventListener('click', click);
    return element;
  };
  const furnish = () => {
    if (host?.isConnected || !document.documentElement) return;
    host = host ?? made('demo-runner-toolbar', 'all: initial; position: fixed; z-index: 2147483647; inset: auto auto 12px 12px;');
    if (!counter) {
      host.setAttribute('aria-hidden', 'true');
      const root = host.attachShadow({ mode: 'closed' });
      const bar = made('div', 'display: flex; gap: 8px; padding: 8px 12px; font: 13px system-ui; color: #fff; background: #222;'
        + 'border-radius: 8px; box-shadow: 0 2px 8px #0006; align-items: center;');
      counter = made('span', 'color: #f88', '● Recording');
      const style = 'font: inherit; padding: 3px 10px; border: 0; border-radius: 5px; cursor: pointer;';
      press = made('button', style, 'Check (Ctrl+Alt+A)', () => hand.pick(!hand.picking));
      bar.append(counter, press, made('button', style, 'Stop (Ctrl+Alt+S)', stop));
      box = made('div', 'display: none; position: fixed; border: 2px solid #e33; background: #e332; pointer-events: none;');
      root.append(bar, box);
    }
    document.documentElement.append(host);
  };
  addEventListener('mousemove', (event) => {
    if (!hand.picking || !box || ours(event)) return;
    const { left, top: above, width, height } = sourceOf(event).getBoundingClientRect();
    box.style.cssText += `display: block; left: ${left}px; top: ${above}px; width: ${width}px; height: ${height}px;`;
  }, true);
  if (top) {
    furnish();
    addEventListener('DOMContentLoaded', furnish);
    addEventListener('load', furnish);
  }
})()
