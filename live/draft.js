// Changes to a TestConfig, each a new one. Pure.

const renumbered = (config, steps) => ({
  ...config,
  steps: steps.map((step, at) => ({ ...step, ordinal: at + 1 })),
});

export const ACTIONS = {
  goto: "Open a page", click: "Click", fill: "Fill in", select: "Choose an option", press: "Press a key",
  hover: "Point at", expect: "Check", wait: "Wait", ask_user_question: "Ask a person",
};
export const EXPECTS = {
  text: "the text is shown", url: "the URL contains", visible: "the element is visible",
};
export const VALUES = {
  goto: "URL", fill: "Value", select: "Option", press: "Key", ask_user_question: "Question",
};

// What an element is needed for.
export const hasSelector = (step) =>
  !["goto", "ask_user_question", "wait"].includes(step.action) && !(step.action === "expect" && step.expect?.type === "url");

export function changed(config, at, values) {
  const steps = config.steps.map((step, index) => (index === at ? without({ ...step, ...values }) : step));
  return renumbered(config, steps);
}

const without = (step) => Object.fromEntries(Object.entries(step).filter(([, value]) => value !== undefined));

export function moved(config, from, to) {
  if (to < 0 || to >= config.steps.length) return config;
  const steps = [...config.steps];
  steps.splice(to, 0, ...steps.splice(from, 1));
  return renumbered(config, steps);
}

export function removed(config, at) {
  return renumbered(config, config.steps.filter((_, index) => index !== at));
}

export function inserted(config, at, step) {
  const steps = [...config.steps];
  steps.splice(at, 0, { id: freeId(config), ...step });
  return renumbered(config, steps);
}

function freeId(config) {
  const taken = new Set(config.steps.map((step) => step.id));
  let number = config.steps.length + 1;
  while (taken.has(`step_${number}`)) number += 1;
  return `step_${number}`;
}

// Another action needs other fields; what it cannot use is left out.
export function withAction(step, action) {
  const { id, ordinal, timeout_ms, optional, selector, candidates, fingerprint, value } = step;
  const next = { id, ordinal, action, timeout_ms, optional };
  if (hasSelector({ action })) Object.assign(next, { selector, candidates, fingerprint });
  if (action in VALUES && (typeof value === "string" || action !== "goto")) next.value = value ?? "";
  if (action === "expect") next.expect = { type: selector ? "visible" : "text", ...(selector ? {} : { contains: "" }) };
  if (action === "wait") next.value = typeof value === "number" ? value : 1000;
  return without(next);
}

// A selector that was written by hand is about another element: what was recorded of the old one would only
// have the runner look for that.
export function withSelector(step, selector, recorded) {
  if (recorded && recorded.id === step.id && recorded.selector === selector) {
    return { selector, candidates: recorded.candidates, fingerprint: recorded.fingerprint, description: recorded.description };
  }
  return { selector, candidates: undefined, fingerprint: undefined, description: undefined };
}

// Another value: the sentence that quotes the old one says the new one.
export function withValue(step, value) {
  const told = (one) => (Array.isArray(one) ? one.join(", ") : String(one ?? ""));
  const { description } = step;
  const before = `"${told(step.value)}"`;
  const at = description?.lastIndexOf(before) ?? -1;
  if (at >= 0) return { value, description: `${description.slice(0, at)}"${told(value)}"${description.slice(at + before.length)}` };
  return { value, description: ["goto", "press"].includes(step.action) ? undefined : description };
}

// What stands near by on the page takes the place of an element that was not found.
export function replaced(step, { selector, role, tag, name, text }) {
  return { selector, candidates: undefined, fingerprint: undefined, description: inWords(step, { role, tag, name, text }) };
}

// What was picked in the live picture takes the place of the old element.
export function retargeted(step, pick) {
  const [selector, ...candidates] = pick.selectors;
  const values = {
    selector, candidates: candidates.length ? candidates : undefined, fingerprint: pick.fingerprint,
    description: inWords(step, pick.fingerprint),
  };
  return step.target === undefined ? values : { ...values, target: undefined };
}

// The step in words, where the element has a name to call it by.
function inWords(step, { role, tag, name, label, text, placeholder }) {
  const called = name || label || text || placeholder;
  if (!called) return undefined;
  const it = `the ${role || tag} "${called}"`;
  switch (step.action) {
    case "click": return `Click ${it}`;
    case "hover": return `Point at ${it}`;
    case "fill": return `Set ${it} to "${step.value ?? ""}"`;
    case "select": return `Choose "${step.value ?? ""}" in ${it}`;
    case "press": return `Press ${step.value ?? ""} on ${it}`;
    default: return undefined;
  }
}

// Whether two configs say the same, in whatever order.
const ordered = (key, value) => (value && typeof value === "object" && !Array.isArray(value)
  ? Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1))) : value);
export const alike = (one, other) => JSON.stringify(one, ordered) === JSON.stringify(other, ordered);

// A refusal in the words of the page: the validation names JSON paths, which count from nought.
export function inPageWords(message) {
  return String(message).replace(/^.*is not a valid TestConfig, \d+ problems?:\n/, "")
    .replace(/^ *\$\.steps\[(\d+)\](?:\.([\w.[\]]+))?: /gm, (_, at, name) => `Step ${Number(at) + 1}${name ? `, ${name.replaceAll("_", " ")}` : ""}: `)
    .replace(/^ *\$\.parameters\[(\d+)\](?:\.(\w+))?: /gm, (_, at, name) => `Value ${Number(at) + 1}${name ? `, ${name}` : ""}: `)
    .trim();
}

// Which step a refusal is about.
export function problemSteps(message) {
  const found = new Set();
  for (const [, number] of String(message ?? "").matchAll(/steps\[(\d+)\]/g)) found.add(Number(number));
  return found;
}

export function sentence(step) {
  if (step.description) return step.description;
  const on = step.selector || (typeof step.target === "string" ? step.target : "") || step.expect?.selector || "…";
  const value = Array.isArray(step.value) ? step.value.join(", ") : String(step.value ?? "");
  switch (step.action) {
    case "goto": return `Open ${value}`;
    case "fill": return `Set ${on} to “${value}”`;
    case "select": return `Choose “${value}” in ${on}`;
    case "press": return `Press ${value}${step.selector ? ` on ${on}` : ""}`;
    case "hover": return `Point at ${on}`;
    case "wait": return `Wait for ${step.wait_for ?? `${value} ms`}`;
    case "ask_user_question": return `Ask: ${value}`;
    case "expect": return expectation(step, on);
    default: return `Click ${on}`;
  }
}

function expectation(step, on) {
  if (step.expect?.type === "url") return `See “${step.expect.contains}” in the URL`;
  if (step.expect?.type === "visible") return `See ${on}`;
  return `See the text “${step.expect?.contains ?? ""}”${step.selector ? ` in ${on}` : ""}`;
}
