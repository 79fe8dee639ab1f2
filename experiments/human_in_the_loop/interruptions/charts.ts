/** Figures: how far requests get, what people do, how long agents wait, and the lengths that show interrupts. */
import { atRiskLayers } from "../../../lib/chart/at-risk.ts";
import { countAxis, linearAxis, logAxis, logCountAxis, roundTicks, shareAxis } from "../../../lib/chart/axes.ts";
import { curvesPanel } from "../../../lib/chart/cdf.ts";
import { figure } from "../../../lib/chart/grid.ts";
import { enoughFor, MINIMUM } from "../../../lib/chart/minimum.ts";
import { kindColor, providerColor, providerTitle } from "../../../lib/chart/palette.ts";
import { ROW_STEP, rankAxis, rankedBars } from "../../../lib/chart/ranked-bars.ts";
import { SQUARES } from "../../../lib/chart/series.ts";
import { withSideColumns } from "../../../lib/chart/side-columns.ts";
import { type Axis, type Channel, type DataLayer, type Position, quantitative, withRows } from "../../../lib/chart/spec.ts";
import { COLORS, FONT_SIZE, PANEL } from "../../../lib/chart/theme.ts";
import type { Figure } from "../../../lib/experiment.ts";
import { countCompact, counted } from "../../../lib/format/counts.ts";
import { durationCompact, durationTick, hoursCompact } from "../../../lib/format/durations.ts";
import { grouped, money, NONE, percent } from "../../../lib/format/numbers.ts";
import { at, known } from "../../../lib/stats/known.ts";
import { shareOf } from "../../../lib/stats/ratio.ts";
import { sumOf, sumsOf } from "../../../lib/stats/sum.ts";
import { displayToolName } from "../../../lib/trace/tools.ts";
import {
  type AutonomyPoint,
  expectedAt,
  type Interruptions,
  type Kind,
  type KindCount,
  MOST_STEPS,
  messagesAt,
  type Options,
  type ToolWaits,
  WALL_EDGES_S,
} from "./measure.ts";

export function figuresOf(interruptions: Interruptions, options: Options, prices: string): Figure[] {
  return [
    curveFigure(interruptions),
    kindsFigure(interruptions, prices),
    waitsFigure(interruptions, options),
    lengthsFigure(interruptions),
  ].filter((each) => each !== null);
}

const STEP_TICKS = [1, 2, 4, 8, 16, 32, MOST_STEPS];
const READ_AT = 16;

const CURVE_READING = `Each curve is the share of requests that no person has cut, interrupted or steered by then, with the range that is likely at 95%. A request that ends by itself
counts as long as it lasts, so short requests don't lower the curve. A curve that drops early: people watch closely. A flat one: they let the agent run. Below: requests
that are still followed.`;

function curveFigure({ curve, requests }: Interruptions): Figure | null {
  const sized = requests.map(({ provider, requests: n }) => ({
    ...{ provider, n, name: providerTitle(provider) },
    points: curve.filter((point) => point.provider === provider && point.unit === "steps" && point.at_risk > 0),
  }));
  const { drawn, sentence } = enoughFor("curve", sized, "request");
  const last = Math.min(MOST_STEPS, Math.max(...drawn.map(({ points }) => at(points, -1).x)));
  if (drawn.length === 0 || last < 2) return null;
  const x = logCountAxis([1, last], { title: "Steps since the request began", ticks: STEP_TICKS });
  const lowest = Math.min(...drawn.flatMap(({ points }) => points.map(({ lo95 }) => lo95)));
  const y = shareAxis({ title: "Undisturbed", domain: [Math.min(0.9, Math.floor(lowest * 10) / 10), 1] });
  const readAt = Math.min(READ_AT, last);
  const read = drawn.flatMap(({ provider, points }) => {
    const point = points.find((each) => each.x === readAt);
    return point ? [{ series: provider, y: point.undisturbed, text: percent(point.undisturbed) }] : [];
  });
  const panel = curvesPanel({
    points: drawn.flatMap(({ provider, points }) => points.map((point) => ({ series: provider, x: point.x, y: point.undisturbed }))),
    ...{ x, y },
    stairs: true,
    reference: { x: readAt, label: counted(readAt, "step"), callouts: read },
  });
  const names = drawn.map(({ provider }) => provider);
  const values = read.map(({ series, text }) => (read.length === 1 ? text : `${text} (${providerTitle(series)})`));
  const finding = `After ${counted(readAt, "step")}, ${values.join(" and ")} of requests are undisturbed`;
  const rows = drawn.map(({ provider, name, points }) => ({
    ...{ name, color: providerColor(provider, names) },
    atRisk: (step: number) => points.find((point) => point.x === step)?.at_risk ?? 0,
  }));
  const stopped = drawn.map(({ provider, name, n }) => {
    const own = known(requests.find((each) => each.provider === provider));
    return `${name}: ${grouped(own.stopped)} of ${counted(n, "request")} stopped`;
  });
  return {
    name: "autonomy_curve",
    title: finding,
    subtitle: `Share of requests that no person has cut, interrupted or steered by then (Kaplan-Meier). ${sentence}`.trim(),
    coverage: `${stopped.join("; ")}.`,
    spec: figure({
      ...panel,
      layer: [
        ...drawn.map(({ provider, points }) => band(points, providerColor(provider, names), x, y)),
        ...panel.layer,
        ...atRiskLayers(
          "Requests",
          rows,
          STEP_TICKS.filter((tick) => tick <= last),
          x,
        ),
      ],
    }),
    caption: `How far requests get before a person stops or steers them, in steps. ${finding}. Bands are 95% intervals (Greenwood).`,
    reading: CURVE_READING,
    alt: `Falling stairs over a logarithmic axis of steps, one per provider with a band: the share of requests that are undisturbed. ${finding}.`,
  };
}

