/** Figures: what helpers cost of each session, how they are sized, whether delegating paid, and one tree. */
import { decimalSteps, dollarAxis, linearAxis, logAxis, logTokenAxis, roundTicks } from "../../../lib/chart/axes.ts";
import { figure, grid, withHeading } from "../../../lib/chart/grid.ts";
import { overLines } from "../../../lib/chart/over-lines.ts";
import { pixelOf } from "../../../lib/chart/pixels.ts";
import { rankAxis } from "../../../lib/chart/ranked-bars.ts";
import {
  type Axis,
  type Channel,
  type DataLayer,
  type LayeredPanel,
  type Position,
  quantitative,
  withRows,
} from "../../../lib/chart/spec.ts";
import { splitBars } from "../../../lib/chart/split-bars.ts";
import { COLORS, FONT_SIZE, PANEL, seriesColor } from "../../../lib/chart/theme.ts";
import { tokenAxis, tokenAxisOf, tokenExtent, tokenPosition } from "../../../lib/chart/token-axis.ts";
import { withNamed } from "../../../lib/chart/with-named.ts";
import type { Figure } from "../../../lib/experiment.ts";
import { countCompact, counted, countTick } from "../../../lib/format/counts.ts";
import { shortLabel } from "../../../lib/format/labels.ts";
import { dollarTick, grouped, money, percent, withMinus } from "../../../lib/format/numbers.ts";
import { groupBy } from "../../../lib/stats/group-by.ts";
import { known } from "../../../lib/stats/known.ts";
import { quantileNumpy, sorted } from "../../../lib/stats/quantile.ts";
import { ratio } from "../../../lib/stats/ratio.ts";
import { sumOf } from "../../../lib/stats/sum.ts";
import { familyOf } from "../../../lib/trace/prices/published.ts";
import { shortId } from "../../../lib/trace/sessions.ts";
import { costOf, type Delegation, type Helper, type LargeHelper, MOST_TREES, type Options, type Tree, type TreeType } from "./measure.ts";

const UNKNOWN_TYPE = "Helpers of unknown type";
const SELF = "The session itself";
const OTHER_TYPES = "Other helpers";
/** Types with a color of their own. */
const MOST_TYPES = 5;
const MOST_FAMILIES = 6;
/** Room to the right of the longest bar for the text at its end, as a share of the bar. */
const TEXT_ROOM = 0.5;
const BAR_STEP = 30;
const HALF_WIDTH = 400;
/** Sums that differ by less are equal. */
const NOISE = 1e-9;
/** Between the outermost dots and the ends of a log axis, as a factor. */
const ROOM_FOR_DOTS = 1.25;
const LINE_PX = 18;
/** More dots than these are drawn small. */
const CROWD = 200;

/** For half of the width that axes are made for. */
function fewTicks(max: number): number[] {
  return roundTicks(max, (atLeast) => decimalSteps(2 * atLeast));
}

export function figuresOf(delegation: Delegation, options: Options, prices: string): Figure[] {
  const said = `${coverageOf(delegation)} ${prices}`;
  return [
    shareFigure(delegation, said),
    sizingFigure(delegation, options, said),
    balanceFigure(delegation, said),
    treeFigure(delegation, said),
  ].filter((each) => each !== null);
}

/** `3 of 128 calls that start helpers are linked to one; 3 helpers in the pool.` */
export function coverageOf({ all }: Pick<Delegation, "all">): string {
  return `${grouped(all.linked_calls)} of ${counted(all.spawn_calls, "call")} that start helpers have a known helper; ${counted(all.helpers, "helper")} in the pool.`;
}

const typeName = (type: string | null) => (type === null ? UNKNOWN_TYPE : shortLabel(type, 24));

const SHARE_READING = `One row per session with helpers, the most expensive tree at the top. Gray is the session's own steps; each color is a type of helper. At the left what the steps
cost at list prices, at the right the context of all steps added up, which is what was read again and again. A session whose bar is mostly colored left its
reading to helpers. A row without gray: only the helpers are in the pool.`;

