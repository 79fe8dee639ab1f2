/** The Ask page of a gallery that may ask a model, which is a server on this machine. */
import fs from "node:fs";
import http from "node:http";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { accessibilityProblems, hasChromium, type WatchedPage, watchedPage } from "../../../testing/browser.ts";
import { call } from "../../../testing/call.ts";
import { sampleDatabase } from "../../../testing/sample.ts";
import { type Served, serveGallery } from "../../serve/serve.ts";

/** A model that says what a test wants it to say, to pages of any origin. */
class Model {
  readonly heard: { readonly body: string; readonly key: string | undefined }[] = [];
  reply = "";
  private readonly server = http.createServer((request, response) => {
    response.setHeader("access-control-allow-origin", "*").setHeader("access-control-allow-headers", "*, authorization");
    if (request.method === "OPTIONS") return void response.end();
    let body = "";
    request.setEncoding("utf8").on("data", (chunk) => {
      body += chunk;
    });
    request.on("end", () => {
      this.heard.push({ body, key: request.headers.authorization });
      response.end(JSON.stringify({ choices: [{ message: { content: this.reply } }] }));
    });
  });

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/v1`;
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}

describe.skipIf(!hasChromium)("the Ask page asks a model", () => {
  const [model, other] = [new Model(), new Model()];
  let folder: string;
  let served: Served;
  let watched: WatchedPage;
  let page: Page;
  let elsewhere: string;

  beforeAll(async () => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "ask-page-"));
    const [endpoint, out] = [await model.start(), path.join(folder, "out")];
    elsewhere = await other.start();
    const run = ["--db", await sampleDatabase(), "--out", out, "--only", "trace_facts/overview_summary", "--no-gallery"];
    expect(await call(...run)).toMatchObject({ status: 0 });
    const gallery = ["gallery", "--run", out, "--ask-endpoint", endpoint];
    expect(await call(...gallery)).toMatchObject({ status: 0 });
    served = await serveGallery(path.join(out, "gallery"), { port: 0 });
    watched = await watchedPage("http://127.0.0.1:");
    page = watched.page;
  });
  afterAll(async () => {
    await page?.context().close();
    await served?.close();
    for (const server of [model, other]) server.stop();
    fs.rmSync(folder, { recursive: true, force: true });
  });
  beforeEach(async () => {
    for (const { heard } of [model, other]) heard.length = 0;
    await page.goto(`${served.url}ask/`);
    await page.getByText("Ask a model of your choice").click();
    await page.getByLabel("Question", { exact: true }).fill("at which hour do errors happen");
    await page.getByLabel("Model", { exact: true }).fill("small");
  });

  const part = (name: string) => page.locator(`[data-ask="${name}"]`);
  const show = () => page.getByRole("button", { name: "Show what would be sent" }).click();
  const send = () => page.getByRole("button", { name: /^Send these \d+ bytes$/ }).click();
  const editor = () => page.getByLabel("SQL query").inputValue();

  it("after it has shown every byte, and leaves SQL to be read and run", async () => {
    model.reply = '{"sql": "SELECT 7 AS seven"}';
    await show();
    const body = await part("model-body").inputValue();
    expect(model.heard).toEqual([]);
    expect(await accessibilityProblems(page, "all", ".ask-model")).toEqual([]);
    await page.getByLabel("Key, if it needs one").fill("secret-7f3a");
    await show();
    await send();
    await expect.poll(editor).toBe("SELECT 7 AS seven");
    expect(model.heard).toEqual([{ body, key: "Bearer secret-7f3a" }]);
    expect(JSON.parse(body).messages[1]).toEqual({ role: "user", content: "at which hour do errors happen" });
    expect(await part("status").textContent()).toBe("A model wrote this query, and nobody has reviewed it. Read it, then press Run.");
    expect(await part("results").isVisible()).toBe(false);
    expect(await page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }))).not.toContain("secret");
  });

  it("which chooses a reviewed question with its parameters", async () => {
    model.reply = '{"question": "cost/by_day", "parameters": {"provider": "codex"}}';
    await show();
    await send();
    await expect.poll(editor).toContain("provider GLOB 'codex'");
  });

  it.each<[string, string, RegExp]>([
    [
      "markup",
      "<img src=x onerror=alert(1)>",
      /^The model did not reply with a question or SQL .* It said: <img src=x onerror=alert\(1\)>$/,
    ],
    ["a question that isn't there", '{"question": "cost/by_moon"}', /^The model chose the question "cost\/by_moon", which does not exist/],
    ["a parameter that isn't there", '{"question": "cost/by_day", "parameters": {"moon": 1}}', /^cost\/by_day has no parameter "moon"/],
  ])("and shows as text that it replied with %s", async (_, reply, expected) => {
    model.reply = reply;
    const before = await editor();
    await show();
    await send();
    await expect.poll(() => part("model-status").textContent()).toMatch(expected);
    expect(await editor()).toBe(before);
  });

  it("not when what was shown has changed since", async () => {
    await show();
    await page.getByLabel("Question", { exact: true }).fill("something else");
    expect(await part("model-consent").isVisible()).toBe(false);
    expect(model.heard).toEqual([]);
  });

  it("at no other place than the gallery was built for", async () => {
    expect(watched.problems).toEqual([]);
    await page.getByLabel("Endpoint").fill(elsewhere);
    await show();
    await send();
    await expect.poll(() => part("model-status").textContent()).toMatch(/can't be reached from this page\. It may only connect/);
    expect(other.heard).toEqual([]);
    watched.problems.length = 0;
  });
});
