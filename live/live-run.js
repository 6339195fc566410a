// One run that is looked at: what is stored of it, what is told as it happens, and the newest picture.

import { useEffect, useRef, useState } from "/page/htm-preact.js";
import { newRun, take, takeStored } from "/page/fold.js";
import { announce, ENDED } from "/page/parts.js";
import { Stream } from "/page/stream.js";

export class LiveRun {
  constructor(source, changed) {
    this.source = source;
    this.changed = changed;
    this.run = newRun();
    this.seen = new Set();
    this.link = "connecting"; // open, lost, refused, gone, done
    this.error = null;
    this.frame = null;
    this.onFrame = () => {};
  }

  async open() {
    if (this.source.stored) {
      try {
        this.absorb(await this.source.stored());
      } catch (error) {
        this.error = error;
        this.changed();
        return;
      }
    }
    this.loaded = true;
    if (this.closed) return;
    this.name();
    if (ENDED.has(this.run.status)) this.link = "done";
    else this.stream = new Stream(this.source.url, (told) => this.told(told));
    this.changed();
  }

  // A run of a saved test is called by it; the test may be gone.
  name() {
    if (!this.source.service || !this.run.testId) return;
    this.source.service.test(this.run.testId).then(({ name }) => {
      this.run.testName = name;
      this.changed();
    }, () => {});
  }

  // The stored run knows best what its file is; the events that are new are taken in order.
  absorb(stored) {
    for (const event of stored.events_json) this.event(event);
    takeStored(this.run, stored);
    this.run.config = stored.test_config_json;
    this.changed();
  }

  event(event) {
    if (this.seen.has(event.id)) return;
    this.seen.add(event.id);
    take(this.run, event);
    if (this.loaded) say(event);
  }

  told({ event, frame, done, state, reason }) {
    if (event) this.event(event);
    if (frame) this.show(frame);
    if (state) this.link = state;
    if (reason) this.error = new Error(reason);
    if (done) this.finish(done);
    this.changed();
  }

  finish(done) {
    this.link = "done";
    this.run.status = done.status;
    this.run.message ??= done.message ?? null;
    this.look().catch(() => {});
  }

  show({ data, width, height }) {
    const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
    const before = this.frame?.address;
    const address = URL.createObjectURL(new Blob([bytes], { type: "image/jpeg" }));
    const first = !this.frame;
    this.frame = { address, width, height };
    this.onFrame(this.frame);
    if (before) URL.revokeObjectURL(before);
    if (first) this.changed();
  }

  // Whoever comes back to this tab sees what others have made of a run that is over.
  hurry() {
    if (this.link === "done") this.look().catch(() => {});
    else this.stream?.hurry();
  }

  async look() {
    if (!this.source.stored) return null;
    const stored = await this.source.stored();
    if (!this.closed) this.absorb(stored);
    return stored.test_config_json;
  }

  async say(text) {
    if (this.source.say) this.absorb(await this.source.say(text));
    else this.stream.say(text);
  }

  close() {
    this.closed = true;
    this.stream?.close();
    if (this.frame) URL.revokeObjectURL(this.frame.address);
  }
}

// What a person who does not see the page needs to hear of it.
function say(event) {
  const { type, message, details } = event;
  if (type === "step_finished") announce(`Step ${details.ordinal ?? ""} ${details.status}: ${details.description ?? ""}`);
  else if (["question_asked", "held", "element_picked", "completed", "failed", "cancelled"].includes(type)) announce(message);
}

// The run, drawn at most once a frame however much happens.
export function useLiveRun(source) {
  const ref = useRef(null);
  const [, draw] = useState(0);
  if (!ref.current) {
    let drawing = 0;
    ref.current = new LiveRun(source, () => {
      drawing ||= requestAnimationFrame(() => {
        drawing = 0;
        draw((count) => count + 1);
      });
    });
  }
  useEffect(() => {
    const live = ref.current;
    const hurry = () => document.hidden || live.hurry();
    live.open();
    addEventListener("online", hurry);
    addEventListener("focus", hurry);
    document.addEventListener("visibilitychange", hurry);
    return () => {
      removeEventListener("online", hurry);
      removeEventListener("focus", hurry);
      document.removeEventListener("visibilitychange", hurry);
      live.close();
    };
  }, []);
  return ref.current;
}
