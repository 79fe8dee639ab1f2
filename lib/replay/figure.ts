/** The figure of a replay: measured lengths and times against the recorded ones. */
import { latencyAxis, shareAxis } from "../chart/axes.ts";
import { ecdfPoints, thinned } from "../chart/cdf.ts";
import { grid, withHeading } from "../chart/grid.ts";
import { type PairedPoint, pairedLines } from "../chart/pairs.ts";
import type { Axis, Panel, Spec } from "../chart/spec.ts";
import { headed } from "../chart/titles.ts";
import { tokenAxis, tokenAxisOf, tokenExtent, tokenPosition } from "../chart/token-axis.ts";
import { grouped, percent } from "../format/numbers.ts";
import { at } from "../stats/known.ts";
import { sorted } from "../stats/quantile.ts";
import { endToEndMs, firstTokenMs, hitRates, type Measured } from "./measured.ts";

const NAMES = { before: "recorded", after: "measured" };
const PANEL = { width: 390, height: 240 };
const COLUMNS = 2;
const LEAST_MS = 0.01;

interface Compared {
  readonly heading: string;
  readonly recorded: readonly number[];
  readonly measured: readonly number[];
}

/** Null without an answer. */
export function replayFigure(measured: readonly Measured[], model: string): Spec | null {
  if (measured.length === 0) return null;
  const values = (of: (each: Measured) => number | null) => measured.map(of).filter((value) => value !== null);
  const prefixes = values(({ prefix }) => prefix);
  const tokens: Compared[] = [
    {
      heading: "Input read from the cache",
      recorded: values(({ sent, prefix }) => (prefix === null ? null : sent.plannedPrefix)),
      measured: prefixes,
    },
    { heading: "Output", recorded: values(({ sent }) => sent.turn.output), measured: values(({ answer }) => answer.outputTokens) },
  ];
  const times: Compared[] = [
    { heading: "Time to the first token", recorded: [], measured: values(firstTokenMs) },
    { heading: "Time to the end of the answer", recorded: values(({ sent }) => sent.turn.recordedMs), measured: values(endToEndMs) },
  ];
  const panels = [...tokens.filter(hasValues).map(tokensPanel), ...times.filter(hasValues).map(timesPanel)];
  return headed(grid(panels, { columns: COLUMNS, spacing: 40 }), {
    title: titleOf(measured),
    subtitle: `Share of ${grouped(measured.length)} requests to ${model} up to each value. Recorded cache reads are those of a cache that forgets nothing.`,
  });
}

function titleOf(measured: readonly Measured[]): string {
  const { planned, server } = hitRates(measured);
  if (server === null) return "Measured times and lengths of the replay";
  return `The server read ${percent(server, 1)} of the input from its cache; requests share ${percent(planned, 1)}`;
}

function hasValues({ measured }: Compared): boolean {
  return measured.length > 0;
}

function tokensPanel({ heading, recorded, measured }: Compared): Panel {
  const axis = tokenAxis({ ...tokenExtent([...recorded, ...measured]), maxTicks: 8 });
  const place = (tokens: number) => tokenPosition(tokens, axis.firstTick);
  const x = tokenAxisOf(axis, "Tokens of a request (binary scale)");
  return comparedPanel(heading, x, curve(recorded.map(place)), curve(measured.map(place)));
}

/** A log axis has no place for what took no time. */
function timesPanel({ heading, ...values }: Compared): Panel {
  const [recorded, measured] = [placed(values.recorded), placed(values.measured)];
  const drawn = [...recorded, ...measured].toSorted((a, b) => a - b);
  const x = latencyAxis([at(drawn, 0) / 2, at(drawn, -1) * 2], { title: "Time (log scale)" });
  return comparedPanel(heading, x, curve(recorded), curve(measured));
}

function placed(times: readonly number[]): number[] {
  return times.map((ms) => Math.max(LEAST_MS, ms));
}

function comparedPanel(heading: string, x: Axis, before: readonly PairedPoint[], after: readonly PairedPoint[]): Panel {
  const y = shareAxis({ title: "Share of requests" });
  return withHeading(pairedLines({ before, after, x, y, names: NAMES, stairs: true, ...PANEL }), heading);
}

function curve(values: readonly number[]): PairedPoint[] {
  return thinned(ecdfPoints("", sorted(values))).map(({ x, y }) => ({ x, y }));
}
