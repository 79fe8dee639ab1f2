import { expect, it } from "vitest";
import { enoughFor, MINIMUM } from "./minimum.ts";

const group = (name: string, n: number) => ({ name, n });

it.each([
  ["enough", [group("Claude", MINIMUM.curve)], ["Claude"], [], ""],
  ["one too few", [group("Claude", 900), group("Codex", 1)], ["Claude"], ["Codex"], "Codex has only 1 step and is not drawn."],
  ["nothing", [group("Claude", 0)], [], [], ""],
  ["several", [group("a", 3), group("b", 19), group("c", 0)], [], ["a", "b"], "2 groups with fewer than 20 steps are not drawn."],
])("%s", (_, groups, drawn, few, sentence) => {
  const split = enoughFor("curve", groups, "step");
  expect([split.drawn.map(({ name }) => name), split.few.map(({ name }) => name), split.sentence]).toEqual([drawn, few, sentence]);
});

it("says what happens to the others", () =>
  expect(enoughFor("box", [group("shell", 2)], "call", "drawn as dots").sentence).toBe("shell has only 2 calls and is drawn as dots."));
