// Who can sign in, and which pages they see: the lists of each role, and one page of each kind found in them.
export const people = {
  employee: "darbinieks",
  manager: "vaditajs",
  hr: "personals",
  clerk: "lietvedis",
  head: "direktors",
  administrator: "administrators",
};

const lists = {
  [people.employee]: ["/tasks", "/new", "/new/leave/annual", "/new/leave/fathers", "/applications", "/me", "/me/leave", "/substitutions", "/absences", "/inbox", "/keyboard"],
  [people.manager]: ["/tasks", "/absences"],
  [people.hr]: ["/personnel/employees", "/personnel/templates", "/people", "/units", "/reports", "/reports/employee-applications", "/reports/personnel-orders"],
  [people.clerk]: ["/registers", "/registers/incoming", "/records", "/search?q=iesniegums", "/reports/dms-documents"],
  [people.head]: ["/tasks"],
  [people.administrator]: ["/admin/routes", "/admin/roles", "/admin/registers", "/admin/classification", "/design"],
};

/** One page of each kind that the lists lead to: where the first such link points. */
const kinds = [/^\/tasks\/[0-9a-f-]{36}$/, /^\/applications\/[0-9a-f-]{36}$/, /^\/documents\/[0-9a-f-]{36}$/, /^\/personnel\/orders\/[0-9a-f-]{36}$/, /^\/personnel\/employees\/[0-9a-f-]{36}$/, /^\/people\/[0-9a-f-]{36}$/, /^\/units\/[0-9a-f-]{36}$/, /^\/admin\/routes\/[^/]+$/];

let found;

export async function pagesOf(browser, base, signIn) {
  if (found) return found;
  found = {};
  for (const [login, paths] of Object.entries(lists)) {
    const page = await signIn(browser, base, login);
    const seen = new Set(paths);
    for (const path of paths) {
      await page.goto(`${base}${path}`);
      const links = await page.locator("main a[href^='/']").evaluateAll((all) => all.map((a) => a.getAttribute("href")));
      for (const kind of kinds) {
        const one = links.find((href) => kind.test(href));
        if (one && ![...seen].some((p) => kind.test(p))) seen.add(one);
      }
    }
    found[login] = [...seen];
    await page.context().close();
  }
  return found;
}
