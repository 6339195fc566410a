// The values that a sentence refers to as {{NAME}}, given where a run is started.

import { html } from "/page/htm-preact.js";

const REFERENCE = /\{\{\s*([A-Za-z_]\w*)\s*\}\}/g;
const NAME = "[A-Za-z_][A-Za-z0-9_]*";
// What is called so is proposed as a secret; the person has the last word.
const SECRET = /pass|secret|token|key|pin|code/i;

// The rows with one for each name in the sentence that has none yet; rows that were made so and are empty go with it.
export function following(rows, sentence) {
  const named = [...new Set([...sentence.matchAll(REFERENCE)].map((found) => found[1]))];
  const kept = rows.filter((row) => !row.found || row.value || named.includes(row.name));
  const missing = named.filter((name) => !kept.some((row) => row.name === name));
  return [...kept, ...missing.map((name) => ({ name, value: "", secret: SECRET.test(name), found: true }))];
}

// What the service is given: secrets apart from the rest.
export function given(rows) {
  const named = rows.filter((row) => row.name.trim());
  const of = (secret) => Object.fromEntries(
    named.filter((row) => row.secret === secret).map((row) => [row.name.trim(), row.value]));
  return { parameters: of(false), credentials: of(true) };
}

export function Values({ rows, onChange }) {
  const set = (at, values) => onChange(rows.map((row, index) => (index === at ? { ...row, ...values, found: false } : row)));
  const add = html`<button type="button" onClick=${() => onChange([...rows, { name: "", value: "", secret: false }])}>Add a value</button>`;
  if (!rows.length) {
    return html`<div class="values row"><p class="hint">A password, or what differs from run to run: write <code>${"{{NAME}}"}</code> in
      the sentence, and its value is asked for here.</p></div>`;
  }
  return html`<fieldset class="values">
    <legend>Values</legend>
    <p class="hint">The sentence uses a value as <code>${"{{NAME}}"}</code>. A secret is kept encrypted, and shown to nobody.</p>
    ${rows.map((row, at) => html`<div class="row parameter" key=${at}>
      <div class="field grow"><label for="value-${at}-name">Name</label>
        <input id="value-${at}-name" class="mono" required pattern=${NAME} spellcheck=${false} value=${row.name}
          title="Letters, digits and _" onInput=${(event) => set(at, { name: event.target.value })} /></div>
      <div class="field grow"><label for="value-${at}">${row.secret ? "Secret value" : "Value"}</label>
        <input id="value-${at}" type=${row.secret ? "password" : "text"} autocomplete="off" required value=${row.value}
          onInput=${(event) => set(at, { value: event.target.value })} /></div>
      <label class="tick"><input type="checkbox" checked=${row.secret}
        onChange=${(event) => set(at, { secret: event.target.checked })} /> Secret</label>
      <button type="button" class="danger" aria-label=${`Remove the value ${row.name}`}
        onClick=${() => onChange(rows.filter((_, index) => index !== at))}>Remove</button>
    </div>`)}
    ${add}
  </fieldset>`;
}