function shareFigure({ trees, treeTypes }: Delegation, coverage: string): Figure | null {
  if (trees.length === 0) return null;
  const costs = [...groupBy(treeTypes, ({ agent_type }) => agent_type)]
    .map(([type, rows]) => ({ type, nano: sumOf(rows, ({ cost_nano }) => cost_nano) }))
    .toSorted((a, b) => b.nano - a.nano);
  const shown = costs.slice(0, MOST_TYPES).map(({ type }) => type);
  const barsOf = (self: (tree: Tree) => number, all: (tree: Tree) => number, ofType: (type: TreeType) => number) =>
    trees.map((tree) => {
      const types = treeTypes.filter(({ root_session, agent_type }) => root_session === tree.root_session && shown.includes(agent_type));
      const named = types.map((type): [string, number] => [typeName(type.agent_type), ofType(type)]);
      const rest = all(tree) - sumOf(types, ofType);
      const values = { [SELF]: self(tree), ...Object.fromEntries(named), [OTHER_TYPES]: rest > NOISE * all(tree) ? rest : 0 };
      return { name: shortId(tree.root_session), values };
    });
  const dollars = barsOf(
    ({ self_usd }) => self_usd ?? 0,
    ({ helpers_usd }) => helpers_usd ?? 0,
    ({ cost_nano }) => cost_nano / 1e9,
  );
  const tokens = barsOf(
    ({ self_tokens }) => self_tokens,
    ({ helpers_tokens }) => helpers_tokens,
    ({ context_tokens }) => context_tokens,
  );
  const parts = [
    { name: SELF, color: COLORS.light.axis },
    ...shown.map((type, i) => ({ name: typeName(type), color: seriesColor(i) })),
    ...(dollars.some(({ values }) => known(values[OTHER_TYPES]) > 0) ? [{ name: OTHER_TYPES, color: COLORS.light.neutral }] : []),
  ];
  const most = Math.max(...trees.map(costOf));
  const mostTokens = Math.max(...trees.map(tokensOf));
  const total = sumOf(trees, costOf);
  const helpers = sumOf(trees, ({ helpers_usd }) => helpers_usd ?? 0);
  const totalTokens = sumOf(trees, tokensOf);
  const helperTokens = sumOf(trees, ({ helpers_tokens }) => helpers_tokens);
  const finding = `Helpers took ${money(helpers)} of the ${money(total)} of ${sessionsText(trees.length)} with helpers`;
  const moneyPanel = splitBars({
    bars: dollars,
    parts,
    x: dollarAxis(most * (1 + TEXT_ROOM), { title: "Cost at list prices", ticks: fewTicks(most) }),
    label: () => "",
    width: HALF_WIDTH,
  });
  const tokenPanel = splitBars({
    bars: tokens.map((bar) => ({ ...bar, name: "" })),
    parts,
    x: linearAxis(mostTokens * (1 + TEXT_ROOM), "Context of all steps, tokens", fewTicks(mostTokens), countTick),
    label: () => "",
    width: HALF_WIDTH,
  });
  return {
    name: "subagent_share",
    title: finding,
    subtitle: "Next to each bar: its number of helpers and their share of cost, and of tokens.",
    coverage,
    spec: grid(
      [
        withHeading(
          withEnds(
            moneyPanel,
            trees.map((tree) => ({ end: costOf(tree), text: endText(tree) })),
          ),
          `Cost: ${money(total)}, of that ${money(helpers)} by helpers`,
          { over: "plot" },
        ),
        withHeading(
          withEnds(
            tokenPanel,
            trees.map((tree) => ({
              end: tokensOf(tree),
              text: tree.steps === 0 ? "" : percent(ratio(tree.helpers_tokens, tokensOf(tree))),
            })),
          ),
          `Tokens read: ${countCompact(totalTokens)}, of that ${countCompact(helperTokens)}`,
          { over: "plot" },
        ),
      ],
      { columns: 2, spacing: 16, sharedColor: true },
    ),
    caption: `Cost and context of ${sessionsText(trees.length)} with helpers, the session itself and its helpers by type. ${finding}. ${coverage}`,
    reading: SHARE_READING,
    alt: `Two columns of stacked bars, one row per session: cost, and context of all steps, split into the session itself and its helpers by type. ${finding}.`,
  };
}

function sessionsText(count: number): string {
  return count < MOST_TREES ? counted(count, "session") : `the ${grouped(count)} most expensive sessions`;
}

