// The conversation with a run: what was said, what it asks, and what one has to say to it.

import { html, useEffect, useRef, useState } from "/page/htm-preact.js";
import { Button, ENDED, Problem, useAction, useFocusLeftTo, When } from "/page/parts.js";

export function Talk({ live }) {
  const { run } = live;
  const said = useRef(null);
  // what is asked now stands in the form below
  const talk = run.question ? run.talk.slice(0, run.talk.findLastIndex((each) => each.kind === "question")) : run.talk;
  useEffect(() => {
    if (talk.length) said.current.scrollTop = said.current.scrollHeight;
  }, [talk.length]);
  return html`<section class="card talk ${run.question ? "asking" : ""}" aria-labelledby="talk">
    <h2 id="talk" tabindex="-1">Conversation</h2>
    <ol class="said" ref=${said} tabindex=${talk.length ? 0 : undefined} aria-label="What was said">
      ${run.prompt && html`<li class="you"><span class="who">You</span><p dir="auto">${run.prompt}</p></li>`}
      ${talk.map((each, at) => html`<li key=${at} class="${each.who} ${each.kind}">
        <span class="who">${each.who === "you" ? "You" : each.kind === "question" ? "The run asks" : "The run"}
          ${" "}<${When} time=${each.time} /></span>
        <p dir="auto">${each.text}</p>
      </li>`)}
    </ol>
    ${ENDED.has(run.status)
      ? html`<p class="quiet">The run is over; nobody listens any more.</p>`
      : run.question || run.mode !== "rerun_from_config"
        ? html`<${Say} live=${live} question=${run.question} key=${run.question ? "asked" : "free"} />`
        : html`<p class="quiet">A replay does what its steps say. It listens where one of them asks.</p>`}
  </section>`;
}

function Say({ live, question }) {
  const [text, setText] = useState("");
  const field = useRef(null);
  const form = useFocusLeftTo("talk");
  const { act, busy, error } = useAction(async (answer) => {
    await live.say(answer);
    setText("");
  });
  useEffect(() => {
    // a question is what everybody waits for: whoever is not just typing elsewhere gets to answer it
    const typing = document.activeElement?.matches("input, textarea, select, dialog *");
    if (question && !typing) field.current?.focus();
  }, [question?.text]);
  const submit = (event) => {
    event.preventDefault();
    if (text.trim()) act(text.trim());
  };
  const choices = question?.choices ?? [];
  return html`<form class=${question ? "asked" : ""} ref=${form} onSubmit=${submit}>
    <label for="say" dir="auto">${question ? asked(question) : "Say something to the run"}</label>
    ${choices.length > 0 && html`<ol class="choices">${choices.map((choice, at) => html`<li key=${at}>
      <${Button} off=${busy} onClick=${() => act(String(at + 1))}>${at + 1}. ${choice}</${Button}></li>`)}</ol>`}
    <div class="row">
      <input id="say" ref=${field} type=${question?.secret ? "password" : "text"} autocomplete="off" value=${text} dir="auto"
        placeholder=${choices.length ? "Choose above, or say which one" : question ? "Your answer" : "Use the discount code WELCOME10"}
        onInput=${(event) => setText(event.target.value)} />
      <${Button} type="submit" class=${question ? "primary" : ""} off=${busy}>${question ? "Answer" : "Send"}</${Button}>
    </div>
    <${Problem} error=${error} />
  </form>`;
}

// The choices are listed by themselves.
const asked = ({ text, choices }) => (choices.length ? text.split("\n")[0] : text);
