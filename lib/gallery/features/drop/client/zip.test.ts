import { crc32 } from "node:zlib";
import { expect, it } from "vitest";
import { zipped } from "./zip.ts";

it("gives each file where the directory says it is, whole", () => {
  const files = [
    { path: "README.md", text: "# é\n" },
    { path: "data/a.csv", text: "" },
    { path: "code/b.ts", text: "x".repeat(5000) },
  ];
  const zip = Buffer.from(zipped(files));
  const end = zip.length - 22;
  expect(zip.readUInt32LE(end)).toBe(0x06054b50);
  expect(zip.readUInt16LE(end + 10)).toBe(files.length);
  let entry = zip.readUInt32LE(end + 16);
  for (const { path, text } of files) {
    expect(zip.readUInt32LE(entry)).toBe(0x02014b50);
    const [crc, length, at] = [zip.readUInt32LE(entry + 16), zip.readUInt32LE(entry + 24), zip.readUInt32LE(entry + 42)];
    expect(zip.readUInt32LE(at)).toBe(0x04034b50);
    const name = at + 30;
    const content = name + zip.readUInt16LE(at + 26);
    expect(zip.toString("utf8", name, content)).toBe(path);
    expect(zip.toString("utf8", content, content + length)).toBe(text);
    expect(crc).toBe(crc32(Buffer.from(text)));
    entry += 46 + path.length;
  }
  expect(entry).toBe(end);
});
