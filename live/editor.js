// One step, to be changed in place; and the draft that gathers changes until they are saved.

import { html, useEffect, useMemo, useRef, useState } from "/page/htm-preact.js";
import {
  ACTIONS, alike, changed, EXPECTS, hasSelector, inPageWords, inserted, moved, problemSteps, removed, replaced, retargeted, VALUES,
  withAction, withSelector, withValue,
} from "/page/draft.js";
import { announce, Button, Problem, useAction, useFocusLeftTo } from "/page/parts.js";

const FOCUS_ID = (at, name) => `edit-${at}-${name}`;

// The draft of a config: null while nothing differs from what is stored. `look` says what is stored by now: what
// somebody else has saved meanwhile is not overwritten unseen.
export function useDraft(stored, { save, look, pick }) {
  const [draft, setDraft] = useState(null);
  const [past, setPast] = useState([]);
  const [fresh, setFresh] = useState(null);
  const [focus, setFocus] = useState(null);
  const base = useRef(null);
  const saving = useAction(async () => {
    const there = await look();
    if (!alike(there, base.current)) {
      base.current = there;
      throw new Error("It has been changed elsewhere meanwhile. Discard shows what is there now; Save replaces it.");
    }
    await save(draft);
    setDraft(null);
    setPast([]);
    announce("Saved");
    return true;
  });
  const now = draft ?? stored;
  const change = (next) => {
    if (next === now) return;
    if (!draft) base.current = stored;
    setPast([...past, draft]);
    setDraft(next);
    saving.forget();
  };
  useEffect(() => {
    if (!draft) return undefined;
    const warn = (event) => event.preventDefault();
    addEventListener("beforeunload", warn);
    return () => removeEventListener("beforeunload", warn);
  }, [draft !== null]);
  const edit = {
    fresh,
    focus,
    focused: () => setFocus(null),
    recorded: (id) => stored?.steps.find((step) => step.id === id),
    set: (at, values) => change(changed(now, at, values)),
    move: (from, to) => {
      change(moved(now, from, to));
      setFocus(now.steps[from].id);
      announce(`Moved to place ${Math.max(1, Math.min(to + 1, now.steps.length))}`);
    },
    remove: (at) => {
      change(removed(now, at));
      setFocus((now.steps[at + 1] ?? now.steps[at - 1])?.id ?? null);
      announce(`Step ${at + 1} is deleted`);
    },
    insert: (at) => {
      const next = inserted(now, at, { action: "click", selector: "" });
      setFresh(next.steps[at].id);
      change(next);
    },
    retarget: (id, picked) => {
      const at = now.steps.findIndex((step) => step.id === id);
      if (at >= 0) change(changed(now, at, retargeted(now.steps[at], picked)));
    },
    replace: (id, found) => {
      const at = now.steps.findIndex((step) => step.id === id);
      change(changed(now, at, replaced(now.steps[at], found)));
      setFocus(id);
      announce(`Step ${at + 1} now uses ${found.selector}. Save it, and run again.`);
    },
    config: (values) => change({ ...now, ...values }),
    pick,
    last: now?.steps.length ?? 0,
  };
  return {
    config: now,
    dirty: draft !== null,
    edit,
    saving,
    undo: () => {
      setDraft(past.at(-1));
      setPast(past.slice(0, -1));
    },
    discard: () => {
      setDraft(null);
      setPast([]);
    },
    problems: useMemo(() => problemSteps(saving.error?.message), [saving.error]),
  };
}

export function DraftBar({ draft, children }) {
  return draft.dirty ? html`<${OpenBar} draft=${draft}>${children}</${OpenBar}>` : null;
}

function OpenBar({ draft, children }) {
  const bar = useFocusLeftTo("steps");
  const { error } = draft.saving;
  return html`<div ref=${bar} class="draft-bar" role="region" aria-label="Unsaved changes">
    <${Problem} error=${error && inPageWords(error.message)} title="Not saved" />
    <div class="row spread">
      <span>Unsaved changes</span>
      <span class="row">
        <${Button} onClick=${draft.undo}>Undo</${Button}>
        <${Button} onClick=${draft.discard}>Discard</${Button}>
        <${Button} class=${children ? "" : "primary"} off=${draft.saving.busy} onClick=${() => draft.saving.act()}>Save</${Button}>
        ${children}
      </span>
    </div>
  </div>`;
}

