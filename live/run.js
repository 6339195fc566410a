// One run: its browser live beside its steps, the conversation, its repairs and files; and what can be done about it.

import { html, useState } from "/page/htm-preact.js";
import { DraftBar, Parameters, useDraft } from "/page/editor.js";
import { useLiveRun } from "/page/live-run.js";
import {
  Button, download, ENDED, firstLine, Heading, Problem, Status, Sure, timeOfDay, took, toPlace, useAction, useFocusLeftTo, When,
} from "/page/parts.js";
import { Repairs } from "/page/repairs.js";
import { recordAgain } from "/page/runs.js";
import { SaveAsTest } from "/page/save-test.js";
import { Screen } from "/page/screen.js";
import { Steps } from "/page/steps.js";
import { Talk } from "/page/talk.js";

export function RunPage({ source }) {
  const live = useLiveRun(source);
  if (live.error && !live.loaded) {
    return html`<${Heading} title="Run">Run</${Heading}><${Problem} error=${live.error} />
      ${source.service && html`<p><a href="#/">All runs</a></p>`}`;
  }
  if (!live.loaded) return html`<p class="quiet" aria-busy="true">Loading…</p>`;
  return html`<${RunView} live=${live} />`;
}

function RunView({ live }) {
  const { run, source } = live;
  const [picking, setPicking] = useState(null);
  const [opened, setOpened] = useState(null);
  const over = ENDED.has(run.status);
  const canEdit = source.service !== null && run.config !== null && (over || run.held !== null);
  const pick = run.held ? (step) => setPicking(step.id) : null;
  const draft = useDraft(run.config, {
    save: async (config) => live.absorb(await source.service.saveConfig(source.id, config)),
    look: () => live.look(),
    pick,
  });
  usePicked(run, picking, setPicking, draft);
  const order = useAction(async (asked) => {
    if (draft.dirty && asked.order === "go_on" && !(await draft.saving.act())) return;
    await source.service.order(source.id, asked);
  });
  const aim = (x, y) => order.act({ order: "pick", x, y, step_id: picking });
  return html`
    <${Head} live=${live} draft=${draft} order=${order} />
    <${Banner} live=${live} picking=${picking} order=${order} draft=${draft} canEdit=${canEdit} onStop=${() => setPicking(null)} />
    <div class="run">
      <section class="card steps-card" aria-labelledby="steps">
        <div class="row spread"><h2 id="steps" tabindex="-1">Steps</h2><${Progress} run=${run} config=${draft.config} /></div>
        <div class="scroll" tabindex=${over ? undefined : 0} role="group" aria-labelledby="steps">
          <${Steps} run=${run} config=${draft.config} edit=${canEdit ? draft.edit : null} problems=${draft.problems}
            file=${over ? source.file : null} onOpen=${setOpened}
            actions=${source.service ? stepActions(live, order, draft) : null} />
        </div>
        ${canEdit && html`<div class="row adding"><button type="button" onClick=${() => draft.edit.insert(draft.edit.last)}>Add a step</button>
          <span class="hint">Alt+↑ and Alt+↓ move a step.</span></div>`}
        <${DraftBar} draft=${draft}>${run.held && html`<${Button} class="primary" off=${order.busy}
          onClick=${() => order.act({ order: "go_on" })}>Save and go on</${Button}>`}</${DraftBar}>
      </section>
      <div class="watch">
        <${Screen} live=${live} step=${over ? run.progress.get(opened) : null} picking=${picking} onPick=${aim} onStop=${() => setPicking(null)} />
        <${Talk} live=${live} />
      </div>
    </div>
    <${Repairs} live=${live} canReview=${source.service !== null && over} />
    ${canEdit && html`<${Parameters} config=${draft.config} edit=${draft.edit} />`}
    ${source.file && html`<${Files} live=${live} />`}
    <${Log} run=${run} />`;
}

