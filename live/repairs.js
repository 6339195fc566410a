// The repairs of a run, for a person to judge: what was, what is, how sure, what else it could have been.

import { html, useState } from "/page/htm-preact.js";
import { announce, Button, ENDED, Picture, Problem, repairPlace, useAction } from "/page/parts.js";

const STATES = {
  proven: "Proven: the rest of the flow passed with it",
  made: "Made, but the flow did not pass after it",
  suggested: "Only suggested: nothing was touched",
  accept: "Accepted",
  reject: "Rejected",
};

const PROPERTIES = {
  name: "name", text: "text", label: "label", placeholder: "placeholder", title: "title", alt: "alt text", role: "role",
  tag: "tag", type: "type", test_id: "test id", id: "id", name_attr: "name attribute", href: "leads to", row: "row",
  landmarks: "inside", frame: "frame",
};
const EVIDENCE = {
  wording: "what it says", kind: "its kind", value_kind: "what it takes", href: "where it leads", siblings: "its neighbours",
  slot: "what stands before and after it", landmarks: "the part of the page", place: "its place among its like", box: "its position",
  size: "its size", classes: "its classes", options: "what can be chosen from it", form: "the form it is in",
  sends: "where it sends its form",
};
const LEVELS = {
  synonym: "the same in other words", more: "says more", partly: "partly the same", mute: "says nothing", differ: "another",
  other: "something else", none: "others", some: "some the same", most: "most the same", all: "all the same", same: "the same",
  there: "the same", near: "near by", far: "far away", like: "like it", alike: "alike", roles: "of the same kind", one: "one of both the same",
  innermost: "the innermost is the same", kin: "related", close: "close", ordinal: "the same order",
  both: "both the same", less: "says less", different: "means something else", opposite: "means something else", shared: "the same",
  path: "the same path", plainer: "told less closely", restyled: "the same in another style", moved: "the same under another path",
  query: "another view of it", only: "the same, and nothing else does", bare: "no control",
};
const TELLING = 0.7;
const SHOWN = 5;

export function Repairs({ live, canReview }) {
  const { run } = live;
  if (!run.patches.length) return null;
  return html`<section class="card repairs" aria-labelledby="repairs">
    <h2 id="repairs" tabindex="-1">Repairs</h2>
    <p class="quiet">The page has changed since the test was recorded. Accepting a repair puts it into the test that was
      run; rejecting takes it out again.</p>
    ${canReview && run.patches.length > 1 && html`<${AcceptAll} live=${live} />`}
    ${run.patches.map((patch) => html`<${Repair} key=${patch.step_id} patch=${patch} live=${live} canReview=${canReview} />`)}
  </section>`;
}

function stateOf(patch, review) {
  if (review) return review.decision;
  if (patch.evidence.proven) return "proven";
  return patch.applied ? "made" : "suggested";
}

function Repair({ patch, live, canReview }) {
  const review = live.run.reviews.get(patch.step_id);
  const state = stateOf(patch, review);
  const { evidence } = patch;
  const step = evidence.step ?? {};
  const title = step.description ? `Step ${step.ordinal}: ${step.description}` : patch.step_id;
  return html`<article class="repair ${state}" aria-label=${title}>
    <h3 id=${repairPlace(patch.step_id)} tabindex="-1">${title}</h3>
    <p class="state"><span class="badge ${state}">${STATES[state]}</span>
      ${review?.tests?.length > 0 && html` <span class="quiet">changed in ${review.tests.join(", ")}</span>`}</p>
    <${Crops} patch=${patch} load=${live.source.file} over=${live.run.files.size > 0 && ENDED.has(live.run.status)} />
    <div class="sure">
      <label for="sure-${patch.step_id}">Confidence</label>
      <meter id="sure-${patch.step_id}" min="0" max="1" low="0.6" high="0.9" optimum="1" value=${patch.confidence}></meter>
      <span>${Math.round(patch.confidence * 100)}%</span>
    </div>
    <p>${patch.reason}</p>
    <div class="change">
      ${inserted(patch).map((each) => html`<p class="new"><span class="hidden">new step </span><code>+ ${each.selector ?? each.value}</code>
        <span class="quiet"> a new step: ${each.description ?? each.action}</span></p>`)}
      ${patch.old !== patch.new && html`<p class="old"><span class="hidden">before </span><code>− ${patch.old ?? "the page itself"}</code></p>
        <p class="new"><span class="hidden">after </span><code>+ ${patch.new ?? "the page itself"}</code></p>`}
    </div>
    <${Evidence} evidence=${evidence} />
    ${canReview && html`<${Decide} patch=${patch} live=${live} state=${state} />`}
  </article>`;
}

