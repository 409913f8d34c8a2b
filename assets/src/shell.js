// The rail folds to its icons, and the cookie lets the server draw it so; menus close on Escape and on a click beside.
const rail = document.querySelector('[data-rail]');
const toggle = rail?.querySelector('[data-rail-toggle]');

if (toggle) {
  toggle.hidden = false;
  toggle.addEventListener('click', () => {
    const folded = rail.toggleAttribute('data-folded');
    toggle.setAttribute('aria-expanded', String(!folded));
    document.cookie = `rail=${folded ? 'folded' : 'open'}; path=/; max-age=31536000; SameSite=Lax`;
  });
  // On a phone the rail is a page of its own, opened by its address: Escape leads back.
  rail.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && location.hash === '#nv-rail') location.hash = '#main';
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