// A picked element becomes the target of the step that it was picked for.
function usePicked(run, picking, setPicking, draft) {
  const [taken, setTaken] = useState(run.pick?.id ?? null);
  if (!run.pick || run.pick.id === taken) return;
  setTaken(run.pick.id);
  if (run.pick.selectors?.length && run.pick.step_id === picking) {
    draft.edit.retarget(picking, run.pick);
    setPicking(null);
  }
}

const REPORT = "report.html";
const KINDS = { record_from_prompt: "Recording", rerun_from_config: "Replay" };

function Head({ live, draft, order }) {
  const { run, source } = live;
  const kind = KINDS[run.mode] ?? "Run";
  const title = run.testName || firstLine(run.prompt, 90) || kind;
  const mark = run.question ? "❓ " : "";
  return html`<header class="run-head">
    ${source.service && html`<p class="crumbs"><a href="#/">Runs</a> ›</p>`}
    <${Heading} title=${mark + title}>${title}</${Heading}>
    <p class="facts quiet">
      <${Status} status=${run.question ? "asking" : run.held ? "held" : run.status} />
      <span>${kind}</span>
      ${run.startUrl && html`<span class="url">${run.startUrl}</span>`}
      <${When} time=${run.createdAt} />
      ${run.endedAt && run.startedAt && html`<span>${took(Date.parse(run.endedAt) - Date.parse(run.startedAt))}</span>`}
      ${run.testId && source.service && html`<a href="#/tests/${run.testId}">its saved test</a>`}
      ${run.sourceId && source.service && html`<a href="#/runs/${run.sourceId}">the run it comes from</a>`}
    </p>
    ${source.service && html`<${Actions} live=${live} draft=${draft} order=${order} />`}
  </header>`;
}

function Actions({ live, draft, order }) {
  const { run, source } = live;
  const [asking, setAsking] = useState(null);
  const over = ENDED.has(run.status);
  const go = useAction(async () => {
    location.hash = `#/runs/${(await source.service.rerun(source.id)).id}`;
  });
  const stop = useAction(async () => {
    live.absorb(await source.service.cancel(source.id));
    document.querySelector("h1").focus();
  });
  const report = useAction(() => download(source.file, REPORT));
  const replaying = run.status === "running" && run.mode === "rerun_from_config" && !run.held;
  return html`<div class="row actions">
    ${over && run.config && html`<${Button} class="primary" off=${go.busy || draft.dirty} onClick=${() => go.act()}
      title=${draft.dirty ? "Save the changes first" : undefined}>Run again</${Button}>`}
    ${over && !run.config && run.prompt && html`<button type="button" class="primary" onClick=${() => recordAgain(run)}>Record again…</button>`}
    ${over && run.config && html`<button type="button" onClick=${() => setAsking("save")}>Save as a test</button>`}
    ${over && run.files.has(REPORT) && html`<${Button} off=${report.busy} onClick=${() => report.act()}>Download the report</${Button}>`}
    ${replaying && html`<${Button} off=${order.busy} onClick=${() => order.act({ order: "hold" })}>Hold before the next step</${Button}>`}
    ${!over && html`<${Button} class="danger" off=${stop.busy} onClick=${() => stop.act()}>Stop</${Button}>`}
    ${over && html`<button type="button" class="danger" onClick=${() => setAsking("delete")}>Delete</button>`}
    <${Problem} error=${go.error ?? stop.error ?? report.error ?? (run.held ? null : order.error)} />
    ${asking === "save" && html`<${SaveAsTest} run=${run} id=${source.id} config=${draft.config} onClose=${() => setAsking(null)} />`}
    ${asking === "delete" && html`<${Sure} title="Delete this run?" verb="Delete"
      text="Its steps, pictures and files are removed. Tests that were saved from it stay." onNo=${() => setAsking(null)}
      onYes=${async () => {
        await source.service.remove(source.id);
        location.hash = "#/";
      }} />`}
  </div>`;
}

