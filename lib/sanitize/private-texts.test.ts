import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PrivateTexts } from "./private-texts.ts";

function textsOf({ names = [], values = [] }: { names?: readonly string[]; values?: readonly string[] }): PrivateTexts {
  const texts = new PrivateTexts();
  for (const name of names) texts.addName(name);
  for (const value of values) texts.addValue(value);
  return texts;
}

describe("a private text is found", () => {
  it.each([
    ["a name", { names: ["johnq"] }, "<td>JohnQ</td>", "johnq"],
    [
      "a path with other separators",
      { values: ["/home/johnq/acme-merger"] },
      '"C:\\\\home\\\\johnq\\\\acme-merger"',
      "home johnq acme merger",
    ],
    ["a title with marks of HTML", { values: ["Sell <acme> & sons"] }, "Sell &lt;acme&gt; &amp; sons", "sell acme sons"],
    ["a title with escapes of JSON", { values: ["Über acme & sons"] }, '"\\u00dcber acme\\n& sons"', "über acme sons"],
    ["an address with escapes", { values: ["acme merger plan"] }, "?q=acme%20merger%20plan", "acme merger plan"],
    [
      "an id",
      { values: ["127e9cd1-0deb-4a7c-ba1a-ba4ecd375b90"] },
      "x_127E9CD1-0deb-4a7c-ba1a-ba4ecd375b90",
      "127e9cd1 0deb 4a7c ba1a ba4ecd375b90",
    ],
    ["the second line of an input", { values: ["ls\ncat acme/payroll.csv"] }, "then cat acme/payroll.csv", "cat acme payroll csv"],
    ["what a long text begins with", { values: ["a b c d e f g h and more"] }, "a b c d e f g h, it said", "a b c d e f g h"],
    ["after others that begin the same", { values: ["open the acme", "open the payroll"] }, "open the payroll", "open the payroll"],
  ])("%s", (_, given, text, found) => {
    expect(textsOf(given).firstIn(text)).toBe(found);
  });
});

describe("nothing is found", () => {
  it.each([
    ["in a longer word", { names: ["acme"] }, "acmeism"],
    ["of a short name", { names: ["bob", "000z"] }, "bob 000z"],
    ["of a short value", { values: ["npm i x"] }, "npm i x"],
    ["of a part of an id", { names: ["d767", "127e9cd1"] }, "d767 127e9cd1"],
    ["of a time", { values: ["2026-02-06T08:45:13.000Z"] }, "2026-02-06T08:45:13.000Z"],
    ["of a text that goes on in another way", { values: ["acme merger plan"] }, "acme merger news"],
  ])("%s", (_, given, text) => {
    expect(textsOf(given).firstIn(text)).toBeNull();
  });
});

it("what is public is forgotten, and only that", () => {
  const texts = textsOf({ names: ["atlas", "acme"], values: ["read the atlas", "read the plan"] });
  texts.forget("Read the atlas");
  expect(["atlas", "read the atlas", "read the plan", "acme"].map((text) => texts.firstIn(text))).toEqual([
    null,
    null,
    "read the plan",
    "acme",
  ]);
});

it("every value is found in any text around it", () => {
  const word = fc.stringMatching(/^[a-z]{3,9}$/);
  fc.assert(
    fc.property(fc.array(word, { minLength: 3, maxLength: 8 }), fc.array(word), fc.array(word), (value, before, after) => {
      const text = [...before, ...value, ...after].join(" ");
      expect(textsOf({ values: [value.join("/")] }).firstIn(text)).toBe(value.join(" "));
    }),
  );
});
