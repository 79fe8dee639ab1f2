import fs from "node:fs";
import http from "node:http";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { accessibilityProblems, hasChromium, onPage, serveSample, type WatchedPage, watchedPage } from "../../../testing/browser.ts";

const HOSTILE = "<img src=x onerror=alert(1)>";

describe.skipIf(!hasChromium)("Ask with SQL in a browser", () => {
  let served: Awaited<ReturnType<typeof serveSample>>;
  let watched: WatchedPage;
  let page: Page;

  beforeAll(async () => {
    served = await serveSample();
    watched = await watchedPage(served.url);
    page = watched.page;
    await page.goto(`${served.url}ask/`);
  });
  afterAll(async () => {
    await page?.context().close();
    await served?.close();
  });

  const part = (name: string) => page.locator(`[data-ask="${name}"]`);
  const status = async () => (await part("status").textContent()) ?? "";
  const idle = () => page.waitForFunction(() => document.querySelector('[data-ask="form"]')?.getAttribute("aria-busy") === "false");

  async function ask(sql: string): Promise<string> {
    await page.getByLabel("SQL query").fill(sql);
    await page.getByRole("button", { name: "Run", exact: true }).click();
    await idle();
    return status();
  }

  const cells = () => part("table").locator("tbody td").allTextContents();

  it("loads nothing heavy before the first question", async () => {
    const asked = await page.evaluate(() => performance.getEntriesByType("resource").map(({ name }) => name));
    expect(asked.filter((name) => /duckdb|engine|vega/.test(name))).toEqual([]);
    expect(await status()).toContain("The first run downloads the engine and the database");
  });

  it("answers a question in words, as a table and a chart", async () => {
    const field = page.getByLabel("Ask in words");
    await field.fill("tool eror rates");
    expect(await part("found").getByRole("button").first().textContent()).toBe("Which tools fail most often?");
    await field.press("Enter");
    await part("table").locator("tbody tr").first().waitFor();
    expect(await part("answered").textContent()).toMatch(/^Which tools fail most often\? Of calls whose outcome is known/);
    expect(await status()).toMatch(/^\d+ rows, 4 columns in /);
    await part("canvas").locator("canvas").waitFor();
    expect(await part("chart-mark").inputValue()).toBe("bars");
  });

  it("fills in what the words name", async () => {
    await page.getByLabel("Ask in words").fill("error rate of Bash with codex since 2026-01-01");
    await page.getByLabel("Ask in words").press("Enter");
    await idle();
    const sql = await page.getByLabel("SQL query").inputValue();
    for (const part of ["tool GLOB 'Bash'", "provider GLOB 'codex'", "BETWEEN '2026-01-01' AND"]) expect(sql).toContain(part);
  });

  it("answers nothing when no question is close enough", async () => {
    await page.getByLabel("Ask in words").fill("lines of code");
    await page.getByLabel("Ask in words").press("Enter");
    expect(await status()).toContain("No question is close enough to these words");
  });

  it("colors the query in the editor, line for line, and those to start from", async () => {
    const editor = page.getByLabel("SQL query");
    const copy = part("colors");
    const long = `SELECT 'a' AS x, count(*) -- ${"why ".repeat(60)}\n${"\n".repeat(40)}FROM rounds\n`;
    await editor.fill(long);
    expect(await copy.textContent()).toBe(`${long}\u200b`);
    expect(await copy.locator(".code-keyword").first().textContent()).toBe("SELECT");
    const heights = await Promise.all([editor, copy].map((each) => each.evaluate(({ scrollHeight }) => scrollHeight)));
    expect(heights[0]).toBe(heights[1]);
    await editor.evaluate((element) => element.scrollTo({ top: 120, behavior: "instant" }));
    await expect.poll(() => copy.evaluate(({ scrollTop }) => scrollTop)).toBe(await editor.evaluate(({ scrollTop }) => scrollTop));
    await editor.fill("x".repeat(20_001));
    expect([await copy.textContent(), await editor.evaluate((element) => getComputedStyle(element).color)]).not.toEqual(
      expect.arrayContaining([expect.stringContaining("x"), "rgba(0, 0, 0, 0)"]),
    );
    const starter = page.locator(".ask-category").first();
    await starter.locator("summary").first().click();
    await starter.locator("[data-code] > summary").first().click();
    await starter.locator(".code-keyword").first().waitFor();
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      await editor.fill("SELECT 'a' AS x, 1, count(*) -- why\nFROM rounds");
      expect(await accessibilityProblems(page, "colors", ".ask-desk")).toEqual([]);
    }
    await page.emulateMedia({ colorScheme: "light", forcedColors: "active" });
    expect([await copy.isVisible(), await editor.evaluate((element) => getComputedStyle(element).color)]).toEqual([
      false,
      expect.not.stringMatching(/^rgba/),
    ]);
    await page.emulateMedia({ colorScheme: null, forcedColors: null });
    await starter.locator("summary").first().click();
  });

  it("answers the query of an experiment", async () => {
    const category = page.locator(".ask-category").last();
    await category.locator("summary").first().click();
    await category.getByRole("button").first().click();
    await page.keyboard.press("Enter");
    await idle();
    expect(await status()).toMatch(/^[\d,]+ rows?, \d+ columns? in /);
  });

  it("sorts by a heading, empty cells last, and tells which way", async () => {
    await ask("SELECT * FROM (VALUES (2), (NULL), (10)) AS t(n)");
    const heading = part("table").getByRole("columnheader", { name: "n" });
    await heading.getByRole("button").click();
    expect([await heading.getAttribute("aria-sort"), await cells()]).toEqual(["descending", ["10", "2", "NULL"]]);
    await heading.getByRole("button").click();
    expect([await heading.getAttribute("aria-sort"), await cells()]).toEqual(["ascending", ["2", "10", "NULL"]]);
  });

  it("shows every digit, and markup as text", async () => {
    await ask(`SELECT '${HOSTILE}' AS "<b>name</b>", 9007199254740993 AS big, 1.50::DECIMAL(10, 2) AS cost,
      TIMESTAMP '2026-01-01 00:00:00.123456' AS at, DATE '2026-02-03' AS day, sum(1::BIGINT) AS total, NULL AS nothing`);
    expect(await cells()).toEqual([HOSTILE, "9007199254740993", "1.50", "2026-01-01 00:00:00.123456", "2026-02-03", "1", "NULL"]);
    expect(await part("table").locator("thead th").first().textContent()).toBe("<b>name</b>");
    expect(await part("table").locator("img, b").count()).toBe(0);
  });

  it.each([
    ["a mistake", "SELECT nope FROM rounds", /^Referenced column "nope" not found/],
    ["what can't be read", "SELEC 1", /^syntax error at or near "SELEC"/],
    ["another address", "SELECT * FROM read_csv('https://example.com/x.csv')", /^Queries can only read this page's tables/],
    ["a file", "COPY rounds TO 'x.csv'", /^Queries can only read this page's tables/],
    ["an extension", "LOAD 'https://example.com/x.duckdb_extension.wasm'", /^Queries can only read this page's tables/],
    ["JSON functions", `SELECT json_extract('{}', '$')`, /comes without the json extension/],
    ["two statements", "SELECT 1; SELECT 2", /^There are 2 statements, and the console runs one at a time/],
    ["an installation", "INSTALL httpfs", /^Queries can only read this page's tables/],
    ["opening the door", "SET enable_external_access = true", /configuration has been locked/],
    ["a change of the tables", "DROP TABLE rounds", /^These tables can't be changed/],
  ])("says in words what is wrong with %s", async (_, sql, expected) => {
    expect(await ask(sql)).toMatch(expected);
    expect(await part("results").isVisible()).toBe(false);
  });

  it("cuts large cells before they reach the page, and says so", async () => {
    expect(await ask("SELECT repeat('x', 5000000) AS x, 0.1 + 0.2 AS sum, 219.58259999999961::DOUBLE / 3 AS n")).toMatch(
      /^1 row, 3 columns in [\d.]+ s\. Cells are cut to 2,000 characters\.$/,
    );
    expect(await cells()).toEqual([`${"x".repeat(200)}…`, "0.3", "73.1942"]);
    const titles = await part("table")
      .locator("tbody td")
      .evaluateAll((all) => all.map((cell) => cell.getAttribute("title") ?? ""));
    expect(titles).toEqual([`${"x".repeat(2000)}…`, "", "73.19419999999987"]);
    expect(await part("downloads").textContent()).toContain("cells cut to 2,000 characters");
  });

  it("says which table of a query is empty, and lists it apart", async () => {
    const list = page.locator(".ask-schema");
    const empty = await list.locator(".ask-empty code").allTextContents();
    expect(empty).toContain("session_events");
    expect(await list.locator(".ask-table summary code").allTextContents()).not.toContain("session_events");
    expect(await ask("SELECT count(*) AS n FROM session_events")).toMatch(
      /^1 row, 1 column .* The table session_events is empty in this pool\.$/,
    );
  });

  it("puts a table or column that is clicked where the cursor is", async () => {
    const editor = page.getByLabel("SQL query");
    await editor.fill("SELECT count(*) FROM");
    await page.locator(".ask-table[open]").getByRole("button", { name: "rounds", exact: true }).click();
    await page.keyboard.type(" GROUP BY");
    await page.locator(".ask-table[open]").getByRole("button", { name: "provider", exact: true }).press("Enter");
    expect(await editor.inputValue()).toBe("SELECT count(*) FROM rounds GROUP BY provider");
  });

  it("completes names of tables and columns by keyboard and by pointer", async () => {
    const editor = page.getByLabel("SQL query");
    await editor.fill("SELECT * FROM ");
    await editor.pressSequentially("tool_");
    await page.getByRole("option", { name: "tool_calls" }).waitFor();
    expect(await editor.getAttribute("aria-activedescendant")).toBe("ask-names-0");
    expect(await accessibilityProblems(page, "all", ".ask-console")).toEqual([]);
    await page.keyboard.press("Tab");
    expect(await editor.inputValue()).toBe("SELECT * FROM tool_calls");
    await editor.pressSequentially(" GROUP BY prov");
    await page.getByRole("option", { name: "provider", exact: true }).click();
    expect(await editor.inputValue()).toBe("SELECT * FROM tool_calls GROUP BY provider");
    await editor.pressSequentially(" ORDER BY pro");
    await page.keyboard.press("Escape");
    expect(await page.getByRole("listbox").isVisible()).toBe(false);
  });

  it("lists the queries that this browser ran, and forgets them", async () => {
    await ask("SELECT 3 AS third");
    await page.getByText("Earlier queries").click();
    await page.getByRole("button", { name: "SELECT 3 AS third" }).waitFor();
    await page.getByLabel("SQL query").fill("");
    await page.getByRole("button", { name: "SELECT 3 AS third" }).click();
    expect(await page.getByLabel("SQL query").inputValue()).toBe("SELECT 3 AS third");
    await page.getByRole("button", { name: "Clear the list" }).click();
    await page.getByText("Earlier queries").click();
    await page.getByText("None yet.").waitFor();
  });

  it("goes back to the query before", async () => {
    const editor = page.getByLabel("SQL query");
    await ask("SELECT 1 AS before");
    await ask("SELECT 2 AS after");
    await page.goBack();
    await page.waitForFunction(() => document.querySelector<HTMLTextAreaElement>("#ask-editor")?.value === "SELECT 1 AS before");
    expect(await status()).toContain("Press Run");
    await page.goForward();
    await page.waitForFunction(() => document.querySelector<HTMLTextAreaElement>("#ask-editor")?.value === "SELECT 2 AS after");
    expect(await editor.evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)).toBe(0);
  });

  it("keeps the first 100,000 rows and shows 1,000 of them", async () => {
    expect(await ask("SELECT * FROM range(250000)")).toMatch(
      /^100,000 rows, 1 column in .* There are more: only the first 100,000 are kept\.$/,
    );
    expect(await part("table").locator("tbody tr").count()).toBe(1000);
    expect(await part("table").textContent()).toContain("The first 1,000 of 100,000 rows are shown.");
    expect(await ask("SELECT * FROM range(100000)")).not.toContain("There are more");
  });

  it("downloads the answer as CSV and Parquet", async () => {
    await ask(
      `SELECT provider, sum(output_tokens) AS tokens, TIMESTAMP '2026-01-01 00:00:00.123456' AS moment FROM rounds GROUP BY provider ORDER BY provider`,
    );
    const shown = await cells();
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "trace-atlas-answer-"));
    const instance = await DuckDBInstance.create(":memory:");
    const connection = await instance.connect();
    try {
      for (const format of ["CSV", "Parquet"]) {
        const [download] = await Promise.all([
          page.waitForEvent("download"),
          page.getByRole("button", { name: `Download the result as ${format}` }).click(),
        ]);
        const file = path.join(folder, download.suggestedFilename());
        await download.saveAs(file);
        const read = await connection.runAndReadAll(`SELECT provider, tokens::VARCHAR, moment::VARCHAR FROM '${file}'`);
        expect(read.getRowsJson().flat()).toEqual(shown);
      }
    } finally {
      connection.closeSync();
      instance.closeSync();
      fs.rmSync(folder, { recursive: true });
    }
  });

  it("stops a query when the reader says so, and answers the next one", async () => {
    await page.getByLabel("SQL query").fill("SELECT sum(a.range * b.range) FROM range(1000000) a, range(1000000) b");
    await page.keyboard.press("Control+Enter");
    await page.getByRole("button", { name: "Stop", exact: true }).click();
    await idle();
    expect(await status()).toBe("Stopped.");
    // Two queries while the engine starts: the last is answered.
    const said = await page.evaluate(() => {
      const [editor, form, status, progress] = ["editor", "form", "status", "progress"].map((name) =>
        document.querySelector(`[data-ask="${name}"]`),
      );
      if (!(editor instanceof HTMLTextAreaElement && form instanceof HTMLFormElement && progress instanceof HTMLElement)) return null;
      for (const answer of [41, 42]) {
        editor.value = `SELECT ${answer} AS answer`;
        form.requestSubmit();
      }
      return [status?.textContent, progress.hidden];
    });
    expect(said).toEqual(["Starting the engine again…", false]);
    await idle();
    expect(await status()).toMatch(/^1 row, 1 column/);
    expect(await cells()).toEqual(["42"]);
  });

  it("stops a query when its time is over", async () => {
    await part("limit").selectOption("600");
    await page.clock.install();
    await page.getByLabel("SQL query").fill("SELECT sum(a.range * b.range) FROM range(1000000) a, range(1000000) b");
    await page.keyboard.press("Control+Enter");
    await page.getByRole("button", { name: "Stop", exact: true }).waitFor();
    await page.clock.fastForward(300_000);
    expect(await part("form").getAttribute("aria-busy")).toBe("true");
    await page.clock.fastForward(300_000);
    await idle();
    expect(await status()).toMatch(/^Stopped after 600 seconds\./);
    expect(await ask("SELECT count(*) AS steps FROM rounds")).toMatch(/^1 row/);
  });

  it("puts a shared query into the editor and runs it only on Run", async () => {
    await ask("SELECT 'a&b=c #1' AS shared");
    const address = page.url();
    await onPage(served.url, address.slice(served.url.length), async (other) => {
      expect(await other.getByLabel("SQL query").inputValue()).toBe("SELECT 'a&b=c #1' AS shared");
      expect(await other.locator('[data-ask="status"]').textContent()).toContain("before you press Run");
      await other.waitForLoadState("networkidle");
      expect(await other.evaluate(() => performance.getEntriesByType("resource").filter(({ name }) => /duckdb/.test(name)).length)).toBe(0);
    });
  });

  it("has the query of an experiment in its editor when a table's or a headline's link is followed", () =>
    onPage(served.url, "session/session_token_steps/", async (other) => {
      const links = other.getByRole("link", { name: /^Ask this: / });
      expect(await links.count()).toBe((await other.locator(".headlines dd").count()) + (await other.locator("section.table").count()));
      await links.first().click();
      await other.getByText("The query is in the editor. Press Run.").waitFor();
      const query = await other.getByLabel("SQL query").inputValue();
      expect(query).toContain("-- uses:");
      expect(new URLSearchParams(new URL(other.url()).hash.slice(1)).get("sql")).toBe(query);
    }));

  it("loads a table of an experiment whose query can't run here", () =>
    onPage(served.url, "validation/response_copies/", async (other) => {
      const table = other
        .locator("section.table")
        .filter({ has: other.getByRole("link", { name: /^Ask this: / }) })
        .first();
      const rows = await table.getAttribute("data-rows");
      await table.getByRole("link", { name: /^Ask this: / }).click();
      await other.getByText("The first run also loads this table of the experiment. Press Run.").waitFor();
      await other.getByRole("button", { name: "Run", exact: true }).click();
      await other.locator('[data-ask="table"] tbody tr').first().waitFor();
      expect(await other.locator('[data-ask="table"] tbody tr').count()).toBe(Number(rows));
      expect([...new URLSearchParams(new URL(other.url()).hash.slice(1)).keys()]).toEqual(["table", "sql"]);
    }));

  it.each(["light", "dark"] as const)("keeps nobody out with an answer on the page, in %s colors", async (colorScheme) => {
    await page.emulateMedia({ colorScheme });
    await ask("SELECT provider, count(*) AS steps FROM rounds GROUP BY provider ORDER BY steps DESC");
    await part("canvas").locator("canvas").waitFor();
    expect(await accessibilityProblems(page, colorScheme === "light" ? "all" : "colors")).toEqual([]);
  });

  describe("another place", () => {
    let place: http.Server;
    let address: string;
    let visits = 0;
    beforeAll(async () => {
      place = http.createServer((_, response) => {
        visits += 1;
        response.writeHead(200, { "access-control-allow-origin": "*", "content-type": "text/csv" }).end("a\n1\n");
      });
      await new Promise<void>((resolve) => place.listen(0, "127.0.0.1", resolve));
      address = `http://127.0.0.1:${(place.address() as AddressInfo).port}/x.csv`;
    });
    afterAll(() => new Promise((resolve) => place.close(resolve)));

    it("isn't reached by a query", async () => {
      expect(await ask(`SELECT * FROM read_csv('${address}')`)).toMatch(/^Queries can only read this page's tables/);
      expect(await ask(`ATTACH '${address}'`)).toMatch(/^Queries can only read this page's tables/);
      expect(visits).toBe(0);
    });

    it("isn't reached by a worker of the page either: the page's policy binds it", async () => {
      const other = await watchedPage(served.url);
      await other.page.goto(`${served.url}ask/`);
      const outcome = await other.page.evaluate(
        (target) =>
          new Promise((resolve) => {
            const code = `fetch(${JSON.stringify(target)}).then(() => postMessage("reached"), () => postMessage("refused"))`;
            const worker = new Worker(URL.createObjectURL(new Blob([code])));
            worker.onmessage = ({ data }) => resolve(data);
          }),
        address,
      );
      expect([outcome, visits]).toEqual(["refused", 0]);
      await other.page.context().close();
    });
  });

  it("asked nothing of any other place, and the console stayed silent", () => {
    expect(watched.problems).toEqual([]);
  });

  it("says that it needs a server when it is opened from a disk", () =>
    onPage("file://", path.join(served.folder, "ask", "index.html"), async (fromDisk) => {
      await fromDisk.getByRole("heading", { name: "This page needs a web server" }).waitFor();
      expect(await fromDisk.getByRole("button", { name: "Run", exact: true }).isVisible()).toBe(false);
    }));
});
