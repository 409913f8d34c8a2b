// Keyboard: / search, g t tasks, g r registers, n new, j k move, Enter open, a r s act, ? help.
const GO = { t: '/tasks', r: '/registers', h: '/' };
let waiting = 0;

function typing(target) {
  return target.closest?.('input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]');
}

function press(key) {
  const element = [...document.querySelectorAll(`[data-key="${CSS.escape(key)}"]`)].find((e) => e.offsetParent && !e.disabled);
  if (!element) return false;
  element.focus();
  element.click();
  return true;
}

function move(step) {
  const rows = [...document.querySelectorAll('[data-href]')].filter((row) => row.offsetParent);
  if (!rows.length) return false;
  const here = rows.indexOf(document.activeElement?.closest?.('[data-href]'));
  const next = rows[Math.min(rows.length - 1, Math.max(0, here + step))] ?? rows[0];
  next.setAttribute('tabindex', '-1');
  next.focus();
  next.scrollIntoView({ block: 'nearest' });
  return true;
}

function help() {
  const dialog = document.getElementById('nv-keys');
  if (!dialog?.showModal) return false;
  if (!dialog.open) dialog.showModal();
  return true;
}

function handle(event) {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return false;
  if (typing(event.target)) {
    if (event.key === 'Escape') event.target.blur();
    return false;
  }
  if (document.querySelector('dialog[open]')) return false;
  if (event.timeStamp - waiting < 1500 && GO[event.key]) {
    location.assign(GO[event.key]);
    return true;
  }
  waiting = 0;
  switch (event.key) {
    case '/': {
      const search = document.querySelector('[data-focus-key="/"]');
      if (!search?.offsetParent) return false;
      search.focus();
      search.select();
      return true;
    }
    case 'g':
      waiting = event.timeStamp;
      return true;
    case 'n':
      if (!press('n')) location.assign('/new');
      return true;
    case 'j':
      return move(1);
    case 'k':
      return move(-1);
    case 'a':
    case 'r':
    case 's':
      return press(event.key);
    case '?':
      return help();
    case 'Enter': {
      if (!event.target.matches?.('[data-href]')) return false;
      location.assign(event.target.dataset.href);
      return true;
    }
  }
  return false;
}

// Residents come once a year: single letters would only startle them.
if (document.body.hasAttribute('data-staff')) {
  document.addEventListener('keydown', (event) => {
    if (handle(event)) event.preventDefault();
  });
  document.addEventListener('click', (event) => {
    if (event.target.closest?.('[data-keyboard-help]') && help()) event.preventDefault();
  });
}
