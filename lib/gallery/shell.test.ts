import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { shellCommand } from "./shell.ts";

describe("commands", () => {
  it.each([[["plain", "--flag=1", "a/b.c"]], [["two words", "it's", '"q"', "$HOME", "`id`", "a;b", "", "*", "\\", "line\nbreak"]]])(
    "%j reach the program as they are",
    (words) => {
      const echoed = execFileSync("sh", ["-c", `printf '%s\\0' ${shellCommand(words)}`], { encoding: "utf8" });
      expect(echoed.split("\0").slice(0, -1)).toEqual(words);
    },
  );

  it("leaves plain words alone", () => {
    expect(shellCommand(["npx", "tsx", "run-all.ts", "--only", "session/steps"])).toBe("npx tsx run-all.ts --only session/steps");
  });
});
