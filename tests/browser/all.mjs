// The leave from the employee's wish to the report's figure, in a real browser: in both languages, by keyboard, at
// phone width; and axe on every page in both languages, light and dark.
import { axe, browser as launch, equal, finish, serve, signIn, test, truth } from "./lib.mjs";
import { pagesOf, people } from "./places.mjs";

const server = await serve();
const browser = await launch();
const { base } = server;

const text = (page) => page.locator("main").innerText();

/** A working Monday some weeks ahead, so that each run of the thread has days of its own. */
function monday(weeks) {
  const day = new Date();
  day.setDate(day.getDate() + ((8 - day.getDay()) % 7) + 7 * weeks);
  return day;
}
const latvian = (d) => `${String(d.getDate()).padStart(2, "0")}.${String(d.getMonth() + 1).padStart(2, "0")}.${d.getFullYear()}.`;
const plus = (d, days) => new Date(d.getFullYear(), d.getMonth(), d.getDate() + days);

async function filed(page) {
  await page.goto(`${base}/reports/employee-applications`);
  const figures = await page.locator("main").innerText();
  return figures;
}

/** Presses Tab until something whose text matches has the focus: only the keyboard is used. */
async function tabTo(page, pattern, most = 120) {
  for (let n = 0; n < most; n += 1) {
    await page.keyboard.press("Tab");
    const focused = await page.evaluate(() => {
      const e = document.activeElement;
      return e ? `${e.textContent ?? ""} ${e.getAttribute("aria-label") ?? ""} ${e.getAttribute("name") ?? ""} ${e.id}` : "";
    });
    if (pattern.test(focused)) return;
  }
  throw new Error(`the keyboard does not reach ${pattern}`);
}

async function takeFirst(page, gist, button) {
  await page.goto(`${base}/tasks`);
  const link = page.locator(`a[href^="/tasks/"]`).filter({ hasText: gist }).first();
  const row = page.locator("tr, li, article").filter({ hasText: gist }).locator(`a[href^="/tasks/"]`).first();
  const target = (await link.count()) ? link : row;
  const href = await target.getAttribute("href");
  await page.goto(`${base}${href}`);
  await page.getByRole("button", { name: button }).first().click();
  await page.waitForLoadState();
}

async function thread({ locale, weeks, words, viewport }) {
  const first = monday(weeks);
  const last = plus(first, 6);
  const gist = latvian(first);
  const options = { locale, ...(viewport ? { viewport } : {}) };
  const employee = await signIn(browser, base, people.employee, options);
  await employee.goto(`${base}/new/leave/annual`);
  await employee.fill("#first", latvian(first));
  await employee.fill("#last", latvian(last));
  await employee.getByRole("button", { name: words.next }).click();
  await employee.getByRole("button", { name: words.send }).click();
  await employee.waitForURL(/\/applications\//);
  const application = employee.url();
  const manager = await signIn(browser, base, people.manager, options);
  await takeFirst(manager, gist, words.approve);
  const hr = await signIn(browser, base, people.hr, options);
  await takeFirst(hr, gist, words.visa);
  const head = await signIn(browser, base, people.head, options);
  await takeFirst(head, gist, words.paper);
  await employee.goto(`${base}/me/leave`);
  truth((await text(employee)).includes(words.granted), `the leave of ${gist} is not shown as granted`);
  for (const page of [employee, manager, hr, head]) equal(page.complaints, [], "the console");
  return { employee, application };
}

const LV = { next: "Turpināt", send: "Nosūtīt iesniegumu", approve: /Saskaņot/, visa: /Vīzēt/, paper: /papīra/i, granted: "Piešķirts" };
const EN = { next: "Continue", send: "Send the application", approve: /Approve/, visa: /Initial|Visa/, paper: /paper/i, granted: "Granted" };

await test("a leave goes from the wish to the booked days, in Latvian", () => thread({ locale: "lv", weeks: 2, words: LV }));
await test("and in English, at phone width", () => thread({ locale: "en", weeks: 4, words: EN, viewport: { width: 390, height: 844 } }));

await test("the report's figure grows by one", async () => {
  const hr = await signIn(browser, base, people.hr);
  const before = await filed(hr);
  await thread({ locale: "lv", weeks: 6, words: LV });
  const after = await filed(hr);
  truth(before !== after, "the report shows the same figures as before");
});

await test("a leave is filed by keyboard alone", async () => {
  const page = await signIn(browser, base, people.employee);
  await page.goto(`${base}/tasks`);
  await page.keyboard.press("n");
  await page.waitForURL(/\/new/);
  await tabTo(page, /Gribu atvaļinājumu|Ikgadējais/);
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/new\/leave\/annual/);
  const first = monday(9);
  await tabTo(page, /\bfirst\b/);
  await page.keyboard.type(latvian(first));
  await tabTo(page, /\blast\b/);
  await page.keyboard.type(latvian(plus(first, 4)));
  await tabTo(page, /Turpināt/);
  await page.keyboard.press("Enter");
  await tabTo(page, /Nosūtīt iesniegumu/);
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/applications\//);
});

await test("a refused leave keeps what was typed and says which rule", async () => {
  const page = await signIn(browser, base, people.employee);
  await page.goto(`${base}/new/leave/annual`);
  await page.fill("#first", latvian(monday(12)));
  await page.fill("#last", latvian(plus(monday(12), 200)));
  await page.fill("#note", "ļoti gribu");
  await page.getByRole("button", { name: "Turpināt" }).click();
  truth((await text(page)).includes("Vajag"), "the refusal names no numbers");
  equal(await page.inputValue("#note"), "ļoti gribu", "the note");
});

await test("without JavaScript it works as well", async () => {
  const page = await signIn(browser, base, people.employee, { javaScriptEnabled: false });
  await page.goto(`${base}/new/leave/annual`);
  await page.fill("#first", latvian(monday(14)));
  await page.fill("#last", latvian(plus(monday(14), 2)));
  await page.getByRole("button", { name: "Turpināt" }).click();
  await page.getByRole("button", { name: "Nosūtīt iesniegumu" }).click();
  await page.waitForURL(/\/applications\//);
});

for (const locale of ["lv", "en"]) {
  for (const colorScheme of ["light", "dark"]) {
    await test(`axe finds nothing: ${locale}, ${colorScheme}`, async () => {
      const wrong = [];
      for (const [login, paths] of Object.entries(await pagesOf(browser, base, signIn))) {
        const page = await signIn(browser, base, login, { locale, colorScheme });
        for (const path of paths) {
          const answer = await page.goto(`${base}${path}`);
          if (answer.status() !== 200) wrong.push(`${path} answers ${login} with ${answer.status()}`);
          for (const line of await axe(page)) wrong.push(`${path} (${login}): ${line}`);
          const untranslated = (await page.content()).match(/⟦[^⟧]*⟧/);
          if (untranslated) wrong.push(`${path}: no text for ${untranslated[0]}`);
        }
        await page.context().close();
      }
      equal(wrong, [], "what axe found");
    });
  }
}

await test("no page is wider than a phone", async () => {
  const wide = [];
  for (const [login, paths] of Object.entries(await pagesOf(browser, base, signIn))) {
    const page = await signIn(browser, base, login, { viewport: { width: 390, height: 844 } });
    for (const path of paths) {
      await page.goto(`${base}${path}`);
      const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      if (over > 0) wide.push(`${path}: ${over} px`);
    }
    await page.context().close();
  }
  equal(wide, [], "pages that scroll sideways");
});

await browser.close();
await server.stop();
finish();
