import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { Experiment } from "../experiment.ts";
import { sha256 } from "../files/hash.ts";
import { SeenFiles } from "../files/seen.ts";
import { freshArtifacts, planAll } from "./plan.ts";

const root = fs.mkdtempSync(path.join(os.tmpdir(), "plan-"));
afterAll(() => fs.rmSync(root, { recursive: true }));

const LITERAL: Omit<Experiment, "id" | "folder"> = {
  title: "",
  question: "",
  empty: "",
  category: "session",
  name: "",
  flags: {},
  needs: {},
  run: async () => ({ tables: [] }),
};

const TABLE = "table.csv";
const CONTENT = "a\n1\n";
const EDITED = "a\n2\n";

/** A folder with the results of a run. */
function results(): string {
  const folder = fs.mkdtempSync(path.join(root, "out-"));
  fs.writeFileSync(path.join(folder, TABLE), CONTENT);
  const table = { file: TABLE, bytes: CONTENT.length, sha256: sha256(CONTENT), name: "table" };
  const artifacts = { key: "key", category: "a", name: "b", tables: [table], figures: [], documents: [] };
  fs.writeFileSync(path.join(folder, "artifacts.json"), JSON.stringify(artifacts));
  return folder;
}

/** Makes the folder say that its table, as it is now, has the hash of a run. */
function claim(folder: string): void {
  const seen = new SeenFiles(folder);
  seen.note(TABLE, path.join(folder, TABLE), sha256(CONTENT));
  seen.save();
  const later = new Date(Date.now() + 60_000);
  fs.utimesSync(path.join(folder, ".seen"), later, later);
}

describe("freshArtifacts", () => {
  const isFresh = async (folder: string, options = {}) => (await freshArtifacts({ folder, key: "key" }, options)) !== null;
  const edit = (folder: string, content: string) => fs.writeFileSync(path.join(folder, TABLE), content);

  it.each<[string, (folder: string) => void, boolean]>([
    ["nothing changed", () => {}, true],
    ["a file was edited", (folder) => edit(folder, EDITED), false],
    ["a file has another size", (folder) => edit(folder, "a\n"), false],
    ["a file is gone", (folder) => fs.rmSync(path.join(folder, TABLE)), false],
  ])("%s", async (_, change, fresh) => {
    const folder = results();
    expect(await isFresh(folder)).toBe(true);
    change(folder);
    expect(await isFresh(folder)).toBe(fresh);
  });

  it("trusts what was seen of a file, unless it is asked to read", async () => {
    const folder = results();
    edit(folder, EDITED);
    claim(folder);
    expect(await isFresh(folder)).toBe(true);
    expect(await isFresh(folder, { verify: true })).toBe(false);
  });

  it("leaves the folder as it is when it only looks", async () => {
    const folder = results();
    expect(await isFresh(folder, { lookOnly: true })).toBe(true);
    expect(fs.readdirSync(folder).sort()).toEqual(["artifacts.json", TABLE]);
  });
});

describe("labels of sessions", () => {
  it.each([
    ["session/labeled", "-- uses: session_labels\nSELECT 1", "f00d"],
    ["session/plain", "-- uses: steps\nSELECT 1", null],
  ])("are part of the key of what reads them: %s", async (id, sql, labels) => {
    const folder = path.join(root, "experiments", id);
    fs.mkdirSync(folder, { recursive: true });
    fs.writeFileSync(path.join(folder, "query.sql"), sql);
    fs.writeFileSync(path.join(folder, "experiment.ts"), "export {};\n");
    const experiment = { ...LITERAL, id, folder };
    const planned = async (given: string | null) => {
      const pool = { fingerprint: "f", accounting: "published", prices: null, labels: given } as const;
      const [plan] = await planAll({ experiments: [experiment], rawFlags: {}, pool, folderOf: () => folder });
      return plan;
    };
    const [without, withLabels] = [await planned(null), await planned("f00d")];
    expect(withLabels?.reading.labels).toBe(labels);
    expect(withLabels?.key === without?.key).toBe(labels === null);
  });
});
