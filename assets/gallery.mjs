// Photographs the pages of a folder at 390, 768 and 1440 pixels, light and dark, and asks axe-core about each.
// node gallery.mjs FOLDER: reads FOLDER/*.html, writes FOLDER/*.png; ends with 1 if anything is found.
import { createServer } from 'node:http';
import { readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const here = dirname(fileURLToPath(import.meta.url));
const dist = join(here, '../kernel/ui/dist');
const folder = process.argv[2];
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const TYPES = { '.css': 'text/css', '.js': 'text/javascript', '.svg': 'image/svg+xml', '.woff2': 'font/woff2', '.html': 'text/html; charset=utf-8' };
const CSP = "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'";

const server = createServer((request, response) => {
  const path = normalize(decodeURIComponent(new URL(request.url, 'http://x').pathname));
  const file = path.startsWith('/assets/') ? join(dist, path.split('/').slice(3).join('/')) : join(folder, path);
  try {
    const body = readFileSync(file);
    response.writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'text/plain', 'content-security-policy': CSP });
    response.end(body);
  } catch {
    response.writeHead(404).end();
  }
});
await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
const base = `http://127.0.0.1:${server.address().port}`;

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] });
const pages = readdirSync(folder).filter((name) => name.endsWith('.html'));
let found = 0;
for (const name of pages) {
  for (const colorScheme of ['light', 'dark']) {
    for (const width of [390, 768, 1440]) {
      const context = await browser.newContext({ colorScheme, viewport: { width, height: 900 }, bypassCSP: false });
      const page = await context.newPage();
      const where = `${name} ${width} ${colorScheme}`;
      page.on('console', (message) => {
        if (['error', 'warning'].includes(message.type())) {
          found += 1;
          console.log(`${where}: ${message.text()}`);
        }
      });
      page.on('pageerror', (error) => {
        found += 1;
        console.log(`${where}: ${error.message}`);
      });
      await page.goto(`${base}/${name}`, { waitUntil: 'networkidle' });
      await page.evaluate(() => document.fonts.ready);
      // An error summary takes the focus, and the page with it.
      await page.evaluate(() => {
        document.activeElement?.blur();
        scrollTo(0, 0);
      });
      await page.screenshot({ path: join(folder, `${name.replace('.html', '')}-${width}-${colorScheme}.png`), fullPage: true });
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      if (wide > 0) {
        found += 1;
        console.log(`${where}: the page is ${wide} pixels wider than the window`);
      }
      await page.evaluate(axe);
      const result = await page.evaluate(() => axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }));
      for (const violation of result.violations) {
        found += violation.nodes.length;
        for (const node of violation.nodes.slice(0, 3)) {
          console.log(`${where}: ${violation.id}: ${node.target.join(' ')}: ${node.any[0]?.message ?? violation.help}`);
        }
      }
      await context.close();
    }
  }
}
await browser.close();
server.close();
console.log(`${pages.length} pages, ${found} findings`);
process.exit(found ? 1 : 0);
