import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anchorOf, linkFrom } from "./links.ts";

describe("links", () => {
  const segment = fc
    .string({ unit: "grapheme", minLength: 1, maxLength: 8 })
    .filter((text) => !/[/\0\\]/.test(text) && !/^\.+$/.test(text));
  const file = fc.array(segment, { minLength: 1, maxLength: 4 }).map((segments) => segments.join("/"));

  it("lead from any page to any file", () => {
    fc.assert(
      fc.property(file, file, (page, target) => {
        const base = `http://gallery/${page.split("/").map(encodeURIComponent).join("/")}`;
        expect(decodeURIComponent(new URL(linkFrom(page)(target), base).pathname)).toBe(`/${target}`);
      }),
    );
  });

  it.each([
    ["steps_2.png", "figure-steps_2.png"],
    ["a b#c%d?e", "figure-a-b-c-d-e"],
    ["<script>", "figure--script-"],
  ])("anchor of %s", (name, anchor) => {
    expect(anchorOf("figure", name)).toBe(anchor);
  });
});
