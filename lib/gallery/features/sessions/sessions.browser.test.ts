import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { accessibilityProblems, hasChromium, onPage, watchedPage } from "../../../testing/browser.ts";
import { reportOf, withRun } from "../../../testing/finished-run.ts";
import { timelineCall, timelineOf } from "../../../testing/timelines.ts";
import { timelineDocument } from "../../../trace/timeline.ts";
import { buildGallery } from "../../build.ts";
import { type Served, serveGallery } from "../../serve/serve.ts";
import { type ContextData, grownBy } from "./context.ts";
import { factsOf } from "./facts.ts";

const HOSTILE = `<img src=x onerror=alert(1)>`;
const NAME = "codex-0123456789";
const TITLE = `Fix the ${HOSTILE}`;

/** An hour between the second and third. */
const STEPS = Array.from({ length: 60 }, (_, i) => {
  const startS = 30 * i + (i > 1 ? 3600 : 0);
  return {
    startS,
    prefixTokens: 1000 * i,
    appendTokens: 500,
    outputTokens: 40 + i,
    reasoningTokens: 7,
    generationStartS: startS,
    generationS: 5,
    user: i === 0 || i === 2,
    request: i < 30 ? 1 : 2,
    waitStartS: i === 2 ? 40 : null,
    waitS: i === 2 ? 3620 : null,
    compaction: i === 50 ? ("input_drop" as const) : null,
    costUsd: i === 0 ? null : 0.0042,
    callCount: 2,
    calls: [
      timelineCall(startS + 5, startS + 17, { tool: HOSTILE, failed: true, waitS: 9, retry: "size" }),
      { ...timelineCall(0, 1), tool: "Read", startS: null, durationS: null, failed: null },
    ],
  };
});

const TIMELINE = timelineOf(STEPS, {
  name: NAME,
  sessionId: `codex:${HOSTILE}`,
  provider: "codex",
  model: HOSTILE,
  start: "2026-01-30T10:00:00.000Z",
  durationS: 4000,
  cost: { sessions: 1, pricedSteps: 59, usd: 1.2, usdMost: 1.45, prices: "59 of 60 steps have a price; 500 tokens unpriced" },
  gaps: [{ fromS: 47, toS: 3660, kind: "human" }],
  helperSpans: [
    {
      name: null,
      type: HOSTILE,
      basis: "nested",
      parent: null,
      step: 2,
      startS: 3670,
      endS: 3700,
      steps: 4,
      costUsd: 0.5,
      returnedChars: null,
    },
  ],
  helpers: { sessions: 2, pricedSteps: 0, usd: 0, usdMost: 0, prices: null },
});

/** The context is cleared once, after 30 steps. */
const CONTEXT: ContextData = {
  order: null,
  resets: [30],
  clears: [],
  tokens: {
    session_base: STEPS.map((_, i) => (i === 0 ? 500 : 0)),
    after_reset: STEPS.map((_, i) => (i === 30 ? 30_500 : 0)),
    tool_result: STEPS.map((_, i) => (i % 30 === 0 ? 0 : 1000)),
  },
};

/** As a run leaves it. */
function writeArchive(out: string, fingerprint: string): void {
  fs.mkdirSync(path.join(out, "sessions"));
  const facts = { ...factsOf(TIMELINE), grown: grownBy(CONTEXT), project: "atlas", title: TITLE, part: "0.json" };
  fs.writeFileSync(
    path.join(out, "sessions", "sessions.json"),
    JSON.stringify({ key: "", fingerprint, isPrivate: true, sessions: [facts] }),
  );
  fs.writeFileSync(path.join(out, "sessions", "0.json"), JSON.stringify([{ ...timelineDocument(TIMELINE), context: CONTEXT }]));
}

