// Who can sign in, and which pages they see. Nothing is listed by hand: whoever signs in follows the links, from the
// rail and home on; docs/access.txt says which addresses there are, and so which of them nobody came to.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./lib.mjs";

export const people = {
  employee: "darbinieks",
  manager: "vaditajs",
  hr: "personals",
  clerk: "lietvedis",
  head: "direktors",
  accountant: "gramatvedis",
  administrator: "administrators",
};

/** What a link does not say, because it is typed or pressed. */
const TYPED = ["/", "/search?q=iesniegums", "/search?q=qqqqqq", "/keyboard", "/design"];
/** How far from home one goes; how many pages of a kind one person opens, and how many of them from one page: bounds. */
const STEPS = 5;
const EACH = 14;
const FROM_ONE = 4;
/** How many shapes of a kind are looked at. */
const SHAPES = 4;

/** The addresses of the house, longest first: `/registers/{code}` as a pattern. */
const patterns = readFileSync(join(root, "docs/access.txt"), "utf8")
  .split("\n")
  .flatMap((line) => line.match(/^GET (\S+)/)?.[1] ?? [])
  .map((path) => ({ path, like: new RegExp(`^${path.replace(/[.*+?^$()|[\]\\]/g, "\\$&").replace(/\{[^}]+\}/g, "[^/]+")}$`) }))
  .sort((a, b) => (a.path.match(/\{/g) ?? []).length - (b.path.match(/\{/g) ?? []).length);

/** The kind of an address, as docs/access.txt writes it. */
export const kindOf = (path) => {
  const bare = path.replace(/[?#].*$/, "");
  return patterns.find(({ like }) => like.test(bare))?.path ?? bare;
};

/** Every address there is, without those that give a file, a part of a page, or an answer to a program. */
export const kinds = patterns
  .map(({ path }) => path)
  .filter((path) => !/^\/(api|healthz|readyz)|\/(check|preview|sample|due|export|correspondents|pdf|file|files\/\{file\})$/.test(path));

const decoded = (text) => text.replace(/&(?:amp|#38);/g, "&");
const paths = (html, pattern) => [...html.matchAll(pattern)].map(([, path]) => decoded(path).replace(/#.*$/, ""));
const links = (html) => paths(html, /<a\s[^>]*href="(\/(?!\/)[^"]*)"/g);
const forms = (html) => paths(html, /<form\s[^>]*action="(\/[^"]*)"/g);
const kindsOf = (paths) => [...new Set(paths.map(kindOf))].sort().join(" ");

/**
 * Where one has to look: a list of [login, path]; the set of kinds that were found; links that lead nowhere. Home is looked at as everybody,
 * and of all other pages one of each shape: an address's kind, with the kinds of what it leads to and what can be done.
 */
export async function pagesOf(browser, base, signIn) {
  const all = [];
  const broken = [];
  const found = new Set(["/", "/sign-in"]);
  const shapes = new Map();
  for (const login of Object.values(people)) {
    const page = await signIn(browser, base, login);
    const seen = new Map();
    const from = new Map();
    let ring = ["/tasks", ...TYPED];
    for (let step = 0; step <= STEPS && ring.length; step += 1) {
      const next = [];
      for (const path of ring) {
        const kind = kindOf(path);
        const opened = seen.get(kind) ?? seen.set(kind, new Set()).get(kind);
        if (opened.has(path) || opened.size >= EACH) continue;
        opened.add(path);
        const answer = await page.context().request.get(`${base}${path}`, { maxRedirects: 0 });
        if (answer.status() >= 300 && answer.status() < 400) {
          next.push(answer.headers().location.replace(base, ""));
          continue;
        }
        // A link that one sees leads somewhere.
        if (answer.status() >= 400 && from.has(path)) broken.push(`${path} answers ${login} with ${answer.status()}; the link stands on ${from.get(path)}`);
        if (answer.status() >= 400) continue;
        found.add(kind);
        const html = /text\/html/.test(answer.headers()["content-type"] ?? "") ? await answer.text() : "";
        // What comes as a file, or as a part of a page, is no page.
        const inside = html.match(/<main[^]*<\/aside>/)?.[0] ?? html.match(/<main[^]*<\/main>/)?.[0];
        if (!inside) continue;
        const shape = `${kind}: ${kindsOf(links(inside))} | ${kindsOf(forms(inside))}`;
        const known = shapes.get(kind) ?? shapes.set(kind, new Set()).get(kind);
        if (path === "/tasks" || (!known.has(shape) && known.size < SHAPES)) all.push([login, path]);
        known.add(shape);
        // The gallery's links lead nowhere.
        if (path === "/design") continue;
        const some = new Map();
        const few = (lead) => {
          const like = kindOf(lead) + lead.replace(/^[^?]*/, "").replace(/=[^&]*/g, "");
          some.set(like, (some.get(like) ?? 0) + 1);
          return some.get(like) <= FROM_ONE || kindOf(lead) === lead;
        };
        const leads = [...(step ? [] : links(html.match(/<nav class="nv-rail__nav"[^]*?<\/nav>/)?.[0] ?? "")), ...links(inside)].filter(few);
        for (const lead of leads) if (!from.has(lead)) from.set(lead, path);
        next.push(...leads);
      }
      ring = next;
    }
    await page.context().close();
  }
  return { all, found, broken };
}
