import { describe, expect, it } from "vitest";
import { moved, showing, zoomed } from "./view.ts";

describe("a view", () => {
  it.each([
    ["zooms in around a place", zoomed({ from: 0, to: 10 }, 0.5, 5, 10, 1), { from: 2.5, to: 7.5 }],
    ["never shows more than there is", zoomed({ from: 2, to: 4 }, 100, 3, 10, 1), { from: 0, to: 10 }],
    ["never shows less than the least", zoomed({ from: 2, to: 4 }, 0.01, 3, 10, 1), { from: 2.5, to: 3.5 }],
    ["shows a short session whole", zoomed({ from: 0, to: 2 }, 0.5, 1, 2, 4), { from: 0, to: 2 }],
    ["stops at the end", moved({ from: 2, to: 4 }, 100, 10), { from: 8, to: 10 }],
    ["stops at the beginning", moved({ from: 2, to: 4 }, -100, 10), { from: 0, to: 2 }],
    ["stays where a step is in sight", showing({ from: 0, to: 10 }, { from: 4, to: 5 }, 100), { from: 0, to: 10 }],
    ["goes on as far as it must", showing({ from: 0, to: 10 }, { from: 10, to: 11 }, 100), { from: 2, to: 12 }],
  ])("%s", (_, view, expected) => {
    expect(view.from).toBeCloseTo(expected.from);
    expect(view.to).toBeCloseTo(expected.to);
  });
});
