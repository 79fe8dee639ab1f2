/** A gallery whose every text is an attack, and other sites that try to use a gallery, in a real browser. */
import fs from "node:fs";
import http from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { hasChromium, watchedPage } from "../testing/browser.ts";
import { type Fixture, reportOf, withRun } from "../testing/finished-run.ts";
import { buildGallery } from "./build.ts";
import { serveGallery } from "./serve/serve.ts";

const ATTACKS = [
  "<script>globalThis.taken = 1</script>",
  "</script><script>globalThis.taken = 2</script>",
  `"><img src=x onerror="globalThis.taken = 3">`,
  "'><svg onload='globalThis.taken = 4'>",
  "</title></style></textarea><iframe srcdoc='<script>parent.taken = 5</script>'></iframe>",
  "<a href=javascript:globalThis.taken=6>x</a>",
  "<!--<script>",
  "{{constructor.constructor('taken = 8')()}}",
].join(" ");
const MARKDOWN = `# ${ATTACKS}\n\n${ATTACKS}\n\n[click](javascript:globalThis.taken=9) ![x](javascript:globalThis.taken=10) <javascript:taken=11>\n\n[data](data:text/html,<script>parent.taken=12</script>)\n`;

describe.skipIf(!hasChromium)("in a browser", () => {
  it("nothing of a poisoned site runs", async () => {
    await withRun(async (run) => {
      const gallery = await poisoned(run);
      const { url, close } = await serveGallery(gallery, { port: 0 });
      const { page, problems } = await watchedPage(url);
      const pages = fs.readdirSync(gallery, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".html"));
      expect(pages.length).toBeGreaterThan(2);
      for (const file of pages) {
        await page.goto(url + file, { waitUntil: "load" });
        const chart = page.getByRole("button", { name: "Interactive" });
        if ((await chart.count()) > 0) {
          await chart.first().click();
          await page.locator(".plate-chart canvas").click();
        }
        expect(await page.evaluate(() => (globalThis as { taken?: number }).taken)).toBeUndefined();
        expect(await page.locator("main :is(iframe, [onerror], [onload], [href^='javascript:' i], [src^='javascript:' i])").count()).toBe(
          0,
        );
      }
      expect(await page.goto(url).then(() => page.textContent("main"))).toContain("<script>globalThis.taken = 1</script>");
      expect(problems).toEqual([]);
      await page.context().close();
      await close();
    });
  });

  it("other sites can neither show nor read a gallery", async () => {
    await withRun(async (run) => {
      const gallery = await poisoned(run);
      const { url, close } = await serveGallery(gallery, { port: 0 });
      const files = fs.readdirSync(gallery, { recursive: true, encoding: "utf8" });
      const site = await otherSite(
        url,
        [".png", ".js"].map((ending) => url + files.find((file) => file.endsWith(ending))),
      );
      const { page } = await watchedPage(site.url);
      await page.goto(site.url);
      await page.waitForFunction(() => (globalThis as { results?: unknown[] }).results?.length === 4);
      expect(await page.evaluate(() => (globalThis as { results?: unknown[] }).results?.sort())).toEqual([
        "fetch refused",
        "no-cors refused",
        "picture refused",
        "script refused",
      ]);
      await expect.poll(() => page.frames().map((frame) => frame.url())).not.toContain(url);
      expect(await page.frameLocator("iframe").locator("main").count()).toBe(0);
      await page.context().close();
      await site.close();
      await close();
    });
  });
});

async function poisoned(run: Fixture): Promise<string> {
  const experiment = await run.add({
    id: "session/steps",
    title: ATTACKS,
    question: ATTACKS,
    figures: [{ name: "steps", title: ATTACKS, caption: ATTACKS, spec: specText() }],
    tables: { steps: `tool,${ATTACKS.replaceAll(/[,"]/g, "")}\n${cell(ATTACKS)},1\n` },
    documents: { "notes.md": MARKDOWN, "macros.tex": ATTACKS },
    headlines: [{ label: ATTACKS, value: ATTACKS }],
    notes: [ATTACKS],
    flags: ["--x", ATTACKS],
  });
  run.source("session/steps", "README.md", MARKDOWN);
  run.source("session/steps", "query.sql", `-- ${ATTACKS}\nSELECT 1\n`);
  const failed = { id: "session/failed", state: "failed", error: ATTACKS, artifacts: null } as const;
  const { index } = await buildGallery({ ...run, report: reportOf([experiment, failed], { name: ATTACKS, providers: [ATTACKS] }) });
  return path.dirname(index);
}

function cell(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}

function specText(): string {
  return JSON.stringify({
    data: { values: [{ tool: ATTACKS, calls: 3 }] },
    title: ATTACKS,
    mark: { type: "bar", tooltip: true, href: "javascript:globalThis.taken=13" },
    encoding: {
      y: { field: "tool", type: "nominal", title: ATTACKS },
      x: { field: "calls", type: "quantitative" },
      href: { value: "javascript:globalThis.taken=14" },
    },
  });
}

/** A page of another origin that embeds a gallery and tries to read it in four ways. */
async function otherSite(gallery: string, [picture, code]: readonly string[]) {
  const script = `
    globalThis.results = [];
    const note = (what) => [() => results.push(what + " let through"), () => results.push(what + " refused")];
    fetch(${JSON.stringify(gallery)}).then(...note("fetch"));
    fetch(${JSON.stringify(gallery)}, { mode: "no-cors" }).then(...note("no-cors"));
    for (const [what, tag, address] of ${JSON.stringify([
      ["picture", "img", picture],
      ["script", "script", code],
    ])}) {
      const made = document.createElement(tag);
      [made.onload, made.onerror] = note(what);
      made.src = address;
      document.body.append(made);
    }`;
  const html = `<!doctype html><body><iframe src=${JSON.stringify(gallery)}></iframe><script>${script}</script>`;
  const server = http.createServer((_, response) => response.writeHead(200, { "content-type": "text/html" }).end(html));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: () => new Promise((resolve) => server.close(resolve).closeAllConnections()),
  };
}
