/** Figure: the sessions of a workload as they arrive. */
import { decimalSteps, linearAxis, logCountAxis, roundTicks } from "../../../lib/chart/axes.ts";
import { figure } from "../../../lib/chart/grid.ts";
import { scatterPanel } from "../../../lib/chart/scatter.ts";
import { providerTitle } from "../../../lib/chart/theme.ts";
import { figureTitle } from "../../../lib/chart/titles.ts";
import type { Figure } from "../../../lib/experiment.ts";
import { durationCompact } from "../../../lib/format/durations.ts";
import { shortLabel } from "../../../lib/format/labels.ts";
import { formatG, grouped, percent } from "../../../lib/format/numbers.ts";
import { sumInOrder } from "../../../lib/stats/sum.ts";
import type { EmittedSession } from "./experiment.ts";

const LONGEST = 0.1;
const LEAST_TOP_STEPS = 10;
/** Below the one step that every session has, so that its points are not cut. */
const BOTTOM_STEPS = 0.8;
const HEADROOM = 1.3;
const POINT_AREA = 36;
const POINT_OPACITY = 0.4;

/** @param sessions in order of arrival, each with a step; at least two */
export function sessionsFigure(sessions: readonly EmittedSession[]): Figure {
  const arrivals = sessions.map(({ arrivalMs }) => arrivalMs / 1_000);
  const steps = sessions.map((session) => session.steps);
  const lastS = arrivals.at(-1) as number;
  const top = Math.max(LEAST_TOP_STEPS, ...steps) * HEADROOM;
  const panel = scatterPanel({
    points: sessions.map(({ provider }, i) => ({ series: provider, x: arrivals[i] as number, y: steps[i] as number })),
    x: linearAxis(lastS, "Arrival of the session (s)", roundTicks(lastS, decimalSteps), (seconds) => formatG(seconds)),
    y: logCountAxis([BOTTOM_STEPS, top], { title: "Agent steps of the session (log scale)" }),
    size: POINT_AREA,
    opacity: POINT_OPACITY,
    legend: (provider) => `${shortLabel(providerTitle(provider))} (n=${grouped(sessions.filter((s) => s.provider === provider).length)})`,
    height: 440,
  });
  const facts = `The longest ${percent(LONGEST)} of the sessions hold ${percent(shareOfLongest(steps))} of the steps`;
  return {
    name: "workload_sessions",
    title: "Sessions as they arrive",
    spec: figure(
      panel,
      figureTitle(
        facts,
        `Sessions (n=${grouped(sessions.length)}, ${grouped(sumInOrder(steps))} steps in all) at the times that the workload gives them.`,
      ),
    ),
    caption:
      `A point is a session, at the time at which the workload lets it arrive; the last one comes after ${durationCompact(lastS)}. ` +
      `Its steps follow one another behind their tool waits, so it lasts on. ${facts}.`,
    alt: `Points of sessions over arrival time on a log axis of steps. ${facts}.`,
  };
}

/** Share of the steps that belong to the longest tenth of the sessions, one session at least. */
export function shareOfLongest(steps: readonly number[]): number {
  const descending = [...steps].sort((a, b) => b - a);
  const longest = descending.slice(0, Math.max(1, Math.round(descending.length * LONGEST)));
  return sumInOrder(longest) / sumInOrder(steps);
}
