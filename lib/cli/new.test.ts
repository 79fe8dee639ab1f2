import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, expect, it } from "vitest";
import { call } from "../testing/call.ts";

const root = fs.mkdtempSync(path.join(os.tmpdir(), "new-"));
afterAll(() => fs.rmSync(root, { recursive: true, force: true }));

it.each([
  ["a new category", "mine/first", " in the new category mine"],
  ["a category that exists", "mine/second", ""],
])("new says where the folder is and how to run it: %s", async (_what, id, where) => {
  expect(await call("new", id, "--experiments", root)).toEqual({
    status: 0,
    stdout: [
      `Made ${path.relative(process.cwd(), path.join(root, id))}${where}. Change its query and experiment; then`,
      `  npx tsx run-all.ts --only ${id} --experiments ${root}\n`,
    ].join("\n"),
    stderr: "",
  });
});
