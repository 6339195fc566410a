// What the page can do with a script; it says everything without one.
(() => {
  'use strict';
  const open = () => {
    const step = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const details = step && step.querySelector('details');
    if (details) { details.open = true; step.scrollIntoView(); }
  };
  addEventListener('hashchange', open);
  open();
  // a film's thumbnail leads to its step also when that was the last one asked for
  for (const link of document.querySelectorAll('.film a')) link.addEventListener('click', () => setTimeout(open));

  let opened = [];
  addEventListener('beforeprint', () => {
    opened = [...document.querySelectorAll('details:not([open])')];
    for (const each of opened) each.open = true;
  });
  addEventListener('afterprint', () => { for (const each of opened) each.open = false; });

  const dialog = document.querySelector('dialog');
  if (!dialog) return;
  const shots = [...document.querySelectorAll('button.shot')];
  let at = 0;
  const show = (index) => {
    at = (index + shots.length) % shots.length;
    const frame = dialog.querySelector('[data-frame]');
    frame.replaceChildren(shots[at].querySelector('svg').cloneNode(true));
    dialog.querySelector('[data-caption]').textContent = shots[at].dataset.caption;
  };
  shots.forEach((shot, index) => shot.addEventListener('click', () => { show(index); dialog.showModal(); }));
  dialog.addEventListener('click', (event) => {
    const to = event.target.closest('[data-to]');
    if (to) show(at + Number(to.dataset.to)); else if (!event.target.closest('[data-frame]')) dialog.close();
  });
  dialog.addEventListener('keydown', (event) => {
    if (event.key === 'ArrowRight') show(at + 1);
    if (event.key === 'ArrowLeft') show(at - 1);
  });
})();
