import { describe, expect, it } from "vitest";
import { NameSearch } from "./spellings.ts";

const base64 = (text: string) => Buffer.from(text).toString("base64");

describe("a name is found", () => {
  it.each([
    ["as it is", "alice", "alice"],
    ["in capitals", "alice", "ALICE"],
    ["in a word", "alice", "alicedb"],
    ["of two words", "acme-merger", "mcp__acme_merger__x"],
    ["of two words, run together", "Acme Merger", "xacmemergerx"],
    ["with dots", "john.q", "j.o.h.n.q"],
    ["with decomposed accents", "José", "jose\u0301"],
    ["without its accents", "José", "jose-notes"],
    ["with accents that it has not", "jose", "josé"],
    ["in full width", "alice", "ａｌｉｃｅ"],
    ["in mathematical letters", "alice", "𝒶𝓁𝒾𝒸ℯ"],
    ["with invisible characters", "alice", "al\u200bi\u00adc\u2060e"],
    ["with direction marks", "alice", "a\u202el\u202cice"],
    ["in Cyrillic look-alikes", "acme", "асmе"],
    ["in Greek look-alikes", "kopin", "κορin"],
    ["with digits for letters", "alice", "a1ice"],
    ["with percent escapes", "alice", "%61l%69ce"],
    ["with percent escapes twice", "alice", "%2561lice"],
    ["with percent escapes of UTF-8", "José", "%4Aos%C3%A9"],
    ["with JSON escapes", "alice", "\\u0061lice"],
    ["with escaped escapes", "alice", "\\\\u0061lice"],
    ["with JavaScript escapes", "alice", "\\x61\\u{6c}ice"],
    ["with HTML escapes", "alice", "&#97;l&#x69;ce"],
    ["in base64", "alice", base64("alice")],
    ["in base64 behind a byte", "alice", base64("xalice and more")],
    ["in base64 behind two bytes", "alice", base64("xxalice and more")],
    ["in base64 with a capital", "alice", base64("to: Alice!")],
    ["in base64 of addresses", "süß??", base64("a süß?? b").replaceAll("+", "-").replaceAll("/", "_")],
    ["when short, as a word", "al", "mcp__al__x"],
    ["when short, as a word with capitals", "Bo", "x-BO.y"],
  ])("%s", (_, name, text) => {
    expect(new NameSearch([name]).isIn(text)).toBe(true);
  });
});

describe("nothing is found", () => {
  it.each([
    ["of a short name in a word", ["al"], "call"],
    ["of a name without letters", ["2026", "--"], "2026-02-06"],
    ["of another name", ["alice", "acme"], "bob works for others"],
    ["of nobody", [], "anything"],
    ["where escapes are none", ["alice"], "%zz \\u12 &#x; %"],
  ])("%s", (_, names, text) => {
    expect(new NameSearch(names).isIn(text)).toBe(false);
  });
});
