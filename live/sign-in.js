// Signing in with an API key. The key is exchanged for a token and kept nowhere.

import { html, useState } from "/page/htm-preact.js";
import { Button, Heading, Problem, useAction } from "/page/parts.js";
import { signInWithKey } from "/page/session.js";

export function SignIn({ refused }) {
  const [key, setKey] = useState("");
  const { act, busy, error } = useAction(signInWithKey);
  const submit = (event) => {
    event.preventDefault();
    act(key.trim());
  };
  return html`<section class="narrow">
    <${Heading} title="Sign in">Sign in</${Heading}>
    <p>On this machine, open the URL that <code>demo-runner serve</code> printed: it signs you in.
      Everywhere else, use an API key.</p>
    <form onSubmit=${submit}>
      <label for="key">API key</label>
      <input id="key" type="password" autocomplete="off" spellcheck=${false} required value=${key}
        placeholder="dr_sk_…" onInput=${(event) => setKey(event.target.value)} />
      <${Problem} error=${error ?? refused} />
      <${Button} type="submit" class="primary" off=${busy}>Sign in</${Button}>
    </form>
    <p class="quiet">The key is exchanged for a token that is good for twelve hours, in this tab.
      Make a key with <code>demo-runner keys create</code>.</p>
  </section>`;
}
