// Whether a click on the middle of an element would hit it now: it is enabled, in view, and nothing lies over it.
element => {
  if (!element.isConnected || element.matches(':disabled') || element.closest('[aria-disabled="true"]')) return false;
  element.scrollIntoViewIfNeeded?.();
  const box = element.getBoundingClientRect();
  const hit = element.getRootNode().elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  return hit !== null && (hit === element || element.contains(hit));
}