function AcceptAll({ live }) {
  const open = live.run.patches.filter((patch) => patch.evidence.proven && !live.run.reviews.has(patch.step_id));
  const { act, busy, error } = useAction(async () => {
    for (const patch of open) {
      const asked = { step_id: patch.step_id, decision: "accept", everywhere: false };
      live.absorb((await live.source.service.review(live.source.id, asked)).run);
    }
    announce("All proven repairs are accepted");
  });
  const told = open.length ? `Accept all that are proven (${open.length})` : "All that are proven are judged";
  return html`<div class="row"><${Button} off=${busy || !open.length} onClick=${() => act()}>${told}</${Button}>
    <${Problem} error=${error} /></div>`;
}

function inserted(patch) {
  return patch.ops.filter((op) => op.op === "add" && op.path.split("/").length === 3).map((op) => op.value ?? {});
}

// Files are there when the run is over.
function Crops({ patch, load, over }) {
  const { old, new: fresh } = patch.evidence.pictures ?? {};
  if (!load || !over || (!old && !fresh)) return null;
  const crop = (name, caption) => html`<figure>
    ${name ? html`<${Picture} load=${load} name=${name} alt=${`The element ${caption}`} />` : html`<span class="no-picture">it was not in view</span>`}
    <figcaption>${caption}</figcaption>
  </figure>`;
  return html`<div class="crops">${crop(old, "as it was recorded")}${crop(fresh, "as it is now")}</div>`;
}

function Evidence({ evidence }) {
  const { old = {}, new: fresh = {}, scores = {}, runner_up: rival } = evidence;
  const changes = Object.entries(PROPERTIES).filter(([name]) => old && fresh && shown(old[name]) !== shown(fresh[name]));
  const ranked = Object.entries(scores).sort(([, one], [, other]) => Math.abs(other.worth) - Math.abs(one.worth));
  // "renewed": the whole page has others now, which speaks neither for it nor against it
  const speaks = (each, sign) => each.level !== "renewed" && (each.agrees ?? each.worth > 0) === sign > 0;
  const weighed = (sign) => ranked.filter(([, each]) => speaks(each, sign))
    .filter(([, each]) => sign * each.worth >= TELLING).slice(0, SHOWN)
    .map(([name, each]) => `${EVIDENCE[name] ?? `its ${PROPERTIES[name] ?? name.replaceAll("_", " ")}`} (${LEVELS[each.level] ?? each.level})`).join(", ");
  return html`<details>
    <summary>Evidence${rival ? html` and runner-up` : ""}</summary>
    <dl class="facts-list">
      ${changes.map(([name, label]) => html`<div><dt>${label}</dt><dd>${shown(old[name])} → ${shown(fresh[name])}</dd></div>`)}
      ${weighed(1) && html`<div><dt>speaks for it</dt><dd>${weighed(1)}</dd></div>`}
      ${weighed(-1) && html`<div><dt>against it</dt><dd>${weighed(-1)}</dd></div>`}
      <div><dt>runner-up</dt><dd>${rival ? named(rival) : "none: nothing else was like it"}</dd></div>
    </dl>
  </details>`;
}

const shown = (value) => (value === undefined || value === null ? "nothing" : Array.isArray(value) ? value.join(", ") : String(value));

function named({ fingerprint = {}, confidence = 0 }) {
  const name = ["name", "label", "text", "placeholder", "title", "alt"].map((key) => fingerprint[key]).find(Boolean) ?? "";
  return `${fingerprint.role ?? fingerprint.tag ?? "element"} “${name}”, confidence ${Math.round(confidence * 100)}%`;
}

function Decide({ patch, live, state }) {
  const [told, setTold] = useState("");
  const { act, busy, error } = useAction(async (decision, everywhere) => {
    const { run, tests } = await live.source.service.review(live.source.id, { step_id: patch.step_id, decision, everywhere });
    live.absorb(run);
    const said = tests.length ? `Changed: ${tests.map((each) => each.name).join(", ")}.` : "No saved test needed a change.";
    setTold(said);
    announce(said);
  });
  return html`<div class="decide">
    <div class="row">
      <${Button} class="primary" off=${busy || state === "accept"} onClick=${() => act("accept", false)}>Accept</${Button}>
      <${Button} off=${busy} onClick=${() => act("accept", true)}>Accept everywhere</${Button}>
      <${Button} class="danger" off=${busy || state === "reject"} onClick=${() => act("reject", false)}>Reject</${Button}>
    </div>
    <p class="hint">Everywhere: in all your saved tests that use the same element.</p>
    <${Problem} error=${error} />
    ${told && html`<p class="done">${told}</p>`}
  </div>`;
}
