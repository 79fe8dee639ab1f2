import fc from "fast-check";
import { expect, it } from "vitest";
import * as node from "./hash.ts";
import * as browser from "./hash-browser.ts";

const text = fc.oneof(fc.string({ unit: "grapheme", maxLength: 300 }), fc.constantFrom("", "\ud800", "é".repeat(64)));

it("hashes of browsers are those of Node", () => {
  fc.assert(
    fc.property(fc.oneof(text, fc.uint8Array({ maxLength: 300 })), (content) => {
      expect(browser.sha256(content)).toBe(node.sha256(content));
    }),
  );
});

it.each([
  ["SHA-1", browser.sha1, node.sha1],
  ["MD5", browser.md5, node.md5],
] as const)("so are those of %s", (_, ofBrowser, ofNode) => {
  fc.assert(
    fc.property(text, (content) => {
      expect(ofBrowser(content)).toBe(ofNode(content));
    }),
  );
});

it("so are keyed ones, one after the other", () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 100 }), fc.array(text, { maxLength: 4 }), (key, texts) => {
      expect(texts.map(browser.keyedSha256(key))).toEqual(texts.map(node.keyedSha256(key)));
    }),
  );
});

it("reads no file in a browser", () => expect(browser.sha256OfFile("a.duckdb")).rejects.toThrow("A page can't read the file a.duckdb."));
