// The runs, newest first, and the form that starts one.

import { html, useEffect, useRef, useState } from "/page/htm-preact.js";
import { Empty, ENDED, firstLine, Heading, Problem, Status, took, useAction, When } from "/page/parts.js";
import { service } from "/page/service.js";
import { following, given, Values } from "/page/values.js";

const PART = 100;
const BUSY_MS = 1_500;
const IDLE_MS = 10_000;
const TYPING_MS = 250;

export function RunsPage() {
  const [filter, setFilter] = useState({ query: "", status: "" });
  const list = useRuns(filter);
  return html`
    <${Heading} title="Runs">Runs</${Heading}>
    <${NewRun} />
    <section aria-labelledby="all-runs">
      <div class="row spread">
        <h2 id="all-runs">All runs</h2>
        <${Filter} filter=${filter} onChange=${setFilter} />
      </div>
      <${Problem} error=${list.error} />
      ${list.runs && html`<${Rows} list=${list} filter=${filter} />`}
    </section>`;
}

function NewRun() {
  const [prompt, setPrompt] = useState("");
  const [url, setUrl] = useState("");
  const [rows, setRows] = useState([]);
  const { act, busy, error } = useAction(async () => {
    const run = await service.start({
      prompt: prompt.trim(), ...(url.trim() ? { start_url: url.trim() } : {}), ...given(rows),
    });
    location.hash = `#/runs/${run.id}`;
  });
  const say = (sentence) => {
    setPrompt(sentence);
    setRows(following(rows, sentence));
  };
  const submit = (event) => {
    event.preventDefault();
    act();
  };
  const keys = (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) event.target.form.requestSubmit();
  };
  return html`<form class="card new-run" onSubmit=${submit} aria-labelledby="new-run">
    <h2 id="new-run">Record a test</h2>
    <div class="field grow">
      <label for="prompt">What should be done?</label>
      <textarea id="prompt" rows="3" required value=${prompt} aria-describedby="prompt-hint" onKeyDown=${keys}
        onInput=${(event) => say(event.target.value)}></textarea>
      <p class="hint" id="prompt-hint">Write as you would tell a person: Sign in as ada@x.org, open Tasks and add
        “Buy milk”. You should see “1 task”.</p>
    </div>
    <div class="field">
      <label for="url">Start URL</label>
      <input id="url" type="url" value=${url} placeholder="https://staging.example.com" spellcheck=${false}
        aria-describedby="url-hint" onInput=${(event) => setUrl(event.target.value)} />
      <p class="hint" id="url-hint">May be left out if the sentence names it.</p>
    </div>
    <${Values} rows=${rows} onChange=${setRows} />
    <${Problem} error=${error} />
    <div class="row end"><button class="primary" disabled=${busy}>Record</button></div>
  </form>`;
}

function Filter({ filter, onChange }) {
  const timer = useRef(0);
  const typed = (event) => {
    const query = event.target.value;
    clearTimeout(timer.current);
    timer.current = setTimeout(() => onChange({ ...filter, query }), TYPING_MS);
  };
  return html`<div class="row filter" role="search">
    <label class="hidden" for="find">Find runs</label>
    <input id="find" type="search" placeholder="Find by prompt or URL" onInput=${typed} />
    <label class="hidden" for="status">Status</label>
    <select id="status" value=${filter.status} onChange=${(event) => onChange({ ...filter, status: event.target.value })}>
      <option value="">Any status</option>
      <option value="queued">Queued</option>
      <option value="running">Running</option>
      <option value="completed">Passed</option>
      <option value="failed">Failed</option>
      <option value="cancelled">Stopped</option>
    </select>
  </div>`;
}

// The newest are looked at again and again; older ones are asked for once.
function useRuns(filter) {
  const [state, setState] = useState({ runs: null, more: false, error: null });
  useEffect(() => {
    let timer = 0;
    let here = true;
    const look = async () => {
      clearTimeout(timer);
      let busy = false;
      try {
        const { runs, more } = await service.runs({ ...filter, limit: PART });
        if (!here) return;
        busy = runs.some((run) => !ENDED.has(run.status));
        setState((before) => joined(before, runs, more));
      } catch (error) {
        if (here) setState((before) => ({ ...before, error }));
      }
      if (here && !document.hidden) timer = setTimeout(look, busy ? BUSY_MS : IDLE_MS);
    };
    const back = () => document.hidden || look();
    setState({ runs: null, more: false, error: null });
    document.addEventListener("visibilitychange", back);
    look();
    return () => {
      here = false;
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", back);
    };
  }, [filter.query, filter.status]);
  const older = useAction(async () => {
    const { runs, more } = await service.runs({ ...filter, limit: PART, before: state.runs.at(-1).id });
    setState((before) => ({ ...before, runs: [...before.runs, ...runs], more }));
  });
  return { ...state, older };
}

function joined(before, newest, more) {
  const known = before.runs ?? [];
  const last = newest.at(-1);
  const at = last && more ? known.findIndex((run) => run.id === last.id) : -1;
  if (at < 0 || at === known.length - 1) return { runs: newest, more, error: null };
  return { runs: [...newest, ...known.slice(at + 1)], more: before.more, error: null };
}

function Rows({ list, filter }) {
  if (!list.runs.length) {
    const searching = filter.query || filter.status;
    return searching
      ? html`<${Empty} title="No run is like that"><p>Try another word, or any status.</p></${Empty}>`
      : html`<${Empty} title="No runs yet"><p>Say above what should be done, and watch it happen.</p></${Empty}>`;
  }
  return html`
    <ul class="rows">${list.runs.map((run) => html`<${Row} key=${run.id} run=${run} />`)}</ul>
    <div class="row middle">
      <span class="quiet">${list.runs.length} ${list.runs.length === 1 ? "run" : "runs"} shown</span>
      ${list.more && html`<button type="button" disabled=${list.older.busy} onClick=${() => list.older.act()}>Show older ones</button>`}
      <${Problem} error=${list.older.error} />
    </div>`;
}

function Row({ run }) {
  const kind = run.mode === "record_from_prompt" ? "Recording" : "Replay";
  const end = run.completed_at ? Date.parse(run.completed_at) : null;
  return html`<li>
    <a class="run-row" href="#/runs/${run.id}">
      <${Status} status=${run.status} />
      <span class="what">
        <span class="title">${firstLine(run.prompt) || "Without a prompt"}</span>
        ${run.status === "failed" && run.error_message
          && html`<span class="why">${firstLine(run.error_message, 200)}</span>`}
        <span class="quiet url">${run.start_url}</span>
      </span>
      <span class="facts quiet">
        ${run.repairs > 0 && html`<span class="badge repaired">${run.repairs} repaired</span>`}
        <span>${kind}${run.steps ? `, ${run.steps} steps` : ""}</span>
        ${end !== null && run.started_at && html`<span>${took(end - Date.parse(run.started_at))}</span>`}
        <${When} time=${run.created_at} />
      </span>
    </a>
  </li>`;
}
