// The conversation with a run: what was said, what it asks, and what one has to say to it.

import { html, useEffect, useRef, useState } from "/page/htm-preact.js";
import { ENDED, Problem, useAction, When } from "/page/parts.js";

export function Talk({ live }) {
  const { run } = live;
  const over = ENDED.has(run.status);
  return html`<section class="card talk ${run.question ? "asking" : ""}" aria-labelledby="talk">
    <h2 id="talk">Conversation</h2>
    <ol class="said" tabindex=${run.talk.length > 4 ? 0 : undefined} aria-label="What was said">
      ${run.prompt && html`<li class="you"><span class="who">You</span><p>${run.prompt}</p></li>`}
      ${run.talk.map((each, at) => html`<li key=${at} class="${each.who} ${each.kind}">
        <span class="who">${each.who === "you" ? "You" : each.kind === "question" ? "The run asks" : "The run"}
          ${" "}<${When} time=${each.time} /></span>
        <p>${each.text}</p>
      </li>`)}
    </ol>
    ${over
      ? html`<p class="quiet">The run is over; nobody listens any more.</p>`
      : html`<${Say} live=${live} question=${run.question} />`}
  </section>`;
}

function Say({ live, question }) {
  const [text, setText] = useState("");
  const field = useRef(null);
  const { act, busy, error } = useAction(async () => {
    await live.say(text.trim());
    setText("");
  });
  useEffect(() => {
    // a question is what everybody waits for: whoever is not just typing elsewhere gets to answer it
    const typing = document.activeElement?.matches("input, textarea, select, dialog *");
    if (question && !typing) field.current?.focus();
  }, [question?.text]);
  const submit = (event) => {
    event.preventDefault();
    if (text.trim()) act();
  };
  return html`<form class=${question ? "asked" : ""} onSubmit=${submit}>
    <label for="say">${question ? question.text : "Say something to the run"}</label>
    <div class="row">
      <input id="say" ref=${field} type=${question?.secret ? "password" : "text"} autocomplete="off" value=${text}
        placeholder=${question ? "Your answer" : "Use the discount code WELCOME10"}
        onInput=${(event) => setText(event.target.value)} />
      <button class=${question ? "primary" : ""} disabled=${busy}>${question ? "Answer" : "Send"}</button>
    </div>
    <${Problem} error=${error} />
  </form>`;
}
