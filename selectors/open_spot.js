// Where an element that something lies over can still be clicked: a point of it that a pointer would hit.
element => {
  if (!element.isConnected) return null;
  const box = element.getBoundingClientRect();
  const style = getComputedStyle(element);
  const left = parseFloat(style.borderLeftWidth) || 0, top = parseFloat(style.borderTopWidth) || 0;
  for (const down of [0.5, 0.9, 0.1, 0.75, 0.25]) {
    for (const along of [0.5, 0.9, 0.1, 0.75, 0.25]) {
      const x = box.x + box.width * along, y = box.y + box.height * down;
      const hit = element.getRootNode().elementFromPoint(x, y);
      if (hit && (hit === element || element.contains(hit))) return { x: x - box.x - left, y: y - box.y - top };
    }
  }
  return null;
}
