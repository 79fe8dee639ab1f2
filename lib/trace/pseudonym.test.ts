import { createHmac } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Pseudonyms } from "./pseudonym.ts";

const key = Buffer.from("0123456789abcdef0123456789abcdef");

describe("pseudonyms", () => {
  it("are the HMAC of kind and value", () => {
    const expected = createHmac("sha256", key).update("user\0alice").digest("hex");
    expect(new Pseudonyms(key).hex("user", "alice", 64)).toBe(expected);
  });

  it.each([16, 64, 65, 200])("have %i digits when asked to", (digits) => {
    expect(new Pseudonyms(key).hex("k", "v", digits)).toMatch(new RegExp(`^[0-9a-f]{${digits}}$`));
  });

  it("do not depend on what was asked before, on key objects or on the process", () => {
    fc.assert(
      fc.property(fc.array(fc.string()), fc.string(), (earlier, value) => {
        const used = new Pseudonyms(key);
        for (const each of earlier) used.uuid("k", each);
        expect(used.uuid("k", value)).toBe(new Pseudonyms(Buffer.from(key)).uuid("k", value));
      }),
    );
  });

  it("differ by key, kind and value", () => {
    const all = [
      new Pseudonyms(key).hex("user", "alice", 16),
      new Pseudonyms(Buffer.from("another")).hex("user", "alice", 16),
      new Pseudonyms(key).hex("project", "alice", 16),
      new Pseudonyms(key).hex("user", "bob", 16),
    ];
    expect(new Set(all).size).toBe(4);
  });

  it("stay right when more are remembered than fit", () => {
    const pseudonyms = new Pseudonyms(key);
    const made: string[] = [];
    const ask = (i: number) =>
      pseudonyms.remembered("k", `${i}`, () => {
        made.push(`${i}`);
        return `p${i}`;
      });
    for (let i = 0; i < 30_000; i++) expect(ask(i)).toBe(`p${i}`);
    expect(ask(29_999)).toBe("p29999");
    expect(ask(0)).toBe("p0");
    expect(made.filter((value) => value === "29999")).toHaveLength(1);
    expect(made.filter((value) => value === "0")).toHaveLength(2);
  });
});