// What concerns the whole run at this moment.
function Banner({ live, picking, order, draft, canEdit, onStop }) {
  const { run, link } = live;
  return html`<div class="banners">
    ${link === "lost" && html`<p class="banner lost" role="status">The connection was lost. Trying again; nothing is missed.</p>`}
    ${link === "refused" && html`<p class="banner failed" role="alert">${live.source.service
      ? "This run cannot be watched: sign in again."
      : "The feed refuses: the token is wrong, or there is no such run. Use the URL that the command printed."}</p>`}
    ${link === "gone" && html`<p class="banner failed" role="alert">This run has been deleted.</p>`}
    ${run.held && html`<${Held} run=${run} picking=${picking} order=${order} dirty=${draft.dirty} onStop=${onStop} />`}
    ${run.status === "failed" && html`<${Failure} live=${live} draft=${draft} canEdit=${canEdit} />`}
    ${run.status === "completed" && html`<div class="banner passed"><p><strong>Passed.</strong> ${run.message}</p>
      <${ToRepairs} run=${run} />
      ${(run.summary?.limitations ?? []).map((text) => html`<p class="quiet">${text}</p>`)}</div>`}
    ${run.status === "cancelled" && html`<p class="banner">Stopped. ${run.message}</p>`}
  </div>`;
}

function ToRepairs({ run }) {
  const count = run.patches.length;
  if (!count) return null;
  return html`<p><a href="#repairs" onClick=${toPlace("repairs")}>Review the ${count === 1 ? "repair" : `${count} repairs`}</a></p>`;
}

function Held({ run, picking, order, dirty, onStop }) {
  const at = run.config?.steps.findIndex((step) => step.id === run.held.step) ?? -1;
  const next = run.config?.steps[at + 1];
  const number = at + 1;
  const missed = run.pick && !run.pick.selectors?.length;
  const banner = useFocusLeftTo("steps");
  return html`<div class="banner held" ref=${banner}>
    ${picking
      ? html`<p><strong>Pick the new target in the picture.</strong> Click it, or move with the arrow keys and press Enter.
          ${missed && html`<span class="why"> ${run.pick.message}</span>`}</p>
        <button type="button" onClick=${onStop}>Do not pick</button>`
      : html`<p><strong>Held before step ${number}.</strong> The steps before it have been done and the browser waits.
          Open a step to change it or to pick a new target in the picture; what is saved counts from here on.</p>
        ${!dirty && html`<div class="row">
          <${Button} class="primary" off=${order.busy} onClick=${() => order.act({ order: "go_on" })}>Go on</${Button}>
          ${next && html`<${Button} off=${order.busy} onClick=${() => order.act({ order: "go_on", until: next.id })}>Do step ${number} only</${Button}>`}
        </div>`}`}
    <${Problem} error=${order.error} />
  </div>`;
}

// What went wrong, and what there is to do about it: what stands near by can be put into the step.
function Failure({ live, draft, canEdit }) {
  const { run, source } = live;
  const failure = run.failure ?? {};
  const nearest = (failure.nearest ?? []).filter((each) => each && typeof each === "object").slice(0, 5);
  const at = draft.config?.steps.findIndex((step) => step.id === failure.step_id) ?? -1;
  const step = canEdit && at >= 0 ? draft.config.steps[at] : null;
  const used = (each) => step.selector === each.selector;
  return html`<div class="banner failed">
    <p class="pre" dir="auto"><strong>Failed.</strong> ${nearest.length ? withoutNearest(run.message) : run.message}</p>
    ${failure.remedy && html`<p><strong>To try:</strong> ${failure.remedy}</p>`}
    ${nearest.length > 0 && html`<p>Nearest on the page:</p>
      <ul>${nearest.map((each) => html`<li>${each.role ?? each.tag ?? "element"} “${each.name ?? each.text ?? ""}”
        ${" "}${each.selector && html`<code>${each.selector}</code>`}
        ${" "}${step && each.selector && html`<${Button} class="small" off=${used(each)}
          onClick=${() => draft.edit.replace(step.id, each)}>${used(each) ? "In use" : `Use it in step ${at + 1}`}</${Button}>`}</li>`)}</ul>`}
    ${step && html`<div class="row actions"><${RunTo} step=${step} at=${at} dirty=${draft.dirty} hold=${holding(source)} /></div>`}
    <${ToRepairs} run=${run} />
  </div>`;
}

