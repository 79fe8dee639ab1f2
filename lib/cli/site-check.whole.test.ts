import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { DuckDBInstance } from "@duckdb/node-api";
import { afterAll, describe, expect, it } from "vitest";
import { zstdPacked } from "../gallery/packer.ts";
import { packedJson } from "../gallery/packing.ts";
import { deflate } from "../sidecar/codec.ts";
import { join, latin1, onePixel } from "../sidecar/fixture.ts";
import { buildChunk } from "../sidecar/png.ts";
import { checkSite } from "./site-check.ts";

const TITLE = "Sell acme before the merger";
const SESSION = "5f3c9a70-61de-4b8f-9c2d-7e4fa1b03c58";

const root = fs.mkdtempSync(path.join(os.tmpdir(), "trace-atlas-site-check-"));
afterAll(() => fs.rmSync(root, { recursive: true }));
const at = (...names: string[]) => path.join(root, ...names);

function write(file: string, content: string | Uint8Array): void {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, content);
}

write(at("rounds.jsonl"), `${JSON.stringify({ session_id: SESSION, model: "gpt-5.5", cwd: "/home/johnq/acme-merger" })}\n`);
write(at("rounds.sessions.jsonl"), `${JSON.stringify({ session_id: SESSION, title: TITLE })}\n`);
write(at("rounds.names.txt"), "johnq\nbuildbox\nsession\n");
write(at("public.jsonl"), `${JSON.stringify({ session_id: "0b9a1f2c-4d3e-4f5a-8b6c-7d8e9f0a1b2c", model: "gpt-5.5" })}\n`);

async function database(sql: string): Promise<Uint8Array> {
  const file = at("site.duckdb");
  const instance = await DuckDBInstance.create(file);
  const connection = await instance.connect();
  await connection.run(sql);
  connection.closeSync();
  instance.closeSync();
  const bytes = fs.readFileSync(file);
  fs.rmSync(file);
  return bytes;
}

const png = (text: string) => onePixel([buildChunk("zTXt", join("sidecar:notes.md\0\0", deflate(latin1(text))))]);
const page = (text: string) => `<!doctype html><title>Sessions</title><p>${text}</p>`;

const CLEAN: Record<string, string | Uint8Array> = {
  "index.html": page("The sessions of gpt-5.5"),
  "sessions/parts/0.js": `globalThis.sessions = "${packedJson([{ session: "0b9a1f2c" }])}";\n`,
  "files/steps.csv": "model,steps\ngpt-5.5,1\n",
  "files/steps.png": png("session"),
  "ask/explore.duckdb.zst": await zstdPacked(await database("CREATE TABLE rounds AS SELECT 'gpt-5.5' AS model"), 1),
};

const LEAKS: Record<string, string | Uint8Array> = {
  "index.html": page("Sell acme &#98;efore the merger"),
  "sessions/parts/0.js": `globalThis.sessions = "${packedJson([{ session: SESSION }])}";\n`,
  "files/steps.csv": "project,steps\n/home/johnq/acme-merger,1\n",
  "files/steps.png": png(`By johnq`),
  "files/steps.svg": "<svg><text>buildbox</text></svg>",
  "ask/explore.duckdb.zst": await zstdPacked(
    await database(`CREATE TABLE rounds AS SELECT if(range = 77, '${TITLE}', 'session ' || range) AS title FROM range(5000)`),
    1,
  ),
  "pagefind/fragment/en.pf_fragment": gzipSync(TITLE),
  "files/acme-merger.csv": "a\n1\n",
};

describe("the check of a site", () => {
  const check = (site: string, keepNames?: string) =>
    checkSite({ site: at(site), trace: at("rounds.jsonl"), published: at("public.jsonl"), keepNames });

  it("lets pass what shows nothing of the history", async () => {
    for (const [file, content] of Object.entries(CLEAN)) write(at("clean", file), content);
    expect(await check("clean")).toBe(Object.keys(CLEAN).length);
  });

  it("finds a private text in every kind of file, and in names of files", async () => {
    for (const [file, content] of Object.entries(LEAKS)) write(at("leaking", file), content);
    const message = await check("leaking").catch(String);
    expect(Object.keys(LEAKS).filter((file) => !String(message).includes(`${file} (`))).toEqual([]);
    expect(message).toContain('files/steps.png ("johnq")');
    expect(message).toContain("must not be published");
  });

  it("lets pass a name that may be seen", async () => {
    write(at("named", "index.html"), page("buildbox"));
    await expect(check("named")).rejects.toThrow('index.html ("buildbox")');
    write(at("keep.txt"), "buildbox\n");
    expect(await check("named", at("keep.txt"))).toBe(1);
  });
});
