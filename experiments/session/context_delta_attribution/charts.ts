/** Figures over the whole pool: what fills contexts, and the steps that change one most. */
import { countAxis, shareAxis } from "../../../lib/chart/axes.ts";
import { grid, withHeading } from "../../../lib/chart/grid.ts";
import { groupsToShow } from "../../../lib/chart/groups-to-show.ts";
import { COLORS, providerLabel, sequentialRamp } from "../../../lib/chart/palette.ts";
import { rankedBars } from "../../../lib/chart/ranked-bars.ts";
import type { LayeredPanel } from "../../../lib/chart/spec.ts";
import { type SplitBar, splitBars } from "../../../lib/chart/split-bars.ts";
import { type Figure, type QueryContext, query, type RowOf } from "../../../lib/experiment.ts";
import { countCompact, counted } from "../../../lib/format/counts.ts";
import { shortLabel } from "../../../lib/format/labels.ts";
import { money, percent } from "../../../lib/format/numbers.ts";
import { at } from "../../../lib/stats/known.ts";
import { ratio } from "../../../lib/stats/ratio.ts";
import { sumOf } from "../../../lib/stats/sum.ts";
import { SOURCE_NAMES, SOURCES, type Source, sourceColor, sourceTitle, sourceWith } from "../../../lib/trace/context.ts";
import { shortId } from "../../../lib/trace/sessions.ts";
import type { Amount, Attribution, Scope } from "./attribution.ts";

const SOURCES_READING = `Each bar is all tokens that entered contexts, once at the step where they entered (left), and weighed by what they cost from there until
they left (right). A source with a larger share of the cost than of the tokens enters early and stays; the reverse enters late or leaves soon.
Fewer tools and shorter instructions make the session base smaller, filtered output makes tool results smaller, shorter summaries the base after a reset. If
much is unexplained, look at the steps and not at the tools: reminders and images leave no event. The lower bars split the tool results by tool.`;

const DELTAS_READING = `Above: the steps that added most to a context. The name is the session, the step, and what most of it was; the text is the tokens, what they cost until
they left, and how many later steps read them again. Below: the resets at which most tokens left, and what the new, smaller context cost from there.
A bar with a high cost and many later steps is worth looking at: one large result early in a session is paid for at every step after it.`;

/** Names of tools that have a part of their own in the bars of tool results. */
const MOST_TOOLS = 5;
const OTHER_TOOLS = "other tools";
const LEAST_LABELED = 0.06;
const PANEL_WIDTH = 420;
const MOST_RESETS = 6;
/** Room to the right of the longest bar for the text at its end, as a share of the bar. */
const TEXT_ROOM = 0.45;

/** As `splitBars` reckons. */

type Measure = "tokens" | "usd";

/** Null when nothing entered a context. */
export function sourcesFigure({ scopes }: Attribution, coverage: string): Figure | null {
  const shown = groupsToShow(scopes, ({ total }) => total.tokens);
  if (shown.length === 0) return null;
  const measures = measuresOf(shown);
  const present = SOURCES.filter((source) => shown.some(({ sources }) => (sources.get(source)?.tokens ?? 0) > 0));
  const withTools = shown.filter(({ tools }) => tools.length > 0);
  const finding = sourcesFinding(shown, at(measures, -1));
  return {
    name: "context_sources",
    title: finding,
    subtitle:
      "Tokens that entered contexts, and what they cost until they left, by where they come from. Bases are exact, the split of growth is estimated.",
    coverage,
    spec: {
      vconcat: [
        sideBySide(measures.map((measure) => sourcePanel(shown, present, measure))),
        ...(withTools.length > 0 ? [sideBySide(measures.map((measure) => toolPanel(withTools, measure)))] : []),
      ],
      resolve: { scale: { color: "independent" }, legend: { color: "independent" } },
    },
    caption:
      `${finding}. Each token costs its share of the billed input of every step that it was in the context of, ` +
      "so the parts of a bar add up to the input bill. Growth is allocated to the model's output first, then to results and messages by their characters.",
    reading: SOURCES_READING,
    alt: `Stacked horizontal bars of shares by source, ${measures.length === 2 ? "of tokens on the left and of input cost on the right" : "of tokens"}. ${finding}.`,
  };
}

