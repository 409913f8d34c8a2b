// Everything here makes better what works without it.
import 'htmx.org';
import { initAll } from 'govuk-frontend';
import './keys.js';
import './rows.js';
import './date.js';
import './shell.js';
import './token.js';

document.body.classList.add('js-enabled', 'govuk-frontend-supported');
initAll();
document.body.addEventListener('htmx:afterSwap', (event) => initAll({ scope: event.detail.elt }));
