/** Figure: how the steps of a workload spread over its sessions. */

import { shareAxis } from "../../../lib/chart/axes.ts";
import { curvesPanel, thinned } from "../../../lib/chart/cdf.ts";
import { figure } from "../../../lib/chart/grid.ts";
import { MINIMUM } from "../../../lib/chart/minimum.ts";
import { type DataLayer, quantitative } from "../../../lib/chart/spec.ts";
import { FONT_SIZE } from "../../../lib/chart/theme.ts";
import type { Figure } from "../../../lib/experiment.ts";
import { counted } from "../../../lib/format/counts.ts";
import { durationCompact } from "../../../lib/format/durations.ts";
import { grouped, percent } from "../../../lib/format/numbers.ts";
import { at } from "../../../lib/stats/known.ts";
import { sumInOrder } from "../../../lib/stats/sum.ts";
import { type EmittedSession, shareOfLongest } from "./workload.ts";

const LONGEST = 0.1;
const SERIES = "all sessions";

const READING = `Sessions from the longest to the shortest: how much of the workload's steps those up to each point have. The farther the curve bends from
the diagonal, the more the load of a server depends on whether a few long sessions overlap.`;

/** Null with too few sessions for a curve. @param sessions in order of arrival, each with a step */
export function sessionsFigure(sessions: readonly EmittedSession[]): Figure | null {
  if (sessions.length < MINIMUM.curve) return null;
  const steps = sessions.map((session) => session.steps);
  const share = shareOfLongest(steps, LONGEST);
  const total = sumInOrder(steps);
  const lastS = at(sessions, -1).arrivalMs / 1_000;
  const finding = `The longest ${percent(LONGEST)} of the sessions hold ${percent(share)} of the steps`;
  const x = shareAxis({ title: "Share of the sessions, longest first" });
  const y = shareAxis({ title: "Share of the steps" });
  const panel = curvesPanel({ points: thinned(cumulative(steps)), x, y, legend: null, reference: { x: LONGEST, label: percent(LONGEST) } });
  const callout: DataLayer = {
    data: { values: [{ x: LONGEST, y: share, text: `${percent(share)} of the steps` }] },
    mark: { type: "text", align: "left", baseline: "top", dx: 12, dy: 4, fontSize: FONT_SIZE.annotation },
    encoding: { x: quantitative("x", x), y: quantitative("y", y), text: { field: "text", type: "nominal" } },
  };
  return {
    name: "workload_sessions",
    title: finding,
    subtitle: "Share of the steps in the longest sessions of the workload.",
    coverage: `${grouped(sessions.length)} sessions with ${counted(total, "step")}.`,
    spec: figure({ ...panel, layer: [...panel.layer, callout] }),
    caption: `Share of the steps over share of the sessions, longest first. ${finding}. The last of the sessions arrives after ${durationCompact(lastS)}.`,
    reading: READING,
    alt: `A rising curve of the share of steps over the share of sessions, longest first. ${finding}.`,
  };
}

/** From no session to all of them. */
function cumulative(steps: readonly number[]) {
  const total = sumInOrder(steps);
  let sum = 0;
  const points = steps
    .toSorted((a, b) => b - a)
    .map((value, i) => {
      sum += value;
      return { series: SERIES, x: (i + 1) / steps.length, y: sum / total };
    });
  return [{ series: SERIES, x: 0, y: 0 }, ...points];
}
