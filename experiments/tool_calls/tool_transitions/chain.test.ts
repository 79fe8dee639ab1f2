import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sumOf } from "../../../lib/stats/sum.ts";
import { Chain, compared, divergence, END, START, type Transition } from "./chain.ts";

const NONE = { worked: 0, failed: 0, empty: 0, unknown: 0 };
const edge = (from: string, to: string, n = 1, failed = 0): Transition => ({
  from,
  to,
  n,
  parallel: 0,
  after: from === START ? NONE : { ...NONE, worked: n - failed, failed },
  parallelAfter: NONE,
});

/** The chain of requests, each written as its states: `"read shell shell"`. */
function chainOf(...requests: readonly string[]): Chain {
  const counts = new Map<string, number>();
  for (const request of requests) {
    const states = [START, ...request.split(" "), END];
    for (const [i, to] of states.slice(1).entries()) counts.set(`${states[i]} ${to}`, (counts.get(`${states[i]} ${to}`) ?? 0) + 1);
  }
  return new Chain(
    [...counts].map(([key, n]) => {
      const [from = "", to = ""] = key.split(" ");
      return edge(from, to, n);
    }),
  );
}

describe("a chain", () => {
  const chain = chainOf("read shell shell edit shell", "read");

  it("has shares, lift and runs", () => {
    expect(chain.p("shell", "shell")).toBeCloseTo(1 / 3);
    expect(chain.p("edit", "shell")).toBe(1);
    expect(chain.p("plan", "shell")).toBeNull();
    // Three of eight transitions lead to a shell.
    expect(chain.lift("edit", "shell")).toBeCloseTo(8 / 3);
    expect(chain.runLength("shell")).toBeCloseTo(1.5);
    expect(chain.runLength("edit")).toBe(1);
    expect([chain.requests, chain.departures]).toEqual([2, 6]);
  });

  it("has an entropy of what follows a call", () => {
    expect(chain.entropyRate()).toBeCloseTo((3 * Math.log2(3) + 2) / 6);
    // Two more than one successor of shell, one of read: 3 / (2 ln 2 * 6).
    expect(Number(chain.correctedEntropyRate()) - Number(chain.entropyRate())).toBeCloseTo(3 / (12 * Math.LN2));
    expect(new Chain([]).entropyRate()).toBeNull();
  });

  it("ends after so many visits", () => {
    // shell: x = 1 + x / 3 + (1 + x) / 3; read: 1 + x / 2.
    expect(chain.visitsToEnd("shell")).toBeCloseTo(4);
    expect(chain.visitsToEnd("edit")).toBeCloseTo(5);
    expect(chain.visitsToEnd("read")).toBeCloseTo(3);
  });

  it("gets from one state to another", () => {
    expect(chain.passage("edit", "shell")).toEqual({ reached: 1, visits: 1 });
    expect(chain.passage("read", "shell")).toMatchObject({ reached: expect.closeTo(0.5), visits: expect.closeTo(1) });
    expect(chain.passage("read", "edit")?.reached).toBeCloseTo(0.25);
    expect(chain.passage("plan", "shell")).toBeNull();
    expect(chain.passage("shell", "read")).toBeNull();
  });

  it("that never ends has no length", () => {
    const loop = new Chain([edge("a", "b"), edge("b", "a"), edge("c", "a"), edge("c", END), edge("d", END)]);
    expect(["a", "b", "c", "d"].map((state) => loop.visitsToEnd(state))).toEqual([null, null, null, 1]);
    expect(new Chain([edge("a", "a")]).runLength("a")).toBeNull();
  });

  it("of a loop that always goes the same way has no uncertainty", () => {
    expect(new Chain([edge(START, "a"), edge("a", "b", 9), edge("b", "a", 9)]).entropyRate()).toBeCloseTo(0);
  });

  it("distinguishes what follows failures", () => {
    const failing = new Chain([edge("shell", "shell", 6, 4), edge("shell", "read", 6, 1)]);
    expect(failing.pAfter("shell", "shell", "failed")).toEqual({ hits: 4, of: 5, p: 0.8 });
    expect(failing.pAfter("shell", "shell", "worked")).toEqual({ hits: 2, of: 7, p: 2 / 7 });
    expect(failing.pAfter("shell", "shell", "empty").p).toBeNull();
  });

  const request = fc.array(fc.constantFrom("a", "b", "c", "d"), { minLength: 1, maxLength: 12 }).map((states) => states.join(" "));
  it("leaves each state as often as it comes there, and its shares add up", () => {
    fc.assert(
      fc.property(fc.array(request, { minLength: 1, maxLength: 12 }), (requests) => {
        const made = chainOf(...requests);
        const states = ["a", "b", "c", "d"].filter((state) => made.departuresOf(state) > 0);
        for (const state of states) {
          expect(sumOf([START, ...states], (from) => made.count(from, state))).toBe(made.departuresOf(state));
          expect(sumOf([...states, END], (to) => made.p(state, to) ?? 0)).toBeCloseTo(1);
          expect(made.visitsToEnd(state)).toBeGreaterThanOrEqual(1);
          expect(made.visitsToEnd(state)).toBeCloseTo(
            1 + sumOf(states, (to) => (made.p(state, to) ?? 0) * Number(made.visitsToEnd(to))),
            6,
          );
        }
        expect(sumOf(states, (state) => made.count(state, END))).toBe(made.requests);
        expect(Number(made.entropyRate())).toBeLessThanOrEqual(Math.log2(5) + 1e-9);
        expect(divergence(made, made)).toBeCloseTo(0);
      }),
    );
  });
});

describe("two chains", () => {
  const half = new Chain([edge("a", "b", 50), edge("a", "a", 50)]);

  it("are compared edge by edge", () => {
    const found = compared(half, new Chain([edge("a", "b", 70), edge("a", "a", 30)]));
    // (0.5 - 0.7) / sqrt(0.6 * 0.4 * 2 / 100)
    expect(found.find(({ to }) => to === "b")).toMatchObject({
      from: "a",
      departuresB: 100,
      pA: 0.5,
      pB: 0.7,
      z: expect.closeTo(-2.886751, 6),
    });
    expect(found.map(({ pHolm }) => pHolm)).toEqual([expect.closeTo(2 * 0.0038924, 6), expect.closeTo(2 * 0.0038924, 6)]);
  });

  it.each([
    ["the same", half, [1, 1]],
    ["too few departures", new Chain([edge("a", "b", 20), edge("a", "a", 29)]), []],
    ["an edge of one of them", new Chain([edge("a", "c", 50)]), [0, 0, 0]],
  ])("%s", (_, other, expected) => {
    const found = compared(half, other).map(({ pHolm }) => pHolm);
    expect(found).toHaveLength(expected.length);
    for (const [i, p] of expected.entries()) expect(found[i]).toBeCloseTo(p, 6);
  });

  it("without a common edge diverge by one bit", () => {
    expect(divergence(half, new Chain([edge("c", "d", 7)]))).toBeCloseTo(1);
    expect(divergence(half, new Chain([]))).toBeNull();
  });
});
