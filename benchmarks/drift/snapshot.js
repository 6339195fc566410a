// Turns the page as it stands into one HTML text that lays out the same without scripts and without a network:
// form state as attributes, open shadow roots as declarative ones, only the CSS rules that match something.
() => {
  const VOID = new Set(['area', 'base', 'br', 'col', 'embed', 'hr', 'img', 'input', 'link', 'meta', 'source', 'track', 'wbr']);
  const DROPPED = new Set(['script', 'noscript', 'link', 'base', 'style', 'object', 'embed', 'source', 'track']);
  const LOST = new Set(['src', 'srcset', 'integrity', 'nonce', 'crossorigin', 'data', 'poster', 'autofocus', 'ping']);
  const LONGEST_ATTRIBUTE = 300;
  const STILL = '*,*::before,*::after{animation:none!important;transition:none!important;caret-color:transparent!important}';

  const text = value => value.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
  const quoted = value => `"${value.replace(/&/g, '&amp;').replace(/"/g, '&quot;')}"`;

  function attributes(element, tag) {
    const kept = new Map();
    for (const { name, value } of element.attributes) {
      if (LOST.has(name) || name.startsWith('xmlns') && tag !== 'svg') continue;
      if (name.startsWith('on')) kept.set(name, '0');
      else if (/^(value|checked|selected|open)$/.test(name) && isState(tag)) continue;
      else if (name === 'style') kept.set(name, withoutUrls(value));
      else kept.set(name, value.length > LONGEST_ATTRIBUTE && name !== 'class' ? value.slice(0, LONGEST_ATTRIBUTE) : value);
    }
    if (tag === 'input') inputState(element, kept);
    if (tag === 'option') { if (element.hasAttribute('value')) kept.set('value', element.value); if (element.selected) kept.set('selected', ''); }
    if ((tag === 'details' || tag === 'dialog') && element.open) kept.set('open', '');
    if (tag === 'button' && element.hasAttribute('value')) kept.set('value', element.value);
    if (tag === 'img') pictureState(element, kept);
    if (tag === 'iframe') frameState(element, kept);
    return [...kept].map(([name, value]) => ` ${name}=${quoted(value)}`).join('');
  }
  const isState = tag => ['input', 'option', 'details', 'dialog', 'button'].includes(tag);
  const withoutUrls = css => css.replace(/url\((?:"[^"]*"|'[^']*'|[^)]*)\)/g, 'url("data:,")');

  function inputState(element, kept) {
    if (element.type === 'checkbox' || element.type === 'radio') {
      if (element.hasAttribute('value')) kept.set('value', element.value);
      if (element.checked) kept.set('checked', '');
    } else if (element.type !== 'password' && element.type !== 'file' && element.value) kept.set('value', element.value);
  }
  function pictureState(element, kept) {
    const box = element.getBoundingClientRect();
    const width = Math.round(box.width), height = Math.round(box.height);
    const picture = `<svg xmlns='http://www.w3.org/2000/svg' width='${width || 1}' height='${height || 1}'/>`;
    kept.set('src', 'data:image/svg+xml,' + encodeURIComponent(picture));
    if (!kept.has('width')) kept.set('width', String(width));
    if (!kept.has('height')) kept.set('height', String(height));
  }
  function frameState(element, kept) {
    const inner = element.contentDocument;
    if (inner && inner.body) kept.set('srcdoc', whole(inner));
  }

  function serialise(node) {
    if (node.nodeType === Node.TEXT_NODE) return text(node.data);
    if (node.nodeType !== Node.ELEMENT_NODE) return '';
    const tag = node.localName;
    if (DROPPED.has(tag)) return '';
    if (tag === 'meta' && node.httpEquiv) return '';
    const open = `<${tag}${attributes(node, tag)}>`;
    if (VOID.has(tag)) return open;
    if (tag === 'iframe') return `${open}</iframe>`;
    return `${open}${shadow(node)}${content(node, tag)}</${tag}>`;
  }
  function content(node, tag) {
    if (tag === 'textarea') return text('\n' + node.value);
    if (tag === 'template') return '';
    return [...node.childNodes].map(serialise).join('');
  }
  function shadow(node) {
    const root = node.shadowRoot;
    if (!root) return '';
    const inside = [...root.childNodes].map(serialise).join('');
    return `<template shadowrootmode="open" shadowrootclonable><style>${styles(root)}</style>${inside}</template>`;
  }

  function styles(root) {
    const sheets = [...root.styleSheets, ...(root.adoptedStyleSheets || [])];
    return sheets.filter(sheet => !sheet.disabled && applies(sheet.media)).map(sheet => rulesOf(sheet, root)).join('\n');
  }
  const applies = media => !media || !media.mediaText || matchMedia(media.mediaText).matches;
  function rulesOf(owner, root) {
    let rules;
    try { rules = owner.cssRules; } catch { return ''; }
    return [...rules].map(rule => ruleText(rule, root)).filter(Boolean).join('\n');
  }
  function ruleText(rule, root) {
    const kind = rule.constructor.name;
    if (kind === 'CSSStyleRule') return matches(rule.selectorText, root) ? withoutUrls(rule.cssText) : '';
    if (kind === 'CSSMediaRule') return applies(rule.media) ? rulesOf(rule, root) : '';
    if (kind === 'CSSSupportsRule') return CSS.supports(rule.conditionText) ? rulesOf(rule, root) : '';
    if (kind === 'CSSImportRule') return rule.styleSheet && applies(rule.media) ? rulesOf(rule.styleSheet, root) : '';
    if (kind === 'CSSLayerBlockRule') return `@layer ${rule.name}{${rulesOf(rule, root)}}`;
    if (kind === 'CSSLayerStatementRule' || kind === 'CSSPropertyRule') return rule.cssText;
    return '';
  }
  function matches(selector, root) {
    if (/:host|::slotted|:root|:is\(|:where\(/.test(selector)) return true;
    const plain = selector.replace(/::?(?:before|after|hover|focus|focus-visible|focus-within|active|visited|link|placeholder|selection|marker|backdrop|-[\w-]+)(?:\([^)]*\))?/g, '');
    const usable = plain.split(',').map(part => part.trim() || '*').map(part => part.replace(/([>+~])\s*$/, '$1 *'));
    try { return usable.some(part => root.querySelector(part)); } catch { return true; }
  }

  function whole(page) {
    const root = page.documentElement;
    const head = page.head ? [...page.head.childNodes].map(serialise).join('') : '';
    return `<!doctype html><html${attributes(root, 'html')}><head>${head}<style>${styles(page)}</style><style>${STILL}</style></head>` +
      `${serialise(page.body)}</html>`;
  }
  return whole(document);
}
