import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anyText } from "../testing/any-text.ts";
import { printable } from "./printable.ts";

/** The list that docs/security.md promises. */
const PROMISED = [
  ...between(0x00, 0x1f),
  ...between(0x7f, 0x9f),
  0x061c,
  ...between(0x200b, 0x200f),
  ...between(0x2028, 0x202e),
  0x2060,
  ...between(0x2066, 0x2069),
  0xfeff,
].map((code) => String.fromCodePoint(code));

function between(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}

describe("printable", () => {
  it.each([
    ["Bash", "Bash"],
    ["grün, 中文, עברית, 👍️", "grün, 中文, עברית, 👍️"],
    ["a\nb\tc\r", "a\\u{a}b\\u{9}c\\u{d}"],
    ["\u001b[31mred", "\\u{1b}[31mred"],
    ["\u001b]8;;https://example.com\u0007link", "\\u{1b}]8;;https://example.com\\u{7}link"],
    ["\u009b2J", "\\u{9b}2J"],
    ["gpj.\u202eexe", "gpj.\\u{202e}exe"],
    ["pass\u200bword\ufeff", "pass\\u{200b}word\\u{feff}"],
    ["a\u2028b\u2029c", "a\\u{2028}b\\u{2029}c"],
    ["\ud800 and \udc00", "\\u{d800} and \\u{dc00}"],
    ["tag\u{e0041}", "tag\\u{e0041}"],
    ["", ""],
  ])("%j is printed as %j", (text, printed) => expect(printable(text)).toBe(printed));

  it.each(PROMISED)("escapes %j", (character) => {
    expect(printable(`a${character}b`)).toBe(`a\\u{${character.codePointAt(0)?.toString(16)}}b`);
  });

  it("never prints such a character, is done after one time, and leaves other text as it is", () => {
    const text = fc.string({
      unit: fc.oneof(fc.constantFrom(...PROMISED, "\ud800", "\udfff"), anyText({ maxLength: 3 })),
    });
    fc.assert(
      fc.property(text, (given) => {
        const printed = printable(given);
        expect(PROMISED.filter((character) => printed.includes(character))).toEqual([]);
        expect(printed).not.toMatch(/\p{Cs}/u);
        expect(printable(printed)).toBe(printed);
      }),
      { seed: 1, numRuns: 2_000 },
    );
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(..."aZ09 _-./\\{}é中א≥😀") }), (given) => {
        expect(printable(given)).toBe(given);
      }),
      { seed: 1, numRuns: 500 },
    );
  });
});