/** Panels with one legend, above them. */
function sideBySide(panels: LayeredPanel[]) {
  return { hconcat: panels, spacing: 24, resolve: { scale: { color: "shared" as const }, legend: { color: "shared" as const } } };
}

/** Without prices, tokens only. */
function measuresOf(scopes: readonly Scope[]): Measure[] {
  return sumOf(scopes, ({ total }) => total.usd) > 0 ? ["tokens", "usd"] : ["tokens"];
}

function sourcePanel(scopes: readonly Scope[], present: readonly Source[], measure: Measure): LayeredPanel {
  const bars = scopes.map((scope) => ({
    name: barName(scope, scope.total, measure),
    values: Object.fromEntries(present.map((source) => [sourceTitle(source), shareOf(scope.sources.get(source), scope.total, measure)])),
  }));
  const panel = splitBars({
    bars,
    parts: present.map((source) => ({ name: sourceTitle(source), color: sourceColor(source) })),
    x: shareAxis({ title: null, ticks: [0, 0.25, 0.5, 0.75, 1] }),
    label: (share) => (share < LEAST_LABELED ? "" : percent(share)),
    width: PANEL_WIDTH,
  });
  return headed(panel, measure === "tokens" ? "Tokens that entered" : "Input cost until they left");
}

function toolPanel(scopes: readonly Scope[], measure: Measure): LayeredPanel {
  const ramp = sequentialRamp(MOST_TOOLS + 1).reverse();
  const split = scopes.map((scope) => {
    const named = scope.tools.slice(0, MOST_TOOLS);
    const rest = scope.tools.slice(MOST_TOOLS);
    const amounts = [...named, ...(rest.length > 0 ? [{ tool: OTHER_TOOLS, tokens: sumOf(rest, tokens), usd: sumOf(rest, usd) }] : [])];
    return { scope, amounts, total: { tokens: sumOf(scope.tools, tokens), usd: sumOf(scope.tools, usd) } };
  });
  const bars = split.map(
    ({ scope, amounts, total }): SplitBar => ({
      name: barName(scope, total, measure),
      values: Object.fromEntries(amounts.map((amount, rank) => [String(rank), shareOf(amount, total, measure)])),
    }),
  );
  const nameOf = (bar: SplitBar, rank: string) => shortLabel(split[bars.indexOf(bar)]?.amounts[Number(rank)]?.tool ?? "", 20);
  const panel = splitBars({
    bars,
    parts: ramp.map((color, rank) => ({ name: String(rank), color })),
    x: shareAxis({ title: null, ticks: [0, 0.25, 0.5, 0.75, 1] }),
    label: (share, bar, { name }) => [`${nameOf(bar, name)} ${percent(share)}`, nameOf(bar, name)],
    legend: false,
    width: PANEL_WIDTH,
  });
  return headed(panel, measure === "tokens" ? "Tool results: tokens by tool" : "Tool results: cost by tool");
}

const tokens = (amount: Pick<Amount, Measure>) => amount.tokens;
const usd = (amount: Pick<Amount, Measure>) => amount.usd;

function shareOf(amount: Pick<Amount, Measure> | undefined, total: Pick<Amount, Measure>, measure: Measure): number {
  return ratio(amount?.[measure] ?? 0, total[measure]) ?? 0;
}

/** `Claude (19.8M)`, and where it is about money `$642.99`. */
function barName({ scope }: Scope, total: Pick<Amount, Measure>, measure: Measure): string {
  if (measure === "usd") return money(total.usd);
  return `${scope === "merged" ? "All" : providerLabel(scope, 14)} (${countCompact(total.tokens)})`;
}

function headed(panel: LayeredPanel, heading: string): LayeredPanel {
  return { ...panel, ...withHeading(panel, heading, { over: "plot" }), layer: panel.layer };
}

