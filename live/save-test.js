// Saving a run's steps as a test, with the secrets that it needs.

import { html, useState } from "/page/htm-preact.js";
import { Button, Dialog, firstLine, Problem, useAction } from "/page/parts.js";
import { service } from "/page/service.js";

export function SaveAsTest({ run, id, config, onClose }) {
  const [name, setName] = useState(firstLine(run.prompt, 80));
  const [description, setDescription] = useState("");
  const [tags, setTags] = useState("");
  const [secrets, setSecrets] = useState({});
  const wanted = (config.parameters ?? []).filter((each) => each.secret).map((each) => each.name);
  const { act, busy, error } = useAction(async () => {
    const given = Object.fromEntries(Object.entries(secrets).filter(([, value]) => value));
    const saved = await service.saveTest({
      name: name.trim(), run_id: id, test_config: config, prompt: run.prompt || name.trim(), start_url: run.startUrl,
      tags: tags.split(",").map((tag) => tag.trim()).filter(Boolean),
      ...(description.trim() ? { description: description.trim() } : {}),
      ...(Object.keys(given).length ? { credentials: given } : {}),
    });
    onClose();
    location.hash = `#/tests/${saved.id}`;
  });
  const submit = (event) => {
    event.preventDefault();
    act();
  };
  return html`<${Dialog} title="Save as a test" onClose=${onClose}>
    <form onSubmit=${submit}>
      <label for="test-name">Name</label>
      <input id="test-name" required maxlength="255" value=${name} onInput=${(event) => setName(event.target.value)} />
      <label for="test-description">Description</label>
      <input id="test-description" value=${description} onInput=${(event) => setDescription(event.target.value)} />
      <label for="test-tags">Tags, with commas between</label>
      <input id="test-tags" value=${tags} onInput=${(event) => setTags(event.target.value)} />
      ${wanted.length > 0 && html`<fieldset><legend>Secrets</legend>
        <p class="hint">Kept encrypted, and never shown again. Where you leave one empty, the test gets the value that this run had.</p>
        ${wanted.map((each) => html`<label for="secret-${each}" class="mono">${each}</label>
          <input id="secret-${each}" type="password" autocomplete="off" value=${secrets[each] ?? ""}
            onInput=${(event) => setSecrets({ ...secrets, [each]: event.target.value })} />`)}
      </fieldset>`}
      <${Problem} error=${error} />
      <div class="row end">
        <button type="button" onClick=${onClose}>Do not save</button>
        <${Button} type="submit" class="primary" off=${busy}>Save</${Button}>
      </div>
    </form>
  </${Dialog}>`;
}
