// The page: who is signed in, which view is shown. Views are named by the fragment, so that the server knows of
// one page only: #/ (runs; #/?query=... those that are looked for), #/runs/ID, #/tests, #/tests/ID; #feed=RUN&token=... is the one run of a feed.

import { html, render, useEffect, useRef, useState } from "/page/htm-preact.js";
import { feedSource } from "/page/feed.js";
import { setLiveRegion } from "/page/parts.js";
import { RunPage } from "/page/run.js";
import { RunsPage } from "/page/runs.js";
import { serviceSource } from "/page/source.js";
import { askOtherTabs, signedIn, signInWithCode, signOut, takeFragment, whenChanged } from "/page/session.js";
import { SignIn } from "/page/sign-in.js";
import { TestPage, TestsPage } from "/page/tests.js";

const routeNow = () => location.hash.replace(/^#\/?/, "").split("?")[0].split("/").filter(Boolean).map(decodeURIComponent);

function App({ feed, refused }) {
  const [route, setRoute] = useState(routeNow());
  const [place, setPlace] = useState(location.hash);
  const [, again] = useState(0);
  useEffect(() => {
    const moved = () => {
      const code = feed ? null : takeFragment("sign-in");
      if (code) signInWithCode(code).catch(() => {});
      setRoute(routeNow());
      setPlace(location.hash);
    };
    addEventListener("hashchange", moved);
    whenChanged(() => again((count) => count + 1));
    return () => removeEventListener("hashchange", moved);
  }, []);
  if (feed) return html`<${Frame}><${RunPage} source=${feed} key="feed" /></${Frame}>`;
  if (!signedIn()) return html`<${Frame}><${SignIn} refused=${refused} /></${Frame}>`;
  return html`<${Frame} at=${route[0] ?? "runs"}>${viewOf(route, place)}</${Frame}>`;
}

function viewOf([first, id], place) {
  if (first === "runs" && id) return html`<${RunPage} key=${id} source=${serviceSource(id)} />`;
  if (first === "tests" && id) return html`<${TestPage} key=${id} id=${id} />`;
  if (first === "tests") return html`<${TestsPage} key="tests" />`;
  return html`<${RunsPage} key=${`runs ${place}`} />`;
}

function Frame({ at, children }) {
  const said = useRef(null);
  useEffect(() => setLiveRegion(said.current), []);
  const link = (name, text) =>
    html`<a href="#/${name === "runs" ? "" : name}" aria-current=${at === name ? "page" : undefined}>${text}</a>`;
  return html`
    <a class="skip" href="#main" onClick=${skip}>Skip to the content</a>
    <header class="top">
      <span class="brand"><img src="/page/icon.svg" alt="demo-runner" width="24" height="24" /><span aria-hidden="true">demo-runner</span></span>
      ${at && html`<nav aria-label="Main">${link("runs", "Runs")}${link("tests", "Saved tests")}</nav>
        <button type="button" class="plain" onClick=${signOut}>Sign out</button>`}
    </header>
    <main id="main" tabindex="-1">${children}</main>
    <div class="hidden" aria-live="polite" role="status" ref=${said}></div>`;
}

function skip(event) {
  event.preventDefault();
  document.getElementById("main").focus();
}

async function start() {
  const feed = feedSource();
  let refused = null;
  const code = feed ? null : takeFragment("sign-in");
  if (code) await signInWithCode(code).catch((error) => { refused = error; });
  if (!feed) await askOtherTabs();
  render(html`<${App} feed=${feed} refused=${refused} />`, document.getElementById("app"));
}

start();