function band(points: readonly AutonomyPoint[], color: string, x: Axis, y: Axis): DataLayer {
  return {
    data: { values: points.map(({ x: steps, lo95, hi95 }) => ({ steps, lo95, hi95 })) },
    mark: { type: "area", interpolate: "step-after", opacity: 0.14, color },
    encoding: { x: quantitative("steps", x), y: quantitative("lo95", y), y2: { field: "hi95" } },
  };
}

const KIND_TITLES: Readonly<Record<Kind, string>> = {
  interrupt: "interrupted",
  cut: "cut",
  steer: "steered",
  denied: "denied",
  nudge: "nudged",
  length_only: "length only",
};
const KINDS_WIDTH = 440;
const TEXT_ROOM = 1.35;

const KINDS_READING = `Bars are events per 100 requests of the provider, with the events in parentheses. Interrupted: the client logged that a person stopped it. Cut: the last step of a request made calls, and yet
another request follows. Steered: a message came together with results of tools. Denied: a call failed after it had waited for a person. Nudged: a request followed within the time of
\`--nudge-seconds\`. Kinds overlap: an interrupt is often a cut as well. Gray bars are hints only: nudges, and texts that have the length of an interrupt but nothing else that shows one.
Many steers with few interrupts: guidance without stopping.`;

function kindsFigure({ kinds, requests, providers }: Interruptions, prices: string): Figure | null {
  if (kinds.length === 0) return null;
  const requestsOf = (provider: string) => known(requests.find((each) => each.provider === provider)).requests;
  const rate = ({ provider, events }: KindCount) => (100 * events) / requestsOf(provider);
  const shown = kinds.filter(({ provider }) => providers.includes(provider));
  if (shown.length === 0) return null;
  const isHint = ({ kind }: KindCount) => kind === "nudge" || kind === "length_only";
  const names = shown.map(({ provider, kind }) => `${providerTitle(provider)}: ${KIND_TITLES[kind]}`);
  const most = Math.max(...shown.map(rate));
  const x = linearAxis(most * TEXT_ROOM, "Events per 100 requests", roundTicks(most * TEXT_ROOM), (value) =>
    grouped(value, most < 3 ? 1 : 0),
  );
  const panel = rankedBars({
    bars: shown.map((each, i) => ({
      name: at(names, i),
      value: rate(each),
      label: `${grouped(rate(each), 1)} (${grouped(each.events)})`,
      color: isHint(each) ? COLORS.light.neutral : providerColor(each.provider, providers),
    })),
    x,
    width: KINDS_WIDTH,
  });
  const stops = sumsOf(requests, ["requests", "stopped"]);
  const ranked = shown.filter((each) => !isHint(each)).toSorted((a, b) => rate(b) - rate(a));
  const largest = known(ranked.find(({ provider }) => requestsOf(provider) >= MINIMUM.share) ?? ranked[0] ?? shown[0]);
  const finding = `${providerTitle(largest.provider)}'s requests are ${KIND_TITLES[largest.kind]} ${grouped(rate(largest), 1)} times per 100`;
  const column = (heading: string, width: number, text: (each: KindCount) => string) => ({ heading, width, texts: shown.map(text) });
  const isStop = ({ kind }: KindCount) => kind === "interrupt" || kind === "cut" || kind === "length_only";
  return {
    name: "interventions",
    title: finding,
    subtitle: `What people do while an agent works or right after, by kind. Kinds overlap; gray: hints only.${shown.some(isStop) ? " Cost and tokens: the steps that were stopped." : ""}`,
    coverage: `${grouped(stops.stopped)} of ${counted(stops.requests, "request")} ${stops.stopped === 1 ? "was" : "were"} cut, interrupted or steered. ${prices}`,
    spec: figure(
      withSideColumns({ ...panel, width: KINDS_WIDTH }, names, [
        column("Sessions", 68, ({ sessions }) => grouped(sessions)),
        column("Steps before", 96, ({ p50_steps }) => (p50_steps === null ? NONE : grouped(p50_steps, p50_steps % 1 === 0 ? 0 : 1))),
        ...(shown.some(isStop)
          ? [
              column("Cost", 66, (each) => (isStop(each) ? money(each.stopped_usd) : "")),
              column("Tokens", 62, (each) => (isStop(each) ? countCompact(each.stopped_tokens) : "")),
            ]
          : []),
      ]),
    ),
    caption: `Interventions of people by kind and provider, per 100 requests. ${finding}. Steps before: the median of the steps of the request up to then.`,
    reading: KINDS_READING,
    alt: `Bars of events per 100 requests, one per provider and kind, with columns for sessions, steps before, cost and tokens. ${finding}.`,
  };
}

