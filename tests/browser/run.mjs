// The leave from the employee's wish to the report's figure, in a real browser: in both languages, by keyboard, at
// phone width, without scripts; problems, keys and print; and axe on every page, in both languages, light and dark.
// TESTS=… takes only the tests whose names match, ONLY=… only the pages whose addresses match.
import { axe, browser as launch, equal, finish, pause, serve, signIn, test as check, truth } from "./lib.mjs";
import { kindOf, kinds, pagesOf, people } from "./places.mjs";

const begun = Date.now();
const LIMIT = Number(process.env.LIMIT ?? 20) * 60_000;
setTimeout(() => {
  console.log(`given up after ${LIMIT / 60_000} minutes`);
  console.log("0 passed, 1 failed");
  process.exit(1);
}, LIMIT).unref();
const server = await serve();
const browser = await launch();
const { base } = server;
console.log(`the first page came after ${server.started} ms`);

const PHONE = { width: 390, height: 844 };
const WORDS = {
  lv: {
    need: /Gribu (ikgadējo )?atvaļinājumu/, next: "Turpināt", send: "Nosūtīt iesniegumu", approve: "Saskaņot",
    visa: "Vīzēt", paper: "Atzīmēt parakstu uz papīra", granted: "Piešķirts", registered: "Parakstīts un reģistrēts",
  },
  en: {
    need: /I want (an annual )?leave/, next: "Continue", send: "Send the application", approve: "Approve",
    visa: "Initial", paper: "Record a signature on paper", granted: "Granted", registered: "Signed and registered",
  },
};

/** Does that, and waits until the page to which it leads is there. */
const arrives = (page, act) => Promise.all([page.waitForEvent("load"), act()]);
const text = (page) => page.locator("main").innerText();
const latvian = (d) => `${String(d.getDate()).padStart(2, "0")}.${String(d.getMonth() + 1).padStart(2, "0")}.${d.getFullYear()}.`;
const plus = (d, days) => new Date(d.getFullYear(), d.getMonth(), d.getDate() + days);

/** Two days of leave begin on such a Monday; each call takes another one. */
let weeks = 1;
function monday() {
  weeks += 1;
  const day = new Date();
  return plus(day, ((8 - day.getDay()) % 7) + 7 * weeks);
}

/** Hands that use a mouse, or a finger. */
const mouse = {
  press: (page, name) => page.getByRole("button", { name, exact: true }).or(page.getByRole("link", { name, exact: true })).first().click(),
  type: (page, field, value) => page.fill(`#${field}`, value),
};

/** Hands that have only a keyboard: Tab until it has the focus, then type or press Enter. */
async function tabTo(page, what, matches) {
  for (let n = 0; n < 150; n += 1) {
    await page.keyboard.press("Tab");
    const found = await page.evaluate(() => {
      const e = document.activeElement;
      const seen = e?.checkVisibility?.() ?? true;
      return { id: e?.id, name: (e?.getAttribute("aria-label") ?? e?.textContent ?? "").trim(), seen };
    });
    if (matches(found) && found.seen) return;
  }
  throw new Error(`the keyboard does not reach ${what} on ${page.url()}: ${(await text(page)).slice(0, 400)}`);
}
const keyboard = {
  press: async (page, name) => {
    await tabTo(page, name, (e) => e.name === name);
    await page.keyboard.press("Enter");
  },
  type: async (page, field, value) => {
    await tabTo(page, field, (e) => e.id === field);
    await page.keyboard.press("Control+A");
    await page.keyboard.type(value);
  },
};

/** Fills the form until a week is found on which the employee is free. Answers the first day as both languages write it. */
async function fillIn(page, words, hands) {
  for (let tries = 0; tries < 12; tries += 1) {
    const first = monday();
    await hands.type(page, "first", latvian(first));
    await hands.type(page, "last", latvian(plus(first, 1)));
    await arrives(page, () => hands.press(page, words.next));
    if (await page.getByRole("button", { name: words.send }).count()) return latvian(first).slice(0, -1);
  }
  throw new Error(`no week is free: ${await text(page)}`);
}

