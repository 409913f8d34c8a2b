// Who can sign in, and which pages they see: what stands in their rail, and one page of each kind that it leads to.
export const people = {
  employee: "darbinieks",
  manager: "vaditajs",
  hr: "personals",
  clerk: "lietvedis",
  head: "direktors",
  administrator: "administrators",
};

/** Pages that no list leads to. */
const besides = {
  [people.employee]: ["/", "/me", "/me/leave", "/search?q=iesniegums", "/search?q=qqqqqq", "/keyboard"],
  [people.clerk]: ["/search?q=iesniegums"],
  [people.administrator]: ["/design", "/no-such-page"],
};

/** The kind of an address: what it is without its ids and without what was asked. */
const kindOf = (path) =>
  path
    .replace(/[?#].*$/, "")
    .replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "*")
    .replace(/^(\/registers|\/admin\/routes|\/personnel\/templates)\/[^/]+/, "$1/*");

const isPage = (href) => /^\/[^/]/.test(href) && !/\/(export|files|render|preview|check|due)\b|\.(csv|xlsx|pdf)$/.test(href);

/** A list of [login, path]: the rail of each person, then one page of each kind that its pages lead to. */
export async function pagesOf(browser, base, signIn) {
  const all = [];
  const kinds = new Set();
  for (const login of Object.values(people)) {
    const page = await signIn(browser, base, login);
    const take = (path, always) => {
      const kind = always ? path : kindOf(path);
      if (kinds.has(kind)) return;
      kinds.add(kind).add(kindOf(path));
      all.push([login, path]);
    };
    await page.goto(`${base}/tasks`);
    const rail = await page.locator(".nv-rail a[href^='/']").evaluateAll((links) => links.map((a) => a.getAttribute("href")));
    for (const path of ["/tasks", ...rail, ...(besides[login] ?? [])]) take(path, true);
    // Two steps from the rail.
    const seen = new Set();
    for (let step = 0; step < 2; step += 1) {
      for (const [, path] of all.filter(([who, path]) => who === login && !seen.has(path))) {
        seen.add(path);
        const answer = await page.context().request.get(`${base}${path}`);
        const main = (await answer.text()).match(/<main[^]*<\/main>/)?.[0] ?? "";
        for (const [, href] of main.matchAll(/<a [^>]*href="([^"]*)"(?![^>]*download)/g)) {
          if (isPage(href)) take(href.replaceAll("&amp;", "&"), false);
        }
      }
    }
    await page.context().close();
  }
  return all;
}
