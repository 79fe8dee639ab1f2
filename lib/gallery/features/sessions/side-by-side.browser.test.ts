import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { accessibilityProblems, hasChromium, onPage } from "../../../testing/browser.ts";
import { reportOf, withRun } from "../../../testing/finished-run.ts";
import { timelineCall, timelineOf } from "../../../testing/timelines.ts";
import { timelineText } from "../../../trace/timeline.ts";
import { buildGallery } from "../../build.ts";
import { type Served, serveGallery } from "../../serve/serve.ts";

const HOSTILE = `<img src=x onerror=alert(1)>`;
const PHONE = { width: 390, height: 844 };

const session = (name: string, tools: readonly string[]) =>
  timelineOf(
    tools.map((tool, i) => ({
      ...{ request: i + 1, startS: 10 * i, costUsd: 0.5, prefixTokens: 100, activity: "run" as const },
      calls: [timelineCall(10 * i, 10 * i + 5, { tool, activity: tool === "Edit" ? "edit" : "run" })],
    })),
    {
      name,
      model: HOSTILE,
      durationS: 10 * tools.length,
      cost: { sessions: 1, pricedSteps: tools.length, usd: 0.5 * tools.length, usdMost: 1, prices: null },
    },
  );
const SESSIONS = [
  session("claude-aaaaaaaaaa", ["Bash", HOSTILE]),
  session("claude-bbbbbbbbbb", ["Bash", "Edit", "Bash"]),
  session("codex-cccccccccc", ["exec"]),
];

describe.skipIf(!hasChromium)("sessions side by side, in a browser", () => {
  let served: Served;
  let folder: string;
  beforeAll(async () => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "trace-atlas-side-by-side-"));
    const gallery = path.join(folder, "gallery");
    await withRun(async ({ out, roots, add }) => {
      const documents = Object.fromEntries(SESSIONS.map((timeline) => [`${timeline.name}.timeline.json`, timelineText(timeline)]));
      await buildGallery({ out, report: reportOf([await add({ id: "session/session_timelines", documents })]), roots, gallery });
    });
    served = await serveGallery(gallery, { port: 0, basePath: "/atlas/" });
  });
  afterAll(async () => {
    await served?.close();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  it("has an address for each pair, to which the page of a session leads", () =>
    onPage(served.url, "sessions/claude-aaaaaaaaaa/", async (page) => {
      await page.getByRole("link", { name: "Put it side by side with another session" }).click();
      await page.getByRole("heading", { name: "Requests of A and B" }).waitFor();
      await expect.poll(() => new URL(page.url()).search).toBe("?a=claude-aaaaaaaaaa&b=claude-bbbbbbbbbb");
      expect(await page.getByRole("row", { name: "Cost" }).getByRole("cell").allTextContents()).toEqual(["$1.00", "$1.50", "1.50x"]);
      const parting = page.getByRole("region", { name: "Requests of A and B", exact: true });
      expect(await parting.textContent()).toContain(
        `In request 2 of A and request 2 of B, A calls ${HOSTILE} (call 2, worked), and B calls Edit (call 2, worked).`,
      );
      const rows = page.getByRole("group", { name: "Requests of A and B that belong together" }).getByRole("row");
      expect(await rows.count()).toBe(4);
      await page.locator("select[name=c]").selectOption("codex-cccccccccc");
      await page.getByRole("button", { name: "Compare" }).click();
      await page.getByRole("heading", { name: "Requests of A and C" }).waitFor();
      await expect.poll(() => new URL(page.url()).searchParams.get("c")).toBe("codex-cccccccccc");
    }));

  it("keeps nobody out: light, dark, phone", () =>
    onPage(served.url, "sessions/compare/?a=claude-bbbbbbbbbb&b=codex-cccccccccc", async (page) => {
      await page.getByRole("heading", { name: "Numbers" }).waitFor();
      expect(await accessibilityProblems(page)).toEqual([]);
      await page.emulateMedia({ colorScheme: "dark" });
      expect(await accessibilityProblems(page, "colors")).toEqual([]);
      await page.setViewportSize(PHONE);
      expect(await accessibilityProblems(page, "all but colors")).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(PHONE.width);
    }));

  it("works from a disk", () =>
    onPage(
      "file://",
      `${path.join(folder, "gallery", "sessions", "compare", "index.html")}?a=codex-cccccccccc&b=claude-aaaaaaaaaa`,
      (page) => page.getByRole("heading", { name: "Requests of A and B" }).waitFor(),
    ));
});
