// Saved tests: the list, and one of them to be run and changed.

import { html, useEffect, useMemo, useState } from "/page/htm-preact.js";
import { DraftBar, Parameters, useDraft } from "/page/editor.js";
import { newRun } from "/page/fold.js";
import { announce, Button, Empty, firstLine, Heading, Problem, Sure, useAction, useFocusLeftTo, When } from "/page/parts.js";
import { service } from "/page/service.js";
import { Steps } from "/page/steps.js";

export function TestsPage() {
  const [tests, setTests] = useState(null);
  const [query, setQuery] = useState("");
  const load = useAction(async () => setTests((await service.tests()).tests));
  useEffect(() => { load.act(); }, []);
  const wanted = query.trim().toLowerCase();
  const like = (test) => [test.name, test.prompt, test.start_url, ...test.tags].some((text) => text.toLowerCase().includes(wanted));
  const shown = (tests ?? []).filter(like);
  return html`
    <${Heading} title="Saved tests">Saved tests</${Heading}>
    <${Problem} error=${load.error} />
    ${tests?.length === 0 && html`<${Empty} title="No saved tests yet">
      <p>Open a run that passed and choose “Save as a test”.</p></${Empty}>`}
    ${tests?.length > 0 && html`
      <div class="row filter" role="search"><label class="hidden" for="find">Find tests</label>
        <input id="find" type="search" placeholder="Find by name, prompt, URL or tag" onInput=${(event) => setQuery(event.target.value)} /></div>
      <ul class="rows">${shown.map((test) => html`<${TestRow} key=${test.id} test=${test} />`)}</ul>
      ${shown.length === 0 && html`<${Empty} title="No test is like that" />`}`}`;
}

function TestRow({ test }) {
  const run = useAction(async () => {
    location.hash = `#/runs/${(await service.runTest(test.id)).id}`;
  });
  return html`<li class="test-row">
    <a class="run-row" href="#/tests/${test.id}">
      <span class="what"><span class="title" dir="auto">${test.name}</span>
        <span class="quiet">${firstLine(test.description || test.prompt)}</span>
        <span class="quiet url">${test.start_url}</span></span>
      <span class="facts quiet">${test.tags.map((tag) => html`<span class="badge">${tag}</span>`)}
        <span>${test.test_config_json.steps.length} steps</span><span>changed <${When} time=${test.updated_at} /></span></span>
    </a>
    <${Button} off=${run.busy} onClick=${() => run.act()}>Run<span class="hidden"> ${test.name}</span></${Button}>
    <${Problem} error=${run.error} />
  </li>`;
}

export function TestPage({ id }) {
  const [test, setTest] = useState(null);
  const load = useAction(async () => setTest(await service.test(id)));
  useEffect(() => { load.act(); }, [id]);
  if (load.error) return html`<${Heading} title="Saved test">Saved test</${Heading}><${Problem} error=${load.error} />`;
  if (!test) return html`<p class="quiet" aria-busy="true">Loading…</p>`;
  return html`<${TestView} test=${test} onChanged=${setTest} />`;
}

