/** Figure: the sessions of a workload as they arrive. */

import { decimalSteps, linearAxis, logCountAxis, roundTicks } from "../../../lib/chart/axes.ts";
import { figure } from "../../../lib/chart/grid.ts";
import { providerLabel } from "../../../lib/chart/palette.ts";
import { scatterPanel } from "../../../lib/chart/scatter.ts";
import type { Figure } from "../../../lib/experiment.ts";
import { durationCompact } from "../../../lib/format/durations.ts";
import { formatG, grouped, percent } from "../../../lib/format/numbers.ts";
import { at } from "../../../lib/stats/known.ts";
import { sumInOrder } from "../../../lib/stats/sum.ts";
import { type EmittedSession, shareOfLongest } from "./workload.ts";

const LONGEST = 0.1;
const LEAST_TOP_STEPS = 10;
/** Below the one step that every session has, so that its points are not cut. */
const BOTTOM_STEPS = 0.8;
const HEADROOM = 1.3;
const POINT_AREA = 36;
const POINT_OPACITY = 0.4;

const READING = `Every session of the workload is a point at its arrival, as high as it has steps. Few long sessions among
many short ones mean that the load of a server depends on which of them overlap.`;

/** @param sessions in order of arrival, each with a step; at least two */
export function sessionsFigure(sessions: readonly EmittedSession[]): Figure {
  const steps = sessions.map((session) => session.steps);
  const lastS = at(sessions, -1).arrivalMs / 1_000;
  const top = Math.max(LEAST_TOP_STEPS, ...steps) * HEADROOM;
  const panel = scatterPanel({
    points: sessions.map((session) => ({ series: session.provider, x: session.arrivalMs / 1_000, y: session.steps })),
    x: linearAxis(lastS, "Arrival of the session (s)", roundTicks(lastS, decimalSteps), (seconds) => formatG(seconds)),
    y: logCountAxis([BOTTOM_STEPS, top], { title: "Agent steps of the session (log scale)" }),
    size: POINT_AREA,
    opacity: POINT_OPACITY,
    legend: (provider) => `${providerLabel(provider)} (n=${grouped(sessions.filter((s) => s.provider === provider).length)})`,
    height: 440,
  });
  const facts = `The longest ${percent(LONGEST)} of the sessions hold ${percent(shareOfLongest(steps, LONGEST))} of the steps`;
  return {
    name: "workload_sessions",
    title: "Sessions as they arrive",
    spec: figure(
      panel,
      facts,
      `Sessions (n=${grouped(sessions.length)}, ${grouped(sumInOrder(steps))} steps in all) at their times of arrival.`,
    ),
    caption:
      `A point is a session, at its arrival in the workload; the last one comes after ${durationCompact(lastS)}. ` +
      `Its steps follow one another after their tool waits, so the session goes on from there. ${facts}.`,
    reading: READING,
    alt: `Points of sessions over arrival time on a log axis of steps. ${facts}.`,
  };
}
