import fs from "node:fs";
import path from "node:path";
import { describe, expect, it, vi } from "vitest";
import { main } from "../../../cli/main.ts";
import { reportOf, withRun } from "../../../testing/finished-run.ts";

describe("gallery --diff", () => {
  it("puts a run next to another one", async () => {
    const log = vi.spyOn(process.stdout, "write").mockReturnValue(true);
    await withRun(async ({ out, add }) => {
      fs.writeFileSync(path.join(out, "run.json"), JSON.stringify(reportOf([await add({ id: "session/one", tables: { t: "a\n1\n" } })])));
      expect(await main(["gallery", "--run", out, "--diff", out])).toBe(0);
      expect(fs.readFileSync(path.join(out, "gallery", "diff", "index.html"), "utf8")).toContain("nothing differs in 1 experiment");
      expect(fs.readdirSync(path.join(out, "gallery", "diff"))).toEqual(["index.html"]);
    });
    expect(log).toHaveBeenCalledWith(expect.stringContaining("pages; open"));
  });

  it("says in a sentence that the other folder holds no run", async () => {
    const said = vi.spyOn(process.stderr, "write").mockReturnValue(true);
    await withRun(async ({ out }) => {
      fs.writeFileSync(path.join(out, "run.json"), JSON.stringify(reportOf([])));
      expect(await main(["gallery", "--run", out, "--diff", path.join(out, "nowhere")])).toBe(2);
      expect(fs.existsSync(path.join(out, "gallery"))).toBe(false);
    });
    expect(said).toHaveBeenCalledWith(expect.stringMatching(/^No run in .*nowhere: .*run\.json is missing\. .* with --diff\.\n$/));
  });
});
