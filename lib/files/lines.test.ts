import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bytesOf, concat, textOf } from "./bytes.ts";
import { FILE_START, type Line, LineSplitter, type Position, readBlocks, readLines, withoutMark } from "./lines.ts";

function split(text: string | Uint8Array, sizes: readonly number[] = [1 << 20], from: Position = FILE_START, limit?: number): Line[] {
  const bytes = typeof text === "string" ? bytesOf(text) : text;
  const splitter = new LineSplitter(from, limit);
  const lines: Line[] = [];
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const size = sizes[i % sizes.length] as number;
    lines.push(...splitter.push(bytes.subarray(at, at + size)));
    at += size;
  }
  return [...lines, ...splitter.finish()];
}

const textsOf = (lines: readonly Line[]) => lines.map((line) => textOf(line.bytes));

it.each([
  ["", []],
  ["a", ["a"]],
  ["a\n", ["a"]],
  ["a\nb", ["a", "b"]],
  ["a\r\nb\r\n", ["a", "b"]],
  ["a\rb\r", ["a", "b"]],
  ["a\n\rb", ["a", "", "b"]],
  ["a\r\r\nb", ["a", "", "b"]],
  ["\n\n", ["", ""]],
  ["a\u2028b\u2029c\u0085d\ve\ff\n", ["a\u2028b\u2029c\u0085d\ve\ff"]],
  ["\ufeffa\nb", ["a", "b"]],
  ["\ufeff", []],
  ["a\n\ufeffb", ["a", "\ufeffb"]],
])("%j is %j", (text, expected) => {
  for (const sizes of [[1 << 20], [1], [2], [3]]) expect(textsOf(split(text, sizes))).toEqual(expected);
});

it.each([
  ["a\n", { start: 0, end: 2, terminated: true }],
  ["a\r\n", { start: 0, end: 3, terminated: true }],
  ["a\r", { start: 0, end: 2, terminated: true }],
  ["a", { start: 0, end: 1, terminated: false }],
  ["x\n{torn", { start: 2, end: 7, terminated: false }],
  ["x\r\né", { start: 3, end: 5, terminated: false }],
  ["\ufeffa\n", { start: 3, end: 5, terminated: true }],
])("the last line of %j is at %j", (text, expected) => {
  expect(split(text).at(-1)).toMatchObject(expected);
});

it("half a byte order mark is text", () => {
  const half = Uint8Array.of(0xef, 0xbb);
  expect(split(half, [1]).map((line) => line.bytes)).toEqual([half]);
});

const chunkSizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 4 });
const texts = fc.stringMatching(/^\ufeff?[ab\r\né]{0,60}$/u);

