// Makes kernel/ui/dist from npm packages and src/: app.css, app.js, htmx, fonts, icons.
import { build } from 'esbuild';
import { compile } from 'sass';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const dist = process.env.NOVADS_DIST ?? join(here, '../kernel/ui/dist');
const modules = join(here, 'node_modules');

mkdirSync(join(dist, 'fonts'), { recursive: true });
mkdirSync(join(dist, 'icons'), { recursive: true });

// Styles. Warnings of the packages' own code are not ours to mend.
const compiled = compile(join(here, 'src/app.scss'), {
  loadPaths: [here],
  style: 'expanded',
  quietDeps: true,
  logger: { warn: (message, { deprecation, span }) => deprecation || /node_modules/.test(String(span?.url)) || /govuk-suppressed-warnings/.test(message) || console.error(message) },
  silenceDeprecations: ['import', 'global-builtin'],
});

if (/GDS Transport/.test(compiled.css)) throw new Error('GDS Transport, licensed to gov.uk only, is in the styles');
// Pictures of components that are not used here are not brought along.
const css = compiled.css.replace(/url\("?\/assets\/images\/[^)]*\)/g, 'none');

await build({
  stdin: { contents: css, loader: 'css', resolveDir: join(here, 'src') },
  minify: true,
  legalComments: 'none',
  target: ['chrome109', 'firefox115', 'safari15'],
  external: ['*.woff2'],
  bundle: true,
  outfile: join(dist, 'app.css'),
});

// Scripts: one module, htmx inside it.
await build({
  entryPoints: [join(here, 'src/app.js')],
  bundle: true,
  minify: true,
  format: 'esm',
  legalComments: 'none',
  target: ['chrome109', 'firefox115', 'safari15'],
  nodePaths: [modules],
  outfile: join(dist, 'app.js'),
});

// Typeface: Latin with Latvian letters, Cyrillic for names; upright and italic.
const fonts = join(modules, '@fontsource-variable/source-sans-3/files');
for (const set of ['latin', 'latin-ext', 'cyrillic']) {
  for (const slant of ['normal', 'italic']) {
    const name = `source-sans-3-${set}-wght-${slant}.woff2`;
    cpSync(join(fonts, name), join(dist, 'fonts', name));
  }
}

// Icons: only those listed; stripped to one line, hidden from screen readers.
rmSync(join(dist, 'icons'), { recursive: true });
mkdirSync(join(dist, 'icons'));
const names = readFileSync(join(here, 'src/icons.txt'), 'utf8').split('\n').map((n) => n.trim()).filter(Boolean);
for (const name of names) {
  const file = join(modules, 'lucide-static/icons', `${name}.svg`);
  if (!existsSync(file)) throw new Error(`no icon ${name} in lucide-static (src/icons.txt)`);
  const inner = readFileSync(file, 'utf8').replace(/<!--[^]*?-->/g, '').match(/<svg[^>]*>([^]*)<\/svg>/)[1];
  const one = inner.replace(/\s*\n\s*/g, '').replace(/ \/>/g, '/>');
  writeFileSync(
    join(dist, 'icons', `${name}.svg`),
    `<svg class="nv-icon" xmlns="http://www.w3.org/2000/svg" width="20" height="20" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">${one}</svg>`,
  );
}

cpSync(join(here, 'src/icon.svg'), join(dist, 'icon.svg'));
cpSync(join(here, 'src/licences.txt'), join(dist, 'licences.txt'));
