// What kind of field is this element, for one that was found by other means than the resolver's probe?
element => {
  const root = element.getRootNode();
  const label = element.closest('label');
  const box = element.getBoundingClientRect();
  return {
    tag: element.localName,
    type: element.type ?? null,
    role: element.getAttribute('role'),
    contenteditable: element.isContentEditable,
    multiple: Boolean(element.multiple) || element.getAttribute('aria-multiselectable') === 'true',
    checked: element.checked ?? null,
    pressed: element.getAttribute('aria-pressed'),
    expanded: element.getAttribute('aria-expanded'),
    visible: element.checkVisibility({ visibilityProperty: true }) && box.width > 0 && box.height > 0,
    labelled: Boolean(label || (element.labels && element.labels.length)),
    focused: root.activeElement === element,
  };
}
