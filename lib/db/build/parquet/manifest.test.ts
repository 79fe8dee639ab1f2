import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { exportManifest, filesIn, MANIFEST_FILE, readManifest } from "./manifest.ts";

let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "manifest-"));
});
afterEach(() => fs.rmSync(folder, { recursive: true }));

const write = (file: unknown) => {
  const tables = { rounds: { rows: 1, files: [{ file, rows: 1 }] } } as never;
  const manifest = exportManifest({ format: "parquet", fingerprint: "f", accounting: "published", shards: null, partition: null, tables });
  fs.writeFileSync(path.join(folder, MANIFEST_FILE), JSON.stringify(manifest));
};

it.each(["rounds.parquet", "rounds/provider=claude/part-0.parquet"])("lists %s", (file) => {
  write(file);
  expect(filesIn(readManifest(folder) as never)).toEqual([file]);
});

it.each(["../outside.parquet", "/etc/passwd", "rounds/../../outside", "", null, 7])("refuses %j as a file of the export", (file) => {
  write(file);
  expect(() => readManifest(folder)).toThrow(/does not list tables and files/);
});
