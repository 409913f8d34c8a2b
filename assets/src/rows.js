// Rows that open on a click, boxes that select rows, and the bar that says how many are selected.
document.addEventListener('click', (event) => {
  const row = event.target.closest?.('[data-href]');
  if (!row || event.target.closest('a, button, input, label, summary, select') || String(getSelection())) return;
  if (event.ctrlKey || event.metaKey) window.open(row.dataset.href, '_blank', 'noopener');
  else location.assign(row.dataset.href);
});

function count(form) {
  const boxes = [...form.querySelectorAll('input[data-select]')];
  const ticked = boxes.filter((box) => box.checked).length;
  for (const out of form.querySelectorAll('[data-select-count]')) out.textContent = ticked;
  for (const bar of form.querySelectorAll('[data-select-bar]')) bar.hidden = ticked === 0;
  for (const all of form.querySelectorAll('input[data-select-all]')) {
    all.checked = ticked > 0 && ticked === boxes.length;
    all.indeterminate = ticked > 0 && ticked < boxes.length;
  }
  for (const box of boxes) box.closest('tr, li')?.toggleAttribute('data-selected', box.checked);
}

document.addEventListener('change', (event) => {
  const form = event.target.closest?.('form, [data-select-scope]');
  if (!form || !event.target.matches('input[data-select], input[data-select-all]')) return;
  if (event.target.matches('[data-select-all]')) {
    for (const box of form.querySelectorAll('input[data-select]')) box.checked = event.target.checked;
  }
  count(form);
});

for (const bar of document.querySelectorAll('[data-select-bar]')) {
  const form = bar.closest('form, [data-select-scope]');
  if (form) count(form);
}