describe("any chunking", () => {
  it("has the lines of the text, whose offsets tile it", () => {
    fc.assert(
      fc.property(texts, chunkSizes, (text, sizes) => {
        const bytes = bytesOf(text);
        const lines = split(text, sizes);
        const expected = text.replace(/^\ufeff/, "").split(/\r\n|\n|\r/);
        if (expected.at(-1) === "") expected.pop();
        expect(textsOf(lines)).toEqual(expected);
        let offset = text.startsWith("\ufeff") ? 3 : 0;
        for (const [i, line] of lines.entries()) {
          expect(line).toMatchObject({ number: i + 1, start: offset, part: "whole" });
          expect(bytes.subarray(line.start, line.start + line.bytes.length)).toEqual(line.bytes);
          expect(textOf(bytes.subarray(line.start + line.bytes.length, line.end))).toMatch(line.terminated ? /^(\n|\r\n|\r)$/ : /^$/);
          expect(line.terminated || i === lines.length - 1).toBe(true);
          offset = line.end;
        }
        expect(lines.length === 0 || offset === bytes.length).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it("has the same lines when reading goes on at the end of any line", () => {
    fc.assert(
      fc.property(texts, chunkSizes, fc.nat(), (text, sizes, pick) => {
        const bytes = bytesOf(text);
        const lines = split(text, sizes);
        if (lines.length === 0) return;
        const last = lines[pick % lines.length] as Line;
        const rest = split(bytes.subarray(last.end), sizes, { offset: last.end, lines: last.number });
        expect(rest).toEqual(lines.slice(last.number));
      }),
    );
  });

  it("has lines beyond the limit in parts that make them up", () => {
    fc.assert(
      fc.property(texts, chunkSizes, fc.integer({ min: 1, max: 12 }), (text, sizes, limit) => {
        const whole = split(text, sizes);
        const parts = split(text, sizes, FILE_START, limit);
        const joined = whole.map(({ number }) => parts.filter((part) => part.number === number));
        expect(joined.flat()).toEqual(parts);
        for (const [i, line] of whole.entries()) {
          const own = joined[i] as Line[];
          expect(concat(own.map((part) => part.bytes))).toEqual(line.bytes);
          const { end, start, terminated } = line;
          expect(own.at(-1)).toMatchObject({ end, start, terminated });
          expect(own.map((part) => part.part).join(" ")).toMatch(line.bytes.length > limit ? /^first( middle)* last$/ : /^whole$/);
          for (const part of own.slice(0, -1)) {
            expect(part).toMatchObject({ start, terminated: false });
            expect(part.bytes.length).toBeGreaterThan(0);
          }
        }
      }),
      { numRuns: 1000 },
    );
  });
});

it("reads a stream in batches", async () => {
  const chunks = async function* () {
    yield Buffer.from("a\nb\nc");
    yield Buffer.from("d");
  };
  const batches: string[][] = [];
  for await (const batch of readLines(chunks())) batches.push(textsOf(batch));
  expect(batches).toEqual([["a", "b"], [], ["cd"]]);
});

async function* cutAt(text: string, sizes: readonly number[]): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(text);
  for (let from = 0, i = 0; from < bytes.length; i++) {
    const to = from + (sizes[i % sizes.length] as number);
    yield bytes.subarray(from, to);
    from = to;
  }
}

async function linesIn(text: string, sizes: readonly number[], maxLineBytes?: number): Promise<string[]> {
  const lines: string[] = [];
  for await (const { bytes, cut } of readBlocks(cutAt(text, sizes), maxLineBytes)) {
    if (cut) lines.push("CUT");
    else lines.push(...textOf(bytes).slice(0, -1).split("\n"));
  }
  return lines;
}

describe("blocks", () => {
  it("hold the same lines however the bytes arrive", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.stringMatching(/^[ab\r]{0,8}$/)),
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }),
        fc.boolean(),
        async (lines, sizes, closed) => {
          const text = lines.join("\n") + (closed && lines.length > 0 ? "\n" : "");
          const expected = text === "" ? [] : text.replace(/\n$/, "").split("\n");
          expect(await linesIn(text, sizes)).toEqual(expected);
        },
      ),
    );
  });

  it("hold the beginning of a line that is too long once, and then go on after it", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(60)), fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }), async (lengths, sizes) => {
        const text = lengths.map((length) => `${"x".repeat(length)}\n`).join("");
        const lines = await linesIn(text, sizes, 20);
        expect(lines.length).toBe(lengths.length);
        for (const [i, length] of lengths.entries()) {
          if (lines[i] === "CUT") expect(length).toBeGreaterThan(20);
          else expect(lines[i]).toBe("x".repeat(length));
          // Up to one piece may be read beyond the limit before it is noticed.
          if (length > 20 + 9) expect(lines[i]).toBe("CUT");
        }
      }),
    );
  });
});

it.each([
  ["a mark", "\ufeffa", "a"],
  ["a mark alone", "\ufeff", ""],
  ["a mark in the text", "a\ufeff", "a\ufeff"],
  ["two marks", "\ufeff\ufeffa", "\ufeffa"],
  ["nothing", "", ""],
])("the text without %s, however the bytes arrive", async (_, text, expected) => {
  for (const size of [1, 2, 3, 100]) {
    const chunks: Uint8Array[] = [];
    for await (const chunk of withoutMark(cutAt(text, [size]))) chunks.push(chunk);
    expect(Buffer.concat(chunks).toString()).toBe(expected);
  }
});
