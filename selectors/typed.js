// Did a text field take what was filled in? Masks may add to it ("4242 4242") and change its case, so only letters
// and digits are compared. The value itself stays on the page.
(field, wanted) => {
  const core = text => text.normalize('NFKC').toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
  const value = 'value' in field ? String(field.value) : field.textContent ?? '';
  const length = field.maxLength > 0 ? field.maxLength : Infinity;
  return { taken: core(value).includes(core(wanted)), empty: value === '', length: length === Infinity ? null : length };
}
