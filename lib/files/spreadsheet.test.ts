import { expect, it } from "vitest";
import { spreadsheetText } from "./spreadsheet.ts";

it.each([
  ["", ""],
  ["Bash", "Bash"],
  ["a=1", "a=1"],
  ["-5", "-5"],
  ["+1.5e-3", "+1.5e-3"],
  ['=HYPERLINK("http://x")', `'=HYPERLINK("http://x")`],
  ["+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"],
  ["-2+3+cmd|' /C calc'!A0", "'-2+3+cmd|' /C calc'!A0"],
  ["@SUM(A1)", "'@SUM(A1)"],
  ["\t=1", "'\t=1"],
  ["\r=1", "'\r=1"],
  ["\n=1", "'\n=1"],
  ["＝1+1", "'＝1+1"],
  ["--output", "'--output"],
  ["-", "'-"],
])("%j is written as %j", (text, written) => expect(spreadsheetText(text)).toBe(written));
