// Photographs the screens of docs/screens from a demonstration of its own: node tests/browser/screens.mjs [FOLDER]
// With NOVADS_BASE=http://127.0.0.1:8080 it photographs a demonstration that is running.
import { spawnSync } from "node:child_process";
import { mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { browser as launch, root, serve, signIn } from "./lib.mjs";
import { people } from "./places.mjs";

const folder = process.argv[2] ?? join(root, "docs/screens");
mkdirSync(folder, { recursive: true });
const server = await serve();
const browser = await launch();
await server.filled;

const PHONE = { width: 390, height: 844 };
const DESK = { width: 1280, height: 800 };
/** No picture of the repository is larger. */
const MOST = 150 * 1024;

// Name, who looks, where, at what size, in which language; then what: a link on the page, a form filled in.
const shots = [
  ["tasks", people.manager, "/tasks", DESK, "lv", look],
  ["tasks-phone", people.manager, "/tasks", PHONE, "lv"],
  ["leave", people.employee, "/new/leave/annual", DESK, "en", fillLeave],
  ["leave-phone", people.employee, "/new", PHONE, "en"],
  ["document", people.clerk, "/registers/applications", DESK, "lv", follow(/^\/documents\//)],
  ["register", people.clerk, "/registers/incoming", DESK, "en"],
  ["employee", people.hr, "/personnel/employees", DESK, "lv", follow(/^\/personnel\/employees\/[0-9a-f-]{36}$/)],
  ["absences", people.manager, "/absences", DESK, "en"],
  ["report", people.hr, "/reports/employee-applications", DESK, "lv"],
  ["route", people.administrator, "/admin/routes", DESK, "en", follow(/^\/admin\/routes\/personnel\.order/)],
  ["invoices", people.accountant, "/invoices", DESK, "lv"],
  ["deadlines-dark", people.clerk, "/records/deadlines", DESK, "en", undefined, "dark"],
];

/** Shows the first task beside the list. */
async function look(page) {
  await page.locator("tr[data-href]").first().focus();
  await page.keyboard.press("j");
  await page.waitForTimeout(1500);
}

function follow(pattern) {
  return async (page) => {
    const links = await page.locator("main a[href^='/']").evaluateAll((all) => all.map((a) => a.getAttribute("href")));
    const found = links.find((href) => pattern.test(href));
    if (!found) throw new Error(`nothing like ${pattern} on ${page.url()}`);
    await page.goto(new URL(found, page.url()).href);
    // A browser takes its time to show a PDF.
    if (await page.locator("iframe.nv-preview").count()) await page.waitForTimeout(6000);
  };
}

async function fillLeave(page) {
  const day = new Date();
  day.setDate(day.getDate() + ((8 - day.getDay()) % 7) + 14);
  const written = (d) => `${String(d.getDate()).padStart(2, "0")}.${String(d.getMonth() + 1).padStart(2, "0")}.${d.getFullYear()}.`;
  await page.fill("#first", written(day));
  day.setDate(day.getDate() + 4);
  await page.fill("#last", written(day));
  await page.locator("#note").focus();
  await page.waitForTimeout(1500);
}

for (const [name, login, path, viewport, locale, then, colorScheme = "light"] of shots) {
  const page = await signIn(browser, server.base, login, { locale, viewport, colorScheme });
  await page.goto(`${server.base}${path}`);
  await then?.(page);
  await page.evaluate(() => document.fonts.ready);
  const file = join(folder, `${name}.png`);
  await page.screenshot({ path: file });
  // Fewer colours, where the tool is there: the files are kept in the repository.
  spawnSync("pngquant", ["--force", "--skip-if-larger", "--output", file, "64", file]);
  const { size } = statSync(file);
  console.log(`${name}.png ${Math.round(size / 1024)} KiB`);
  if (size > MOST) throw new Error(`${name}.png is larger than ${MOST / 1024} KiB`);
  await page.context().close();
}
await browser.close();
await server.stop();