const MOST_TOOLS = 12;
const WAITS_WIDTH = 430;

const WAITS_READING = `One row per tool, the one with the most waiting at the top. A box is a range of durations, the darker the larger its share of the tool's calls: from call to result, as logged.
Dark blue boxes are calls that waited for a person: the tool asks one, takes no time by itself, or took so much longer than it reports. Short approvals are not seen, and those of shell commands often not
either, so the hours are a lower bound; a stall of the client looks like an approval, which is why waits over five minutes have a column of their own.`;

function waitsFigure({ tools, bins, providers }: Interruptions, { approvalSeconds }: Options): Figure | null {
  const shown = tools.slice(0, MOST_TOOLS);
  const [first] = shown;
  if (!first) return null;
  const hours = sumOf(tools, (tool) => tool.hours);
  const rankOf = (of: { readonly provider: string; readonly tool: string }) =>
    shown.findIndex(({ provider, tool }) => provider === of.provider && tool === of.tool);
  const isAlone = providers.length === 1;
  const names = shown.map(({ provider, tool }) => `${isAlone ? "" : `${providerTitle(provider)}: `}${displayToolName(tool)}`);
  const own = bins.filter(({ group }) => rankOf(group) >= 0);
  const x = logAxis(
    [known(WALL_EDGES_S[0]), Math.max(10 * approvalSeconds, ...own.map(({ bin }) => at(WALL_EDGES_S, bin + 1)))],
    "From call to result",
    [0.001, 0.01, 0.1, 1, 10, 60, 600, 3_600, 21_600, 86_400],
    durationTick,
  );
  const largest = shown.map((_, rank) => Math.max(...own.filter(({ group }) => rankOf(group) === rank).map(({ n }) => n)));
  const boxes = own.map(({ group, bin, n }) => {
    const rank = rankOf(group);
    return {
      ...{ rank, low: at(WALL_EDGES_S, bin), high: at(WALL_EDGES_S, bin + 1) },
      ...{ opacity: 0.18 + 0.82 * Math.sqrt(shareOf(n, at(largest, rank))), kind: group.is_waiting ? WAITING : RUNNING },
    };
  });
  const y: Position = { field: "rank", ...rankAxis(names) };
  const color: Channel<"color"> = {
    field: "kind",
    type: "nominal",
    scale: { domain: [WAITING, RUNNING], range: [kindColor("human"), kindColor("tool")] },
    legend: { title: null, ...SQUARES, offset: 34 },
  };
  const layers: DataLayer[] = [
    {
      data: { values: boxes },
      mark: { type: "bar", height: { band: 0.7 } },
      encoding: {
        y,
        x: quantitative("low", x),
        x2: { field: "high" },
        color,
        opacity: { field: "opacity", type: "quantitative", scale: null, legend: null },
      },
    },
    {
      data: { values: [{ at: approvalSeconds }] },
      mark: { type: "rule", strokeDash: [5, 4], strokeWidth: 1.3, color: COLORS.light.muted },
      encoding: { x: quantitative("at", x) },
    },
    {
      data: { values: [{ at: approvalSeconds, text: durationTick(approvalSeconds) }] },
      mark: { type: "text", baseline: "bottom", dy: -4, fontSize: FONT_SIZE.annotation, color: COLORS.light.muted },
      encoding: { x: quantitative("at", x), y: { value: 0 }, text: { field: "text", type: "nominal" } },
    },
  ];
  const column = (heading: string, width: number, text: (tool: ToolWaits) => string) => ({ heading, width, texts: shown.map(text) });
  const duration = (seconds: number | null) => (seconds === null ? NONE : durationCompact(seconds));
  const finding =
    tools.length === 1
      ? `Agents waited ${hoursCompact(hours)} for people, all on ${displayToolName(first.tool)}`
      : `Agents waited ${hoursCompact(hours)} for people, ${hoursCompact(first.hours)} of that on ${displayToolName(first.tool)}`;
  return {
    name: "approval_waits",
    title: finding,
    subtitle: `How long calls took, by tool; the line is the shortest wait that counts as an approval.`,
    coverage: `${grouped(shown.length)} of ${counted(tools.length, "tool")} with waits: ${grouped(sumOf(tools, ({ waits }) => waits))} calls, ${hoursCompact(hours)} in all, ${hoursCompact(sumOf(tools, ({ long_hours }) => long_hours))} of that in waits over 5 minutes.`,
    spec: figure(
      withSideColumns({ width: WAITS_WIDTH, height: { step: ROW_STEP }, layer: withRows(layers) }, names, [
        column("Waits", 58, ({ waits }) => grouped(waits)),
        column("Of calls", 62, ({ waits, calls }) => percent(shareOf(waits, calls))),
        column("Median", 68, ({ p50_s }) => duration(p50_s)),
        column("In all", 66, (tool) => hoursCompact(tool.hours)),
        column("Over 5m", 68, ({ long_hours }) => (long_hours === 0 ? NONE : hoursCompact(long_hours))),
      ]),
    ),
    caption: `How long agents waited for approvals and answers, by tool. ${finding}.`,
    reading: WAITS_READING,
    alt: `Rows of boxes over a logarithmic axis of durations, one per tool, colored by whether calls waited for a person, with columns for waits and hours. ${finding}.`,
  };
}

