import { describe, expect, it } from "vitest";
import { citationOf } from "./citation.ts";

const POOL = {
  fingerprint: "0123456789abcdef",
  firstTime: "2026-01-30T10:00:00.000000Z",
  lastTime: "2026-02-02T11:00:00.000000Z",
};
const SHEET = { id: "tool_calls/tool_latency", title: "Tool latency" };

function cited({
  title = "Half of the calls take 1 s",
  baseUrl = null,
  pool = POOL,
}: {
  title?: string;
  baseUrl?: string | null;
  pool?: object;
}) {
  return citationOf({ pool: { ...POOL, ...pool }, versions: { "trace-atlas": "0.1.0" }, baseUrl }, SHEET, { id: "ab12cd34ef", title });
}

describe("a figure is cited", () => {
  it("with its id, version, pool and address", () => {
    expect(cited({ baseUrl: "https://example.org/a/" })).toEqual({
      apa:
        "Trace Atlas. (n.d.). Half of the calls take 1 s [Figure ab12cd34ef]. In Tool latency (Version 0.1.0; " +
        "pool 0123456789abcdef; UTC data from Jan 30, 2026 to Feb 2, 2026). https://example.org/a/f/ab12cd34ef/",
      bibtex: `@misc{trace-atlas-ab12cd34ef,
  author = {{Trace Atlas}},
  title = {{Half of the calls take 1 s}},
  howpublished = {Trace Atlas 0.1.0, tool\\_calls/tool\\_latency},
  note = {Figure ab12cd34ef; pool 0123456789abcdef; UTC data from Jan 30, 2026 to Feb 2, 2026},
  url = {https://example.org/a/f/ab12cd34ef/}
}`,
    });
  });

  it("without an address where none is known", () => {
    const { apa, bibtex } = cited({});
    expect([apa.endsWith("2026)."), bibtex.includes("url")]).toEqual([true, false]);
  });

  it("without days where nothing was observed", () => {
    expect(cited({ pool: { firstTime: null, lastTime: null } }).apa).toContain("pool 0123456789abcdef).");
  });

  it.each([
    ["62.1% & $3 for #1", "62.1\\% \\& \\$3 for \\#1"],
    ["a_b {c} ~ ^ \\", "a\\_b \\{c\\} \\textasciitilde{} \\textasciicircum{} \\textbackslash{}"],
  ])("%s is printed by LaTeX as it is", (title, written) => {
    expect(cited({ title }).bibtex).toContain(`title = {{${written}}}`);
  });
});
