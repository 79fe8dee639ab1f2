/** Helpers for tests in a real browser. Without Chromium they are skipped, loudly. */
import fs from "node:fs";
import axe, { type RunOptions } from "axe-core";
import { type Browser, chromium, type Page } from "playwright-core";
import { OWN_ROOTS } from "../artifacts/experiment-folders.ts";
import { readReport } from "../artifacts/run-report.ts";
import { main } from "../cli/main.ts";
import { buildGallery } from "../gallery/build.ts";
import { type Served, serveGallery } from "../gallery/serve/serve.ts";
import { inTestCache, oncePerTestRun } from "./once.ts";

const executablePath = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(
  (file) => file && fs.existsSync(file),
);

export const hasChromium = executablePath !== undefined;
if (!hasChromium) console.warn("SKIPPED: browser tests, because no Chromium is found (install it, or name it in CHROMIUM).");

export function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: executablePath as string, args: ["--no-sandbox", "--disable-gpu"] });
}

/** A page that remembers what went wrong on it. */
export interface WatchedPage {
  readonly page: Page;
  /** Errors of the console and of scripts, requests that failed, and requests to other places than the gallery. */
  readonly problems: string[];
}

/** @param origin beginning of every address that may be asked for, e.g. `http://127.0.0.1:8000/` */
export async function watchedPage(
  browser: Browser,
  origin: string,
  options: Parameters<Browser["newContext"]>[0] = {},
): Promise<WatchedPage> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  const problems: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") problems.push(`${message.type()}: ${message.text()}`);
  });
  page.on("pageerror", (error) => problems.push(`script: ${error.message}`));
  page.on("requestfailed", (request) => {
    if (request.failure()?.errorText !== "net::ERR_ABORTED") problems.push(`failed: ${request.url()} ${request.failure()?.errorText}`);
  });
  page.on("request", (request) => {
    if (!request.url().startsWith(origin) && !/^(data|blob):/.test(request.url())) problems.push(`elsewhere: ${request.url()}`);
  });
  return { page, problems };
}

/** Rules that look at colors: all that can differ between the light and the dark rendering of a page. */
const COLOR_RULES = ["color-contrast", "link-in-text-block"];

const RULES = {
  all: {},
  colors: { runOnly: COLOR_RULES },
  "all but colors": { rules: Object.fromEntries(COLOR_RULES.map((rule) => [rule, { enabled: false }])) },
} satisfies Record<string, RunOptions>;

/** What axe finds serious or critical, one line each. A page in other colors or of another width needs only what may differ. */
export async function accessibilityProblems(page: Page, what: keyof typeof RULES = "all"): Promise<string[]> {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate((options) => (globalThis as unknown as { axe: typeof axe }).axe.run(document, options), {
    resultTypes: ["violations"],
    ...RULES[what],
  } satisfies RunOptions as RunOptions);
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, impact, nodes }) => `${impact}: ${id}: ${nodes.map(({ target }) => target.join(" ")).join(", ")}`);
}

/**
 * Output folder of a finished run on the bundled sample, without gallery. It is kept between test runs, so that only what
 * changed is drawn again; test files that run side by side wait for the first of them.
 */
export function sampleRun(): Promise<string> {
  const out = inTestCache("sample");
  return oncePerTestRun(out, async () => {
    const status = await main(["--out", out, "--no-gallery"]);
    if (status !== 0) throw new Error(`the run on the sample ended with status ${status}`);
  });
}

/** Serves the gallery of the bundled sample below a path. All test files read the same one. */
export async function serveSample(): Promise<Served & { readonly folder: string }> {
  const out = await sampleRun();
  const folder = await oncePerTestRun(inTestCache("gallery"), async (gallery) => {
    await buildGallery({ out, report: readReport(out), roots: OWN_ROOTS, gallery });
  });
  return { ...(await serveGallery(folder, { port: 0, basePath: "/somewhere/" })), folder };
}
