import { expect, it } from "vitest";
import { timelineOf } from "../testing/timelines.ts";
import { placeAmongSteps } from "./step-places.ts";

const { steps } = timelineOf([{ startS: 0 }, { startS: 10 }, { startS: null }, { startS: 40 }, { startS: 30 }]);

it.each([
  ["before the first", -5, 0],
  ["where a step begins", 10, 1],
  ["between two", 5, 0.5],
  ["over a step without a time", 20, 1.5],
  ["where the clock disagrees with the order", 35, 4.5],
  ["after the last", 99, 4],
])("%s", (_, seconds, place) => expect(placeAmongSteps(steps)(seconds)).toBe(place));