function endText({ helpers, helpers_share }: Tree): string {
  const count = counted(helpers, "helper");
  return helpers_share === null ? count : `${count}, ${percent(helpers_share)}`;
}

function tokensOf({ self_tokens, helpers_tokens }: Tree): number {
  return self_tokens + helpers_tokens;
}

/** Texts at the ends of bars. */
function withEnds(panel: LayeredPanel, ends: readonly { readonly end: number; readonly text: string }[]): LayeredPanel {
  const [bars] = panel.layer;
  const x = bars && "encoding" in bars ? bars.encoding?.x : undefined;
  const texts: DataLayer = {
    data: { values: ends.map((end, rank) => ({ rank, ...end })) },
    mark: { type: "text", align: "left", dx: 6, fontSize: FONT_SIZE.annotation, color: COLORS.light.muted },
    encoding: { y: { field: "rank", type: "ordinal", sort: null }, x: { ...x, field: "end" }, text: { field: "text", type: "nominal" } },
  };
  return { ...panel, layer: [...panel.layer, texts] };
}

const SIZING_READING = `Each dot is a helper: how large its context grew, how much it wrote, and by its size what it cost. In the shaded corner a helper read much and wrote little,
which is what a search should look like, or a sign that the brief was too wide. Output is as logged; where transcripts log it too low, dots are too far down.`;

/** What the figure of sizes shows of a helper. */
type Sized = Pick<Helper, "session" | "model" | "peak_context_tokens" | "output_tokens" | "cost_usd">;

function sizingFigure(
  { sample: sampled, largest, all }: Delegation,
  { contextHeavy, smallOutput }: Options,
  coverage: string,
): Figure | null {
  if (sampled.length === 0) return null;
  const sample = withNamed<Sized>(
    sampled,
    largest.map(({ session_id, cost_nano, ...helper }) => ({ ...helper, session: session_id, cost_usd: cost_nano / 1e9 })),
    ({ session }) => session,
  );
  const family = familiesOf(sample);
  const contexts = [contextHeavy, ...sample.map(({ peak_context_tokens }) => peak_context_tokens)];
  const widest = ROOM_FOR_DOTS * Math.max(...contexts);
  const across = logTokenAxis([Math.max(1, Math.min(...contexts)) / ROOM_FOR_DOTS, widest], { title: "Largest context, tokens" });
  const y = tokenAxis(tokenExtent([smallOutput, ...sample.map(({ output_tokens }) => output_tokens)]));
  const up = tokenAxisOf(y, "Output as logged, tokens");
  const placed = (helper: Pick<Helper, "peak_context_tokens" | "output_tokens">) => ({
    x: Math.max(1, helper.peak_context_tokens),
    y: tokenPosition(helper.output_tokens, y.firstTick),
  });
  const dots = sample.map((helper) => ({ ...placed(helper), usd: helper.cost_usd ?? 0, family: family.of(helper.model) }));
  const isCrowded = sample.length > CROWD;
  const inBox = sample.filter((helper) => helper.peak_context_tokens >= contextHeavy && helper.output_tokens < smallOutput);
  const shown = sample.length === all.helpers ? "" : ` Of ${grouped(all.helpers)} helpers, ${grouped(sample.length)} are drawn.`;
  const finding = `${grouped(inBox.length)} of ${counted(sample.length, "helper")} read much and wrote little`;
  const color: Channel<"color"> = {
    field: "family",
    type: "nominal",
    scale: { domain: [...family.names], range: family.names.map((_, i) => seriesColor(i)) },
    legend: { title: null, orient: "top", direction: "horizontal" },
  };
  const box = { left: contextHeavy, right: widest, bottom: y.domain[0], top: tokenPosition(smallOutput, y.firstTick) };
  const named = apart(
    largest.map((helper) => ({ ...placed(helper), text: nameOf(helper) })),
    up,
  );
  const layers: DataLayer[] = [
    {
      data: { values: [box] },
      mark: { type: "rect", color: COLORS.light.grid },
      encoding: { x: quantitative("left", across), x2: { field: "right" }, y: quantitative("bottom", up), y2: { field: "top" } },
    },
    {
      data: {
        values: [
          {
            ...box,
            text: `From ${grouped(contextHeavy)}, under ${grouped(smallOutput)}: ${grouped(inBox.length)} of ${grouped(sample.length)}`,
          },
        ],
      },
      mark: { type: "text", align: "right", baseline: "bottom", dx: -8, dy: -8, fontSize: FONT_SIZE.annotation, color: COLORS.light.muted },
      encoding: { x: quantitative("right", across), y: quantitative("bottom", up), text: { field: "text", type: "nominal" } },
    },
    {
      data: { values: dots },
      mark: { type: "circle", opacity: isCrowded ? 0.35 : 0.65 },
      encoding: {
        x: quantitative("x", across),
        y: quantitative("y", up),
        color,
        size: {
          field: "usd",
          type: "quantitative",
          scale: { type: "sqrt", rangeMin: isCrowded ? 15 : 30, rangeMax: isCrowded ? 250 : 700, zero: true },
          legend: null,
        },
      },
    },
    ...(["left", "right"] as const).flatMap((side) =>
      overLines({
        data: { values: named.filter(({ x }) => pixelOf(x, across, PANEL.width) < PANEL.width / 2 === (side === "left")) },
        mark: { align: side, dx: side === "left" ? 14 : -14, fontSize: FONT_SIZE.annotation },
        encoding: { x: quantitative("x", across), y: quantitative("y", up), text: { field: "text", type: "nominal" } },
      }),
    ),
  ];
  return {
    name: "subagent_sizing",
    title: finding,
    subtitle: `Largest context and output of each helper; its area is its cost. Shaded: at least ${grouped(contextHeavy)} tokens of context, under ${grouped(smallOutput)} of output.${shown}`,
    coverage,
    spec: figure({ width: PANEL.width, height: PANEL.height, layer: withRows(layers) }),
    caption: `Largest context and logged output of helpers, by family of model. ${finding}; the most expensive are named. ${coverage}`,
    reading: SIZING_READING,
    alt: `Scatter plot of helpers: largest context across, output up, cost by area. ${finding}.`,
  };
}

