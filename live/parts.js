// What several views have in common: status marks, times, problems, dialogs, pictures.

import { html, useEffect, useRef, useState } from "/page/htm-preact.js";

const STATUS = {
  queued: ["○", "queued"], running: ["●", "running"], completed: ["✓", "passed"], failed: ["✕", "failed"],
  cancelled: ["■", "stopped"], asking: ["?", "asks you"], passed: ["✓", "passed"], skipped: ["↷", "skipped"], waiting: ["○", "waiting"],
  stopped: ["■", "stopped"], held: ["❚❚", "held"],
};

export const ENDED = new Set(["completed", "failed", "cancelled"]);

export function Status({ status, quiet, word }) {
  const [mark, said] = STATUS[status] ?? ["?", status];
  return html`<span class="status ${status}">
    <span class="mark" aria-hidden="true">${mark}</span>
    <span class=${quiet ? "hidden" : ""}>${word ?? said}</span>
  </span>`;
}

export function took(milliseconds) {
  if (milliseconds === null || milliseconds === undefined || Number.isNaN(milliseconds)) return "";
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 60_000) return `${(milliseconds / 1000).toFixed(1)} s`;
  return `${Math.floor(milliseconds / 60_000)} min ${Math.round((milliseconds % 60_000) / 1000)} s`;
}

const RELATIVE = new Intl.RelativeTimeFormat(document.documentElement.lang || "en", { numeric: "auto", style: "short" });
const UNITS = [["second", 60], ["minute", 60], ["hour", 24], ["day", 30], ["month", 12], ["year", Infinity]];

// The time of day, where the reader is, to the millisecond.
const CLOCK = new Intl.DateTimeFormat(undefined, {
  hour: "2-digit", minute: "2-digit", second: "2-digit", fractionalSecondDigits: 3, hourCycle: "h23",
});
export const timeOfDay = (time) => CLOCK.format(new Date(time));

export function ago(time, now = Date.now()) {
  let count = (Date.parse(time) - now) / 1000;
  if (Math.abs(count) < 5) return "now";
  for (const [unit, size] of UNITS) {
    if (Math.abs(count) < size) return RELATIVE.format(Math.round(count), unit);
    count /= size;
  }
  return time;
}

// One clock for all times of the page: left open, it must not go on saying "now".
const clock = { tell: new Set(), timer: 0 };

function useClock() {
  const [, redraw] = useState(0);
  useEffect(() => {
    clock.tell.add(redraw);
    clock.timer ||= setInterval(() => clock.tell.forEach((tell) => tell((count) => count + 1)), 10_000);
    return () => {
      clock.tell.delete(redraw);
      if (clock.tell.size) return;
      clearInterval(clock.timer);
      clock.timer = 0;
    };
  }, []);
}

export function When({ time }) {
  useClock();
  if (!time) return null;
  return html`<time datetime=${time} title=${new Date(time).toLocaleString()}>${ago(time)}</time>`;
}

export function Problem({ error, title }) {
  if (!error) return null;
  return html`<div class="problem" role="alert">
    ${title && html`<strong>${title}</strong>`}
    <p>${String(error.message ?? error)}</p>
  </div>`;
}

export function Empty({ title, children }) {
  return html`<div class="empty"><h3>${title}</h3>${children}</div>`;
}

// A button that is off keeps the focus and says so; one that is `disabled` would lose it, and whoever uses the
// keyboard would have to begin at the top of the page.
export function Button({ off, onClick, children, type = "button", ...rest }) {
  const click = (event) => {
    if (off) event.preventDefault();
    else onClick?.(event);
  };
  return html`<button type=${type} ...${rest} aria-disabled=${off ? "true" : undefined} onClick=${click}>${children}</button>`;
}

// Something that takes a while and may be refused: one at a time, and the refusal is kept to be shown.
export function useAction(work) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState(null);
  const here = useRef(true);
  useEffect(() => () => { here.current = false; }, []);
  const act = async (...given) => {
    if (busy) return undefined;
    setBusy(true);
    setError(null);
    try {
      return await work(...given);
    } catch (refusal) {
      if (here.current) setError(refusal);
      return undefined;
    } finally {
      if (here.current) setBusy(false);
    }
  };
  return { act, busy, error, forget: () => setError(null) };
}

// What holds the focus and goes away hands it on to the place of that id; returns the ref for its element.
export function useFocusLeftTo(id) {
  const ref = useRef(null);
  useEffect(() => () => {
    if (ref.current?.contains(document.activeElement)) document.getElementById(id)?.focus({ preventScroll: true });
  }, []);
  return ref;
}

// A native modal dialog: focus goes in and comes back, Escape closes it.
export function Dialog({ title, onClose, children }) {
  const ref = useRef(null);
  useEffect(() => {
    ref.current.showModal();
    return () => ref.current?.close();
  }, []);
  return html`<dialog ref=${ref} aria-labelledby="dialog-title" onClose=${onClose}
      onClick=${(event) => event.target === ref.current && onClose()}>
    <div class="dialog-body">
      <h2 id="dialog-title">${title}</h2>
      ${children}
    </div>
  </dialog>`;
}

export function Sure({ title, text, verb, onYes, onNo }) {
  const { act, busy, error } = useAction(onYes);
  return html`<${Dialog} title=${title} onClose=${onNo}>
    <p>${text}</p>
    <${Problem} error=${error} />
    <div class="row end">
      <${Button} onClick=${onNo}>Keep it</${Button}>
      <${Button} class="danger" off=${busy} onClick=${() => act()}>${verb}</${Button}>
    </div>
  </${Dialog}>`;
}

// A picture among a run's files. It is fetched with the token, so its address is of no use to anybody else.
export function Picture({ load, name, alt }) {
  const [address, setAddress] = useState(null);
  const [missing, setMissing] = useState(false);
  useEffect(() => {
    let made = null;
    let here = true;
    load(name).then((blob) => {
      if (!here) return;
      made = URL.createObjectURL(blob);
      setAddress(made);
    }, () => here && setMissing(true));
    return () => {
      here = false;
      if (made) URL.revokeObjectURL(made);
    };
  }, [name]);
  if (missing) return html`<span class="no-picture">no picture</span>`;
  return address ? html`<img src=${address} alt=${alt} />` : html`<span class="no-picture">…</span>`;
}

export async function download(load, name) {
  const address = URL.createObjectURL(await load(name));
  const link = Object.assign(document.createElement("a"), { href: address, download: name.split("/").at(-1) });
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

// What changes without being asked for is said to those who cannot see it; the newest wins.
let liveRegion = null;
export const setLiveRegion = (element) => { liveRegion = element; };
export function announce(text) {
  if (liveRegion && liveRegion.textContent !== text) liveRegion.textContent = text;
}

// A view's heading gets the focus when one comes to it, as if a page had been loaded.
export function Heading({ children, title }) {
  const ref = useRef(null);
  useEffect(() => {
    document.title = `${title} · demo-runner`;
  }, [title]);
  useEffect(() => ref.current?.focus({ preventScroll: true }), []);
  return html`<h1 ref=${ref} tabindex="-1" dir="auto">${children}</h1>`;
}

export function firstLine(text, limit = 140) {
  const line = String(text ?? "").trim().split("\n")[0];
  return line.length > limit ? `${line.slice(0, limit - 1)}…` : line;
}

// To a place on this page: the fragment of the address names the view.
export const toPlace = (id) => (event) => {
  event.preventDefault();
  const place = document.getElementById(id);
  place?.focus();
  place?.scrollIntoView({ block: "start" });
};

export const repairPlace = (stepId) => `repair-${stepId}`;
