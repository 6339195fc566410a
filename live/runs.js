// The runs, newest first, and the form that starts one.

import { html, useEffect, useRef, useState } from "/page/htm-preact.js";
import { Button, Empty, ENDED, firstLine, Heading, Problem, Status, took, useAction, When } from "/page/parts.js";
import { service } from "/page/service.js";
import { following, given, Values } from "/page/values.js";

const PART = 100;
const BUSY_MS = 1_500;
const IDLE_MS = 10_000;
const TYPING_MS = 250;

// What the form begins with, where somebody wants to record again what did not work.
let proposed = { prompt: "", url: "" };

export function recordAgain(run) {
  proposed = { prompt: run.prompt, url: run.startUrl };
  location.hash = "#/";
}

// The list as it was when one left it for a run: whoever comes back finds it so.
let left = { filter: "", state: null };

// What is looked for is in the address, so that it is there after a reload and on the way back.
function wanted() {
  const named = new URLSearchParams(location.hash.split("?")[1] ?? "");
  return { query: named.get("query") ?? "", status: named.get("status") ?? "", test: named.get("test") ?? "" };
}

function addressOf(filter) {
  const named = new URLSearchParams(Object.entries(filter).filter(([, value]) => value)).toString();
  return named ? `#/?${named}` : "#/";
}

export function RunsPage() {
  const [filter, setFilter] = useState(wanted);
  const list = useRuns(filter);
  const look = (next) => {
    history.replaceState(null, "", addressOf(next));
    setFilter(next);
  };
  const name = filter.test && list.runs?.find((run) => run.test_name)?.test_name;
  return html`
    <${Heading} title="Runs">Runs</${Heading}>
    <${NewRun} />
    <section aria-labelledby="all-runs">
      <div class="row spread">
        <h2 id="all-runs">${filter.test ? `Runs of ${name || "a saved test"}` : "All runs"}</h2>
        <${Filter} filter=${filter} onChange=${look} />
      </div>
      <${Problem} error=${list.error} />
      ${list.runs && html`<${Rows} list=${list} filter=${filter} />`}
    </section>`;
}