/** Without texts that would touch one before them. */
function apart<R extends { readonly y: number }>(named: readonly R[], up: Axis): R[] {
  const free: R[] = [];
  for (const row of named)
    if (free.every(({ y }) => Math.abs(pixelOf(y, up, PANEL.height) - pixelOf(row.y, up, PANEL.height)) >= LINE_PX)) free.push(row);
  return free;
}

/** The families of models of some helpers, the most numerous first; those beyond the most are `other`. */
function familiesOf(helpers: readonly Pick<Helper, "model">[]) {
  const familyName = (model: string) => familyOf(model) ?? shortLabel(model, 20);
  const counts = [...groupBy(helpers, ({ model }) => familyName(model))].map(([name, rows]) => ({ name, n: rows.length }));
  const names = counts.toSorted((a, b) => b.n - a.n || (a.name < b.name ? -1 : 1)).map(({ name }) => name);
  const shown = names.slice(0, MOST_FAMILIES);
  return {
    names: names.length > shown.length ? [...shown, "other"] : shown,
    of: (model: string) => (shown.includes(familyName(model)) ? familyName(model) : "other"),
  };
}

function nameOf({ agent_type, session_id, cost_nano }: LargeHelper): string {
  return `${agent_type === null ? shortId(session_id) : shortLabel(agent_type, 24)}, ${money(cost_nano / 1e9)}`;
}

const BALANCE_READING = `Each dot is a helper whose answer and call are known. Right of zero it was cheaper than if the parent had read the same itself and carried it to the
end of its segment; left of zero it cost more. The short line is the median of a type. The axis is linear up to ten cents and logarithmic beyond.`;
const BALANCE_TICKS = [0.1, 1, 10, 100, 1_000, 10_000];