/** The largest source of each provider, or of all where there is none. */
function sourcesFinding(scopes: readonly Scope[], measure: Measure): string {
  const providers = scopes.filter(({ scope }) => scope !== "merged");
  const of = measure === "usd" ? "of the input cost" : "of the tokens";
  const largest = providers
    .filter(({ total }) => total[measure] > 0)
    .map(({ scope, sources, total }) => {
      const source = SOURCES.reduce((a, b) => ((sources.get(b)?.[measure] ?? 0) > (sources.get(a)?.[measure] ?? 0) ? b : a));
      return { source, provider: providerLabel(scope, 14), share: percent(shareOf(sources.get(source), total, measure)) };
    });
  const [first] = largest;
  if (first && largest.every(({ source }) => source === first.source)) {
    const shares = largest.length === 1 ? first.share : largest.map(({ provider, share }) => `${share} (${provider})`).join(" and ");
    return `${sourceWith(first.source, { one: "is", many: "are" })} the largest part ${of}: ${shares}`;
  }
  return `The largest part ${of}: ${largest.map(({ source, provider, share }) => `${SOURCE_NAMES[source]} (${provider}, ${share})`).join(", ")}`;
}

const TOP = query("top.sql", {
  provider: "text",
  session_id: "text",
  step: "number",
  tokens: "number",
  driver: [...SOURCES, null],
  driver_tool: "text?",
  ride_steps: "number",
  growth_nano: "number?",
});
type TopRow = RowOf<typeof TOP>;

export interface TopSteps {
  readonly growth: readonly TopRow[];
  readonly resets: readonly TopRow[];
}

export async function readTopSteps(db: QueryContext, most: number, relation: string | null): Promise<TopSteps> {
  return {
    growth: await db.rows(TOP, { kind: "growth", most, relation }),
    resets: await db.rows(TOP, { kind: "reset", most: MOST_RESETS, relation }),
  };
}

/** Null when no context grew after its first step. */
export function deltasFigure({ growth, resets }: TopSteps, coverage: string): Figure | null {
  const [first] = growth;
  if (!first) return null;
  const panel = (rows: readonly TopRow[], heading: string) =>
    withHeading(
      rankedBars({
        bars: rows.map((row) => ({
          name: nameOf(row),
          value: row.tokens,
          label: labelOf(row),
          color: row.driver === "after_reset" || row.driver === null ? COLORS.light.neutral : sourceColor(row.driver),
        })),
        x: countAxis(at(rows, 0).tokens * (1 + TEXT_ROOM), { title: "Tokens" }),
        width: 620,
      }),
      heading,
      { over: "plot" },
    );
  const cost = first.growth_nano === null ? "" : `, which cost ${money(first.growth_nano / 1e9)} until they leave`;
  const finding = `The step that adds most to a context adds ${countCompact(first.tokens)} tokens${cost}`;
  return {
    name: "context_deltas",
    title: finding,
    subtitle:
      "Steps with the largest growth; the name ends with the largest part of it. At the bar: tokens, cost until they leave, later steps that read them.",
    coverage,
    spec: grid(
      [
        panel(growth, "Tokens added by one step"),
        ...(resets.length === 0 ? [] : [panel(resets, "Tokens freed by a reset; cost: of the context after it")]),
      ],
      { spacing: 20 },
    ),
    caption: `Steps that change a context most, without first steps of sessions. ${finding}; it was mostly ${driverName(first)}.`,
    reading: DELTAS_READING,
    alt: `Horizontal bars of the tokens that single steps add to a context, and below them of the tokens that resets free. ${finding}.`,
  };
}

/** As in the name of a bar, which has room for few letters. */
const DRIVERS: Readonly<Partial<Record<Source, string>>> = {
  prior_output: "output",
  user_message: "user",
  client_message: "client",
  unexplained: "unexplained",
};

/** Longer names lose their middle, where the step is. */
const NAME_CHARACTERS = 36;

function nameOf(row: TopRow): string {
  const name = `${shortId(row.session_id)} #${row.step}`;
  const driver = row.driver_tool ?? (row.driver && (DRIVERS[row.driver] ?? SOURCE_NAMES[row.driver]));
  return row.driver === "after_reset" || !driver ? name : `${name} ${shortLabel(driver, Math.max(6, NAME_CHARACTERS - name.length - 1))}`;
}

function driverName({ driver, driver_tool }: TopRow): string {
  return driver_tool ?? (driver === null ? "nothing" : SOURCE_NAMES[driver]);
}

function labelOf({ tokens, growth_nano, ride_steps }: TopRow): string {
  const cost = growth_nano === null ? "no price" : money(growth_nano / 1e9);
  return `${countCompact(tokens)}, ${cost}, ${counted(ride_steps, "later step")}`;
}
