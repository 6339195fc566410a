// Who is signed in, in this tab. The token is kept in sessionStorage, which belongs to this origin alone, port
// included; a cookie would be sent to every other server of this machine, recorded pages among them. Tabs of
// this page hand it to each other, so that a link can be opened in a new one.

const PLACE = "demo-runner token";
const CHANNEL = "demo-runner session";
const ASK_MS = 150;

let token = read();
let onChange = () => {};
const channel = "BroadcastChannel" in window ? new BroadcastChannel(CHANNEL) : null;

function read() {
  try {
    return sessionStorage.getItem(PLACE);
  } catch {
    return null; // storage is switched off: the token lives as long as the page
  }
}

function keep(value) {
  token = value;
  try {
    if (value) sessionStorage.setItem(PLACE, value);
    else sessionStorage.removeItem(PLACE);
  } catch {
    // see read()
  }
}

channel?.addEventListener("message", ({ data }) => {
  if (data.ask && token) channel.postMessage({ token });
  if (data.token && !token) setToken(data.token);
  if (data.left && token) {
    keep(null);
    onChange();
  }
});

export const signedIn = () => token !== null;
export const currentToken = () => token;
export const whenChanged = (listener) => { onChange = listener; };

function setToken(value) {
  keep(value);
  onChange();
}

// The code is in the fragment of the URL that `serve` printed, and must not stay in the address bar.
export function takeFragment(name) {
  const found = new URLSearchParams(location.hash.slice(1)).get(name);
  if (found !== null) history.replaceState(null, "", location.pathname);
  return found;
}

export async function signInWithCode(code) {
  setToken(await exchanged("/live/sign-in", { body: JSON.stringify({ code }), headers: { "Content-Type": "application/json" } },
    "This link is not valid any more: it is good for as long as its demo-runner serves."));
}

export async function signInWithKey(key) {
  setToken(await exchanged("/auth/token", { headers: { Authorization: `Bearer ${key}` } },
    "That is not a valid API key."));
}

async function exchanged(path, options, refused) {
  const answer = await fetch(path, { method: "POST", ...options });
  if (answer.status === 401) throw new Error(refused);
  if (!answer.ok) throw new Error((await answer.json().catch(() => ({}))).detail ?? `HTTP ${answer.status}`);
  return (await answer.json()).token;
}

// Another tab may be signed in. It answers at once, or there is none.
export async function askOtherTabs() {
  if (token || !channel) return;
  channel.postMessage({ ask: true });
  await new Promise((done) => setTimeout(done, ASK_MS));
}

export function signOut() {
  channel?.postMessage({ left: true });
  expire();
}

export function expire() {
  keep(null);
  onChange();
}
