// Photographs each screen of docs/screens at 390, 768 and 1440 pixels: node tests/browser/screens.mjs
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { browser as launch, root, serve, signIn } from "./lib.mjs";
import { pagesOf, people } from "./places.mjs";

const folder = process.argv[2] ?? join(root, "docs/screens");
mkdirSync(folder, { recursive: true });
const server = await serve();
const browser = await launch();
// The demonstration fills itself by jobs; the lists look better full.
await new Promise((done) => setTimeout(done, Number(process.env.FILL_SECONDS ?? 30) * 1000));

const pages = await pagesOf(browser, server.base, signIn);
const first = (login, pattern) => pages[login].find((p) => pattern.test(p));
const shots = {
  tasks: [people.manager, "/tasks"],
  task: [people.manager, first(people.manager, /^\/tasks\//)],
  new: [people.employee, "/new"],
  leave: [people.employee, "/new/leave/annual"],
  application: [people.employee, first(people.employee, /^\/applications\//)],
  account: [people.employee, "/me/leave"],
  document: [people.clerk, first(people.clerk, /^\/documents\//)],
  register: [people.clerk, "/registers/applications"],
  employee: [people.hr, first(people.hr, /^\/personnel\/employees\//)],
  absences: [people.manager, "/absences"],
  report: [people.hr, "/reports/employee-applications"],
  routes: [people.administrator, first(people.administrator, /^\/admin\/routes\//)],
};
for (const [name, [login, path]] of Object.entries(shots)) {
  if (!path) {
    console.log(`no page for ${name}`);
    continue;
  }
  for (const locale of ["lv", "en"]) {
    for (const width of locale === "lv" ? [390, 768, 1440] : [1440]) {
      const page = await signIn(browser, server.base, login, { locale, viewport: { width, height: width < 500 ? 844 : 900 } });
      await page.goto(`${server.base}${path}`);
      await page.screenshot({ path: join(folder, `${name}-${locale}-${width}.png`) });
      await page.context().close();
    }
  }
}
await browser.close();
await server.stop();
