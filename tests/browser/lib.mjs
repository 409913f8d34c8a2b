// What the browser tests stand on: a demonstration of their own, a browser, axe, and a plain count at the end.
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../../", import.meta.url));
const require = createRequire(join(root, "assets/package.json"));
const { chromium } = require("playwright-core");
const axeSource = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

const freePort = () =>
  new Promise((done) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => done(port));
    });
  });

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

/** Starts `novads serve --demo` on a new folder and waits until its jobs have filled it. */
export async function serve() {
  const built = process.env.CARGO_TARGET_DIR ?? join(root, "target");
  const program = process.env.NOVADS_BIN ?? ["debug", "release"].map((p) => join(built, p, "novads")).find(existsSync);
  if (!program) throw new Error("build novads first: cargo build -p novads-server");
  const data = mkdtempSync(join(tmpdir(), "novads-browser-"));
  const port = await freePort();
  const base = `http://127.0.0.1:${port}`;
  const child = spawn(program, ["serve", "--demo", "--data", data, "--listen", `127.0.0.1:${port}`], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, NOVADS_LOG: process.env.NOVADS_LOG ?? "warn" },
  });
  const said = [];
  for (const out of [child.stdout, child.stderr]) out.on("data", (text) => said.push(String(text)));
  const stop = async () => {
    const ended = new Promise((done) => child.once("exit", done));
    child.kill("SIGTERM");
    await Promise.race([ended, pause(5000)]);
    rmSync(data, { recursive: true, force: true });
  };
  const started = Date.now();
  while (Date.now() - started < 60_000) {
    if (child.exitCode !== null) break;
    const ready = await fetch(`${base}/readyz`).catch(() => undefined);
    if (ready?.ok) return { base, stop, said, started: Date.now() - started };
    await pause(100);
  }
  await stop();
  throw new Error(`the server did not start:\n${said.join("")}`);
}

export const browser = () =>
  chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: [
      "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
      "--disable-component-update", "--disable-sync",
    ],
  });

/** A signed-in browser window. */
export async function signIn(browser, base, login, options = {}) {
  const { locale = "lv", ...rest } = options;
  const context = await browser.newContext({ locale, viewport: { width: 1440, height: 900 }, ...rest });
  const page = await context.newPage();
  page.complaints = [];
  page.on("console", (m) => m.type() === "error" && page.complaints.push(m.text()));
  page.on("pageerror", (e) => page.complaints.push(String(e)));
  await page.goto(`${base}/sign-in`);
  await page.fill("#login", login);
  await page.fill("#password", "demo");
  await page.keyboard.press("Enter");
  await page.waitForURL((url) => !url.pathname.startsWith("/sign-in"));
  if (locale !== "lv") await context.addCookies([{ name: "locale", value: locale, url: base }]);
  return page;
}

/** What axe finds on the page, in one line each. */
export async function axe(page) {
  // Through CDP, so that the page's own content security policy stays in force for the page.
  await page.evaluate(axeSource);
  const found = await page.evaluate(() =>
    window.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }),
  );
  return found.violations.map((v) => `${v.id}: ${v.help} (${v.nodes.slice(0, 3).map((n) => n.target.join(" ")).join("; ")})`);
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
    console.log(`FAILED  ${name}\n        ${String(error.stack ?? error).split("\n").slice(0, 12).join("\n        ")}`);
  }
}

export function finish() {
  console.log(`${results.passed} passed, ${results.failed.length} failed`);
  process.exitCode = results.failed.length ? 1 : 0;
}

export function equal(actual, expected, what = "") {
  const [a, e] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (a !== e) throw new Error(`${what} is ${a}, not ${e}`);
}

export function truth(value, what) {
  if (!value) throw new Error(what);
}
