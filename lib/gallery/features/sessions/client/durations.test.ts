import { expect, it } from "vitest";
import { minutesText, secondsText } from "./durations.ts";

it.each([
  [0, "0m"],
  [45, "45m"],
  [150, "2h30m"],
  [1445, "1d5m"],
])("%d minutes are %s", (minutes, text) => expect(minutesText(minutes)).toBe(text));

it.each([
  [0.004, "4 ms"],
  [8.26, "8.3 s"],
  [59.96, "1m 0s"],
  [7801, "2h 10m"],
])("%d seconds are %s", (seconds, text) => expect(secondsText(seconds)).toBe(text));
