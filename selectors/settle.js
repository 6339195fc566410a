// Notes when the document last changed, so that "has it come to rest?" is one question and not a watch.
// Runs in the page's own world before its scripts. Leaves one non-enumerable symbol on the window and patches nothing.
(() => {
  const key = Symbol.for("demo-runner.motion");
  if (window[key]) return;
  const now = performance.now.bind(performance);
  const watched = new WeakSet();
  const roots = new Set();
  let changedAt = now();

  const shadowRootsBelow = (node) => {
    if (!node.querySelectorAll) return [];
    const found = node.shadowRoot ? [node.shadowRoot] : [];
    for (const element of node.querySelectorAll("*")) if (element.shadowRoot) found.push(element.shadowRoot);
    return found;
  };

  const observer = new MutationObserver((records) => {
    changedAt = now();
    for (const record of records) for (const node of record.addedNodes) watchBelow(node);
  });

  // Returns whether a root came to light that was not watched before.
  const watch = (root) => {
    if (watched.has(root)) return false;
    watched.add(root);
    if (root !== document) roots.add(new WeakRef(root));
    observer.observe(root, { subtree: true, childList: true, attributes: true, characterData: true });
    watchBelow(root);
    return true;
  };
  const watchBelow = (node) => shadowRootsBelow(node).map(watch).some(Boolean);

  // Spinners turn for ever and mean nothing; what ends is a dialog on its way in.
  const finite = (animation) => {
    if (animation.playState !== "running" || animation.timeline !== document.timeline) return false;
    const end = animation.effect && animation.effect.getComputedTiming().endTime;
    return Number.isFinite(end);
  };
  const moving = () => {
    const scopes = [document];
    for (const reference of roots) {
      const root = reference.deref();
      if (root && root.isConnected) scopes.push(root);
      else if (!root) roots.delete(reference);
    }
    return scopes.some((scope) => scope.getAnimations().some(finite));
  };

  const motion = () => {
    // attachShadow on an element that is there already is no mutation: look for such roots when asked.
    if (watchBelow(document)) changedAt = now();
    return { loaded: document.readyState === "complete", still_ms: now() - changedAt, moving: moving() };
  };
  Object.defineProperty(window, key, { value: motion, configurable: false, enumerable: false, writable: false });
  watch(document);
})();
