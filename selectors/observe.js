// One pass over a frame's document, for the planner: what the accessibility snapshot does not tell.
// Walks the composed tree (open shadow roots and slots included) in the snapshot's own order and answers
// plain rows. The value of a password input is never read.
() => {
  const ROWS = [];
  const TEXTS = [];
  const FIELDS = [];
  const NTH = new Map();
  const SKIP = new Set(["SCRIPT", "STYLE", "NOSCRIPT", "TEMPLATE", "HEAD", "META", "LINK", "TITLE", "BASE"]);
  const WIDGETS = "a,button,input,select,textarea,summary,option,label,[role],[tabindex],[onclick],[contenteditable]";
  const fold = (text) => (text || "").replace(/\s+/g, " ").trim();

  const tokens = (element) => {
    const words = new Set();
    const add = (text) => {
      for (const word of (text || "").split(/[^\p{L}\p{N}]+|(?<=\p{Ll})(?=\p{Lu})/u)) {
        if (word.length > 1 && word.length < 24) words.add(word.toLowerCase());
      }
    };
    add(typeof element.className === "string" ? element.className : element.getAttribute("class"));
    add(element.id);
    add(element.getAttribute("name"));
    for (const { name, value } of element.attributes) {
      if (name.startsWith("data-") && value.length < 40) add(value);
    }
    return [...words].slice(0, 12);
  };

  const valueOf = (element) => {
    if (element instanceof HTMLInputElement) {
      if (element.type === "password") return undefined;
      if (["checkbox", "radio", "button", "submit", "reset", "image", "hidden"].includes(element.type)) return undefined;
      return element.value.slice(0, 2000);
    }
    if (element instanceof HTMLTextAreaElement) return element.value.slice(0, 20000);
    if (element instanceof HTMLSelectElement) return [...element.selectedOptions].map((o) => fold(o.label)).join(", ");
    return undefined;
  };

  // Whether something else lies over the element's middle: an overlay, a modal.
  const coveredAt = (element, box) => {
    const x = box.left + box.width / 2;
    const y = box.top + box.height / 2;
    if (x < 0 || y < 0 || x >= innerWidth || y >= innerHeight) return undefined;
    let hit = document.elementFromPoint(x, y);
    while (hit && hit.shadowRoot) {
      const inner = hit.shadowRoot.elementFromPoint(x, y);
      if (!inner || inner === hit) break;
      hit = inner;
    }
    if (!hit) return true;
    for (let node = hit; node; node = node.parentNode || node.host) if (node === element) return false;
    if (element.contains(hit) || hit.contains(element)) return false;
    for (const label of element.labels || []) if (label.contains(hit)) return false;
    return true;
  };

  // Which figure an element draws, and in what colour: for what people tell by its look alone.
  const SHAPES = { circle: "circle", ellipse: "circle", rect: "rectangle", line: "line", polygon: "polygon" };
  const clear = (colour) => !colour || colour === "none" || colour === "transparent" || colour === "rgba(0, 0, 0, 0)";
  const look = (row, element, style, box, leaf) => {
    const drawn = SHAPES[element.tagName];
    const paint = drawn ? style.fill : style.backgroundColor;
    if (!clear(paint)) row.paint = paint;
    else if (drawn && !clear(style.stroke)) row.paint = style.stroke;
    else if (!drawn && style.color !== "rgb(0, 0, 0)") row.ink = style.color;
    if (drawn) {
      const corners = (element.getAttribute("points") || "").trim().split(/[\s,]+/).length / 2;
      row.shape = drawn === "polygon" && corners === 3 ? "triangle" : drawn;
    } else if (leaf && row.paint && box.width <= 200 && element.tagName !== "INPUT" && element.tagName !== "BUTTON") {
      row.shape = parseFloat(style.borderTopLeftRadius) >= box.width / 2 - 1 ? "circle" : "rectangle";
    }
  };

  const describe = (element, style, box) => {
    const row = {};
    const pointer = style.cursor === "pointer";
    const widget = element.matches(WIDGETS);
    const leaf = !element.firstElementChild && !fold(element.textContent);
    const text = (name) => fold(element.getAttribute(name)).slice(0, 200);
    for (const name of ["title", "alt", "role", "aria-label", "aria-expanded", "placeholder", "min", "max", "step", "href"]) {
      if (element.hasAttribute(name)) row[name] = text(name);
    }
    if (element.hasAttribute("type") || element.tagName === "INPUT") row.type = element.type;
    if (pointer) row.pointer = true;
    if (widget) row.widget = true;
    if (leaf) row.leaf = true;
    if ((pointer || widget) && !leaf && !element.querySelector("*")) row.text = fold(element.textContent).slice(0, 200);
    if (leaf || pointer || widget) row.hints = tokens(element);
    if (leaf || pointer || widget) look(row, element, style, box, leaf);
    const value = valueOf(element);
    if (value !== undefined) row.value = value;
    if (element.isContentEditable && !element.parentElement?.isContentEditable) row.editable = true;
    if (element.readOnly || element.getAttribute("aria-readonly") === "true") row.readonly = true;
    if (element.disabled || element.getAttribute("aria-disabled") === "true") row.disabled = true;
    if (element === document.activeElement) row.focused = true;
    if (element.multiple) row.multiple = true;
    if (element.checked) row.checked = true;
    if (/^(list|both|inline)$/.test(element.getAttribute("aria-autocomplete") || "")) row.autocompletes = true;
    if (element.hasAttribute("aria-haspopup")) row.popup = text("aria-haspopup");
    if (element.tagName === "SELECT") row.options = [...element.options].slice(0, 300).map((o) => fold(o.label));
    if (element.getAttribute("list")) row.options = [...(element.list?.options || [])].slice(0, 300).map((o) => o.value);
    if (element.labels?.length) row.label = fold([...element.labels].map((l) => l.innerText).join(" ")).slice(0, 200);
    if (element.tagName === "DETAILS" || element.tagName === "DIALOG") row.open = element.open;
    if ((pointer || widget) && box.width && coveredAt(element, box)) row.covered = true;
    if (/(auto|scroll)/.test(style.overflowY) && element.scrollHeight > element.clientHeight + 4) row.scrolls = true;
    if ((pointer || widget || element.tagName === "LI") && folds(element)) row.folds = true;
    if (style.textDecorationLine.includes("line-through")) row.struck = true;
    return row;
  };

  // Whether a list or menu lies in it that is not shown: a submenu.
  const folds = (element) =>
    [...element.children].some((child) => child.matches("ul,ol,menu,[role=menu],[role=group],[role=listbox]") && child.children.length && getComputedStyle(child).display === "none");

  // A drawing with figures in it, rather than an icon.
  const isDrawing = (svg, box) => box.width >= 60 && box.height >= 60 && svg.children.length > 1 && svg.querySelectorAll("*").length < 200;

  const isField = (element) =>
    (element.tagName === "INPUT" && !["hidden", "submit", "button", "image", "reset"].includes(element.type)) ||
    element.tagName === "SELECT" || element.tagName === "TEXTAREA" || element.isContentEditable ||
    /^(slider|spinbutton|textbox|combobox|searchbox|checkbox|radio|switch)$/.test(element.getAttribute("role") || "");

  const childrenOf = (node) => {
    if (node.shadowRoot) return node.shadowRoot.childNodes;
    if (node.tagName === "SLOT") {
      const assigned = node.assignedNodes();
      if (assigned.length) return assigned;
    }
    return node.childNodes;
  };

  // Counted for all children of a parent at once: a long list would cost its square otherwise.
  const nthOf = (element) => {
    let nth = 0;
    for (let child = element.parentNode?.firstElementChild; child; child = child.nextElementSibling) NTH.set(child, (nth += 1));
    return NTH.get(element) ?? 1;
  };

  const visit = (element, parent, shadow) => {
    if (SKIP.has(element.tagName)) return;
    const style = getComputedStyle(element);
    if (style.display === "none") return;
    const box = element.getBoundingClientRect();
    const nth = NTH.get(element) ?? nthOf(element);
    const shown = style.visibility === "visible" && (box.width > 0 || box.height > 0 || style.display === "contents");
    const row = shown ? describe(element, style, box) : {};
    row.tag = element.tagName.toLowerCase();
    row.parent = parent;
    row.nth = nth;
    if (shadow) row.shadow = true;
    if (shown) row.box = [box.x, box.y, box.width, box.height];
    if (element.tagName === "IFRAME" || element.tagName === "FRAME") {
      row.inset = [element.clientLeft, element.clientTop];
      row.src = element.src;
    }
    const index = ROWS.push(row) - 1;
    if (shown && isField(element)) FIELDS.push([row, box, TEXTS.length, element]);
    if (element.tagName === "SELECT" || element.tagName === "TEXTAREA") return;
    if (element.tagName === "svg" && !(shown && isDrawing(element, box))) return;
    const inShadow = Boolean(element.shadowRoot);
    for (const child of childrenOf(element)) {
      if (child.nodeType === Node.ELEMENT_NODE) visit(child, index, inShadow);
      else if (child.nodeType === Node.TEXT_NODE && shown && fold(child.data)) TEXTS.push(child);
    }
  };

  // The text a person would read as the field's label, where markup names none: beside it, above it, after a tick box.
  const nearby = ([row, box, at, element]) => {
    const tick = row.type === "checkbox" || row.type === "radio";
    const around = element.parentElement;
    const own = around && FIELDS.filter(([, , , other]) => around.contains(other)).length === 1 ? around : null;
    let best = null;
    for (let i = Math.max(0, at - 4); i < Math.min(TEXTS.length, at + 3); i += 1) {
      const node = TEXTS[i];
      if (element.contains(node) || node.parentElement?.closest("button,a,option,select,textarea,[contenteditable]")) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      const t = range.getBoundingClientRect();
      if (!t.width || node.data.length > 200) continue;
      const sameLine = t.top < box.bottom && t.bottom > box.top;
      const left = box.left - t.right;
      const right = t.left - box.right;
      const above = box.top - t.bottom;
      const under = t.top - box.bottom;
      let cost = Infinity;
      if (sameLine && right > -3 && right < 60 && tick) cost = right;
      else if (sameLine && left > -3 && left < 260) cost = left + (tick ? 30 : 0);
      else if (!tick && above > -6 && above < 40 && t.left < box.right && t.right > box.left - 4) cost = 40 + above * 4;
      else if (sameLine && right > -3 && right < 60) cost = 200 + right;
      else if (!tick && under > -6 && under < 30 && t.left < box.right && t.right > box.left - 4) cost = 240 + under;
      // what stands in the field's own box, where no other field does, is its label wherever it stands
      if (cost < Infinity && own && own.contains(node)) cost -= 240;
      if (best === null ? cost < Infinity : cost < best[0]) best = [cost, fold(node.data)];
    }
    if (best) row.near = best[1].replace(/[:*]+$/, "").trim();
  };

  if (document.documentElement) visit(document.documentElement, -1, false);
  for (const field of FIELDS) nearby(field);
  // One string crosses to the planner far faster than thousands of objects.
  return JSON.stringify({ title: document.title, width: innerWidth, height: innerHeight, rows: ROWS });
}
