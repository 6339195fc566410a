// The element that a point of the viewport belongs to, as a person means it: through open shadow roots, and from what
// lies inside a control to the control. For assertions (`reading`) it is what is there, whatever it is.
([x, y, reading]) => {
  const ACTIONABLE = 'a[href], button, input, select, textarea, summary, label, [onclick], [tabindex]:not([tabindex="-1"]), '
    + '[contenteditable=""], [contenteditable=true], [role=button], [role=link], [role=menuitem], [role=menuitemcheckbox], '
    + '[role=menuitemradio], [role=option], [role=tab], [role=checkbox], [role=switch], [role=radio], [role=treeitem], '
    + '[role=combobox], [role=textbox], [role=slider], [role=spinbutton]';
  const parentOf = (node) => node.assignedSlot || node.parentElement
    || (node.getRootNode() instanceof ShadowRoot ? node.getRootNode().host : null);
  let hit = document.elementFromPoint(x, y);
  while (hit && hit.shadowRoot) {
    const inner = hit.shadowRoot.elementFromPoint(x, y);
    if (!inner || inner === hit) break;
    hit = inner;
  }
  if (hit === document.body || hit === document.documentElement) return null;
  if (!hit || reading || hit instanceof HTMLIFrameElement) return hit;
  for (let one = hit; one; one = parentOf(one)) {
    if (one.isContentEditable && parentOf(one)?.isContentEditable) continue;
    if (!one.matches(ACTIONABLE)) continue;
    return one instanceof HTMLLabelElement && one.control ? one.control : one;
  }
  return hit;
}