describe.skipIf(!hasChromium)("sessions in a browser", () => {
  let served: Served;
  let folder: string;
  beforeAll(async () => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "trace-atlas-sessions-"));
    const gallery = path.join(folder, "gallery");
    await withRun(async ({ out, roots, add }) => {
      const runs = [
        await add({ id: "session/session_token_steps", figures: [{ name: `${NAME}_token_steps` }] }),
        await add({ id: "session/session_map", figures: [{ name: `${NAME}_session_map` }] }),
        await add({ id: "session/context_delta_attribution", figures: [{ name: `${NAME}_composition` }] }),
      ];
      const { pool, ...report } = reportOf(runs);
      writeArchive(out, pool.fingerprint);
      const own = { ...report, pool: { ...pool, isPrivate: true } };
      await buildGallery({ out, report: own, roots, gallery, baseUrl: "https://example.org/" });
    });
    served = await serveGallery(gallery, { port: 0, basePath: "/atlas/" });
  });
  afterAll(async () => {
    await served?.close();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  it.each(["light", "dark"] as const)("leads from the list to a session, without problems in %s colors", (colorScheme) =>
    onPage(
      served.url,
      "sessions/",
      async (page) => {
        const rules = colorScheme === "light" ? "all" : "colors";
        expect(await accessibilityProblems(page, rules)).toEqual([]);
        expect(await page.getByRole("row", { name: NAME }).getByRole("cell").allTextContents()).toEqual(
          expect.arrayContaining(["$1.20 to $1.45 *", "2, –"]),
        );
        await page.getByRole("link", { name: TITLE }).click();
        await page.getByRole("slider", { name: "Step of the session" }).waitFor();
        expect(await accessibilityProblems(page, rules)).toEqual([]);
      },
      { colorScheme },
    ),
  );

  it("shows most of the map in the first screen", () =>
    onPage(
      served.url,
      `sessions/${NAME}/`,
      async (page) => {
        const stage = page.getByRole("slider", { name: "Step of the session" });
        await expect.poll(async () => (await stage.boundingBox())?.height).toBeGreaterThan(500);
        const box = await stage.boundingBox();
        expect((900 - (box?.y ?? 900)) / (box?.height ?? 0)).toBeGreaterThan(0.5);
      },
      { viewport: { width: 1440, height: 900 } },
    ));

  it("shows what a session cost next to its title on a phone, and all columns on a desktop", () =>
    onPage(served.url, "sessions/", async (page) => {
      const cost = page.getByRole("cell", { name: "$1.20 to $1.45 *" });
      await page.setViewportSize({ width: 390, height: 844 });
      const box = await cost.boundingBox();
      expect(box && box.x + box.width).toBeLessThan(390);
      await page.setViewportSize({ width: 1440, height: 900 });
      expect(await page.locator(".session-list .scroll").evaluate((scroll) => scroll.scrollWidth - scroll.clientWidth)).toBeLessThanOrEqual(
        1,
      );
    }));

  it("goes through the steps by keyboard and describes each one, with hostile names as text", () =>
    onPage(served.url, `sessions/${NAME}/`, async (page) => {
      const stage = page.getByRole("slider", { name: "Step of the session" });
      await stage.focus();
      for (const key of ["Home", "ArrowRight", "ArrowRight", "Enter"]) await page.keyboard.press(key);
      expect(await stage.getAttribute("aria-valuenow")).toBe("3");
      expect(await stage.getAttribute("aria-valuetext")).toContain("with a user message");
      const details = page.getByRole("region", { name: "Selected step" });
      expect(await details.getByRole("heading", { level: 3 }).textContent()).toBe("Step 3, with a user message");
      expect(await details.textContent()).toContain("1h 0m");
      expect(await details.textContent()).toContain("$0.0042");
      expect(await page.locator(".session-facts").textContent()).toContain("Cost at published prices$1.20 to $1.45; 59 of 60 steps");
      expect(await page.locator(".session-facts").textContent()).toContain("Cost of helpers2 helpers, –");
      expect(await details.getByRole("cell", { name: HOSTILE }).textContent()).toBe(HOSTILE);
      expect(await details.getByRole("row", { name: HOSTILE }).textContent()).toContain("12.0 s, waited 9.0 sfailed, retry");
      expect(await details.textContent()).toContain(`Helpers${HOSTILE}, 4 steps, $0.50, 30.0 s, found by its times`);
      expect(await page.locator(".session-facts").textContent()).toContain("Without idle gaps7m, 1 gap left out");
      await page.keyboard.press("End");
      expect(await stage.getAttribute("aria-valuenow")).toBe("60");
    }));

  it("zooms by keyboard and buttons, moves by dragging, and shows what is clicked", () =>
    onPage(served.url, `sessions/${NAME}/`, async (page) => {
      const stage = page.getByRole("slider", { name: "Step of the session" });
      const boxInView = async () => {
        await stage.evaluate((element) => element.scrollIntoView({ behavior: "instant" }));
        return (await stage.boundingBox()) as { x: number; y: number; width: number };
      };
      const { width } = await boxInView();
      const stepAt = async (x: number) => {
        const box = await boxInView();
        await page.mouse.click(box.x + x, box.y + 200);
        return Number(await stage.getAttribute("aria-valuenow"));
      };
      const whole = [await stepAt(100), await stepAt(width - 100)] as const;
      expect(whole[1] - whole[0]).toBeGreaterThan(40);
      await stepAt(width / 2);
      for (const key of ["+", "+", "+"]) await page.keyboard.press(key);
      const near = [await stepAt(100), await stepAt(width - 100)] as const;
      expect(near[1] - near[0]).toBeLessThan((whole[1] - whole[0]) / 2);
      const box = await boxInView();
      await page.mouse.move(box.x + 500, box.y + 200);
      await page.mouse.down();
      await page.mouse.move(box.x + 200, box.y + 200, { steps: 4 });
      await page.mouse.up();
      expect(await stepAt(width - 100)).toBeGreaterThan(near[1]);
      await page.getByRole("button", { name: "Whole session" }).click();
      expect(await stepAt(100)).toBe(whole[0]);
      await page.getByRole("radio", { name: "time" }).check();
      expect(await stepAt(width - 12)).toBe(60);
    }));

  it("has the chosen step, the scale and the part in view in its address, and rows that choose a step", () =>
    onPage(served.url, `sessions/${NAME}/#step%3D53&along=clock`, async (page) => {
      const stage = page.getByRole("slider", { name: "Step of the session" });
      await stage.waitFor();
      expect(await stage.getAttribute("aria-valuenow")).toBe("53");
      expect(await page.getByRole("radio", { name: "time" }).isChecked()).toBe(true);
      const steps = page.getByRole("region", { name: "Steps", exact: true }).first();
      expect(await steps.locator("tr[aria-current]").textContent()).toMatch(/^53/);
      const picture = () => page.locator("canvas").evaluate((canvas) => canvas instanceof HTMLCanvasElement && canvas.toDataURL());
      const unpointed = await picture();
      await steps.getByRole("row", { name: /^52/ }).hover();
      await expect.poll(picture).not.toBe(unpointed);
      const box = await stage.boundingBox();
      await stage.hover({ position: { x: (box?.width ?? 0) - 12, y: 200 } });
      expect(await steps.locator("tr.pointed").textContent()).toMatch(/^60/);
      const phase = page.getByRole("group", { name: "Requests" }).locator("rect").last();
      expect(await phase.textContent()).toBe("Answering: 30 steps from step 31, $0.13");
      await phase.click();
      expect(await stage.getAttribute("aria-valuenow")).toBe("31");
      await steps.getByRole("button", { name: "41", exact: true }).click();
      expect(await stage.getAttribute("aria-valuenow")).toBe("41");
      await stage.focus();
      await page.keyboard.press("+");
      await expect.poll(() => new URL(page.url()).hash).toMatch(/^#step=41&along=clock&from=[\d.]+&to=[\d.]+$/);
      const { hash } = new URL(page.url());
      await page.reload();
      await stage.waitFor();
      expect(await stage.getAttribute("aria-valuenow")).toBe("41");
      await expect.poll(() => new URL(page.url()).hash).toBe(hash);
    }));

  it("finds sessions by text, with the state in the address", () =>
    onPage(served.url, "sessions/?sort=cost", async (page) => {
      const filter = page.getByRole("searchbox", { name: "Filter" });
      expect(await page.getByRole("combobox", { name: "Sort by" }).inputValue()).toBe("cost");
      await filter.fill("nothing such");
      expect(await page.getByRole("status").first().textContent()).toBe("0 of 1 session");
      await expect.poll(() => new URL(page.url()).search).toBe("?text=nothing+such&sort=cost");
      await filter.fill("codex");
      expect(await page.getByRole("link", { name: TITLE }).count()).toBe(1);
    }));

  it("is found by the search of all pages and in the site map, with its title where pages say that they are private", () =>
    onPage(served.url, "sessions/", async (page) => {
      expect(await page.getByRole("complementary", { name: "Private history" }).textContent()).toContain("Private: do not publish");
      await page.getByRole("combobox", { name: "Search the atlas" }).fill("fix atlas");
      const hit = page.getByRole("option", { name: TITLE });
      expect(await hit.textContent()).toBe(`atlas${TITLE}${NAME}`);
      await hit.click();
      expect(await page.getByRole("heading", { level: 1 }).textContent()).toBe(TITLE);
      expect(fs.readFileSync(path.join(folder, "gallery", "sitemap.xml"), "utf8")).toContain(`/sessions/${NAME}/</loc>`);
    }));

  it("redraws in the other colors", () =>
    onPage(
      served.url,
      `sessions/${NAME}/`,
      async (page) => {
        const picture = () => page.locator("canvas").evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL());
        await page.waitForFunction(() => (document.querySelector("canvas")?.width ?? 0) > 400);
        const light = await picture();
        await page.getByRole("button", { name: "Switch to dark mode" }).click();
        await expect.poll(picture).not.toBe(light);
      },
      { colorScheme: "light" },
    ));

  it("says what is in the context of a step, and links to the figures of the session", () =>
    onPage(served.url, `sessions/${NAME}/#step=30`, async (page) => {
      const details = page.getByRole("region", { name: "Selected step" });
      await expect
        .poll(() => details.textContent())
        .toContain("In the contextTool results29,000 tokens (98.3%)Session base500 tokens (1.7%)");
      const figures = page.getByText("This session is in figures").getByRole("link");
      expect(await figures.evaluateAll((links) => links.map((link) => link.getAttribute("href")))).toEqual([
        `../../session/session_token_steps/index.html#figure-${NAME}_token_steps`,
        `../../session/session_map/index.html#figure-${NAME}_session_map`,
        `../../session/context_delta_attribution/index.html#figure-${NAME}_composition`,
      ]);
    }));

  it("works from a disk, and without scripts still has the facts", async () => {
    const address = path.join(folder, "gallery", "sessions", NAME, "index.html");
    await onPage("file://", address, (page) => page.getByRole("slider", { name: "Step of the session" }).waitFor());
    const still = await watchedPage("file://", { javaScriptEnabled: false });
    await still.page.goto(`file://${address}`);
    expect(await still.page.getByRole("slider").count()).toBe(0);
    expect(await still.page.locator(".session-facts").textContent()).toContain("Agent steps60, 2 with a user message");
    await still.page.context().close();
  });
});
