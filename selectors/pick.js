// The element that a point of the viewport belongs to, as a person means it: through open shadow roots, and from what
// lies inside a control to the control. For assertions (`reading`) it is what is there, whatever it is.
([x, y, reading]) => {
  const meant = MEANT;
  let hit = document.elementFromPoint(x, y);
  while (hit && hit.shadowRoot) {
    const inner = hit.shadowRoot.elementFromPoint(x, y);
    if (!inner || inner === hit) break;
    hit = inner;
  }
  if (hit === document.body || hit === document.documentElement) return null;
  if (!hit || reading || hit instanceof HTMLIFrameElement) return hit;
  return meant(hit);
}
