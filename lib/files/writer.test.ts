import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import fc from "fast-check";
import { afterAll, expect, it } from "vitest";
import { Writer } from "./writer.ts";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "writer-"));
afterAll(() => fs.rmSync(folder, { recursive: true }));

let files = 0;
const newFile = () => path.join(folder, String(files++));

/** Texts and bytes, some of them longer than the buffer. */
const content = fc.oneof(
  fc.string({ unit: "grapheme" }),
  fc.uint8Array(),
  fc.tuple(fc.string({ unit: "grapheme", minLength: 1, maxLength: 3 }), fc.nat(400_000)).map(([text, times]) => text.repeat(times)),
  fc.nat(2_500_000).map((length) => new Uint8Array(length).fill(length)),
);

it("writes what it is given, in order, and counts the bytes", () => {
  fc.assert(
    fc.property(fc.array(content, { maxLength: 6 }), (contents) => {
      const file = newFile();
      const writer = new Writer(file);
      const expected = contents.map((each) => Buffer.from(each as string));
      expect(contents.map((each) => writer.write(each))).toEqual(expected.map(({ length }) => length));
      writer.close();
      expect(writer.written).toBe(fs.statSync(file).size);
      expect(fs.readFileSync(file).equals(Buffer.concat(expected))).toBe(true);
      fs.rmSync(file);
    }),
    { numRuns: 30 },
  );
});

it("can be read after a flush", () => {
  const file = newFile();
  const writer = new Writer(file);
  writer.write("a");
  expect(fs.readFileSync(file, "utf8")).toBe("");
  writer.flush();
  expect(fs.readFileSync(file, "utf8")).toBe("a");
  writer.close();
});

it.each([
  ["a file", (file: string) => fs.writeFileSync(file, "mine")],
  ["a link that leads nowhere", (file: string) => fs.symlinkSync(`${file}.elsewhere`, file)],
])("refuses to write over %s", (_, plant) => {
  const file = newFile();
  plant(file);
  expect(() => new Writer(file)).toThrow("EEXIST");
});

it("takes a large buffer only for much to write", () => {
  const before = process.memoryUsage().arrayBuffers;
  const writers = Array.from({ length: 100 }, () => new Writer(newFile()));
  for (const writer of writers) writer.write("a little");
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(100 * 20_000);
  for (const writer of writers) writer.close();
});
