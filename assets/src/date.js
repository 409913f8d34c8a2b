// A calendar button beside each date field; what is typed stays 23.11.2026.
const ICON = '<svg class="nv-icon" width="20" height="20" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" aria-hidden="true" focusable="false"><path d="M8 2v4M16 2v4M3 10h18"/><rect width="18" height="18" x="3" y="4" rx="2"/></svg>';

function toNative(text) {
  const found = text.trim().match(/^(\d{1,2})\.\s*(\d{1,2})\.\s*(\d{4})\.?$/);
  return found ? `${found[3]}-${found[2].padStart(2, '0')}-${found[1].padStart(2, '0')}` : '';
}

function equip(box) {
  const field = box.querySelector('input');
  if (!field || field.disabled || box.dataset.ready || !('showPicker' in HTMLInputElement.prototype)) return;
  box.dataset.ready = '1';
  const native = Object.assign(document.createElement('input'), { type: 'date', tabIndex: -1, className: 'nv-date__native' });
  native.setAttribute('aria-hidden', 'true');
  const button = Object.assign(document.createElement('button'), { type: 'button', className: 'nv-date__button', innerHTML: ICON });
  const label = box.closest('.govuk-form-group')?.querySelector('label')?.textContent?.trim() ?? '';
  button.setAttribute('aria-label', `${box.dataset.date}: ${label}`);
  button.addEventListener('click', () => {
    native.value = toNative(field.value);
    native.showPicker();
  });
  native.addEventListener('change', () => {
    const [year, month, day] = native.value.split('-');
    if (day) field.value = `${day}.${month}.${year}.`;
    field.dispatchEvent(new Event('input', { bubbles: true }));
    field.dispatchEvent(new Event('change', { bubbles: true }));
    field.focus();
  });
  box.append(button, native);
}

const all = (scope) => scope.querySelectorAll('.nv-date').forEach(equip);
all(document);
document.body.addEventListener('htmx:afterSwap', (event) => all(event.detail.elt));
