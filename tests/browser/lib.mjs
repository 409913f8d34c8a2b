// What the browser tests stand on: a demonstration of their own, a browser, axe, and a plain count at the end.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../../", import.meta.url));
const require = createRequire(import.meta.url);
const { chromium } = require("playwright-core");
const axeSource = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

const freePort = () =>
  new Promise((done) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => done(port));
    });
  });

export const pause = (ms) => new Promise((done) => setTimeout(done, ms));

/** The program: the one named by NOVADS_BIN, else built here and now, as `cargo test --workspace` builds it. */
function built() {
  if (process.env.NOVADS_BIN) return process.env.NOVADS_BIN;
  const made = spawnSync("cargo", ["build", "--quiet", "--locked", "--workspace", "--bin", "novads"], { cwd: root, stdio: "inherit" });
  if (made.status !== 0) throw new Error("the program does not build");
  return join(process.env.CARGO_TARGET_DIR ?? join(root, "target"), "debug/novads");
}

/**
 * Starts `novads serve --demo` on a folder that is not there; `filled` is settled when its jobs have made all data.
 * With NOVADS_BASE=http://127.0.0.1:8080 it takes a demonstration that is running.
 */
export async function serve() {
  const running = process.env.NOVADS_BASE;
  if (running) return { base: running, stop: async () => {}, said: [], filled: Promise.resolve(1), started: 0 };
  const program = built();
  const folder = mkdtempSync(join(tmpdir(), "novads-browser-"));
  const port = await freePort();
  const base = `http://127.0.0.1:${port}`;
  const begin = Date.now();
  const env = { ...process.env, NOVADS_LOG: "warn,novads_server::demo=info" };
  delete env.DATABASE_URL;
  const child = spawn(program, ["serve", "--demo", "--data", join(folder, "data"), "--listen", `127.0.0.1:${port}`], {
    stdio: ["ignore", "pipe", "pipe"],
    env,
  });
  const said = [];
  let fill;
  const filled = new Promise((done) => (fill = done));
  const hear = (text) => {
    said.push(String(text));
    const done = said.join("").match(/"done":(\d+),"of":\1\b|done=(\d+) of=\2\b/);
    if (done) fill(Date.now() - begin);
  };
  for (const out of [child.stdout, child.stderr]) out.on("data", hear);
  const ended = new Promise((done) => child.once("exit", done));
  // Whatever ends this program ends the server, and the server its database.
  const end = () => child.exitCode === null && child.kill("SIGTERM");
  process.once("exit", end);
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(signal, () => process.exit(1));
  const stop = async () => {
    end();
    await Promise.race([ended, pause(10_000)]);
    rmSync(folder, { recursive: true, force: true });
  };
  while (Date.now() - begin < 180_000) {
    if (child.exitCode !== null) break;
    const page = await fetch(`${base}/`).catch(() => undefined);
    if (page?.ok) return { base, stop, said, filled, started: Date.now() - begin };
    await pause(100);
  }
  await stop();
  throw new Error(`the server did not start:\n${said.join("")}`);
}

export const browser = () =>
  chromium.launch({
    executablePath: process.env.CHROMIUM ?? ["/usr/bin/chromium", "/usr/bin/chromium-browser"].find(existsSync),
    args: [
      "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
      "--disable-component-update", "--disable-sync",
    ],
  });

const sessions = new Map();

/** A signed-in browser window. Each person signs in once; later windows bring that session along. */
export async function signIn(browser, base, login, options = {}) {
  const { locale = "lv", ...rest } = options;
  const context = await browser.newContext({ locale, viewport: { width: 1440, height: 900 }, ...rest });
  context.setDefaultTimeout(20_000);
  const page = await context.newPage();
  page.complaints = [];
  // A form that is refused is no fault of the page.
  const isFault = (m) => m.type() === "error" && !/status of 422/.test(m.text());
  page.on("console", (m) => isFault(m) && page.complaints.push(`${page.url()}: ${m.text()}`));
  page.on("pageerror", (e) => page.complaints.push(`${page.url()}: ${e}`));
  const known = sessions.get(login);
  if (known) {
    await context.addCookies(known);
  } else {
    await page.goto(`${base}/sign-in`);
    await page.fill("#login", login);
    await page.fill("#password", "demo");
    await page.keyboard.press("Enter");
    await page.waitForURL((url) => !url.pathname.startsWith("/sign-in"));
    sessions.set(login, (await context.cookies()).filter((c) => !/locale/.test(c.name)));
  }
  await context.addCookies([{ name: "locale", value: locale, url: base }]);
  return page;
}

/** What axe finds on the page, in one line each. */
export async function axe(page) {
  // Through the debugger, so that the page's own content security policy stays in force for the page.
  await page.evaluate(axeSource);
  const found = await page.evaluate(() =>
    window.axe.run(document, {
      runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
      resultTypes: ["violations"],
    }),
  );
  const places = (v) => v.nodes.slice(0, 3).map((n) => `${n.target.join(" ")}: ${n.any[0]?.message ?? n.all[0]?.message ?? ""}`);
  return found.violations.map((v) => `${v.id}: ${v.help} (${places(v).join("; ")})`);
}

const results = { passed: 0, failed: [] };

/** One test. */
export async function test(name, run) {
  const begin = Date.now();
  try {
    await run();
    results.passed += 1;
    console.log(`ok      ${name} (${Date.now() - begin} ms)`);
  } catch (error) {
    results.failed.push(name);
    console.log(`FAILED  ${name}\n        ${String(error.stack ?? error).split("\n").slice(0, 40).join("\n        ")}`);
  }
}

export function finish() {
  console.log(`${results.passed} passed, ${results.failed.length} failed`);
  process.exitCode = results.failed.length ? 1 : 0;
}

export function equal(actual, expected, what = "") {
  const [a, e] = [actual, expected].map((v) => JSON.stringify(v, null, 1));
  if (a !== e) throw new Error(`${what} is ${a}, not ${e}`);
}

export function truth(value, what) {
  if (!value) throw new Error(what);
}
