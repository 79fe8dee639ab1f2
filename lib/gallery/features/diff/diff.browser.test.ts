import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { accessibilityProblems, hasChromium, onPage } from "../../../testing/browser.ts";
import { type Fixture, reportOf, withRun } from "../../../testing/finished-run.ts";
import { buildGallery } from "../../build.ts";
import { type Served, serveGallery } from "../../serve/serve.ts";

const HOSTILE = `<img src=x onerror=alert(1)>`;
type Literal = Parameters<Fixture["add"]>[0];

const WIDE = (value: number) =>
  `name,a,b,c,d,e\n${["x", "y"].map((name, i) => [name, 1, 2, 3, 4, 5].map((n) => (typeof n === "number" ? n * value + i : n)).join(",")).join("\n")}\n`;

const BEFORE: Literal = {
  id: "session/one",
  title: `One ${HOSTILE}`,
  figures: [{ name: "f", title: `Figure ${HOSTILE}` }, { name: "gone" }],
  tables: { t: `name,n\n${HOSTILE},10\nb,2\nc,3\n`, u: "name,n\na,1\n", wide: WIDE(1) },
  headlines: [{ label: HOSTILE, value: "1,000 steps" }],
};
const AFTER: Literal = {
  ...BEFORE,
  figures: [{ name: "f", title: `Figure ${HOSTILE}`, width: 640 }],
  tables: { t: `name,n\n${HOSTILE},15\nb,2\nd,4\n`, u: "name,n\na,1\n", wide: WIDE(3) },
  headlines: [{ label: HOSTILE, value: "1,500 steps" }],
};
const SAME: Literal = { id: "session/same", tables: { t: "name,n\na,1\n" } };

describe.skipIf(!hasChromium)("what changed, in a browser", () => {
  let served: Served;
  let folder: string;
  beforeAll(async () => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "trace-atlas-diff-"));
    const gallery = path.join(folder, "gallery");
    await withRun((before) =>
      withRun(async (after) => {
        const earlier = reportOf([await before.add(BEFORE), await before.add(SAME)]);
        const later = reportOf([await after.add(AFTER), await after.add(SAME)], { rounds: 1301, fingerprint: "f".repeat(32) });
        const { out, roots } = after;
        await buildGallery({ out, report: later, roots, gallery, before: { out: before.out, report: earlier } });
      }),
    );
    served = await serveGallery(gallery, { port: 0, basePath: "/atlas/" });
  });
  afterAll(async () => {
    await served?.close();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  it.each(["light", "dark"] as const)("leads from the runs to what differs, in %s", (colorScheme) =>
    onPage(
      served.url,
      "diff/",
      async (page) => {
        const rules = colorScheme === "light" ? "all" : "colors";
        expect(await accessibilityProblems(page, rules)).toEqual([]);
        expect(await page.getByRole("row", { name: /Agent steps/ }).textContent()).toBe("Agent steps1,3001,301");
        expect(await page.getByText("1 experiment without a difference").count()).toBe(1);
        expect(await page.getByRole("group", { name: "Headline numbers that differ" }).first().textContent()).toContain(HOSTILE);
        await page.getByRole("group", { name: "Experiments that differ, with how many of their parts do" }).getByRole("link").click();
        expect(await page.getByRole("heading", { level: 1 }).textContent()).toBe(`One ${HOSTILE}`);
        expect(await page.getByRole("row", { name: /1,500 steps/ }).textContent()).toBe(
          `${HOSTILE}1,000 steps1,500 steps+500 steps (+50%)33%`,
        );
        await page.getByText("1 changed value").click();
        expect(await page.getByRole("row", { name: /15/ }).last().textContent()).toBe(`${HOSTILE}n1015+5 (+50%)33%`);
        expect(await page.getByText("Effect 29%; 1 row changed (1 value); 1 added; 1 removed. Rows are matched by name.").count()).toBe(1);
        expect(await page.getByText("The same in both runs: Table u.").count()).toBe(1);
        const chart = page.getByRole("img", { name: "n before and after, for 4 rows of the table." });
        expect(await chart.evaluate((image: HTMLImageElement) => image.decode().then(() => image.naturalWidth))).toBeGreaterThan(600);
        expect(await page.getByText("Only the earlier run has this figure.").count()).toBe(1);
        expect(await accessibilityProblems(page, rules)).toEqual([]);
      },
      { colorScheme },
    ),
  );

  it("fits a phone, with three charts of a table in sight and the others folded", () =>
    onPage(
      served.url,
      "diff/session/one/",
      async (page) => {
        const wide = page.getByRole("region", { name: "wide" });
        const charts = wide.getByRole("img");
        expect(await wide.locator(".diff-charts img:visible").count()).toBe(3);
        await wide.getByText("2 more charts, with smaller effects").click();
        expect(await charts.count()).toBe(5);
        expect(await accessibilityProblems(page)).toEqual([]);
        for (const address of ["diff/session/one/", "diff/"]) {
          await page.goto(served.url + address);
          expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
        }
      },
      { viewport: { width: 390, height: 844 } },
    ));

  it("lays the pictures over each other, by keyboard too", () =>
    onPage(
      served.url,
      "diff/session/one/",
      async (page) => {
        const after = page.locator(".picture-after").first();
        await page.getByRole("radio", { name: "Side by side" }).focus();
        await page.keyboard.press("ArrowRight");
        const slider = page.getByRole("slider");
        expect(await after.evaluate((element) => element.style.clipPath)).toBe("inset(0px 0px 0px 50%)");
        await slider.focus();
        await page.keyboard.press("End");
        expect(await after.evaluate((element) => element.style.clipPath)).toBe("inset(0px 0px 0px 100%)");
        expect(await accessibilityProblems(page)).toEqual([]);
        await page.getByRole("radio", { name: "Blink" }).check();
        const swap = page.getByRole("button", { name: "Swap" });
        expect(await after.evaluate((element) => element.style.visibility)).toBe("");
        await swap.press("Enter");
        expect(await after.evaluate((element) => element.style.visibility)).toBe("hidden");
      },
      { reducedMotion: "reduce" },
    ));

  it("blinks by itself only where motion is welcome, and can be stopped", () =>
    onPage(
      served.url,
      "diff/session/one/",
      async (page) => {
        await page.getByRole("radio", { name: "Blink" }).check();
        await page.locator(".picture-bar output", { hasText: "before" }).waitFor();
        await page.getByRole("button", { name: "Stop" }).click();
        expect(await page.getByRole("button", { name: "Swap" }).count()).toBe(1);
      },
      { reducedMotion: "no-preference" },
    ));
});
