import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { commandLine, PROGRAM } from "./program.ts";

describe("commands", () => {
  it.each([[["plain", "--flag=1", "a/b.c"]], [["two words", "it's", '"q"', "$HOME", "`id`", "a;b", "", "*", "\\", "line\nbreak"]]])(
    "%j reach the program as they are",
    (words) => {
      const echoed = execFileSync("sh", ["-c", commandLine(words).replace(PROGRAM, "printf '%s\\0'")], { encoding: "utf8" });
      expect(echoed.split("\0").slice(0, -1)).toEqual(words);
    },
  );

  it("leaves plain words alone", () => {
    expect(commandLine(["--only", "session/steps"])).toBe("npx tsx run-all.ts --only session/steps");
  });
});