const WAITING = "Waited for a person";
const RUNNING = "Ran";

const LENGTHS_READING = `Bars count Claude's user messages of each length. Claude Code logs a fixed text when a person stops it, and its length survives when a trace is sanitized: two bars that are much higher
than their neighbors are these texts. The number in parentheses is the number that its neighbors suggest. Where the dark bars are not higher, the client has other texts: see \`--lengths\`.`;

function lengthsFigure(interruptions: Interruptions): Figure | null {
  const { lengths, signature } = interruptions;
  const marked = [signature.generating, signature.tool].map((chars) => ({
    ...{ chars, messages: messagesAt(chars, lengths), expected: expectedAt(chars, interruptions) },
  }));
  if (sumOf(marked, ({ messages }) => messages) === 0) return null;
  const most = Math.max(...lengths.map(({ messages }) => messages));
  const y = countAxis(most * 1.12, { title: "Messages" });
  const [low, high] = [Math.min(...lengths.map(({ chars }) => chars)) - 1, Math.max(...lengths.map(({ chars }) => chars)) + 1];
  const x: Axis = {
    ...linearAxis(high, "Characters", roundTicks(high).concat(marked.map(({ chars }) => chars)), grouped),
  };
  const within: Axis = { ...x, scale: { ...x.scale, domain: [low, high], zero: false } };
  const isMarked = (chars: number) => chars === signature.generating || chars === signature.tool;
  const bars = lengths.map(({ chars, messages }) => ({
    ...{ from: chars - 0.4, to: chars + 0.4, messages, base: 0 },
    color: isMarked(chars) ? kindColor("human") : COLORS.light.axis,
  }));
  const texts = marked
    .filter(({ messages }) => messages > 0)
    .map(({ chars, messages, expected }) => ({ chars, messages, text: `${chars}: ${grouped(messages)} (${grouped(expected, 1)})` }));
  const [first, second] = [at(marked, 0), at(marked, 1)];
  const finding = `Claude has ${counted(first.messages, "message")} of ${first.chars} and ${grouped(second.messages)} of ${second.chars} characters`;
  return {
    name: "interrupt_lengths",
    title: finding,
    subtitle: `Lengths of Claude's user messages; dark: the texts that mark an interrupt; in parentheses, the number that their neighbors suggest: ${marked.map(({ expected }) => grouped(expected, 1)).join(" and ")}.`,
    coverage: `${counted(
      sumOf(lengths, ({ messages }) => messages),
      "message",
    )} from ${low + 1} to ${high - 1} characters.`,
    spec: figure({
      width: PANEL.width,
      height: 300,
      layer: [
        {
          data: { values: bars },
          mark: { type: "bar" },
          encoding: {
            x: quantitative("from", within),
            x2: { field: "to" },
            y: quantitative("messages", y),
            y2: { field: "base" },
            color: { field: "color", type: "nominal", scale: null },
          },
        },
        {
          data: { values: texts },
          mark: { type: "text", baseline: "bottom", dy: -5, fontSize: FONT_SIZE.annotation, color: COLORS.light.text },
          encoding: { x: quantitative("chars", within), y: quantitative("messages", y), text: { field: "text", type: "nominal" } },
        },
      ],
    }),
    caption: `Number of Claude's user messages by length, around the lengths of the two texts that Claude Code logs when a person stops it. ${finding}.`,
    reading: LENGTHS_READING,
    alt: `Bars by length in characters, two of them dark. ${finding}.`,
  };
}