// The elements that are near are listed by themselves.
const withoutNearest = (message) => String(message ?? "").replace(/\nNearest on the page: .*?(?:\. (?=Not repaired: )|$)/m, "\n").trim();

// What can be done with one step of a run: have the browser go there and wait.
function stepActions(live, order, draft) {
  const { run, source } = live;
  const of = (step, at) => {
    if (ENDED.has(run.status)) return html`<${RunTo} step=${step} at=${at} hold=${holding(source)} dirty=${draft.dirty} name="here" />`;
    if (run.held && draft.config.steps.findIndex((each) => each.id === run.held.step) < at) {
      return html`<${Button} off=${order.busy} onClick=${() => order.act({ order: "go_on", until: step.id })}>Go on to here</${Button}>`;
    }
    return null;
  };
  return { of };
}

const holding = (source) => async (step) => {
  location.hash = `#/runs/${(await source.service.rerun(source.id, { hold_before: step.id })).id}`;
};

function RunTo({ step, at, hold, dirty, name = `step ${at + 1}` }) {
  const { act, busy, error } = useAction(() => hold(step));
  const before = at === 0 ? "It holds" : at === 1 ? "Step 1 is done first; then it holds" : `Steps 1 to ${at} are done first; then it holds`;
  return html`<${Button} off=${busy || dirty} onClick=${() => act()}>Run from ${name}</${Button}>
    <span class="hint">${dirty ? "Save the changes first." : `Starts a fresh browser. ${before} before step ${at + 1}, for you to look, pick and go on.`}</span>
    <${Problem} error=${error} />`;
}

function Progress({ run, config }) {
  const total = config?.steps.length;
  const done = [...run.progress.values()].filter((step) => ["passed", "skipped"].includes(step.status) && !step.inserted).length;
  if (!total) return done ? html`<span class="quiet">${done} done</span>` : null;
  return html`<span class="quiet">${done} of ${total} passed</span>`;
}

// What a person looks for first; the many pictures are a list of their own.
function Files({ live }) {
  const names = [...live.run.files.keys()].sort();
  const { act, error } = useAction((name) => download(live.source.file, name));
  if (!names.length) return null;
  const listed = (some) => html`<ul class="files">${some.map((name) => html`<li key=${name}>
    <button type="button" class="plain" onClick=${() => act(name)}><code>${name}</code></button></li>`)}</ul>`;
  const pictures = names.filter((name) => /\.(jpg|png)$/.test(name));
  return html`<details class="card">
    <summary><h2>Files</h2> <span class="quiet">${names.length}</span></summary>
    ${listed(names.filter((name) => !pictures.includes(name)))}
    ${pictures.length > 0 && html`<details><summary>${pictures.length} ${pictures.length === 1 ? "picture" : "pictures"}</summary>${listed(pictures)}</details>`}
    <${Problem} error=${error} />
  </details>`;
}

function Log({ run }) {
  const [open, setOpen] = useState(false);
  return html`<details class="card" onToggle=${(event) => setOpen(event.currentTarget.open)}>
    <summary><h2>Log</h2> <span class="quiet">${run.events.length} events</span></summary>
    ${open && html`<ol class="log" tabindex="0" aria-label="Events">${run.events.map((event) => html`<li key=${event.id}>
      <time datetime=${event.timestamp}>${timeOfDay(event.timestamp)}</time> <code>${event.type}</code> <span>${event.message}</span></li>`)}</ol>`}
  </details>`;
}