export function StepEditor({ step, at, edit }) {
  const set = (values) => edit.set(at, values);
  const text = (name, label, extra = {}) => html`<${Field} id=${FOCUS_ID(at, name)} label=${label}
    value=${step[name] ?? ""} onChange=${(value) => set({ [name]: value === "" ? undefined : value })} ...${extra} />`;
  return html`<div class="step-editor" role="group" aria-label=${`Step ${at + 1}`}>
    <div class="field">
      <label for=${FOCUS_ID(at, "action")}>Action</label>
      <select id=${FOCUS_ID(at, "action")} value=${step.action}
          onChange=${(event) => edit.set(at, blanked(step, withAction(step, event.target.value)))}>
        ${Object.entries(ACTIONS).map(([name, label]) => html`<option value=${name}>${label}</option>`)}
      </select>
    </div>
    ${step.action === "expect" && html`<${Expectation} step=${step} at=${at} set=${set} />`}
    ${hasSelector(step) && html`<${Target} step=${step} at=${at} edit=${edit} />`}
    ${step.action in VALUES && html`<${Value} step=${step} at=${at} onChange=${(value) => set(withValue(step, value))} />`}
    ${step.action === "wait" && html`<${Wait} step=${step} at=${at} set=${set} />`}
    <details>
      <summary>More</summary>
      ${text("description", "In words")}
      <${Field} id=${FOCUS_ID(at, "timeout")} label="Timeout in ms" type="number" value=${step.timeout_ms ?? ""}
        onChange=${(value) => set({ timeout_ms: value ? Number(value) : undefined })} />
      <label class="tick"><input type="checkbox" checked=${!!step.optional}
        onChange=${(event) => set({ optional: event.target.checked || undefined })} /> If it cannot be done, go on without it</label>
    </details>
    <div class="row tools">
      <${Button} off=${at === 0} onClick=${() => edit.move(at, at - 1)}>Move up</${Button}>
      <${Button} off=${at === edit.last - 1} onClick=${() => edit.move(at, at + 1)}>Move down</${Button}>
      <button type="button" onClick=${() => edit.insert(at)}>Insert before</button>
      <button type="button" onClick=${() => edit.insert(at + 1)}>Insert after</button>
      <button type="button" class="danger" onClick=${() => edit.remove(at)}>Delete</button>
    </div>
  </div>`;
}

// What the next action does not have must be cleared.
const blanked = (step, next) => ({ ...Object.fromEntries(Object.keys(step).map((name) => [name, undefined])), ...next });

function Field({ id, label, value, onChange, type = "text", hint, mono }) {
  return html`<div class="field">
    <label for=${id}>${label}</label>
    <input id=${id} type=${type} class=${mono ? "mono" : ""} value=${value} spellcheck=${false} autocomplete="off"
      aria-describedby=${hint ? `${id}-hint` : undefined} onInput=${(event) => onChange(event.target.value)} />
    ${hint && html`<p class="hint" id="${id}-hint">${hint}</p>`}
  </div>`;
}

function Target({ step, at, edit }) {
  const candidates = step.candidates ?? [];
  const by = useRef(null);
  const use = (selector) => {
    const rest = [step.selector, ...candidates].filter((each) => each && each !== selector);
    edit.set(at, { selector, candidates: rest });
    by.current?.focus();
  };
  return html`<div class="target">
    <${Field} id=${FOCUS_ID(at, "selector")} label="Selector" mono value=${step.selector ?? ""}
      onChange=${(value) => edit.set(at, withSelector(step, value, edit.recorded(step.id)))}
      hint=${step.fingerprint ? "A selector of your own also forgets what was recorded of the old element." : undefined} />
    ${edit.pick && html`<button type="button" class="pick" ref=${by} onClick=${() => edit.pick(step, at)}>Pick in the live picture</button>`}
    ${candidates.length > 0 && html`<details>
      <summary>${candidates.length} other ${candidates.length === 1 ? "selector" : "selectors"} for it</summary>
      <ul class="candidates">${candidates.map((each) => html`<li key=${each}>
        <code>${each}</code> <button type="button" onClick=${() => use(each)}>Prefer<span class="hidden"> ${each}</span></button>
        <button type="button" onClick=${() => edit.set(at, { candidates: candidates.filter((other) => other !== each) })}>Remove<span class="hidden"> ${each}</span></button>
      </li>`)}</ul>
    </details>`}
  </div>`;
}

