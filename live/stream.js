// Follows a run over its WebSocket. The connection may break: it is made again, and since the server then tells
// everything from the start, what is known already is passed over.

const PAUSES_MS = [100, 300, 700, 1500, 3000, 5000];
const REFUSED = 1008;
const GONE = 1001;

export class Stream {
  // `told` gets { event }, { frame }, { done } and { state }: "open", "lost", "refused", "gone".
  constructor(url, told) {
    this.url = url;
    this.told = told;
    this.seen = new Set();
    this.failures = 0;
    this.over = false;
    this.unsent = [];
    this.connect();
  }

  connect() {
    const socket = new WebSocket(this.url());
    this.socket = socket;
    socket.onopen = () => {
      this.told({ state: "open" });
      for (const text of this.unsent.splice(0)) socket.send(text);
    };
    socket.onmessage = ({ data }) => {
      this.failures = 0;
      this.take(JSON.parse(data));
    };
    socket.onclose = ({ code, reason }) => {
      if (this.over || socket !== this.socket) return;
      if (code === REFUSED) return this.end({ state: "refused", reason });
      if (code === GONE && reason) return this.end({ state: "gone", reason });
      const pause = PAUSES_MS[Math.min(this.failures, PAUSES_MS.length - 1)];
      this.failures += 1;
      this.told({ state: "lost", failures: this.failures });
      this.timer = setTimeout(() => this.connect(), pause);
    };
  }

  take(message) {
    if (message.type === "event") {
      if (this.seen.has(message.event.id)) return;
      this.seen.add(message.event.id);
      this.told({ event: message.event });
    } else if (message.type === "frame") {
      this.told({ frame: message.frame });
    } else if (message.type === "done") {
      this.end({ done: message });
    }
  }

  // What is said while the connection is down is sent as soon as it is there again.
  say(text) {
    const message = JSON.stringify({ type: "message", message: text });
    if (this.socket.readyState === WebSocket.OPEN) this.socket.send(message);
    else this.unsent.push(message);
  }

  // A tab that slept, or a network that is back, need not wait out the pause.
  hurry() {
    if (this.over || this.socket.readyState <= WebSocket.OPEN) return;
    clearTimeout(this.timer);
    this.connect();
  }

  end(told) {
    this.over = true;
    this.told(told);
  }

  close() {
    this.over = true;
    clearTimeout(this.timer);
    this.socket.close();
  }
}
