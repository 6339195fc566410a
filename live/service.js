// The API as the page uses it. Every refusal is an Error whose message a person can read.

import { currentToken, expire } from "/page/session.js";

export class Refused extends Error {
  constructor(message, status) {
    super(message);
    this.status = status;
  }
}

async function ask(method, path, body) {
  const answer = await answered(method, path, body);
  return answer.json();
}

async function answered(method, path, body) {
  const headers = { Authorization: `Bearer ${currentToken()}` };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  const sent = body === undefined ? undefined : JSON.stringify(body);
  let answer;
  try {
    answer = await fetch(path, { method, headers, body: sent });
  } catch {
    throw new Refused("The service does not answer. Is it still running?", 0);
  }
  if (answer.ok) return answer;
  if (answer.status === 401) expire();
  throw new Refused(await reason(answer), answer.status);
}

async function reason(answer) {
  try {
    const { detail } = await answer.json();
    if (typeof detail === "string") return detail;
    return detail.map((each) => `${called(each.loc ?? [])} ${inWords(each)}`).join("\n");
  } catch {
    return `The service answered with ${answer.status}.`;
  }
}

const called = (place) => {
  const name = place.slice(1).join(" ").replaceAll("_", " ");
  return name ? `${name[0].toUpperCase()}${name.slice(1)}:` : "";
};

function inWords({ type, msg, ctx }) {
  if (type === "string_too_long") return `too long, at most ${ctx.max_length.toLocaleString()} characters.`;
  if (type === "string_too_short" || type === "missing") return "must not be empty.";
  return msg;
}

const query = (values) => {
  const given = Object.entries(values).filter(([, value]) => value !== undefined && value !== "");
  return given.length ? `?${new URLSearchParams(given)}` : "";
};

const run = (id) => `/demo-runner/runs/${encodeURIComponent(id)}`;
const test = (id) => `/demo-runner/tests/${encodeURIComponent(id)}`;

export const service = {
  me: () => ask("GET", "/auth/me"),
  runs: (values) => ask("GET", `/live/runs${query(values)}`),
  run: (id) => ask("GET", run(id)),
  start: (asked) => ask("POST", "/demo-runner/runs", asked),
  rerun: (id, asked = {}) => ask("POST", `${run(id)}/rerun`, asked),
  cancel: (id) => ask("POST", `${run(id)}/cancel`),
  remove: (id) => ask("DELETE", run(id)),
  say: (id, message) => ask("POST", `${run(id)}/messages`, { message }),
  saveConfig: (id, config) => ask("PATCH", `${run(id)}/config`, { test_config: config }),
  order: (id, order) => ask("POST", `/live/runs/${encodeURIComponent(id)}/orders`, order),
  review: (id, review) => ask("POST", `/live/runs/${encodeURIComponent(id)}/patches`, review),
  tests: () => ask("GET", "/demo-runner/tests"),
  test: (id) => ask("GET", test(id)),
  saveTest: (values) => ask("POST", "/demo-runner/tests", values),
  changeTest: (id, values) => ask("PATCH", test(id), values),
  removeTest: (id) => ask("DELETE", test(id)),
  runTest: (id, asked = {}) => ask("POST", `${test(id)}/run`, asked),
  file: async (id, name) => {
    const path = name.split("/").map(encodeURIComponent).join("/");
    return (await answered("GET", `/live/runs/${encodeURIComponent(id)}/files/${path}`)).blob();
  },
};

export function streamUrl(runId, token) {
  const scheme = location.protocol === "https:" ? "wss:" : "ws:";
  return `${scheme}//${location.host}${run(runId)}/stream?token=${encodeURIComponent(token)}`;
}