// A person writes localhost:3000 or staging.example.com.
function withScheme(url) {
  const text = url.trim();
  if (!text || /^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return text;
  return /^(localhost|[\d.]+|\[[0-9a-f:]+\])([:/]|$)/i.test(text) ? `http://${text}` : `https://${text}`;
}

function NewRun() {
  const [{ prompt, url }, setAsked] = useState(proposed);
  const [rows, setRows] = useState(() => following([], proposed.prompt));
  const { act, busy, error, forget } = useAction(async () => {
    if (!prompt.trim()) throw new Error("Say what should be done.");
    const address = withScheme(url);
    if (address && !/^https?:/i.test(address)) throw new Error("The start URL must begin with http:// or https://");
    const run = await service.start({ prompt: prompt.trim(), ...(address ? { start_url: address } : {}), ...given(rows) });
    location.hash = `#/runs/${run.id}`;
  });
  useEffect(() => { proposed = { prompt: "", url: "" }; }, []);
  const change = (values) => {
    setAsked({ prompt, url, ...values });
    forget();
  };
  const say = (sentence) => {
    change({ prompt: sentence });
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
      <textarea id="prompt" rows="3" required dir="auto" value=${prompt} aria-describedby="prompt-hint" onKeyDown=${keys}
        onInput=${(event) => say(event.target.value)}></textarea>
      <p class="hint" id="prompt-hint">Write as you would tell a person: Sign in as ada@x.org, open Tasks and add
        “Buy milk”. You should see “1 task”.</p>
    </div>
    <div class="field">
      <label for="url">Start URL</label>
      <input id="url" inputmode="url" autocomplete="url" value=${url} placeholder="https://staging.example.com" spellcheck=${false}
        aria-describedby="url-hint" onInput=${(event) => change({ url: event.target.value })} />
      <p class="hint" id="url-hint">May be left out if the sentence names it.</p>
    </div>
    <${Values} rows=${rows} onChange=${setRows} />
    <${Problem} error=${error} />
    <div class="row end"><span class="hint keys">Ctrl+Enter</span><${Button} type="submit" class="primary" off=${busy}>Record</${Button}></div>
  </form>`;
}

function Filter({ filter, onChange }) {
  const timer = useRef(0);
  useEffect(() => () => clearTimeout(timer.current), []);
  const typed = (event) => {
    const query = event.target.value;
    clearTimeout(timer.current);
    timer.current = setTimeout(() => onChange({ ...filter, query }), TYPING_MS);
  };
  return html`<div class="row filter" role="search">
    <label class="hidden" for="find">Find runs</label>
    <input id="find" type="search" placeholder="Find by prompt, test or URL" defaultValue=${filter.query} onInput=${typed} />
    <label class="hidden" for="status">Status</label>
    <select id="status" value=${filter.status} onChange=${(event) => onChange({ ...filter, status: event.target.value })}>
      <option value="">Any status</option>
      <option value="queued">Queued</option>
      <option value="running">Running</option>
      <option value="completed">Passed</option>
      <option value="failed">Failed</option>
      <option value="cancelled">Stopped</option>
    </select>
    ${filter.test && html`<a href="#/">All runs</a>`}
  </div>`;
}

// The newest are looked at again and again; older ones are asked for once.
function useRuns(filter) {
  const as = addressOf(filter);
  const [state, setState] = useState(left.filter === as && left.state ? left.state : { runs: null, more: false, error: null });
  const shown = useRef(as);
  left = { filter: as, state };
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
    if (shown.current !== as) setState({ runs: null, more: false, error: null });
    shown.current = as;
    document.addEventListener("visibilitychange", back);
    look();
    return () => {
      here = false;
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", back);
    };
  }, [as]);
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
  const rows = useRef(null);
  useEffect(() => {
    // back from a run: to the row it was opened from
    const id = history.state?.opened;
    const row = id && rows.current?.querySelector(`a[href="#/runs/${CSS.escape(id)}"]`);
    if (row) requestAnimationFrame(() => { row.focus({ preventScroll: true }); row.scrollIntoView({ block: "center" }); });
  }, []);
  if (!list.runs.length) return html`<${Nothing} filter=${filter} />`;
  const open = (id) => history.replaceState({ opened: id }, "");
  return html`
    <ul class="rows" ref=${rows}>${list.runs.map((run) => html`<${Row} key=${run.id} run=${run} onOpen=${open} />`)}</ul>
    <div class="row middle">
      <span class="quiet" role="status">${list.runs.length} ${list.runs.length === 1 ? "run" : "runs"} shown</span>
      ${list.more && html`<${Button} off=${list.older.busy} onClick=${() => list.older.act()}>Show older ones</${Button}>`}
      <${Problem} error=${list.older.error} />
    </div>`;
}

function Nothing({ filter }) {
  if (filter.query || filter.status) return html`<${Empty} title="No run is like that"><p>Try another word, or any status.</p></${Empty}>`;
  if (filter.test) return html`<${Empty} title="It has not been run yet" />`;
  return html`<${Empty} title="No runs yet">
    <ol class="how">
      <li>Say above what should be done, and on which page it begins.</li>
      <li>Watch it happen. Where something is missing, you are asked.</li>
      <li>Save the run as a test, and run it whenever you like. Where the page has changed, the test is repaired, and you see how.</li>
    </ol>
    <p>No app at hand? <code>demo-runner demo --app</code> starts the bundled bookshop and says what to try.</p>
  </${Empty}>`;
}

function Row({ run, onOpen }) {
  const kind = run.mode === "record_from_prompt" ? "Recording" : "Replay";
  const end = run.completed_at ? Date.parse(run.completed_at) : null;
  return html`<li>
    <a class="run-row" href="#/runs/${run.id}" onClick=${() => onOpen(run.id)}>
      <${Status} status=${run.status} />
      <span class="what">
        <span class="title" dir="auto">${run.test_name || firstLine(run.prompt) || "Without a prompt"}</span>
        ${run.test_name && run.prompt && run.prompt !== run.test_name && html`<span class="quiet" dir="auto">${firstLine(run.prompt)}</span>`}
        ${run.status === "failed" && run.error_message
          && html`<span class="why">${firstLine(run.error_message, 200)}</span>`}
        <span class="quiet url">${run.start_url}</span>
      </span>
      <span class="facts quiet">
        ${run.repairs > 0 && html`<span class="badge repaired">${run.repairs} repaired</span>`}
        <span>${run.test_name ? "Saved test" : kind}${run.steps ? `, ${run.steps} ${run.steps === 1 ? "step" : "steps"}` : ""}</span>
        ${end !== null && run.started_at && html`<span>${took(end - Date.parse(run.started_at))}</span>`}
        <${When} time=${run.created_at} />
      </span>
    </a>
  </li>`;
}