function balanceFigure({ sample, all }: Delegation, coverage: string): Figure | null {
  const balances = sample.flatMap(({ agent_type, model, rent_saved_usd }) =>
    rent_saved_usd === null ? [] : [{ name: agent_type ?? model, usd: rent_saved_usd }],
  );
  if (balances.length === 0) return null;
  const groups = [...groupBy(balances, ({ name }) => name)]
    .map(([name, rows]) => ({ name, usd: sorted(rows.map(({ usd }) => usd)) }))
    .toSorted((a, b) => b.usd.length - a.usd.length || (a.name < b.name ? -1 : 1));
  const shown = groups.slice(0, 12);
  const drawn = shown.flatMap(({ usd }, rank) =>
    Array.from(usd, (value) => ({ rank, usd: value, side: value < 0 ? "cost more" : "was cheaper" })),
  );
  const values = drawn.map(({ usd }) => usd);
  const reach = (side: number) => Math.max(1, side) * 1.3;
  const x = logAxis(
    [-reach(-Math.min(...values)), reach(Math.max(...values))],
    "Balance of delegating, dollars",
    [...BALANCE_TICKS.map((tick) => -tick).reverse(), 0, ...BALANCE_TICKS],
    signedDollars,
    { type: "symlog", constant: 0.1 },
  );
  const y: Position = { field: "rank", ...rankAxis(shown.map(({ name, usd }) => `${shortLabel(name, 28)} (${grouped(usd.length)})`)) };
  const paid = balances.filter(({ usd }) => usd >= 0).length;
  const finding = `Delegating was cheaper than reading in the parent for ${grouped(paid)} of ${counted(balances.length, "helper")} with a known balance`;
  const layers: DataLayer[] = [
    {
      data: { values: [{ zero: 0 }] },
      mark: { type: "rule", strokeDash: [5, 4], strokeWidth: 1.5, color: COLORS.light.text },
      encoding: { x: quantitative("zero", x) },
    },
    {
      data: { values: drawn },
      mark: { type: "circle", size: 90, opacity: 0.5 },
      encoding: {
        x: quantitative("usd", x),
        y,
        color: {
          field: "side",
          type: "nominal",
          scale: { domain: ["cost more", "was cheaper"], range: [seriesColor(1), seriesColor(0)] },
          legend: { title: null, orient: "top", direction: "horizontal" },
        },
      },
    },
    {
      data: { values: shown.map(({ usd }, rank) => ({ rank, median: known(quantileNumpy(usd, 0.5)) })) },
      mark: { type: "tick", thickness: 3, size: 22, opacity: 1, color: COLORS.light.text },
      encoding: { x: quantitative("median", x), y },
    },
  ];
  return {
    name: "subagent_balance",
    title: finding,
    subtitle: `Estimate for ${grouped(balances.length)} of ${grouped(all.helpers)} helpers: what their reading would have cost in the parent, less their own cost; ${grouped(paid)} at or right of zero.`,
    coverage,
    spec: figure({ width: PANEL.width, height: { step: BAR_STEP + 8 }, layer: layers }),
    caption: `The balance of each helper by type (by model where types are unknown), with the number of helpers. ${finding}. ${coverage}`,
    reading: BALANCE_READING,
    alt: `Dots on a dollar axis around zero, a row per type of helper, with the median of each. ${finding}.`,
  };
}

function signedDollars(usd: number): string {
  return usd < 0 ? withMinus(`-${dollarTick(-usd)}`) : dollarTick(usd);
}

const TREE_READING = `The session with the most expensive tree at the top and its helpers below, each under the one that started it, the most expensive first. At the left its
cost, at the right the context of its steps added up. The leverage behind a bar is how many tokens it read for each one that it gave back.`;

interface TreeRow {
  readonly name: string;
  readonly usd: number;
  readonly tokens: number;
  readonly text: string;
}

