// What the run's browser shows, and picking an element in it.

import { html, useEffect, useRef, useState } from "/page/htm-preact.js";
import { ENDED, Picture } from "/page/parts.js";

const NEAR = 10;
const FAR = 50;

export function Screen({ live, step, picking, onPick, onStop }) {
  const image = useRef(null);
  const { run, frame } = live;
  useEffect(() => {
    live.onFrame = ({ address }) => {
      if (image.current) image.current.src = address;
    };
    return () => { live.onFrame = () => {}; };
  }, [live]);
  const kept = ENDED.has(run.status) && live.source.file ? pictured(run, step) : null;
  return html`<figure class="screen" aria-label="The browser">
    <div class="glass">
      ${frame && !(kept && step?.picture)
        ? html`<img ref=${image} src=${frame.address} width=${frame.width} height=${frame.height}
            alt="What the run's browser shows" />`
        : kept
          ? html`<${Picture} key=${kept.name} load=${live.source.file} name=${kept.name} alt=${kept.says} />`
          : html`<div class="dark"><p>${blank(run)}</p></div>`}
      ${run.pick?.box && frame && html`<span class="picked" style=${placed(run.pick.box, frame)}></span>`}
      ${picking && frame && html`<${Crosshair} frame=${frame} onPick=${onPick} onStop=${onStop} />`}
    </div>
    <figcaption aria-live="polite">${kept && (step?.picture || !frame) ? kept.says : caption(run, frame)}</figcaption>
  </figure>`;
}

function blank(run) {
  if (run.status === "queued") return "Waiting for a free worker…";
  if (run.status === "running") return "Waiting for the first picture…";
  return "The run is over and its browser is closed.";
}

// The picture of the step that is open, else of how it ended.
function pictured(run, step) {
  if (step?.picture) return { name: step.picture, says: `The page ${step.status === "failed" ? "when" : "after"} step ${step.ordinal ?? ""} ${step.status === "failed" ? "failed" : ""}`.trim() };
  if (run.failure?.screenshot) return { name: run.failure.screenshot, says: "The page when the step failed" };
  return run.picture ? { name: run.picture, says: "The page at the end" } : null;
}

function caption(run, frame) {
  if (run.held) return "Held: the browser waits as it is.";
  if (run.status === "running") return "Live";
  if (frame) return ENDED.has(run.status) ? "The last picture before the browser closed" : "";
  return "";
}

const share = (part, whole) => `${(100 * part) / whole}%`;

function placed([x, y, width, height], frame) {
  return {
    left: share(x, frame.width), top: share(y, frame.height),
    width: share(width, frame.width), height: share(height, frame.height),
  };
}

// By mouse: click. By keyboard: the arrow keys move it (with Shift a little), Enter picks, Escape stops.
function Crosshair({ frame, onPick, onStop }) {
  const [at, setAt] = useState({ x: frame.width / 2, y: frame.height / 2 });
  const [aimed, setAimed] = useState(false);
  const button = useRef(null);
  useEffect(() => {
    button.current.focus({ preventScroll: true });
    button.current.scrollIntoView({ block: "nearest" });
    // back to the step that it was for
    return () => document.querySelector(".step-open:not([hidden]) .pick")?.focus();
  }, []);
  const clamp = (x, y) => ({
    x: Math.max(0, Math.min(frame.width - 1, x)),
    y: Math.max(0, Math.min(frame.height - 1, y)),
  });
  const pointed = (event) => {
    const box = button.current.getBoundingClientRect();
    return clamp(
      ((event.clientX - box.left) / box.width) * frame.width,
      ((event.clientY - box.top) / box.height) * frame.height,
    );
  };
  const click = (event) => {
    const { x, y } = event.detail ? pointed(event) : at;
    onPick(Math.round(x), Math.round(y));
  };
  const moves = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  const keys = (event) => {
    if (event.key === "Escape") return onStop();
    const move = moves[event.key];
    if (!move) return;
    event.preventDefault();
    const by = event.shiftKey ? NEAR / 5 : event.ctrlKey ? FAR : NEAR;
    setAimed(true);
    setAt(({ x, y }) => clamp(x + move[0] * by, y + move[1] * by));
  };
  return html`<button type="button" class="crosshair" ref=${button} onClick=${click} onKeyDown=${keys}
      aria-label="Pick the target: click on the picture, or move with the arrow keys and press Enter">
    ${aimed && html`<span class="aim" style=${{ left: share(at.x, frame.width), top: share(at.y, frame.height) }}></span>`}
  </button>`;
}
