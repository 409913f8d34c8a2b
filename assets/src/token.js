// A signing card in the reader, through the Web eID extension: it speaks to pages by messages to their own window.
// https://github.com/web-eid/web-eid.js describes them; a newer extension still answers the same messages.
const PREFIX = 'web-eid:';
const VERSION = '2.0.2';
// The person reads, and types a PIN.
const PATIENCE = 5 * 60 * 1000;
const NO_EXTENSION = 3000;

function card(action, more) {
  return new Promise((resolve, reject) => {
    const fail = (code) => { done(); reject(new Error(code)); };
    const absent = setTimeout(() => fail('ERR_WEBEID_EXTENSION_UNAVAILABLE'), NO_EXTENSION);
    const late = setTimeout(() => fail('ERR_WEBEID_USER_TIMEOUT'), PATIENCE);
    const done = () => { clearTimeout(absent); clearTimeout(late); removeEventListener('message', heard); };
    const heard = ({ data, source, origin }) => {
      if (source !== window || origin !== location.origin || !String(data?.action).startsWith(PREFIX + action)) return;
      if (data.action === `${PREFIX}${action}-ack`) clearTimeout(absent);
      if (data.action === `${PREFIX}${action}-failure`) fail(data.error?.code ?? 'ERR_WEBEID_UNKNOWN_ERROR');
      if (data.action === `${PREFIX}${action}-success`) { done(); resolve(data); }
    };
    addEventListener('message', heard);
    window.postMessage({ action: PREFIX + action, libraryVersion: VERSION, lang: document.documentElement.lang, ...more }, location.origin);
  });
}

async function answers(ask) {
  if (ask.action === 'certificate') {
    const { certificate, supportedSignatureAlgorithms } = await card('get-signing-certificate', {});
    return { certificate, algorithms: JSON.stringify(supportedSignatureAlgorithms ?? []) };
  }
  const signatures = [];
  for (const hash of ask.hashes) {
    const given = await card('sign', { certificate: ask.certificate, hash, hashFunction: ask.hashFunction });
    signatures.push(given.signature);
  }
  return { signatures: JSON.stringify(signatures) };
}

document.addEventListener('submit', async (event) => {
  const form = event.target.closest?.('form[data-token="web-eid"]');
  if (!form || form.dataset.answered) return;
  event.preventDefault();
  let fields;
  try {
    fields = await answers(JSON.parse(form.dataset.ask));
  } catch (error) {
    fields = { error: error.message };
  }
  for (const [name, value] of Object.entries(fields)) {
    const input = Object.assign(document.createElement('input'), { type: 'hidden', name, value });
    form.append(input);
  }
  form.dataset.answered = 'yes';
  form.submit();
});