/** Opens the task about that day from the list. */
async function open(page, gist, hands) {
  await page.goto(`${base}/tasks`);
  const row = page.locator("tr[data-href]").filter({ hasText: gist });
  truth(await row.count(), `no task about ${gist}: ${(await text(page)).slice(0, 800)}`);
  const href = await row.first().getAttribute("data-href");
  if (hands === keyboard) {
    for (let n = 0; n < 60; n += 1) {
      await page.keyboard.press("j");
      const here = await page.evaluate(() => document.activeElement?.dataset?.href);
      if (here === href) break;
    }
    await page.keyboard.press("Enter");
    await page.waitForURL(`${base}${href}`);
  } else {
    await arrives(page, () => row.first().locator("a").first().click());
  }
}

async function take(page, gist, button, hands) {
  await open(page, gist, hands);
  await arrives(page, () => hands.press(page, button));
  truth(!(await page.locator(".govuk-error-summary").count()), `${button} is refused: ${(await text(page)).slice(0, 600)}`);
  truth(!/\/tasks\/./.test(page.url()), `${button} does nothing on ${page.url()}: ${(await text(page)).slice(0, 600)}`);
}

/** The figure of the report's first row, as the table on the page says. */
async function figure(page, report, column) {
  const answer = await page.context().request.get(`${base}/reports/${report}/export?format=csv&year=${new Date().getFullYear()}`);
  const [head, first] = (await answer.text()).trim().split("\n").map((line) => line.split(","));
  truth(head.includes(column), `the report has no column ${column}: ${head}`);
  await page.goto(`${base}/reports/${report}`);
  const number = Number(first[head.indexOf(column)]);
  const shown = (await page.locator(".nv-table-box").last().locator("tbody tr").first().innerText()).replace(/\u00a0/g, "");
  truth(shown.includes(String(number)), `the page does not show ${number}: ${shown}`);
  return number;
}

/** From the wish to the booked leave and the report's figure. */
async function thread({ locale = "lv", hands = mouse, ...options }) {
  const words = WORDS[locale];
  const as = (who) => signIn(browser, base, who, { locale, ...options });
  const [employee, manager, hr, head] = [await as(people.employee), await as(people.manager), await as(people.hr), await as(people.head)];
  const before = [await figure(hr, "employee-applications", "applications"), await figure(hr, "personnel-orders", "orders")];
  await employee.goto(`${base}/new`);
  const need = employee.locator("main a[href='/new/leave/annual']");
  if (hands === keyboard) {
    const name = (await need.innerText()).trim();
    await employee.goto(`${base}/tasks`);
    await employee.keyboard.press("n");
    await employee.waitForURL(/\/new$/);
    await hands.press(employee, name);
  } else {
    await need.click();
  }
  await employee.waitForURL(/\/new\/leave\/annual/);
  const day = await fillIn(employee, words, hands);
  await arrives(employee, () => hands.press(employee, words.send));
  await employee.waitForURL(/\/applications\/[0-9a-f-]+/);
  const application = employee.url();
  await take(manager, day, words.approve, hands);
  await take(hr, day, words.visa, hands);
  await take(head, day, words.paper, hands);
  await employee.goto(`${base}/me/leave`);
  const row = employee.locator("tr").filter({ hasText: day }).filter({ hasText: words.granted });
  truth(await row.count(), `the leave of ${day} is not shown as granted: ${await text(employee)}`);
  await employee.goto(application);
  await employee.waitForLoadState();
  const after = [await figure(hr, "employee-applications", "applications"), await figure(hr, "personnel-orders", "orders")];
  equal(after, before.map((n) => n + 1), "what the reports say");
  const complaints = [employee, manager, hr, head].flatMap((p) => p.complaints);
  for (const page of [employee, manager, hr, head]) await page.context().close();
  equal(complaints, [], "the console");
}

const wanted = process.env.TESTS ? new RegExp(process.env.TESTS) : /./;
const test = (name, run) => (wanted.test(name) ? check(name, run) : undefined);

await test("a leave goes from the wish to the booked days and the report, in Latvian", () => thread({}));
await test("and in English, at phone width", () => thread({ locale: "en", viewport: PHONE }));
await test("and by keyboard alone", () => thread({ hands: keyboard }));
await test("and without scripts", () => thread({ javaScriptEnabled: false }));

await test("a refused leave says which rule, and keeps what was typed", async () => {
  const page = await signIn(browser, base, people.employee);
  const first = plus(monday(), 140);
  await page.goto(`${base}/new/leave/annual`);
  await page.fill("#first", latvian(first));
  await page.fill("#last", latvian(plus(first, 100)));
  await page.fill("#note", "ļoti gribu");
  await arrives(page, () => page.getByRole("button", { name: WORDS.lv.next }).click());
  truth(/Vajag [\d,]+ dienas?, bet pirmajā dienā būs [\d,]+/.test(await text(page)), `the refusal names no numbers: ${await text(page)}`);
  equal(await page.inputValue("#note"), "ļoti gribu", "the note");
  equal(await page.inputValue("#first"), latvian(first), "the first day");
  await page.context().close();
});

