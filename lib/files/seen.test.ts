import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { SeenFiles } from "./seen.ts";

const root = fs.mkdtempSync(path.join(os.tmpdir(), "seen-"));
afterAll(() => fs.rmSync(root, { recursive: true }));
const file = path.join(root, "table.csv");
const store = path.join(root, ".seen");
const LATER = new Date(Date.now() + 60_000);

/** What is found by looking; counts how often. */
function looking() {
  const look = { times: 0, at: async () => `${++look.times} ${fs.readFileSync(file, "utf8")}` };
  return look;
}

/** Remembers a file whose time is well before that of the store. */
async function remembered(): Promise<void> {
  const seen = new SeenFiles(root);
  await seen.find("table", file, async () => "first");
  seen.save();
  fs.utimesSync(store, LATER, LATER);
}

describe("SeenFiles", () => {
  beforeEach(() => {
    fs.rmSync(store, { force: true });
    fs.writeFileSync(file, "a,b\n1,2\n");
  });

  it("finds again without looking what has not changed", async () => {
    await remembered();
    const look = looking();
    expect(await new SeenFiles(root).find("table", file, look.at)).toBe("first");
    expect(look.times).toBe(0);
  });

  it.each<[string, () => void]>([
    ["is longer", () => fs.appendFileSync(file, "3,4\n")],
    ["has the same size and another time", () => fs.writeFileSync(file, "a,b\n1,3\n")],
    [
      "has the same size and gets its time back",
      () => {
        const { atime, mtime } = fs.statSync(file);
        fs.writeFileSync(file, "a,b\n1,3\n");
        fs.utimesSync(file, atime, mtime);
      },
    ],
    [
      "is another file of the same size and time",
      () => {
        const { atime, mtime } = fs.statSync(file);
        fs.writeFileSync(`${file}.new`, "a,b\n1,3\n");
        fs.utimesSync(`${file}.new`, atime, mtime);
        fs.renameSync(`${file}.new`, file);
      },
    ],
    ["may have changed after it was remembered", () => fs.utimesSync(store, new Date(0), new Date(0))],
    ["was remembered by a store that is damaged", () => fs.writeFileSync(store, "{")],
    ["was remembered by a store of another kind", () => fs.writeFileSync(store, '{"table": 3}')],
    [
      "was remembered by a store that is a link",
      () => {
        fs.renameSync(store, `${store}.moved`);
        fs.symlinkSync(`${store}.moved`, store);
      },
    ],
  ])("looks again when the file %s", async (_, change) => {
    await remembered();
    change();
    expect(await new SeenFiles(root).find("table", file, looking().at)).toMatch(/^1 a,b/);
  });

  it("takes what was noted, but nothing for a file that is not there", async () => {
    const seen = new SeenFiles(root);
    seen.note("table", file, "noted");
    seen.note("gone", path.join(root, "gone.csv"), "noted");
    seen.save();
    fs.utimesSync(store, LATER, LATER);
    expect(new SeenFiles(root).of("table", file)).toBe("noted");
    expect(new SeenFiles(root).of("gone", path.join(root, "gone.csv"))).toBeNull();
  });
});
