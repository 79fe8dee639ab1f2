import fs from "node:fs";
import path from "node:path";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { reportOf, withRun } from "../../testing/finished-run.ts";
import { buildGallery } from "../build.ts";
import { siteAddress } from "./site.tsx";

const BASE = "https://example.org/a b/";

describe("an address of a site", () => {
  it.each([
    ["https://example.org", "https://example.org/"],
    ["http://example.org/atlas", "http://example.org/atlas/"],
    ["https://example.org/a b/", "https://example.org/a%20b/"],
  ])("%s", (text, address) => {
    expect(siteAddress(text)).toBe(address);
  });

  it.each(["example.org", "ftp://example.org/", "https://example.org/?a", "https://example.org/#a", "https://me@example.org/", ""])(
    "%j is refused",
    (text) => {
      expect(() => siteAddress(text)).toThrow("is not an address of a site");
    },
  );
});

describe("a published gallery", () => {
  it("tells others who it is", async () => {
    await withRun(async (run) => {
      const experiment = await run.add({ id: "session/steps", title: "Steps & <more>", figures: [{ name: "steps" }] });
      const { index } = await buildGallery({ ...run, report: reportOf([experiment]), baseUrl: BASE });
      const read = (file: string) => fs.readFileSync(path.join(path.dirname(index), file), "utf8");
      expect(read("index.html")).toContain(`<link rel="canonical" href="https://example.org/a%20b/"/>`);
      expect(read("index.html")).toContain(`content="https://example.org/a%20b/assets/card.png"`);
      const page = read("session/steps/index.html");
      expect(page).toContain(`<link rel="canonical" href="https://example.org/a%20b/session/steps/"/>`);
      expect(page).toContain(`<meta property="og:title" content="Steps &amp; <more>`.replace("<more>", "&lt;more>"));
      expect(page).toContain(`content="https://example.org/a%20b/session/steps/files/steps.png"`);
      expect(read("sitemap.xml")).toContain("<loc>https://example.org/a%20b/session/steps/</loc>");
      expect(read("robots.txt")).toContain("Sitemap: https://example.org/a%20b/sitemap.xml");
      const [, id] = /href="(?:\.\.\/)+f\/([^/"]+)\/index\.html"/.exec(page) ?? [];
      const permalink = read(`f/${id}/index.html`);
      expect(permalink).toContain(`content="0; url=../../session/steps/index.html#figure-steps"`);
      expect(permalink).toContain(`<link rel="canonical" href="https://example.org/a%20b/session/steps/"/>`);
      expect(read("404.html")).toContain(`href="/a%20b/index.html"`);
      expect(await sharp(path.join(path.dirname(index), "assets", "card.png")).metadata()).toMatchObject({ width: 1200, height: 630 });
    });
  });

  it("without an address has nothing that needs one", async () => {
    await withRun(async (run) => {
      const { index } = await buildGallery({ ...run, report: reportOf([await run.add({ id: "session/steps" })]) });
      const files = fs.readdirSync(path.dirname(index));
      expect(files).toContain(".nojekyll");
      expect(files.filter((file) => ["404.html", "robots.txt", "sitemap.xml"].includes(file))).toEqual([]);
      const home = fs.readFileSync(index, "utf8");
      expect(home).toContain(`property="og:title"`);
      expect(home).not.toMatch(/og:image|og:url|canonical/);
    });
  });
});
