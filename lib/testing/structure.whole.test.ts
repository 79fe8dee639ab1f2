import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { project } from "./paths.ts";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "structure-"));
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

/** A small tree with our rules, and in it the given files. */
function structureOf(name: string, files: Readonly<Record<string, string>>): { status: number | null; stdout: string } {
  const root = path.join(folder, name);
  for (const [file, text] of Object.entries(files)) {
    fs.mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    fs.writeFileSync(path.join(root, file), text);
  }
  for (const file of ["ARCHITECTURE.md", ".dependency-cruiser.mjs", "tsconfig.json", "package.json"])
    fs.copyFileSync(project(file), path.join(root, file));
  fs.symlinkSync(fs.realpathSync(project("node_modules")), path.join(root, "node_modules"));
  const { status, stdout } = spawnSync("node_modules/.bin/depcruise", ["--config", ".dependency-cruiser.mjs", "lib", "experiments"], {
    cwd: root,
    encoding: "utf8",
  });
  return { status, stdout };
}

const ALLOWED = {
  "lib/files/errors.ts": "export const a = 1;\n",
  "lib/format/numbers.ts": "export const b = 2;\n",
  "lib/chart/axes.ts": 'import { b } from "../format/numbers.ts";\nexport const c = b;\n',
  "experiments/one/first/experiment.ts": 'import { c } from "../../../lib/chart/axes.ts";\nexport default c;\n',
  "experiments/one/first/measure.ts": "export const inner = 3;\n",
  "experiments/two/second/experiment.ts": 'import first from "../../one/first/experiment.ts";\nexport default first;\n',
};

const BAD = {
  ...ALLOWED,
  "lib/format/value.ts": 'import { a } from "../files/errors.ts";\nexport const x = a;\n',
  "lib/format/type.ts": 'import type { a } from "../files/errors.ts";\nexport type X = typeof a;\n',
  "lib/format/numbers.ts": 'import { x } from "./x.ts";\nexport const b = x;\n',
  "lib/format/x.ts": 'import { b } from "./numbers.ts";\nexport const x: number = b;\n',
  "lib/other/a.ts": "export const a = 1;\n",
  "lib/chart/elsewhere.ts": 'import { a } from "../other/a.ts";\nexport const x = a;\n',
  "experiments/two/second/measure.ts": 'import { inner } from "../../one/first/measure.ts";\nexport const x = inner;\n',
};

describe("npm run structure", () => {
  it("passes a tree that follows ARCHITECTURE.md", () => {
    expect(structureOf("good", ALLOWED)).toMatchObject({ status: 0 });
  });

  describe("fails on", () => {
    let bad: ReturnType<typeof structureOf>;
    beforeAll(() => {
      bad = structureOf("bad", BAD);
      expect(bad.status).not.toBe(0);
    });

    it.each([
      ["a room that another may not use", /lib\/format\/ may not use: lib\/format\/value\.ts/],
      ["the same for its type only", /lib\/format\/ may not use: lib\/format\/type\.ts/],
      ["a circle", /no-circular: lib\/format\/(numbers|x)\.ts/],
      ["the insides of another experiment", /experiments-meet-by-needs: experiments\/two\/second\/measure\.ts/],
      ["a folder that is not a room", /not-a-room: lib\/chart\/elsewhere\.ts/],
    ])("%s", (_what, rule) => {
      expect(bad.stdout).toMatch(rule);
    });
  });
});
