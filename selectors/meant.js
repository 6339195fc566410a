// What a person means by pointing at an element: the control that it belongs to (a label's own, if it has one), an
// editor as a whole, else the element itself. Part of other scripts, which have it as `meant`.
(node) => {
  const ACTIONABLE = 'a[href], button, input, select, textarea, summary, label, [onclick], [tabindex]:not([tabindex="-1"]), '
    + '[contenteditable=""], [contenteditable=true], [role=button], [role=link], [role=menuitem], [role=menuitemcheckbox], '
    + '[role=menuitemradio], [role=option], [role=tab], [role=checkbox], [role=switch], [role=radio], [role=treeitem], '
    + '[role=combobox], [role=textbox], [role=slider], [role=spinbutton]';
  const parentOf = (one) => one.assignedSlot || one.parentElement
    || (one.getRootNode() instanceof ShadowRoot ? one.getRootNode().host : null);
  for (let one = node; one; one = parentOf(one)) {
    if (one.isContentEditable && parentOf(one)?.isContentEditable) continue;
    if (!one.matches(ACTIONABLE)) continue;
    return one instanceof HTMLLabelElement && one.control ? one.control : one;
  }
  return node;
}
