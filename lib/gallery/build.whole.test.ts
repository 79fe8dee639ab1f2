import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import { decompress } from "fzstd";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { UserError } from "../files/errors.ts";
import { sha256 } from "../files/hash.ts";
import { type Fixture, reportOf, withRun } from "../testing/finished-run.ts";
import { buildGallery } from "./build.ts";
import { GalleryFolder } from "./folder.ts";
import { GZIP, type Packer } from "./packer.ts";
import type { GalleryResult } from "./request.ts";

/** Opening a figure and the guide to the readings need nothing of the run. */
const pagesOfEveryRun = 4;
const HOSTILE = `<script>alert("1")</script><img src=x onerror='alert(2)'>`;

describe("the gallery of three experiments", () => {
  let folder: string;
  let built: GalleryResult;
  beforeAll(async () => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "three-"));
    await withRun(async (run) => {
      built = await buildGallery({ ...run, report: reportOf(await threeExperiments(run)), gallery: path.join(folder, "gallery") });
    });
  });
  afterAll(() => fs.rmSync(folder, { recursive: true }));

  it("has a page for the home, every category and every experiment", () => {
    expect(built).toEqual({ pages: 8 + pagesOfEveryRun, index: path.join(folder, "gallery", "index.html") });
    expect(htmlFiles(path.dirname(built.index))).toEqual([
      "atlas/index.html",
      "f/ab12cd34ef/index.html",
      "index.html",
      "open/index.html",
      "own_ideas/index.html",
      "own_ideas/odd/index.html",
      "readings/index.html",
      "search/index.html",
      "session/broken/index.html",
      "session/index.html",
      "session/steps/index.html",
      "tool_calls/index.html",
      "tool_calls/waits/index.html",
    ]);
  });

  it("links only to what is in it", () => {
    const { checked, broken } = checkLinks(path.dirname(built.index));
    expect(broken).toEqual([]);
    expect(checked).toBeGreaterThan(80);
  });

  it("has nothing inline and nothing from elsewhere", () => {
    for (const html of Object.values(readPages(path.dirname(built.index)))) {
      const tags = tagsOf(html);
      expect(tags.filter((tag) => /^<style|\sstyle=|\son[a-z]+=|javascript:/i.test(tag))).toEqual([]);
      const scripts = tags.filter((tag) => tag.startsWith("<script"));
      expect(scripts.filter((tag) => !/^<script( defer)? src="[./]*assets\/[a-z-]+\.js">$/.test(tag))).toEqual([]);
      expect(tags.filter((tag) => /\s(src|srcset)="(https?:)?\/\//.test(tag) || /<link[^>]+href="(https?:)?\/\//.test(tag))).toEqual([]);
    }
  });

  it("says on every page that the pool is synthetic, and prints fingerprint, window and versions", () => {
    for (const html of Object.values(readPages(path.dirname(built.index)))) {
      expect(html).toContain('class="banner"');
      expect(html).toContain("0123456789abcdef0123456789abcdef");
      expect(html).toContain("Jan 30, 2026 to Feb 2, 2026");
      expect(html).toContain("trace-atlas 0.1.0, vega 6.4.0");
    }
  });
});

