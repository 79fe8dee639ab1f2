import { describe, expect, it } from "vitest";
import type { Figure } from "../experiment.ts";
import { type FinalCount, finalCountNotes, withFinalCounts } from "./final-counts.ts";

const count = (provider: string, model: string, final_steps: number, steps: number): FinalCount => ({
  provider,
  model,
  final_steps,
  steps,
});

const figure: Figure = {
  name: "f",
  title: "Speed",
  spec: { data: { values: [] }, mark: "point", title: { text: "Speed", subtitle: ["Tokens per second."] } },
  caption: "Speed of steps.",
  reading: "",
  alt: "",
};
const result = { figures: [figure], headlines: [{ label: "speed", value: "50" }], notes: ["Known before."] };

const ALL = [count("claude", "a", 3, 3), count("codex", "b", 2, 2)];
const MIXED = [count("claude", "a", 3, 9), count("codex", "b", 2, 2)];
const NONE = [count("claude", "a", 0, 1200), count("codex", "b", 2, 2)];
const PARTLY = "Output of Claude: final counts of 3 of 9 steps.";
const OTHERS = "The others were logged while streaming.";
const LEFT_OUT = "Claude has no final output counts: all 1,200 were logged while streaming.";

describe("withFinalCounts", () => {
  it.each([
    ["all counts are final", ALL],
    ["the pool is empty", []],
  ])("returns what it was given when %s", (_when, counts) => {
    expect(withFinalCounts(result, "left out", counts)).toBe(result);
  });

  it.each([
    ["some counts of a provider", MIXED, PARTLY, "final counts of 3 of 9 steps", `${PARTLY} ${OTHERS}`],
    ["none", NONE, LEFT_OUT, "no final count of 1,200 steps", LEFT_OUT],
  ])("says in figures, headlines and notes when %s are final", (_some, counts, sentence, short, note) => {
    expect(withFinalCounts(result, "left out", counts)).toEqual({
      figures: [
        {
          ...figure,
          spec: { ...figure.spec, title: { text: "Speed", subtitle: ["Tokens per second.", sentence] } },
          caption: `Speed of steps. ${sentence}`,
        },
      ],
      headlines: [...result.headlines, { label: "Output of Claude", value: short }],
      notes: [...result.notes, note],
    });
  });

  it("leaves an experiment without figures without figures", () => {
    expect(withFinalCounts({}, "left out", NONE)).toEqual({
      headlines: [{ label: "Output of Claude", value: "no final count of 1,200 steps" }],
      notes: [LEFT_OUT],
    });
  });

  it("says in figures that counts are too low where they are shown as logged", () => {
    const { figures, headlines, notes } = withFinalCounts(result, "shown as logged", MIXED);
    const sentence = "Output of Claude counts as logged, which is too low: final counts of 3 of 9 steps.";
    expect(figures[0]?.spec.title).toMatchObject({ subtitle: ["Tokens per second.", sentence] });
    expect(headlines).toHaveLength(2);
    expect(notes).toEqual([...result.notes, sentence]);
  });

  it("adds only a note where figures and headlines show no output", () => {
    expect(withFinalCounts(result, "left out of tables", MIXED)).toEqual({ ...result, notes: [...result.notes, `${PARTLY} ${OTHERS}`] });
  });
});

describe("finalCountNotes", () => {
  it.each<[what: string, counts: FinalCount[], notes: string[]]>([
    ["nothing when all are final", ALL, []],
    ["a single step", [count("claude", "a", 0, 1)], ["Claude has no final output counts: its only one was logged while streaming."]],
    [
      "each model of a provider that has several",
      [count("claude", "a", 1, 2), count("claude", "b", 4, 4)],
      ["Output of Claude: final counts of 5 of 6 steps. The others were logged while streaming. By model: a 1 of 2, b 4 of 4."],
    ],
    [
      "every provider, the known ones first",
      [count("acme", "m", 1, 2), count("claude", "a", 0, 2)],
      [
        "Claude has no final output counts: all 2 were logged while streaming.",
        "Output of Acme: final counts of 1 of 2 steps. The others were logged while streaming.",
      ],
    ],
  ])("says %s", (_what, counts, notes) => {
    expect(finalCountNotes(counts, "left out")).toEqual(notes);
  });

  it("says that counts are too low where they count as logged", () => {
    expect(finalCountNotes(NONE, "counted as logged")).toEqual([
      "Output of Claude counts as logged, which is too low: final counts of 0 of 1,200 steps.",
    ]);
  });
});
