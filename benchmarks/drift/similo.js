// The properties Similo compares, read as its authors' own script reads them: every visible element of these tags.
([target]) => {
  const TAGS = 'input,textarea,button,select,a,h1,h2,h3,h4,h5,li,span,div,p,th,tr,td,label,svg';
  const index = (sibling, name) => {
    let place = 1;
    for (let at = sibling.previousElementSibling; at; at = at.previousElementSibling) if (at.localName === name) place++;
    return place;
  };
  const known = new Map();
  const path = (element, byId) => {
    if (!element || element.nodeType !== Node.ELEMENT_NODE) return '';
    const memory = byId ? 'id' : 'path';
    const cached = known.get(element);
    if (cached && cached[memory] !== undefined) return cached[memory];
    const told = byId && element.id && document.getElementById(element.id) === element
      ? `//*[@id='${element.id}']` : `${path(element.parentNode, byId)}/${element.localName}[${index(element, element.localName)}]`;
    known.set(element, { ...cached, [memory]: told });
    return told;
  };
  const button = (tag, type, classes) => tag === 'button' || tag === 'input' && ['submit', 'button', 'reset'].includes(type) ||
    tag === 'a' && /btn|button/.test(classes);
  const seen = (words) => {
    const trimmed = (words || '').trim();
    return trimmed.length < 3 || trimmed.length > 100 || /[\n\t]/.test(trimmed) ? '' : trimmed.slice(0, 50);
  };
  const elements = [], found = [];
  for (const element of document.querySelectorAll(TAGS)) {
    if (getComputedStyle(element).visibility === 'hidden') continue;
    const box = element.getBoundingClientRect();
    if (Math.trunc(box.width) <= 0 || Math.trunc(box.height) <= 0) continue;
    const classes = element.getAttribute('class') || '';
    const x = Math.trunc(box.left), y = Math.trunc(box.top + scrollY), width = Math.trunc(box.width), height = Math.trunc(box.height);
    elements.push(element);
    found.push({
      tag: element.localName, class: classes, name: element.name || '', id: element.id, href: typeof element.href === 'string' ? element.href : '',
      alt: element.alt || '', xpath: path(element, false), idxpath: path(element, true), is_button: button(element.localName, element.type, classes) ? 'yes' : 'no',
      x, y, width, height, area: width * height, shape: Math.trunc(width * 100 / height),
      visible_text: seen(element.textContent) || (typeof element.value === 'string' && element.value) || element.placeholder || '',
    });
  }
  const bare = words => [...new Set(String(words).toLowerCase().split(/\s+/).map(word => word.replace(/[^\p{L}\p{N}]/gu, '')).filter(Boolean))];
  const speaking = found.filter(each => each.height <= 100 && each.visible_text).map(each => ({ each, words: bare(each.visible_text) }));
  const neighbours = me => {
    if (me.height > 100 || me.width > 600) return '';
    const words = new Set();
    for (const { each, words: theirs } of speaking) {
      const apart = each.x >= me.x + me.width + 50 || each.x + each.width <= me.x - 50 || each.y >= me.y + me.height + 50 || each.y + each.height <= me.y - 50;
      if (!apart && each !== me) theirs.forEach(word => words.add(word));
    }
    return [...words].join(' ');
  };
  if (target) {
    const place = elements.indexOf(target);
    return place < 0 ? null : { ...found[place], neighbor_text: neighbours(found[place]) };
  }
  found.forEach(each => { each.neighbor_text = neighbours(each); });
  return { elements, found };
}
