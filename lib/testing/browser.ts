/** Helpers for tests in a real browser. Without Chromium they are skipped, loudly. */
import fs from "node:fs";
import axe, { type RunOptions } from "axe-core";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { expect } from "vitest";
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

/** Longer than any busy machine takes; a test that hangs still ends. */
const PATIENCE_MS = 300_000;

/** One Chromium for all test files of a process, which ends with it: starting one takes half a second of both cores. */
let browser: Promise<Browser> | undefined;

function openBrowser(): Promise<Browser> {
  browser ??= chromium.launch({ executablePath: executablePath ?? "", args: ["--no-sandbox", "--disable-gpu"], timeout: PATIENCE_MS });
  return browser;
}

/** A page that remembers what went wrong on it. */
export interface WatchedPage {
  readonly page: Page;
  /** Errors of the console and of scripts, requests that failed, and requests to other places than the gallery. */
  readonly problems: string[];
}

interface CommonPage extends WatchedPage {
  /** Beginning of every address that may be requested. */
  origin: string;
}

const DESKTOP = { width: 1280, height: 900 };

/**
 * A page with a context of its own, which the caller closes: for cases that change more than `onPage` takes back.
 *
 * @param origin beginning of every address that may be requested, e.g. `http://127.0.0.1:8000/`
 */
export function watchedPage(origin: string, options: BrowserContextOptions = {}): Promise<WatchedPage> {
  return newPage(origin, options);
}

async function newPage(origin: string, options: BrowserContextOptions): Promise<CommonPage> {
  const context = await (await openBrowser()).newContext({ viewport: DESKTOP, ...options });
  context.setDefaultTimeout(PATIENCE_MS);
  await context.addInitScript(makePatient, PATIENCE_MS);
  const page = await context.newPage();
  const watched: CommonPage = { page, problems: [], origin };
  const note = (problem: string) => watched.problems.push(problem);
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") note(`${message.type()}: ${message.text()}`);
  });
  page.on("pageerror", (error) => note(`script: ${error.message}`));
  page.on("requestfailed", (request) => {
    if (request.failure()?.errorText !== "net::ERR_ABORTED") note(`failed: ${request.url()} ${request.failure()?.errorText}`);
  });
  page.on("request", (request) => {
    if (!request.url().startsWith(watched.origin) && !/^(data|blob|about):/.test(request.url())) note(`elsewhere: ${request.url()}`);
  });
  return watched;
}

/** Runs in the page: what it gives up after seconds, such as drawing, it gives up after minutes, for a busy machine needs longer. */
function makePatient(patienceMs: number): void {
  const ask = globalThis.setTimeout;
  const longest = (ms = 0) => (ms >= 5_000 ? Math.max(ms, patienceMs) : ms);
  globalThis.setTimeout = Object.assign((act: () => void, ms?: number) => ask(act, longest(ms)), ask);
}

/** What may differ between the visits of the common page. */
interface Visit {
  readonly colorScheme?: "light" | "dark";
  readonly reducedMotion?: "reduce" | "no-preference";
  readonly viewport?: typeof DESKTOP;
}

let common: Promise<CommonPage> | undefined;

/**
 * Opens an address below `origin` and expects that nothing goes wrong while `use` works with it. All test files of a process take
 * turns with one page, since a context costs more than most tests; what a visit has stored is gone after it.
 */
export async function onPage(origin: string, address: string, use: (page: Page) => Promise<unknown>, visit: Visit = {}): Promise<void> {
  common ??= newPage(origin, {});
  const watched = await common;
  const { page, problems } = watched;
  const { colorScheme = "light", reducedMotion = "no-preference", viewport = DESKTOP } = visit;
  await page.emulateMedia({ colorScheme, reducedMotion, media: null });
  await page.setViewportSize(viewport);
  const isSamePage = address.includes("#") && page.url().split("#")[0] === (origin + address).split("#")[0];
  try {
    // An empty page in between costs as much as a page, since it changes the process of the page twice.
    if (isSamePage || origin !== watched.origin) await page.goto("about:blank");
    problems.length = 0;
    watched.origin = origin;
    await page.goto(origin + address);
    await use(page);
    expect(problems).toEqual([]);
    await page.evaluate(() => localStorage.clear());
    await page.mouse.move(0, 0);
  } catch (error) {
    common = undefined;
    await page.context().close();
    throw error;
  }
}

/** Rules that look at colors: all that can differ between the light and the dark rendering of a page. */
const COLOR_RULES = ["color-contrast", "link-in-text-block"];

const RULES = {
  all: {},
  colors: { runOnly: COLOR_RULES },
  "all but colors": { rules: Object.fromEntries(COLOR_RULES.map((rule) => [rule, { enabled: false }])) },
} satisfies Record<string, RunOptions>;

/**
 * What axe finds, one line each. A page in other colors or of another width needs only what may differ.
 * @param within CSS selector of the part to look at; the whole page by default
 */
export async function accessibilityProblems(page: Page, what: keyof typeof RULES = "all", within?: string): Promise<string[]> {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(
    ([part, options]) => (globalThis as unknown as { axe: typeof axe }).axe.run(part ?? document, options),
    [
      within,
      {
        resultTypes: ["violations"],
        // For rules on films and on style sheets of elsewhere; a gallery has neither.
        preload: false,
        ...RULES[what],
      } satisfies RunOptions as RunOptions,
    ] as const,
  );
  return violations.map(({ id, impact, nodes }) => `${impact}: ${id}: ${nodes.map(({ target }) => target.join(" ")).join(", ")}`);
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