function treeFigure({ trees, ofFirstTree }: Delegation, coverage: string): Figure | null {
  const [tree] = trees;
  if (!tree || ofFirstTree.length === 0) return null;
  const rows = [rootRow(tree), ...depthFirst(ofFirstTree, tree.root_session), ...restRow(tree, ofFirstTree)];
  const most = Math.max(...rows.map(({ usd }) => usd));
  const mostTokens = Math.max(...rows.map(({ tokens }) => tokens));
  const finding = `The most expensive session with helpers spent ${money(tree.helpers_usd ?? 0)} on ${counted(tree.helpers, "helper")}`;
  const bars = (field: "usd" | "tokens", x: ReturnType<typeof dollarAxis>, names: readonly string[], text: (row: TreeRow) => string) => ({
    width: HALF_WIDTH,
    height: { step: BAR_STEP },
    layer: barLayers(rows, field, x, names, text),
  });
  const total = tree.helpers_usd ?? 0;
  return {
    name: "subagent_tree",
    title: finding,
    subtitle: `Session ${shortId(tree.root_session)}: itself and its helpers, together ${money(total)}; steps and leverage behind each bar.`,
    coverage,
    spec: grid(
      [
        withHeading(
          bars(
            "usd",
            dollarAxis(most * (1 + TEXT_ROOM), { title: "Cost at list prices", ticks: fewTicks(most) }),
            rows.map(({ name }) => name),
            ({ text }) => text,
          ),
          `Cost: ${money(tree.self_usd ?? 0)} and ${money(total)} for ${counted(tree.helpers, "helper")}`,
          { over: "plot" },
        ),
        withHeading(
          bars(
            "tokens",
            linearAxis(mostTokens * (1 + TEXT_ROOM), "Context of all steps, tokens", fewTicks(mostTokens), countTick),
            rows.map(() => ""),
            ({ tokens }) => countCompact(tokens),
          ),
          "Tokens read",
          { over: "plot" },
        ),
      ],
      { columns: 2, spacing: 16 },
    ),
    caption: `${finding}. Each helper is below the one that started it; the marks before a name are its depth. ${coverage}`,
    reading: TREE_READING,
    alt: `Bars of cost and of context for a session and each of its helpers, depth first. ${finding}.`,
  };
}

function rootRow(tree: Tree): TreeRow {
  return {
    name: tree.steps === 0 ? "Session, not in the pool" : "Session",
    usd: tree.self_usd ?? 0,
    tokens: tree.self_tokens,
    text: `${money(tree.self_usd ?? 0)}, ${counted(tree.steps, "step")}`,
  };
}

/** Depth first; one whose parent is not among them comes after the root. */
function depthFirst(helpers: readonly LargeHelper[], root: string): TreeRow[] {
  const ids = new Set(helpers.map(({ session_id }) => session_id));
  const byParent = groupBy(helpers, ({ parent_session_id }) => (ids.has(parent_session_id) ? parent_session_id : root));
  const below = (parent: string): LargeHelper[] => (byParent.get(parent) ?? []).flatMap((helper) => [helper, ...below(helper.session_id)]);
  return below(root).map(({ agent_type, session_id, depth, steps, leverage, cost_nano, context_tokens }) => ({
    name: `${"\u203a".repeat(Math.min(depth, 5))} ${agent_type === null ? shortId(session_id) : shortLabel(agent_type, 24)}`,
    usd: cost_nano / 1e9,
    tokens: context_tokens,
    text: `${money(cost_nano / 1e9)}, ${counted(steps, "step")}${leverage === null ? "" : `, ${grouped(leverage, leverage < 10 ? 1 : 0)}x`}`,
  }));
}

function restRow(tree: Tree, drawn: readonly LargeHelper[]): TreeRow[] {
  const rest = tree.helpers - drawn.length;
  if (rest === 0) return [];
  const usd = (tree.helpers_usd ?? 0) - sumOf(drawn, ({ cost_nano }) => cost_nano) / 1e9;
  const tokens = tree.helpers_tokens - sumOf(drawn, ({ context_tokens }) => context_tokens);
  return [{ name: `${counted(rest, "more helper")}`, usd: Math.max(usd, 0), tokens, text: money(Math.max(usd, 0)) }];
}

function barLayers(
  rows: readonly TreeRow[],
  field: "usd" | "tokens",
  x: ReturnType<typeof dollarAxis>,
  names: readonly string[],
  text: (row: TreeRow) => string,
): DataLayer[] {
  const y: Position = { field: "rank", ...rankAxis(names) };
  const values = rows.map((row, rank) => ({
    rank,
    value: row[field],
    text: text(row),
    color: rank === 0 ? COLORS.light.axis : seriesColor(0),
  }));
  const color: Channel<"color"> = { field: "color", type: "nominal", scale: null };
  return [
    { data: { values }, mark: { type: "bar", height: { band: 0.72 } }, encoding: { y, x: quantitative("value", x), color } },
    {
      data: { values },
      mark: { type: "text", align: "left", dx: 6, fontSize: FONT_SIZE.annotation, color: COLORS.light.muted },
      encoding: { y, x: quantitative("value", x), text: { field: "text", type: "nominal" } },
    },
  ];
}
