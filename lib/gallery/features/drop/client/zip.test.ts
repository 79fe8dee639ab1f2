import { strFromU8, unzipSync } from "fflate";
import { expect, it } from "vitest";
import { zipped } from "./zip.ts";

const FILES = [
  { path: "README.md", text: "# é\n" },
  { path: "data/a.csv", text: "" },
  { path: "code/b.ts", text: "x".repeat(5000) },
];

it("holds every text by its path", () => {
  const found = Object.entries(unzipSync(zipped(FILES))).map(([path, bytes]) => ({ path, text: strFromU8(bytes) }));
  expect(found).toEqual(FILES);
});

it("has the same bytes for the same texts", () => {
  expect(zipped(FILES)).toEqual(zipped(FILES));
});
