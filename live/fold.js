// A run as the page shows it: the fold of its events, as the engine told them. Pure but for the object it fills.

export function newRun() {
  return {
    status: "queued", mode: null, prompt: "", startUrl: "", testId: null, startedAt: null, endedAt: null,
    config: null, order: [], progress: new Map(), talk: [], question: null, held: null, pick: null,
    patches: [], reviews: new Map(), summary: null, failure: null, message: null, files: new Map(), events: [],
    current: null, picture: null,
  };
}

export function take(run, event) {
  run.events.push(event);
  const how = KINDS[event.type];
  if (how) how(run, event.details, event);
}

// What the stored run says besides: it is newer than any event that is told again.
export function takeStored(run, stored) {
  run.mode = stored.mode;
  run.prompt = stored.prompt;
  run.startUrl = stored.start_url;
  run.sourceId = stored.source_run_id;
  run.createdAt = stored.created_at;
  run.startedAt = stored.started_at;
  run.config ??= stored.test_config_json;
  if (["completed", "failed", "cancelled"].includes(stored.status)) run.status = stored.status;
  for (const name of Object.keys(stored.artifacts_json)) {
    const plain = name.endsWith("_url") ? `${name.slice(0, -4)}.json` : name;
    run.files.set(plain, plain);
  }
}

const KINDS = {
  created(run, details, event) {
    run.createdAt = event.timestamp;
    run.mode ??= details.mode;
    run.prompt ||= details.prompt ?? "";
    run.startUrl ||= details.start_url ?? "";
    run.testId = details.test_id ?? null;
    run.holdBefore = details.hold_before ?? null;
  },
  running(run, details, event) {
    run.status = "running";
    run.startedAt = event.timestamp;
    run.prompt ||= details.prompt ?? "";
    run.startUrl ||= details.start_url ?? "";
    for (const step of details.steps ?? []) known(run, step);
  },
  step_started(run, details) {
    const step = known(run, details);
    Object.assign(step, { status: "running", fell: [], error: null, remedy: null });
    run.current = details.step_id;
    if (run.held && !details.inserted) run.held = null;
  },
  step_finished(run, details) {
    const step = known(run, details);
    const { status, duration_ms: duration, rank, error, remedy, selector, screenshot } = details;
    Object.assign(step, { status, duration, rank, error, remedy, used: selector ?? null, picture: screenshot ?? null });
    run.picture = screenshot ?? run.picture;
    if (run.current === details.step_id) run.current = null;
  },
  selector_fell_through(run, details) {
    run.progress.get(details.step_id)?.fell.push({ selector: details.selector, reason: details.reason });
  },
  patch_proposed(run, details) {
    run.patches.push(details.patch);
    const step = run.progress.get(details.step_id);
    if (step) step.patch = details.patch;
  },
  distilled(run, details, event) {
    run.config = details.test_config;
    run.talk.push({ who: "runner", kind: "note", text: event.message, time: event.timestamp });
  },
  test_config_updated(run, details) {
    run.config = details.test_config;
  },
  verify_started: note,
  verify_finished: note,
  user_message(run, details, event) {
    run.talk.push({ who: "you", kind: "message", text: event.message, time: event.timestamp });
  },
  question_asked(run, details, event) {
    run.question = {
      text: details.question ?? event.message, parameter: details.parameter, secret: !!details.secret, choices: details.choices ?? [],
    };
    run.talk.push({ who: "runner", kind: "question", text: run.question.text, time: event.timestamp });
  },
  question_answered(run, details, event) {
    run.question = null;
    run.talk.push({ who: "runner", kind: "note", text: event.message, time: event.timestamp });
  },
  held(run, details) {
    run.held = { step: details.step_id, url: details.url };
    run.current = null;
  },
  resumed(run) {
    run.held = null;
  },
  element_picked(run, details, event) {
    run.pick = { ...details, id: event.id, message: event.message };
  },
  patch_reviewed(run, details) {
    run.reviews.set(details.step_id, details);
  },
  dialog_opened: aside,
  page_opened: aside,
  page_closed: aside,
  page_error: aside,
  download_saved(run, details, event) {
    run.files.set(details.name, details.name);
    aside(run, details, event);
  },
  artifact_saved(run, details) {
    run.files.set(details.name, details.name);
  },
  completed: ended,
  failed: ended,
  cancelled: ended,
};

function known(run, details) {
  const id = details.step_id;
  let step = run.progress.get(id);
  if (!step) {
    step = { id, status: "waiting", fell: [], asides: [] };
    run.progress.set(id, step);
    run.order.push(id);
  }
  for (const name of ["ordinal", "action", "description", "inserted", "before", "value"]) {
    if (details[name] !== undefined) step[name] = details[name];
  }
  step.selector ??= details.selector ?? null;
  return step;
}

function note(run, details, event) {
  run.talk.push({ who: "runner", kind: "note", text: event.message, time: event.timestamp });
}

// What the page did of its own accord is told with the step during which it did it.
function aside(run, details, event) {
  const last = run.progress.get(run.current ?? run.order.at(-1));
  last?.asides.push(event.message);
}

function ended(run, details, event) {
  run.status = event.type;
  run.endedAt = event.timestamp;
  run.message = event.message;
  run.summary = details.summary ?? null;
  run.failure = details.failure ?? null;
  run.question = null;
  run.held = null;
  run.current = null;
  if (details.patches) run.patches = details.patches;
  const failing = run.failure?.step_id;
  for (const step of run.progress.values()) {
    if (step.status === "running") step.status = step.id === failing ? "failed" : "stopped";
  }
}

// The steps in the order in which they are (to be) done: those of the file, with those that a repair put
// between them; or, while there is no file, what has been done so far.
export function stepsOf(run, config = run.config) {
  const inFile = config?.steps?.length ? config.steps.map((step) => step.id) : run.order.filter((id) => !run.progress.get(id).inserted);
  const steps = new Map((config?.steps ?? []).map((step) => [step.id, step]));
  const before = new Map();
  for (const id of run.order) {
    const progress = run.progress.get(id);
    if (progress.inserted && !steps.has(id)) before.set(progress.before, [...(before.get(progress.before) ?? []), progress]);
  }
  return inFile.flatMap((id) => [
    ...(before.get(id) ?? []).map((progress) => ({ step: null, progress })),
    { step: steps.get(id) ?? null, progress: run.progress.get(id) ?? null },
  ]);
}