function Value({ step, at, onChange }) {
  const id = FOCUS_ID(at, "value");
  const many = Array.isArray(step.value);
  const shown = many ? step.value.join("\n") : String(step.value ?? "");
  const typed = (event) => onChange(many ? event.target.value.split("\n") : event.target.value);
  return html`<div class="field">
    <label for=${id}>${VALUES[step.action]}${many ? ", one a line" : ""}</label>
    <textarea id=${id} rows=${Math.min(6, shown.split("\n").length)} value=${shown} dir="auto" spellcheck=${false} onInput=${typed}></textarea>
  </div>`;
}

function Wait({ step, at, set }) {
  const forSomething = step.wait_for !== undefined && step.wait_for !== null;
  return html`<div class="row">
    <${Field} id=${FOCUS_ID(at, "value")} label="Wait for so many ms" type="number" value=${forSomething ? "" : step.value ?? ""}
      onChange=${(value) => set({ value: value ? Number(value) : undefined, wait_for: undefined })} />
    <${Field} id=${FOCUS_ID(at, "wait_for")} label="or for a selector, part of a URL, or a text" value=${step.wait_for ?? ""}
      onChange=${(value) => set(value ? { wait_for: value, value: undefined } : { wait_for: undefined })} />
  </div>`;
}

function Expectation({ step, at, set }) {
  const expect = step.expect ?? { type: "text" };
  const choose = (type) => set({ expect: type === "visible" ? { type } : { type, contains: expect.contains ?? "" } });
  return html`<div class="row">
    <div class="field">
      <label for=${FOCUS_ID(at, "expect")}>Check that</label>
      <select id=${FOCUS_ID(at, "expect")} value=${expect.type} onChange=${(event) => choose(event.target.value)}>
        ${Object.entries(EXPECTS).map(([name, label]) => html`<option value=${name}>${label}</option>`)}
      </select>
    </div>
    ${expect.type !== "visible" && html`<${Field} id=${FOCUS_ID(at, "contains")} label=${expect.type === "url" ? "Part of the URL" : "Text"}
      value=${expect.contains ?? ""} onChange=${(value) => set({ expect: { ...expect, contains: value }, description: undefined })} />`}
  </div>`;
}

// The values that steps refer to as {{NAME}}.
export function Parameters({ config, edit }) {
  const parameters = config.parameters ?? [];
  const set = (at, values) => edit.config({
    parameters: parameters.map((each, index) => (index === at ? { ...each, ...values } : each)),
  });
  const add = () => edit.config({ parameters: [...parameters, { name: `VALUE_${parameters.length + 1}`, value: "" }] });
  const secret = (at, on) => edit.config({
    parameters: parameters.map((each, index) => {
      if (index !== at) return each;
      const { value, ...rest } = each;
      return on ? { ...rest, secret: true } : { ...rest, secret: false, value: value ?? "" };
    }),
  });
  return html`<section class="card" aria-labelledby="parameters">
    <h2 id="parameters">Values</h2>
    <p class="quiet">A step uses a value as <code>${"{{NAME}}"}</code>. What is secret is in no file: a saved test keeps it encrypted.</p>
    ${parameters.map((each, at) => html`<div class="row parameter" key=${at}>
      <${Field} id="parameter-${at}-name" label="Name" mono value=${each.name} onChange=${(name) => set(at, { name })} />
      ${each.secret
        ? html`<p class="secret">secret</p>`
        : html`<${Field} id="parameter-${at}-value" label="Value" value=${each.value ?? ""} onChange=${(value) => set(at, { value })} />`}
      <label class="tick"><input type="checkbox" checked=${!!each.secret} onChange=${(event) => secret(at, event.target.checked)} /> Secret</label>
      <button type="button" class="danger" aria-label=${`Remove the value ${each.name}`}
        onClick=${() => edit.config({ parameters: parameters.filter((_, index) => index !== at) })}>Remove</button>
    </div>`)}
    <button type="button" onClick=${add}>Add a value</button>
  </section>`;
}
