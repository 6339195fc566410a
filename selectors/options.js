// Which options of a native select do the wanted texts mean? By label (exact, then folded, then case-insensitive),
// then by value. Returns {picks: [index or null, one for each wanted], options: [labels], disabled: [wanted], multiple}.
(select, wanted) => {
  const fold = text => text.replace(/\s+/g, ' ').trim();
  const options = Array.from(select.options);
  const ways = [
    (option, text) => option.label === text || option.text === text,
    (option, text) => fold(option.label) === fold(text) || fold(option.text) === fold(text),
    (option, text) => option.value === text,
    (option, text) => fold(option.label).toLowerCase() === fold(text).toLowerCase(),
  ];
  const usable = option => !option.disabled && !option.parentElement?.disabled;
  const pick = text => {
    for (const way of ways) {
      const meant = options.filter(option => way(option, text));
      if (meant.length) return options.indexOf(meant.find(usable) ?? meant[0]);
    }
    return null;
  };
  const picks = wanted.map(pick);
  return {
    picks,
    options: options.slice(0, 60).map(option => fold(option.label)),
    disabled: wanted.filter((text, at) => picks[at] !== null && !usable(options[picks[at]])),
    multiple: select.multiple,
  };
}
