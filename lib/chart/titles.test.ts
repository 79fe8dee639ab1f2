import { expect, it } from "vitest";
import type { Spec } from "./spec.ts";
import { withSubtitleLine } from "./titles.ts";

const PLAIN: Spec = { data: { values: [] }, mark: "point" };
const titled = (title: NonNullable<Spec["title"]>): Spec => ({ ...PLAIN, title });
const LONG = `${"word ".repeat(20)}end.`;

it.each<[what: string, before: Spec, title: unknown]>([
  ["a title that is a text", titled("T"), { text: "T", subtitle: ["Said."] }],
  ["a title of several lines", titled(["T", "U"]), { text: ["T", "U"], subtitle: ["Said."] }],
  ["a subtitle of one line", titled({ text: "T", subtitle: "S" }), { text: "T", subtitle: ["S", "Said."] }],
  ["a subtitle of lines", titled({ text: "T", subtitle: ["S", "R"], offset: 3 }), { text: "T", subtitle: ["S", "R", "Said."], offset: 3 }],
])("a sentence follows %s", (_what, before, title) => {
  expect(withSubtitleLine(before, "Said.")).toEqual({ ...before, title });
});

it("a figure without a title gets none", () => {
  expect(withSubtitleLine(PLAIN, "Said.")).toBe(PLAIN);
});

it.each([
  ["below a short subtitle at 90 characters", "S", 2],
  ["below a longer one at its end", "s".repeat(110), 1],
])("a long sentence is wrapped %s", (_where, subtitle, lines) => {
  const { title } = withSubtitleLine(titled({ text: "T", subtitle }), LONG);
  expect(title).toMatchObject({ subtitle: expect.toSatisfy((all: string[]) => all.length === 1 + lines) });
});
