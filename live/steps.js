// The steps: what is to be done, what has come of it, and each of them to be opened and changed.

import { html, useEffect, useRef, useState } from "/page/htm-preact.js";
import { sentence } from "/page/draft.js";
import { firstLine, Picture, repairPlace, Status, took, toPlace } from "/page/parts.js";
import { StepEditor } from "/page/editor.js";
import { stepsOf } from "/page/fold.js";

export function Steps({ run, config, edit, actions, problems, file, onOpen }) {
  const [open, setOpen] = useState(null);
  const held = useRef(null);
  const list = useRef(null);
  const entries = stepsOf(run, config);
  useFollowing(list, run);
  useEffect(() => onOpen?.(open), [open]);
  useEffect(() => {
    if (edit?.fresh) setOpen(edit.fresh);
  }, [edit?.fresh]);
  useEffect(() => {
    // where a run holds is what one came for; a step that somebody has opened stays open
    if (run.held && edit) setOpen((now) => (now === null || now === held.current ? run.held.step : now));
    held.current = run.held?.step ?? held.current;
  }, [run.held?.step, edit !== null]);
  useEffect(() => {
    if (edit?.fresh && open === edit.fresh) list.current.querySelector(".step-open:not([hidden]) select")?.focus();
  }, [open, edit?.fresh]);
  if (!entries.length) return html`<p class="quiet">${nothingYet(run)}</p>`;
  return html`<ol class="steps" ref=${list}>
    ${entries.map(({ step, progress }, place) => {
      const id = step?.id ?? progress.id;
      const at = step ? config.steps.indexOf(step) : -1;
      return html`<${StepRow} key=${step ? id : `${id}+`} step=${step} progress=${progress} run=${run} at=${at}
        place=${place} open=${open === id} onToggle=${() => setOpen(open === id ? null : id)}
        edit=${at >= 0 ? edit : null} actions=${actions} wrong=${problems?.has(at)} file=${file} />`;
    })}
  </ol>`;
}

const nothingYet = (run) => (run.status === "queued" ? "The run waits for its turn." : "No step yet.");

// What is being done now stays in view, in a list that scrolls by itself.
function useFollowing(list, run) {
  useEffect(() => {
    const box = list.current?.closest(".scroll");
    const now = list.current?.querySelector(".step.now");
    if (!box || !now || box.scrollHeight <= box.clientHeight) return;
    const gap = now.getBoundingClientRect().bottom + 60 - box.getBoundingClientRect().bottom;
    if (gap > 0) box.scrollTop += gap;
  }, [run.current, run.held?.step]);
}

function stateOf(step, progress, run) {
  const id = step?.id ?? progress.id;
  if (run.held?.step === id) return "held";
  return progress?.status ?? "waiting";
}

function StepRow({ step, progress, run, at, place, open, onToggle, edit, actions, wrong, file }) {
  const state = stateOf(step, progress, run);
  const now = state === "running" || state === "held";
  const id = step?.id ?? progress.id;
  const panel = `step-${place}`;
  const head = useRef(null);
  useEffect(() => {
    if (edit?.focus !== id) return;
    head.current.focus();
    edit.focused();
  }, [edit?.focus]);
  return html`<li class="step ${state} ${now ? "now" : ""} ${wrong ? "wrong" : ""} ${step || !progress?.inserted ? "" : "inserted"}"
      aria-current=${now ? "step" : undefined}>
    <button type="button" class="step-head" ref=${head} aria-expanded=${open} aria-controls=${panel} onClick=${onToggle}
        onKeyDown=${(event) => edit && byKey(event, edit, at)}>
      <${Status} status=${state} quiet />
      <span class="number">${step?.ordinal ?? progress?.ordinal ?? "+"}</span>
      <span class="sentence" dir="auto">${step ? sentence(step) : progress.description ?? sentence(progress)}</span>
      <span class="took">${took(progress?.duration)}</span>
    </button>
    <${Underneath} step=${step} progress=${progress} failed=${run.failure?.step_id === id} />
    <div id=${panel} class="step-open" hidden=${!open}>
      ${open && html`<${Opened} id=${id} step=${step} progress=${progress} run=${run} at=${at} edit=${edit}
        actions=${actions} file=${file} />`}
    </div>
  </li>`;
}

function byKey(event, edit, at) {
  if (!event.altKey || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
  event.preventDefault();
  edit.move(at, event.key === "ArrowUp" ? at - 1 : at + 1);
}

// By what the element was found, what that fell through to, and what the page did meanwhile.
function Underneath({ step, progress, failed }) {
  const sought = step?.selector ?? progress?.selector;
  const used = progress?.used && progress.used !== sought ? progress.used : null;
  const shown = used ?? sought;
  const fell = progress?.fell ?? [];
  const asides = progress?.asides ?? [];
  if (!shown && !fell.length && !asides.length && !progress?.error && !progress?.patch) return null;
  return html`<div class="under">
    ${fell.map((each) => html`<p class="fell"><span class="tag">fell through</span>
      ${" "}<code>${each.selector}</code> is ${each.reason}</p>`)}
    ${shown && html`<p class="found">${fell.length > 0 && html`<span class="tag">used</span> `}<code>${shown}</code></p>`}
    ${progress?.patch && html`<p class="healed"><span class="tag">${progress.patch.applied ? "repaired" : "repair suggested"}</span>
      ${" "}<a href="#repairs" onClick=${toPlace(repairPlace(progress.id))}>${Math.round(progress.patch.confidence * 100)}% sure: review it</a></p>`}
    ${progress?.error && html`<p class="why pre">${failed ? firstLine(progress.error, 300) : progress.error}</p>`}
    ${progress?.remedy && !failed && html`<p class="remedy">${progress.remedy}</p>`}
    ${asides.slice(0, 5).map((text) => html`<p class="aside">${text}</p>`)}
    ${asides.length > 5 && html`<p class="aside">and ${asides.length - 5} more, in the log</p>`}
  </div>`;
}

function Opened({ id, step, progress, run, at, edit, actions, file }) {
  const more = actions && step && actions.of(step, at);
  return html`
    ${more && html`<div class="row tools">${more}</div>`}
    ${edit && step
      ? html`<${StepEditor} step=${step} at=${at} edit=${edit} run=${run} />`
      : html`<${Facts} step=${step ?? progress} id=${id} />`}
    ${file && progress?.picture && html`<figure class="shot"><${Picture} load=${file} name=${progress.picture} alt="" />
      <figcaption>${progress.status === "failed" ? "The page when it failed" : "The page after this step"}</figcaption></figure>`}`;
}

const SHOWN = { action: "Action", selector: "Selector", value: "Value", wait_for: "Waits for", timeout_ms: "Timeout (ms)" };

function Facts({ step, id }) {
  const facts = Object.entries(SHOWN).filter(([name]) => step[name] !== undefined && step[name] !== null);
  return html`<dl class="facts-list">
    ${facts.map(([name, label]) => html`<div><dt>${label}</dt><dd><code>${String(step[name])}</code></dd></div>`)}
    ${step.expect && html`<div><dt>Checks</dt><dd><code>${step.expect.type} ${step.expect.contains ?? ""}</code></dd></div>`}
    <div><dt>Id</dt><dd><code>${id}</code></dd></div>
  </dl>`;
}
