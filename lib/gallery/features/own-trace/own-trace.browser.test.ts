import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { gunzipSync, gzipSync } from "node:zlib";
import { zipSync } from "fflate";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { claudeTurn, codexHeader, codexTurn, Home } from "../../../collect/fixture.ts";
import { checkTrace } from "../../../sanitize/sanitize.ts";
import { accessibilityProblems, hasChromium, onPage, serveSample, watchedPage } from "../../../testing/browser.ts";
import { call } from "../../../testing/call.ts";
import { project } from "../../../testing/paths.ts";
import { EXPERIMENTS } from "./worker/experiments.ts";

const FACTS = ".home .facts";
/** Of the browser, which starts where the tests do. */
const ZONE = new Intl.DateTimeFormat().resolvedOptions().timeZone;

describe.skipIf(!hasChromium)("a trace that a visitor drops", () => {
  let served: Awaited<ReturnType<typeof serveSample>>;
  const home = new Home();
  beforeAll(async () => {
    served = await serveSample();
    home.write(home.claude("a"), [...claudeTurn("a", 0), ...claudeTurn("b", 100, 5000)]);
    home.write(home.codex("c"), [codexHeader("c", 0), ...codexTurn("t", 3600, 100)]);
  });
  afterAll(async () => {
    home.remove();
    await served?.close();
  });

  function zippedHome(): Buffer {
    const files = fs.readdirSync(home.folder, { recursive: true, encoding: "utf8" });
    const contents = files.flatMap((file) => {
      const full = path.join(home.folder, file);
      return fs.statSync(full).isFile() ? [[file, new Uint8Array(fs.readFileSync(full))] as const] : [];
    });
    return Buffer.from(zipSync({ ...Object.fromEntries(contents), ".claude/projects/p/broken.jsonl": Buffer.from("not JSON\n") }));
  }

  /** The names and values of the dashboard. */
  function factsOf(page: Page): Promise<(string | null)[]> {
    return page.locator(`${FACTS} > *`).evaluateAll((facts) => facts.map((fact) => fact.textContent));
  }

  function sampleRows(count: number): string[] {
    return gunzipSync(fs.readFileSync(project("data", "sample.jsonl.gz")))
      .toString()
      .split("\n", count);
  }

  async function drop(page: Page, name: string, buffer: Buffer): Promise<void> {
    await page.setInputFiles("#own-files", { name, mimeType: "application/octet-stream", buffer });
    await page.locator(`.own-frame ${FACTS}, #own-problem p`).first().waitFor();
    expect(await page.locator("#own-problem").count()).toBe(0);
  }

  /** What the command line's dashboard says of the same home. */
  async function factsOfCommandLine(): Promise<(string | null)[]> {
    const out = path.join(home.root, "out");
    const only = EXPERIMENTS.map(({ id }) => id).join(",");
    const { status, stderr } = await call("--collect", "--home", home.folder, "--out", out, "--only", only, "--timezone", ZONE);
    expect([status, stderr]).toEqual([0, expect.anything()]);
    const { page } = await watchedPage("file:");
    await page.goto(pathToFileURL(path.join(out, "gallery", "index.html")).href);
    const facts = await factsOf(page);
    await page.context().close();
    return facts;
  }

  it("as a zip of a home: the numbers of the command line, pages of sessions, no request for them, and sanitized rows that pass the gate", async () => {
    const expected = await factsOfCommandLine();
    await onPage(served.url, "index.html", async (page) => {
      const requested: { url: string; method: string }[] = [];
      const note = (request: { url(): string; method(): string }) => void requested.push({ url: request.url(), method: request.method() });
      await drop(page, "home.zip", zippedHome());
      expect(await factsOf(page)).toEqual(expected);
      expect(expected).toHaveLength(8);
      expect(await page.locator(".banner:visible").allTextContents()).toEqual([expect.stringMatching(/^Private: only you see this\./)]);
      const cost = page.locator(".own-frame").getByRole("link", { name: "Cost at list prices" });
      expect(await cost.getAttribute("href")).toBe("trace_facts/cost_over_time/index.html");
      expect(await cost.getAttribute("target")).toBe("_blank");
      expect(await page.textContent(".own-report")).toContain("broken.jsonl");
      expect(await accessibilityProblems(page)).toEqual([]);

      page.on("request", note);
      await page.getByRole("navigation", { name: "Pages of your history" }).getByRole("link", { name: "Sessions" }).click();
      await page.locator("[data-session-list] output").waitFor();
      expect(await page.textContent("[data-session-list] output")).toBe("2 sessions");
      await page.getByRole("searchbox").fill("claude");
      await page.locator("[data-session-list] tbody a").first().click();
      await page.locator("#timeline:not([hidden]) canvas").waitFor();
      expect(new URL(page.url()).search).toMatch(/^\?own=session&name=claude-/);
      await page.goBack();
      await page.locator("[data-session-list] output").waitFor();
      page.off("request", note);
      expect(requested.filter(({ url }) => !url.endsWith("icon.svg"))).toEqual([]);

      const downloaded = page.waitForEvent("download");
      await page.getByRole("button", { name: "Download sanitized rows" }).click();
      await page.getByText("The gate read them back and found nothing private.").waitFor();
      const download = await downloaded;
      const saved = path.join(home.root, "rounds.jsonl");
      await download.saveAs(saved);
      const { rows: checked, findings } = await checkTrace({ input: saved, kept: new Set() });
      expect([checked, findings]).toEqual([3, []]);

      await page.getByRole("button", { name: "Forget it" }).click();
      await page.getByText("See your own history").waitFor();
      expect(await page.locator(".own-frame").count()).toBe(0);
      expect(await page.locator(".banner:visible").textContent()).toMatch(/^Synthetic sample/);
      expect(new URL(page.url()).search).toBe("");
    });
  });

  it("as a packed trace: bad lines are counted, and the console asks its tables", async () => {
    const rows = sampleRows(200);
    await onPage(served.url, "index.html", async (page) => {
      await drop(page, "trace.jsonl.gz", gzipSync(`${rows.join("\n")}\nnot a step\n`));
      expect((await factsOf(page)).join("\n")).toContain("Agent steps200");
      expect(await page.textContent(".own-report")).toContain("1 line rejected");

      await page.getByRole("link", { name: "Ask", exact: true }).last().click();
      await page.locator("#ask-editor").fill("SELECT count(*) AS steps FROM rounds");
      await page.getByRole("button", { name: "Run", exact: true }).click();
      await page.locator("[data-ask=results] td").first().waitFor();
      expect(await page.textContent("[data-ask=results] td")).toBe("200");

      await page.getByLabel("Ask in words").fill("which model takes most steps");
      await page.locator("[data-ask=found] button").first().click();
      await page
        .locator("[data-ask=results] td", { hasText: /^claude$/ })
        .first()
        .waitFor();
      expect(
        await page.locator(".ask-starter a").evaluateAll((links) => links.every((link) => link.getAttribute("target") === "_blank")),
      ).toBe(true);
    });
  });

  it("has the hours of the visitor's clock", async () => {
    const { page, problems } = await watchedPage(served.url, { timezoneId: "Asia/Tokyo" });
    await page.goto(`${served.url}index.html`);
    const [row = ""] = sampleRows(1);
    await drop(page, "trace.jsonl", Buffer.from(row));
    const [, time = ""] = /"timestamp":"([^"]+)"/.exec(row) ?? [];
    const there = new Intl.DateTimeFormat("en-US", { timeZone: "Asia/Tokyo", hour: "2-digit", hourCycle: "h23" }).format(new Date(time));
    expect(await page.textContent(".calendar figcaption")).toContain(
      `in Asia/Tokyo; the stronger the color, the more steps. Busiest hour: ${there}:00 on `,
    );
    expect(problems).toEqual([]);
    await page.context().close();
  });

  it.each([
    ["what is nothing of this", "notes.txt", "hello", /These files have no steps of agents.*notes\.txt/s],
    ["nothing", "empty.jsonl", "", /These files have no steps of agents/],
  ])("%s is refused with the reason", (_, name, text, sentence) =>
    onPage(served.url, "index.html", async (page) => {
      await page.setInputFiles("#own-files", { name, mimeType: "text/plain", buffer: Buffer.from(text) });
      await page.locator("#own-problem p").first().waitFor();
      expect(await page.textContent("#own-problem")).toMatch(sentence);
      expect(await page.getByText("Choose files").isVisible()).toBe(true);
    }),
  );

  it("can be canceled, and its page and workers reach no other address", async () => {
    const { page } = await watchedPage(served.url);
    await page.goto(`${served.url}index.html`);
    await page.setInputFiles("#own-files", { name: "home.zip", mimeType: "application/zip", buffer: zippedHome() });
    await page.getByRole("button", { name: "Cancel" }).click();
    await page.getByText("Choose files").waitFor();
    expect(await page.locator("#own-problem p").count()).toBe(0);
    const sent = await page.evaluate(async () => {
      const there = "https://elsewhere.example/";
      const script = `fetch(${JSON.stringify(there)}).then(() => postMessage(true), () => postMessage(false))`;
      const worker = new Worker(URL.createObjectURL(new Blob([script], { type: "text/javascript" })));
      const ofWorker = new Promise<boolean>((resolve) => {
        worker.onmessage = ({ data }) => resolve(data);
      });
      const ofPage = fetch(there, { method: "POST", body: "x" }).then(
        () => true,
        () => false,
      );
      return [await ofPage, await ofWorker, navigator.sendBeacon(there, "x")];
    });
    expect(sent.slice(0, 2)).toEqual([false, false]);
    expect(await page.locator("meta[http-equiv]").getAttribute("content")).toMatch(/connect-src 'self' blob:(;|$)/);
    await page.context().close();
  });

  it("has its place on a phone, too", () =>
    onPage(
      served.url,
      "index.html",
      async (page) => {
        await page.getByText("See your own history").click();
        await page.getByText("Choose files").scrollIntoViewIfNeeded();
        expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
      },
      { viewport: { width: 390, height: 844 } },
    ));
});