describe("a gallery", () => {
  it("shows names with markup as text", async () => {
    await withRun(async (run) => {
      run.source(
        "session/steps",
        "README.md",
        `# Steps\n\n${HOSTILE}\n\n## ${HOSTILE}\n\n[x](javascript:alert(3)) ![p](https://example.org/p.png)\n`,
      );
      run.source("session/steps", "query.sql", `-- ${HOSTILE}\n`);
      const experiment = await run.add({
        id: "session/steps",
        title: HOSTILE,
        question: HOSTILE,
        figures: [{ name: "steps", title: HOSTILE, caption: HOSTILE, reading: HOSTILE }],
        tables: { tools: `tool_name,${HOSTILE.replaceAll('"', "")}\n${HOSTILE.replaceAll('"', "")},1\n` },
        documents: { "tools.md": `| tool |\n| --- |\n| ${HOSTILE} |\n\n[click](https://example.org)\n`, "tools.txt": HOSTILE },
        headlines: [{ label: HOSTILE, value: HOSTILE }],
        notes: [HOSTILE],
        flags: ["--session-id", HOSTILE],
      });
      const failed = { id: "session/broken", state: "failed", error: HOSTILE, artifacts: null } as const;
      const { index } = await buildGallery({
        ...run,
        report: reportOf([experiment, failed], { name: HOSTILE, providers: [HOSTILE], synthetic: false }),
      });
      const pages = readPages(path.dirname(index));
      for (const html of Object.values(pages)) {
        const tags = tagsOf(html);
        expect(
          tags.filter(
            (tag) =>
              /^<(script|img|a)\b/i.test(tag) &&
              /alert|onerror|example\.org/.test(tag.replace(/\s(title|alt|aria-label|data-copy)="[^"]*"/g, "")),
          ),
        ).toEqual([]);
        expect(tags.filter((tag) => tag.startsWith("<script") && !/ src="[./]*assets\/[a-z-]+\.js">$/.test(tag))).toEqual([]);
      }
      expect(pages["session/steps/index.html"]).toContain("&lt;script>alert(");
    });
  });

  it("is the same, byte by byte, when built again and elsewhere", async () => {
    await withRun(async (run) => {
      const report = reportOf(await threeExperiments(run));
      const elsewhere = path.join(run.out, "..", "elsewhere");
      await buildGallery({ ...run, report });
      const first = hashes(path.join(run.out, "gallery"));
      await buildGallery({ ...run, report });
      await buildGallery({ ...run, report, gallery: elsewhere });
      expect(hashes(path.join(run.out, "gallery"))).toEqual(first);
      expect(hashes(elsewhere)).toEqual(first);
      expect(fs.readdirSync(run.out).filter((name) => name.startsWith("."))).toEqual([]);
    });
  });

  it("shows how to read each figure, and what each column holds", async () => {
    await withRun(async (run) => {
      const experiment = await run.add({
        id: "session/steps",
        figures: ["a", "b", "c"].map((name) => ({ name, reading: name === "c" ? "Low is good." : "High *is* good." })),
        tables: { steps: "model,steps\nx,1\n" },
      });
      const { index } = await buildGallery({ ...run, report: reportOf([experiment]) });
      const page = readPages(path.dirname(index))["session/steps/index.html"] ?? "";
      const guides = [...page.matchAll(/<details class="guide"( open)?>.*?<\/details>/gs)];
      expect(guides.map(([guide, open]) => [open, /<p>(.*?)<\/p>/.exec(guide)?.[1], guide.includes("the same as figure 1")])).toEqual([
        [" open", "High <em>is</em> good.", false],
        [undefined, "High <em>is</em> good.", true],
        [" open", "Low is good.", false],
      ]);
      expect(page).toContain("<dt><code>steps</code></dt><dd><span>Meaning of steps</span></dd>");
    });
  });

  it("says what failed, what was left out and what is empty", async () => {
    await withRun(async (run) => {
      const empty = await run.add({ id: "session/none", tables: { rows: "a,b\n" }, documents: { "datapackage.json": "{}" } });
      const failed = { id: "session/broken", state: "failed", error: "column prefix not found", artifacts: null } as const;
      const skipped = { id: "session/later", state: "skipped", error: "not started after a failure", artifacts: null } as const;
      const { index } = await buildGallery({ ...run, report: reportOf([empty, failed, skipped]) });
      const pages = readPages(path.dirname(index));
      for (const [id, sentence] of [
        ["session/none", "this pool has no data for it"],
        ["session/broken", "column prefix not found"],
        ["session/later", "not started after a failure"],
      ]) {
        expect(pages[`${id}/index.html`]).toContain(sentence);
        for (const list of ["atlas/index.html", "session/index.html"]) expect(pages[list]).toContain(sentence);
      }
    });
  });

  it("of an empty pool says that there is nothing", async () => {
    await withRun(async (run) => {
      const experiment = await run.add({ id: "session/steps", documents: { "steps.md": "| a |\n| - |\n| — |\n" } });
      const report = reportOf([experiment], {
        rounds: 0,
        sessions: 0,
        toolCalls: 0,
        timingEvents: 0,
        users: 0,
        providers: [],
        firstTime: null,
        lastTime: null,
        synthetic: false,
      });
      const { index } = await buildGallery({ ...run, report });
      const pages = readPages(path.dirname(index));
      expect(pages["index.html"]).toContain("An atlas of an empty pool");
      for (const page of ["index.html", "session/steps/index.html"]) expect(pages[page]).toContain("The pool has no agent steps.");
      for (const html of Object.values(pages)) expect(html).not.toContain("none at all");
      expect(checkLinks(path.dirname(index)).broken).toEqual([]);
    });
  });

  it("of no experiment says so", async () => {
    await withRun(async (run) => {
      const { pages, index } = await buildGallery({ ...run, report: reportOf([]) });
      expect(pages).toBe(1 + pagesOfEveryRun);
      expect(fs.readFileSync(index, "utf8")).toContain("No experiment was run on this pool.");
    });
  });

  it("of a pool that is not synthetic doesn't say so on any page", async () => {
    await withRun(async (run) => {
      const { index } = await buildGallery({ ...run, report: reportOf(await threeExperiments(run), { synthetic: false }) });
      for (const html of Object.values(readPages(path.dirname(index)))) expect(html).not.toContain('class="banner"');
    });
  });

  it("of a pool that was not sanitized says on every page that it is private", async () => {
    await withRun(async (run) => {
      const report = reportOf(await threeExperiments(run), { synthetic: false, isPrivate: true });
      const { index } = await buildGallery({ ...run, report });
      for (const html of Object.values(readPages(path.dirname(index)))) expect(html).toContain("Private: do not publish.");
    });
  });

  it("shows the first fifty rows and says how many there are", async () => {
    await withRun(async (run) => {
      const rows = Array.from({ length: 1234 }, (_, i) => `call-${i},${i / 3}`).join("\n");
      const experiment = await run.add({ id: "session/steps", tables: { rows: `tool,seconds\n${rows}\n` } });
      const { index } = await buildGallery({ ...run, report: reportOf([experiment]) });
      const html = readPages(path.dirname(index))["session/steps/index.html"] ?? "";
      expect(html.match(/<td>call-/g)).toHaveLength(50);
      expect(html).toContain("1,234 rows");
      expect(html).toContain('<td class="numeric" title="0.3333333333333333">0.333333</td>');
    });
  });

  it("shows light pictures of figures, draws none where there is a small SVG, and keeps them for the next build", async () => {
    await withRun(async (run) => {
      const svg = (bytes: number) => `<svg xmlns="http://www.w3.org/2000/svg">${" ".repeat(bytes)}</svg>`;
      const figures = [{ name: "wide", width: 2400, height: 400, svg: svg(1e5) }, { name: "dense", svg: svg(1e6) }, { name: "light" }];
      const report = reportOf([await run.add({ id: "session/steps", figures })]);
      const { index } = await buildGallery({ ...run, report });
      const folder = path.join(path.dirname(index), "assets", "pictures");
      const pictures = fs.readdirSync(folder).map((name) => path.join(folder, name));
      const drawn = await Promise.all(pictures.map((file) => sharp(file).metadata()));
      expect(drawn.map(({ format, width, height }) => `${format} ${width} ${height}`).sort()).toEqual(["webp 600 300", "webp 800 133"]);
      const html = readPages(path.dirname(index))["session/steps/index.html"] ?? "";
      expect(html).toContain('<img src="files/light.svg" width="300" height="150"');
      const inodes = () => pictures.map((file) => fs.statSync(file).ino);
      const before = inodes();
      await buildGallery({ ...run, report });
      expect(inodes()).toEqual(before);
    });
  });

  it("keeps packed files of the earlier gallery that are made of the same", async () => {
    await withRun(async (run) => {
      const folder = path.join(run.out, "gallery");
      const source = path.join(run.out, "rows.csv");
      const packed = async (text: string, packer: Packer) => {
        fs.writeFileSync(source, text);
        const draft = GalleryFolder.open(folder, run.out);
        await draft.placePacked(source, "rows", packer);
        await draft.commit({ generator: "test", fingerprint: "", key: "", pages: [] });
        return fs.statSync(path.join(folder, "rows")).ino;
      };
      const first = await packed("a,b\n1,2\n", GZIP);
      expect(await packed("a,b\n1,2\n", GZIP)).toBe(first);
      expect(await packed("a,b\n1,3\n", GZIP)).not.toBe(first);
      expect(gunzipSync(fs.readFileSync(path.join(folder, "rows"))).toString()).toBe("a,b\n1,3\n");
      await packed("a,b\n1,3\n", { format: "zstd", level: 9 });
      expect(Buffer.from(decompress(fs.readFileSync(path.join(folder, "rows")))).toString()).toBe("a,b\n1,3\n");
    });
  });

  it("offers commands that a shell reads as they are meant", async () => {
    await withRun(async (run) => {
      const experiment = await run.add({
        id: "session/steps",
        headlines: [{ label: "a", value: "1" }],
        flags: ["--session-id", "it's; rm -rf"],
      });
      const { index } = await buildGallery({ ...run, report: reportOf([experiment], { synthetic: false, name: "mine" }) });
      expect(readPages(path.dirname(index))["session/steps/index.html"]).toContain(
        "npx tsx run-all.ts --db mine.duckdb --only session/steps --session-id 'it'\\''s; rm -rf'",
      );
    });
  });

  it("shows the code with the relations it reads, and who else reads them", async () => {
    await withRun(async (run) => {
      run.source(
        "session/steps",
        "README.md",
        "# Steps\n\nSee [the query](query.sql#L3), [times](../../../lib/relations/step_times.sql), [tests](query.test.ts).\n",
      );
      run.source("session/steps", "query.sql", "-- uses: step_times\nSELECT 1 < 2 AS yes\n");
      run.source("session/steps", "query.test.ts", "secret of the tests\n");
      run.source("session/waits", "query.sql", "-- uses: step_times\nSELECT 1\n");
      const headlines = [{ label: "a", value: "1" }];
      const experiments = [
        await run.add({ id: "session/steps", headlines }),
        await run.add({ id: "session/waits", title: "Waits", headlines }),
      ];
      const { index } = await buildGallery({ ...run, report: reportOf(experiments) });
      const { "session/steps/index.html": html = "", "relations/index.html": shared = "" } = readPages(path.dirname(index));
      const relation = "../../relations/index.html#code-lib-relations-step_times.sql";
      expect(html).toContain("SELECT 1 &lt; 2 AS yes");
      expect(html).toContain(`<a href="#code-query.sql">the query</a>, <a href="${relation}">times</a>, tests.`);
      expect(html).toContain(`<a href="${relation}">step_times</a>`);
      expect(html).not.toContain("secret of the tests");
      expect(shared).toMatch(
        /id="code-lib-relations-step_times.sql".*Used by<\/li><li><a href="..\/session\/steps\/index.html">.*<a href="..\/session\/waits\/index.html">Waits<\/a>/,
      );
    });
  });

  it("takes token totals from the overview when it ran", async () => {
    await withRun(async (run) => {
      const summary = {
        merged: {
          tokens: {
            input: { total_input_tokens: 2_000_000, cached_read_input_tokens: 1_500_000, new_input_tokens: 500_000 },
            output: { total_output_tokens_including_reasoning: 31_400 },
          },
          rounds_by_provider: { claude: 975, codex: 325 },
        },
      };
      const experiment = await run.add({ id: "trace_facts/overview_summary", documents: { "summary.json": JSON.stringify(summary) } });
      const { index } = await buildGallery({ ...run, report: reportOf([experiment]) });
      const html = fs.readFileSync(index, "utf8");
      for (const text of ["2.00M", "75.0% from the cache", "31.4K", "<strong>75%</strong>", "975 steps"]) expect(html).toContain(text);
    });
  });
});

describe("the gallery's place", () => {
  it("is not taken from other files", async () => {
    await withRun(async (run) => {
      const gallery = path.join(run.out, "..", "homepage");
      fs.mkdirSync(gallery);
      fs.writeFileSync(path.join(gallery, "thesis.txt"), "years of work");
      await expect(buildGallery({ ...run, report: reportOf([]), gallery })).rejects.toThrow(
        /homepage contains files that are not a gallery/,
      );
      expect(fs.readdirSync(gallery)).toEqual(["thesis.txt"]);
    });
  });

  it.each([["."], [".."]])("can't be a folder that holds the results (%s)", async (relative) => {
    await withRun(async (run) => {
      await expect(buildGallery({ ...run, report: reportOf([]), gallery: path.join(run.out, relative) })).rejects.toThrow(UserError);
    });
  });

  it("keeps the earlier gallery when a build fails", async () => {
    await withRun(async (run) => {
      const report = reportOf(await threeExperiments(run));
      await buildGallery({ ...run, report });
      const before = hashes(path.join(run.out, "gallery"));
      fs.rmSync(path.join(run.out, "session", "steps", "steps.png"));
      await expect(buildGallery({ ...run, report })).rejects.toThrow(
        /steps\.png is listed in artifacts\.json but is missing; run again with --force/,
      );
      expect(hashes(path.join(run.out, "gallery"))).toEqual(before);
      expect(fs.readdirSync(run.out).filter((name) => name.startsWith("."))).toEqual([]);
    });
  });
});

async function threeExperiments(run: Fixture) {
  run.source(
    "session/steps",
    "README.md",
    "# Steps\n\nIntroduction to [waits](../../tool_calls/waits/README.md) and [nothing](../nothing/).\n\n## Method\n\nSee [the query](query.sql), [a relation](../../../lib/x.sql), [docs](https://example.org/a), [below](#method).\n",
  );
  run.source("session/steps", "query.sql", "SELECT 1 < 2 AS yes\n");
  run.source("tool_calls/waits", "README.md", "# Waits\n\n## Data\n\n| a | b |\n| :- | -: |\n| x | 1 |\n");
  return [
    await run.add({
      id: "session/steps",
      title: "Steps",
      question: "How do steps add up?",
      figures: [{ name: "steps" }, { name: "steps_2", title: "Again" }],
      tables: { steps: "session_id,step,tokens\ns1,1,100\ns1,2,250\n", none: "a,b\n" },
      documents: { "steps.json": "{}\n", "steps.md": "# Heading\n\n| a |\n| -: |\n| 1 |\n" },
      headlines: [{ label: "Median", value: "175" }],
      notes: ["One session was left out."],
    }),
    { id: "session/broken", state: "failed", error: "it broke", artifacts: null } as const,
    await run.add({ id: "tool_calls/waits", title: "Waits", headlines: [{ label: "Longest", value: "3 h" }] }),
    await run.add({ id: "own_ideas/odd", title: "Odd names", figures: [{ name: "a b#c%d?e" }] }),
  ];
}

function htmlFiles(folder: string): string[] {
  return allFiles(folder).filter((file) => file.endsWith(".html"));
}

function allFiles(folder: string): string[] {
  return fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .sort();
}

/** Without the permanent links, which only lead to other pages. */
function readPages(folder: string): Record<string, string> {
  return Object.fromEntries(Object.entries(readAll(folder)).filter(([file]) => !/^f\//.test(file)));
}

function readAll(folder: string): Record<string, string> {
  return Object.fromEntries(htmlFiles(folder).map((file) => [file, fs.readFileSync(path.join(folder, file), "utf8")]));
}

function hashes(folder: string): Record<string, string> {
  return Object.fromEntries(allFiles(folder).map((file) => [file, sha256(fs.readFileSync(path.join(folder, file)))]));
}

function tagsOf(html: string): string[] {
  return html.match(/<[a-z!][^\s>]*(?:"[^"]*"|[^">])*>/gi) ?? [];
}

/** Follows every relative link of every page to a file and, with an anchor, to an element of it. */
function checkLinks(folder: string): { checked: number; broken: string[] } {
  const pages = readAll(folder);
  const links = Object.entries(pages).flatMap(([page, html]) =>
    [...html.matchAll(/\s(?:href|src)="([^"]*)"/g)].map((match) => ({ page, target: (match[1] ?? "").replaceAll("&amp;", "&") })),
  );
  const inside = links.filter(({ target }) => !/^(https?|mailto):/.test(target));
  return {
    checked: inside.length,
    broken: inside.filter(({ page, target }) => !resolves(folder, pages, page, target)).map(({ page, target }) => `${page} -> ${target}`),
  };
}

function resolves(folder: string, pages: Record<string, string>, page: string, target: string): boolean {
  const url = new URL(target, `http://gallery/${page}`);
  const file = decodeURIComponent(url.pathname.slice(1));
  if (!fs.existsSync(path.join(folder, file)) || !fs.statSync(path.join(folder, file)).isFile()) return false;
  return url.hash === "" || (pages[file] ?? "").includes(` id="${decodeURIComponent(url.hash.slice(1))}"`);
}
