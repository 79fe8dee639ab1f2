import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, expect, it } from "vitest";
import { zstdSkippable, zstdStored } from "../testing/unpack-fixture.ts";
import { openTranscript, type TranscriptSource } from "./source.ts";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "source-"));
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));
let files = 0;

function write(content: string | Buffer, name = "x.jsonl"): string {
  const file = path.join(folder, `${++files}-${name}`);
  fs.writeFileSync(file, content);
  return file;
}

async function readAll(source: TranscriptSource): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of source.chunks) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString();
}

const text = Array.from({ length: 200_000 }, (_, i) => `{"i":${i}}\n`).join("");
const small = "first\nsecond\n";

it.each([
  ["plain", text, text],
  ["plain", "", ""],
  ["plain", "\ufeffa\n", "\ufeffa\n"],
  ["gzip", gzipSync(text), text],
  ["zstd", Buffer.concat([zstdSkippable(4), zstdStored("first\n"), zstdStored("second\n")]), small],
] as const)("%s", async (packing, content, expected) => {
  const file = write(content);
  const source = openTranscript(file);
  expect(source.packing()).toBe(null);
  expect(await readAll(source)).toBe(expected);
  expect([source.packing(), source.problem(), source.consumed()]).toEqual([packing, null, fs.statSync(file).size]);
});

it.each([
  ["plain", small],
  ["gzip", gzipSync(small)],
  ["zstd", Buffer.concat([zstdStored("fir"), zstdStored("st\nsecond\n")])],
])("%s from an offset in its text", async (_, content) => {
  const file = write(content);
  for (let offset = 0; offset <= small.length; offset++) {
    const source = openTranscript(file, offset);
    expect(await readAll(source)).toBe(small.slice(offset));
    expect(source.problem()).toBe(null);
  }
  const beyond = openTranscript(file, small.length + 1);
  expect(await readAll(beyond)).toBe("");
  expect(beyond.problem()).toMatch(/than the 14( bytes)? that were read before; it has to be read again from its start\.$/);
});

it.each([
  ["a cut-off gzip", gzipSync(small).subarray(0, -1), small, "it ends within its compressed data; what comes before was read."],
  [
    "a cut-off zstd",
    Buffer.concat([zstdStored("first\n"), zstdStored("second\n").subarray(0, -1)]),
    "first\n",
    "it ends within its compressed data; what comes before was read.",
  ],
  [
    "a damaged zstd",
    Buffer.concat([zstdStored("first\n"), Buffer.alloc(40, 1)]),
    "first\n",
    "its compressed data are damaged (invalid zstd data); what comes before was read.",
  ],
])("%s: what can be read, and why not all", async (_, content, expected, sentence) => {
  const file = write(content);
  const source = openTranscript(file);
  expect(await readAll(source)).toBe(expected);
  expect(source.problem()).toBe(`${file}: ${sentence}`);
});

it.each([
  ["a file that is gone", () => path.join(folder, "nowhere.jsonl"), "it is not there any more."],
  ["a folder", () => folder, /^(it cannot be opened|reading it failed) \(EISDIR/],
])("%s", async (_, make, sentence) => {
  const file = make();
  const source = openTranscript(file);
  expect(await readAll(source)).toBe("");
  const problem = source.problem() as string;
  expect(problem.startsWith(`${file}: `)).toBe(true);
  expect(problem.slice(`${file}: `.length)).toEqual(typeof sentence === "string" ? sentence : expect.stringMatching(sentence));
});

it("what is appended while it is read is read, too", async () => {
  const file = write(text);
  const source = openTranscript(file);
  let length = 0;
  for await (const chunk of source.chunks) {
    if (length === 0) fs.appendFileSync(file, small);
    length += chunk.length;
  }
  expect([length, source.problem()]).toEqual([text.length + small.length, null]);
});

it("a file that becomes shorter while it is read says so", async () => {
  const file = write(text);
  const source = openTranscript(file);
  let length = 0;
  for await (const chunk of source.chunks) {
    if (length === 0) fs.truncateSync(file, 10);
    length += chunk.length;
  }
  expect(source.problem()).toBe(`${file}: it became shorter while it was read, ${length} bytes instead of ${text.length}.`);
});

it.skipIf(!fs.existsSync("/proc/self/fd"))("lets go of a file that is not read to its end", async () => {
  const file = write(text);
  const isOpen = (fd: string) => fs.readlinkSync(`/proc/self/fd/${fd}`) === file;
  // The folder lists its own handle, which is closed again by then.
  const handles = () => fs.readdirSync("/proc/self/fd").filter((fd) => fs.existsSync(`/proc/self/fd/${fd}`) && isOpen(fd)).length;
  for await (const _ of openTranscript(file).chunks) {
    expect(handles()).toBe(1);
    break;
  }
  expect(handles()).toBe(0);
});
