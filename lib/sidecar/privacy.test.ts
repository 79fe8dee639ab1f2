import { expect, it } from "vitest";
import { assertNoMachinePaths, machineRoots, withoutMachinePaths } from "./privacy.ts";

const ROOTS = ["/home/mia", "C:\\Users\\Mia", "/root", "/"];

it.each([
  "see /home/mia/traces/a.jsonl",
  "/home/mia",
  '{"path":"/home/mia/x"}',
  "file:///home/mia/x",
  '{"path":"C:\\\\Users\\\\Mia\\\\x"}',
  "C:\\Users\\Mia\\x",
  "C:/Users/Mia/x",
])("finds the path in %j", (text) =>
  expect(() => assertNoMachinePaths(text, "readme", ROOTS)).toThrow(/^readme contains a path of this machine \(/),
);

it.each(["/home/miami/x", "https://example.org/home/mia/x", "/root/.cache", "lib/sidecar/embed.ts", "/home/m", ""])(
  "lets %j pass",
  (text) => expect(() => assertNoMachinePaths(text, "readme", ROOTS)).not.toThrow(),
);

it("names the text and shows the path, but not all of what follows", () => {
  expect(() => assertNoMachinePaths(`x "/home/mia/a" ${"y".repeat(100)}`, "code/a.ts", ROOTS)).toThrow(
    "code/a.ts contains a path of this machine (/home/mia/a), which a figure must not carry",
  );
});

it.each([
  ["/home/mia/prices.json", ".../prices.json"],
  ["/home/mia/a:/home/mia/b", ".../a:.../b"],
  ["C:\\Users\\Mia\\x", "...\\x"],
  ["prices.json", "prices.json"],
])("shortens %s to %s", (text, expected) => expect(withoutMachinePaths(text, ROOTS)).toBe(expected));

it("knows the working folder of this machine", () => expect(machineRoots()).toContain(process.cwd()));
