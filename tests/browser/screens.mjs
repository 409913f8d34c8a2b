// Photographs the screens of docs/screens from a demonstration of its own: node tests/browser/screens.mjs [FOLDER]
// With NOVADS_BASE=http://127.0.0.1:8080 it photographs a demonstration that is running.
import { spawnSync } from "node:child_process";
import { mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { browser as launch, root, serve, signIn } from "./lib.mjs";
import { people } from "./places.mjs";

const folder = process.argv[2] ?? join(root, "docs/screens");
mkdirSync(folder, { recursive: true });
const running = process.env.NOVADS_BASE;
const server = running ? { base: running, filled: Promise.resolve(), stop: () => {} } : await serve();
const browser = await launch();
await server.filled;

const PHONE = { width: 390, height: 844 };
const TABLET = { width: 768, height: 1024 };
const DESK = { width: 1440, height: 900 };

// Name, who looks, where; then what: a page, or the first link on it that looks like that.
const shots = [
  ["tasks", people.manager, "/tasks", DESK, "lv"],
  ["tasks-phone", people.manager, "/tasks", PHONE, "lv"],
  ["leave", people.employee, "/new/leave/annual", DESK, "en", fillLeave],
  ["document", people.clerk, "/registers/incoming", DESK, "lv", follow(/^\/documents\//)],
  ["register", people.clerk, "/registers/incoming", DESK, "lv"],
  ["employee", people.hr, "/personnel/employees", TABLET, "lv", follow(/^\/personnel\/employees\/[0-9a-f-]{36}$/)],
  ["absences", people.manager, "/absences", DESK, "en"],
  ["report", people.hr, "/reports/employee-applications", DESK, "lv"],
  ["route", people.administrator, "/admin/routes", DESK, "lv", follow(/^\/admin\/routes\/./)],
  ["deadlines", people.clerk, "/records/deadlines", DESK, "en", undefined, "dark"],
];

function follow(pattern) {
  return async (page) => {
    const links = await page.locator("main a[href^='/']").evaluateAll((all) => all.map((a) => a.getAttribute("href")));
    await page.goto(new URL(links.find((href) => pattern.test(href)), page.url()).href);
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
  console.log(`${name}.png ${Math.round(statSync(file).size / 1024)} KiB`);
  await page.context().close();
}
await browser.close();
await server.stop();