function TestView({ test, onChanged }) {
  const [asking, setAsking] = useState(false);
  const run = useMemo(() => ({ ...newRun(), config: test.test_config_json }), [test]);
  const draft = useDraft(test.test_config_json, {
    save: async (config) => onChanged(await service.changeTest(test.id, { test_config: config })),
    look: async () => {
      const there = await service.test(test.id);
      onChanged(there);
      return there.test_config_json;
    },
    pick: null,
  });
  const go = useAction(async (asked) => {
    location.hash = `#/runs/${(await service.runTest(test.id, asked)).id}`;
  });
  const actions = {
    of: (step, at) => html`<${Button} off=${go.busy || draft.dirty} onClick=${() => go.act({ hold_before: step.id })}>Run from here</${Button}>
      <span class="hint">${draft.dirty ? "Save the changes first." : `Starts a fresh browser, does what comes before, and holds before step ${at + 1}.`}</span>`,
  };
  return html`
    <header class="run-head">
      <p class="crumbs"><a href="#/tests">Saved tests</a> ›</p>
      <${Heading} title=${test.name}>${test.name}</${Heading}>
      <p class="facts quiet"><span class="url">${test.start_url}</span><span>changed <${When} time=${test.updated_at} /></span>
        <a href="#/?test=${test.id}">its runs</a>
        ${test.source_run_id && html`<a href="#/runs/${test.source_run_id}">the run it comes from</a>`}</p>
      <div class="row actions">
        <${Button} class="primary" off=${go.busy || draft.dirty} onClick=${() => go.act({})}>Run</${Button}>
        <button type="button" class="danger" onClick=${() => setAsking(true)}>Delete</button>
      </div>
      <${Problem} error=${go.error} />
    </header>
    <div class="run one">
      <section class="card steps-card" aria-labelledby="steps">
        <h2 id="steps" tabindex="-1">Steps</h2>
        <${Steps} run=${run} config=${draft.config} edit=${draft.edit} problems=${draft.problems} actions=${actions} />
        <div class="row adding"><button type="button" onClick=${() => draft.edit.insert(draft.edit.last)}>Add a step</button>
          <span class="hint">Alt+↑ and Alt+↓ move a step.</span></div>
        <${DraftBar} draft=${draft} />
      </section>
      <div>
        <${About} test=${test} onChanged=${onChanged} />
        <${Secrets} test=${test} onChanged=${onChanged} />
        <${Parameters} config=${draft.config} edit=${draft.edit} />
      </div>
    </div>
    ${asking && html`<${Sure} title="Delete this test?" verb="Delete" text="Its runs stay." onNo=${() => setAsking(false)}
      onYes=${async () => {
        await service.removeTest(test.id);
        location.hash = "#/tests";
      }} />`}`;
}

function About({ test, onChanged }) {
  const [values, setValues] = useState(null);
  const now = values ?? { name: test.name, description: test.description ?? "", start_url: test.start_url, tags: test.tags.join(", ") };
  const save = useAction(async () => {
    const tags = now.tags.split(",").map((tag) => tag.trim()).filter(Boolean);
    onChanged(await service.changeTest(test.id, { ...now, description: now.description || null, tags }));
    setValues(null);
    announce("Saved");
  });
  const field = (name, label, type = "text") => html`<label for="about-${name}">${label}</label>
    <input id="about-${name}" type=${type} required=${name === "name" || name === "start_url"} value=${now[name]}
      onInput=${(event) => setValues({ ...now, [name]: event.target.value })} />`;
  const submit = (event) => {
    event.preventDefault();
    save.act();
  };
  return html`<form class="card" aria-labelledby="about" onSubmit=${submit}>
    <h2 id="about" tabindex="-1">About</h2>
    ${field("name", "Name")}${field("description", "Description")}${field("start_url", "Start URL", "url")}${field("tags", "Tags, with commas between")}
    <${Problem} error=${save.error} />
    ${values && html`<${Leaving} to="about"><button type="button" onClick=${() => setValues(null)}>Discard</button>
      <${Button} type="submit" class="primary" off=${save.busy}>Save</${Button}></${Leaving}>`}
  </form>`;
}

// Buttons that go when they have done their work.
function Leaving({ to, children }) {
  return html`<div class="row end" ref=${useFocusLeftTo(to)}>${children}</div>`;
}

// Secrets are written, never read.
function Secrets({ test, onChanged }) {
  const known = test.credential_keys;
  const wanted = (test.test_config_json.parameters ?? []).filter((each) => each.secret).map((each) => each.name);
  const names = [...new Set([...wanted, ...known])];
  const [values, setValues] = useState({});
  const save = useAction(async () => {
    onChanged(await service.changeTest(test.id, { credentials: values }));
    setValues({});
    announce("Saved");
  });
  if (!names.length) return null;
  const submit = (event) => {
    event.preventDefault();
    save.act();
  };
  return html`<form class="card" aria-labelledby="secrets" onSubmit=${submit}>
    <h2 id="secrets" tabindex="-1">Secrets</h2>
    <p class="hint">Kept encrypted, and never shown again. Saving replaces all of them.</p>
    ${names.map((name) => html`<label for="credential-${name}"><span class="mono">${name}</span> ${known.includes(name) ? "(there is one)" : "(missing)"}</label>
      <input id="credential-${name}" type="password" autocomplete="off" required value=${values[name] ?? ""}
        onInput=${(event) => setValues({ ...values, [name]: event.target.value })} />`)}
    <${Problem} error=${save.error} />
    ${Object.keys(values).length > 0 && html`<${Leaving} to="secrets">
      <${Button} type="submit" class="primary" off=${save.busy}>Save</${Button}></${Leaving}>`}
  </form>`;
}
