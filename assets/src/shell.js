// The rail remembers whether it is open; menus close on Escape and on a click beside them.
const rail = document.querySelector('[data-rail]');
const narrow = matchMedia('(max-width: 60em)');

if (rail) {
  const KEY = 'novads-rail';
  let kept = null;
  try {
    kept = localStorage.getItem(KEY);
  } catch {
    // Storage may be forbidden; the rail then opens anew on each page.
  }
  if (kept === 'closed' || (kept === null && narrow.matches)) rail.open = false;
  rail.addEventListener('toggle', () => {
    try {
      localStorage.setItem(KEY, rail.open ? 'open' : 'closed');
    } catch {
      // As above.
    }
  });
}

const menus = () => document.querySelectorAll('details.nv-person[open], details.nv-menu[open]');
document.addEventListener('click', (event) => {
  for (const menu of menus()) if (!menu.contains(event.target)) menu.open = false;
});
document.addEventListener('keydown', (event) => {
  if (event.key !== 'Escape') return;
  for (const menu of menus()) {
    menu.open = false;
    menu.querySelector('summary').focus();
  }
});