await test("an empty form leads to its fields", async () => {
  const page = await signIn(browser, base, people.clerk);
  await page.goto(`${base}/records/new/incoming`);
  await page.fill("#correspondent", "SIA \"Trīs bērzi\"");
  await arrives(page, () => page.locator("main form button[type=submit], main form button:not([type])").last().click());
  const summary = page.locator(".govuk-error-summary");
  equal(await summary.count(), 1, "summaries");
  equal(await page.evaluate(() => document.activeElement?.className.includes("govuk-error-summary")), true, "the summary's focus");
  await summary.locator("a").first().click();
  equal(await page.evaluate(() => document.activeElement?.id), "title", "where the summary leads");
  equal(await page.inputValue("#correspondent"), "SIA \"Trīs bērzi\"", "the correspondent");
  await page.context().close();
});

await test("whoever comes second hears who was first", async () => {
  const employee = await signIn(browser, base, people.employee);
  await employee.goto(`${base}/new/leave/annual`);
  const day = await fillIn(employee, WORDS.lv, mouse);
  await arrives(employee, () => mouse.press(employee, WORDS.lv.send));
  await employee.waitForURL(/\/applications\//);
  const first = await signIn(browser, base, people.manager);
  const second = await signIn(browser, base, people.manager);
  await open(first, day, mouse);
  await open(second, day, mouse);
  await arrives(first, () => mouse.press(first, WORDS.lv.approve));
  const manager = (await second.locator(".nv-person__name").first().textContent()).trim();
  await second.fill("#remark", "mana piezīme");
  await arrives(second, () => mouse.press(second, WORDS.lv.approve));
  const said = await text(second);
  truth(said.includes(manager) && /jau/.test(said), `it is not said who was first (${manager}): ${said.slice(0, 600)}`);
  for (const page of [employee, first, second]) await page.context().close();
});

/** What each problem looks like: its status, that axe finds nothing, and that it is said in words. */
async function problem(page, answer, status, words) {
  equal(answer.status(), status, `the status of ${page.url()}`);
  const said = await text(page);
  truth(words.test(said), `not said: ${words} in ${said.slice(0, 400)}`);
  equal((await page.content()).match(/⟦[^⟧]*⟧/), null, "a text that is missing");
  equal(await axe(page), [], `what axe finds on ${status}`);
}

/** Presses, and answers what the form's address answered. */
async function pressed(page, button) {
  const posted = page.waitForResponse((r) => r.request().method() === "POST");
  await arrives(page, () => button.click());
  return posted;
}

for (const [locale, words] of [
  ["lv", { none: /Šādas lapas nav/, may: /nav tiesību/, large: /liel/, who: /mainīj/ }],
  ["en", { none: /no such page/, may: /may not/, large: /large/, who: /changed/ }],
]) {
  await test(`problems are said in words: ${locale}`, async () => {
    const page = await signIn(browser, base, people.employee, { locale });
    await problem(page, await page.goto(`${base}/no-such-page`), 404, words.none);
    truth(await page.locator(".nv-rail a").count(), "whoever is signed in keeps their applications beside a problem");
    await problem(page, await page.goto(`${base}/documents/01a20000-0000-7000-8000-000000000000`), 404, words.none);
    await problem(page, await page.goto(`${base}/admin/roles`), 403, words.may);
    await page.goto(`${base}/new/leave/annual`);
    await page.locator("#note").evaluate((e) => (e.value = "a".repeat(3_000_000)));
    const button = page.getByRole("button", { name: WORDS[locale].next });
    await problem(page, await pressed(page, button), 413, words.large);
    await page.context().close();
    const visitor = await browser.newContext({ locale });
    const stranger = await visitor.newPage();
    await problem(stranger, await stranger.goto(`${base}/no-such-page`), 404, words.none);
    equal(await axe(await (await stranger.goto(`${base}/sign-in`), stranger)), [], "the sign-in page");
    await stranger.fill("#login", "darbinieks");
    await stranger.fill("#password", "nav īstā");
    await stranger.keyboard.press("Enter");
    await stranger.locator(".govuk-error-summary").waitFor();
    equal(await axe(stranger), [], "a refused sign-in");
    await visitor.close();
  });
}

await test("a stale form says so, and keeps nothing of it", async () => {
  const first = await signIn(browser, base, people.administrator);
  const second = await signIn(browser, base, people.administrator, { locale: "en" });
  await first.goto(`${base}/admin/registers`);
  const href = await first.locator("main tr[data-href]").first().getAttribute("data-href");
  await first.goto(`${base}${href}`);
  await second.goto(`${base}${href}`);
  const save = (page) => page.locator("main form[method=post] button").last();
  truth((await pressed(first, save(first))).status() < 400, "the first is kept");
  const answer = await pressed(second, save(second));
  await problem(second, answer, 409, /changed|meanwhile/i);
  for (const page of [first, second]) await page.context().close();
});

await test("the keyboard reaches everything, in order, and shows where it is", async () => {
  const page = await signIn(browser, base, people.clerk);
  for (const path of ["/tasks", "/registers/incoming", "/records/new/incoming", "/admin/classification"]) {
    await page.goto(`${base}${path}`);
    await page.keyboard.press("Tab");
    equal(await page.evaluate(() => [document.activeElement.className, document.activeElement.getBoundingClientRect().height > 0]), ["govuk-skip-link", true], `the first stop of ${path}`);
    await page.keyboard.press("Enter");
    equal(await page.evaluate(() => document.activeElement.id), "main", "where the skip link leads");
    await page.goto(`${base}${path}`);
    const wrong = [];
    for (let n = 0; n < 120; n += 1) {
      await page.keyboard.press("Tab");
      const stop = await page.evaluate(() => {
        const e = document.activeElement;
        if (!e || e === document.body) return null;
        const before = window.nvBefore;
        window.nvBefore = e;
        const look = () => {
          // What is drawn of a box or a circle is drawn by its label.
          const drawn = [e, e.nextElementSibling].filter((x) => x && (x === e || x.matches("label")));
          return drawn.map((x) => ["", "::before"].map((part) => {
            const s = getComputedStyle(x, part);
            return [s.outlineStyle, s.outlineWidth, s.outlineColor, s.boxShadow, s.backgroundColor, s.borderColor, s.textDecorationLine].join();
          }).join()).join();
        };
        const box = e.getBoundingClientRect();
        const name = `${e.tagName} ${e.id || e.getAttribute("href") || e.textContent.trim().slice(0, 30)}`;
        const follows = !before || !document.contains(before) || Boolean(before.compareDocumentPosition(e) & Node.DOCUMENT_POSITION_FOLLOWING);
        const focused = look();
        e.blur();
        const plain = look();
        e.focus({ preventScroll: true });
        return { name, follows, shown: focused !== plain, seen: box.width > 0 && box.height > 0 };
      });
      if (!stop) break;
      if (!stop.follows) wrong.push(`${path}: ${stop.name} comes out of order`);
      if (!stop.shown || !stop.seen) wrong.push(`${path}: nothing shows the focus on ${stop.name}`);
    }
    equal(wrong, [], "the stops");
  }
  await page.context().close();
});

await test("the keys of the list of keys do what it says", async () => {
  const page = await signIn(browser, base, people.clerk);
  const at = (path) => page.waitForURL((url) => url.pathname === path);
  await page.goto(`${base}/registers/incoming`);
  await page.keyboard.press("/");
  equal(await page.evaluate(() => document.activeElement.id), "nv-q", "where / leads");
  await page.keyboard.press("Escape");
  await page.keyboard.press("g");
  await page.keyboard.press("t");
  await at("/tasks");
  await page.waitForLoadState();
  await page.keyboard.press("g");
  await page.keyboard.press("r");
  await at("/registers");
  await page.waitForLoadState();
  await page.keyboard.press("?");
  truth(await page.locator("dialog[open]").count(), "? opens the list of keys");
  equal(await axe(page), [], "the list of keys");
  await page.keyboard.press("Escape");
  const focused = () => page.evaluate(() => document.activeElement?.dataset?.href ?? "");
  await page.keyboard.press("j");
  const one = await focused();
  await page.keyboard.press("j");
  const two = await focused();
  truth(one && two && one !== two, "j moves down");
  await page.keyboard.press("k");
  equal(await focused(), one, "k moves up");
  await page.keyboard.press("Enter");
  await at(one);
  await page.waitForLoadState();
  await page.keyboard.press("n");
  await page.waitForURL((url) => /\/new/.test(url.pathname));
  await page.context().close();
});

await test("on paper stands the document, and nothing of the program around it", async () => {
  const page = await signIn(browser, base, people.clerk);
  await page.goto(`${base}/registers/incoming`);
  await page.emulateMedia({ media: "print" });
  for (const part of [".nv-bar", ".nv-rail", ".nv-phone", ".govuk-breadcrumbs", ".nv-footer"]) {
    equal(await page.locator(part).first().isVisible(), false, `${part} on paper`);
  }
  truth(await page.locator("main table tbody tr").first().isVisible(), "the table is on paper");
  await page.context().close();
});

await test("the demonstration fills itself", async () => {
  const took = await Promise.race([server.filled, pause(LIMIT / 2).then(() => undefined)]);
  truth(took, "not filled in half of the time there is");
  console.log(`        filled after ${took} ms`);
});

/** Pages that need what the demonstration does not have: */
// an act on what is no more kept, a contract to compare with, an order that was returned to its author, several
// municipalities, a signing service and what was signed by it.
const UNLED = new Set([
  "/admin/retention/{id}", "/invoices/agreements/{id}", "/personnel/orders/{id}/correct", "/maturity/country",
  "/sign/back", "/sign/{id}", "/documents/{id}/signatures",
]);

let pages = [];
await test("every link leads somewhere, and every page is led to", async () => {
  const { all, found, broken } = await pagesOf(browser, base, signIn);
  pages = all;
  console.log(`        ${pages.length} pages are looked at`);
  equal(broken, [], "links that lead nowhere");
  equal(kinds.filter((kind) => !found.has(kind) && !UNLED.has(kind)), [], "pages to which nothing leads");
});
const only = process.env.ONLY ? new RegExp(process.env.ONLY) : /./;

/** Every page, by several windows at once. */
async function each(options, look, among = pages) {
  const queue = among.filter(([, path]) => only.test(path));
  const worker = async () => {
    let page;
    let who;
    while (queue.length) {
      const [login, path] = queue.shift();
      if (login !== who) {
        await page?.context().close();
        page = await signIn(browser, base, login, options);
        who = login;
      }
      const answer = await page.goto(`${base}${path}`);
      await look(page, path, login, answer);
    }
    await page?.context().close();
  };
  await Promise.all([worker(), worker(), worker()]);
}

/** Everybody's home, and one page of each kind. */
function onePerKind() {
  const seen = new Set();
  return pages.filter(([login, path]) => {
    const kind = path === "/tasks" ? `${path} ${login}` : kindOf(path);
    return !seen.has(kind) && seen.add(kind);
  });
}

for (const [locale, colorScheme] of process.env.ONLY === "none" ? [] : [["lv", "light"], ["en", "dark"]]) {
  await test(`axe finds nothing on any page: ${locale}, ${colorScheme}; no text is missing; a phone need not scroll sideways`, async () => {
    const wrong = [];
    await each({ locale, colorScheme }, async (page, path, login, answer) => {
      if (answer.status() !== 200) wrong.push(`${path} answers ${login} with ${answer.status()}`);
      for (const line of await axe(page)) wrong.push(`${path} (${login}): ${line}`);
      const content = await page.content();
      const untranslated = content.match(/⟦[^⟧]*⟧/);
      if (untranslated) wrong.push(`${path}: no text for ${untranslated[0]}`);
      await page.setViewportSize(PHONE);
      const over = await page.evaluate(() => {
        const wide = document.documentElement.scrollWidth - window.innerWidth;
        if (wide <= 0) return "";
        const out = [...document.querySelectorAll("main *")].find((e) => e.getBoundingClientRect().right > window.innerWidth + 1 && !e.closest(".nv-table-box, .nv-tabs, pre"));
        return `${wide} px, ${out?.outerHTML.slice(0, 120)}`;
      });
      if (over) wrong.push(`${path} (${login}) is wider than a phone: ${over}`);
      await page.setViewportSize({ width: 1440, height: 900 });
      wrong.push(...page.complaints.splice(0));
    }, locale === "lv" ? pages : onePerKind());
    equal(wrong, [], "what is wrong");
  });
}

await browser.close();
await server.stop();
console.log(`all in ${Math.round((Date.now() - begun) / 1000)} s`);
finish();
// Timers that nobody waits for any more hold nothing up.
process.exit();
