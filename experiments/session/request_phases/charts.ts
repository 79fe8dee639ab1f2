/** Figures: what requests spend money, tokens and time on, and two readings of what failed calls cost. */
import { dollarAxis, linearAxis, roundTicks, shareAxis } from "../../../lib/chart/axes.ts";
import { grid, withHeading } from "../../../lib/chart/grid.ts";
import { COLORS, kindColor, providerColor, providerTitle } from "../../../lib/chart/palette.ts";
import { rankedBars } from "../../../lib/chart/ranked-bars.ts";
import type { Axis, Panel } from "../../../lib/chart/spec.ts";
import { splitBars } from "../../../lib/chart/split-bars.ts";
import type { Figure } from "../../../lib/experiment.ts";
import { countCompact, counted, countTick } from "../../../lib/format/counts.ts";
import { hoursCompact } from "../../../lib/format/durations.ts";
import { INTERVALS_SENTENCE, intervalText } from "../../../lib/format/intervals.ts";
import { shortLabel } from "../../../lib/format/labels.ts";
import { grouped, money, percent } from "../../../lib/format/numbers.ts";
import { ratio, shareOf } from "../../../lib/stats/ratio.ts";
import { ALL } from "../../../lib/trace/groups.ts";
import { STEP_ACTIVITIES, STEP_ACTIVITY_COLORS, STEP_ACTIVITY_TITLES } from "../../../lib/trace/step-activities.ts";
import type { Group, Requests } from "./measure.ts";
import { partsOf } from "./parts.ts";

const MOST_MODELS = 4;
/** The legend is as wide. */
const ANATOMY_WIDTH = 960;
const WAIT = "Waiting for a person";
const LEGEND = [
  ...STEP_ACTIVITIES.map((activity) => ({ name: STEP_ACTIVITY_TITLES[activity], color: STEP_ACTIVITY_COLORS[activity] })),
  { name: WAIT, color: kindColor("human") },
];

const ANATOMY_READING = `One bar per provider and model, split by what the steps do: a step belongs to the first of delegate, edit, run, explore, plan that one of its calls is, and
is an answer without calls. Money is what the steps cost, most of which is their context, so a step that only runs a command costs as much as what came before makes it. Time is
that of the requests, from the user message to the latest output; waits for a person are separate, as far as calls show them.`;

/** Null without a request. */
export function anatomyFigure({ groups }: Requests, prices: string): Figure | null {
  const [all] = groups;
  if (!all) return null;
  const rows = rowsOf(groups);
  const measures = [
    { name: "Cost", whole: (group: Group) => group.nano, text: (group: Group) => money(group.nano / 1e9), part: costOf },
    { name: "Tokens", whole: (group: Group) => group.tokens, text: (group: Group) => countCompact(group.tokens), part: tokensOf },
    {
      name: "Time",
      whole: (group: Group) => group.lasting_us,
      text: (group: Group) => hoursCompact(group.lasting_us / 3.6e9),
      part: timeOf,
    },
  ].filter(({ whole }) => whole(all) > 0);
  const [first] = measures;
  if (!first) return null;
  const parts = first.part(all);
  const largest = LEGEND.reduce((a, b) => ((parts[b.name] ?? 0) > (parts[a.name] ?? 0) ? b : a));
  const finding = `The largest part of the ${first.name.toLowerCase()} of requests goes to ${largest.name.toLowerCase()}: ${percent(ratio(parts[largest.name] ?? 0, first.whole(all)))}`;
  const used = LEGEND.filter(({ name }) => measures.some(({ part }) => rows.some(({ group }) => (part(group)[name] ?? 0) > 0)));
  return {
    name: "request_anatomy",
    title: finding,
    subtitle: "Shares of cost, tokens and time by activity.",
    coverage: `${counted(all.requests, "request")}. ${prices}`,
    spec: grid(
      measures.map(({ name, whole, text, part }, i) => {
        const shown = rows.filter(({ group }) => whole(group) > 0);
        const panel = splitBars({
          bars: shown.map(({ group, title }) => ({ name: `${title}: ${text(group)}`, values: scaled(part(group), whole(group)) })),
          parts: used,
          x: shareAxis({ title: null, ticks: [0, 0.25, 0.5, 0.75, 1] }),
          label: (value) => percent(value),
          legend: i === 0,
          width: ANATOMY_WIDTH,
        });
        return withHeading(panel, name, { over: "plot" });
      }),
      { spacing: 20 },
    ),
    caption: `What requests spend money, tokens and time on, by provider and model of the request. ${finding}.`,
    reading: ANATOMY_READING,
    alt: `Stacked bars of shares by activity, one per provider and model, for cost, tokens and time. ${finding}.`,
  };
}

/** All together where there is more than one provider, each provider, and the models with most tokens where a provider has several. */
function rowsOf(groups: readonly Group[]): { readonly group: Group; readonly title: string }[] {
  const [all, ...rest] = groups;
  const providers = rest.filter(({ model }) => model === ALL);
  const models = rest.filter(({ model }) => model !== ALL).slice(0, MOST_MODELS);
  return [
    ...(all && providers.length > 1 ? [{ group: all, title: "All" }] : []),
    ...providers.map((group) => ({ group, title: providerTitle(group.provider) })),
    ...(rest.length - providers.length > providers.length ? models.map((group) => ({ group, title: shortLabel(group.model, 22) })) : []),
  ];
}

type Parts = Readonly<Record<string, number>>;

function costOf(group: Group): Parts {
  return partsBy(group, ({ nano }) => nano);
}

function tokensOf(group: Group): Parts {
  return partsBy(group, ({ tokens }) => tokens);
}

function timeOf(group: Group): Parts {
  const waits = STEP_ACTIVITIES.map((activity) => partsOf(group, activity).human_us);
  return { ...partsBy(group, ({ lasting_us, human_us }) => lasting_us - human_us), [WAIT]: waits.reduce((a, b) => a + b, 0) };
}

function partsBy(group: Group, of: (sums: ReturnType<typeof partsOf>) => number): Parts {
  return Object.fromEntries(STEP_ACTIVITIES.map((activity) => [STEP_ACTIVITY_TITLES[activity], of(partsOf(group, activity))]));
}

function scaled(parts: Parts, whole: number): Parts {
  return Object.fromEntries(Object.entries(parts).map(([name, value]) => [name, value / whole]));
}

const WASTE_READING = `Three bars per provider: what all requests cost, what those cost in which a call failed, and what the steps in error windows cost. The second is how
agent-strace counts waste: one failed search marks an hour of work. The third is what fixing flaky tools could save at most. A window goes from the step after a failed call to the one
in which the same tool works again in that request, or is one step if it never does; the agent does other work in it, too. The range is an interval of the share.`;

/** Null without a request. */
export function wasteFigure({ groups }: Requests, prices: string): Figure | null {
  const [all] = groups;
  if (!all) return null;
  const providers = groups.filter(({ provider, model }) => provider !== ALL && model === ALL);
  const priced = all.nano > 0;
  const amounts = (group: Group) =>
    priced ? { total: group.nano / 1e9, touched: group.touched_nano / 1e9, repair: group.repair_nano / 1e9 } : tokenAmounts(group);
  const most = Math.max(...providers.map((group) => amounts(group).total)) * TEXT_ROOM;
  const x: Axis = priced ? dollarAxis(most, { title: "Cost at list prices" }) : linearAxis(most, "Tokens", roundTicks(most), countTick);
  const { touched, repair } = sharesOf(all, priced);
  const shown = providers.length > 1 ? [...providers, all] : providers;
  const of = providers.length > 1 ? ", all providers together" : "";
  const finding =
    all.errors === 0
      ? `No call failed in ${counted(all.requests, "request")}`
      : `Repair after failed calls takes ${percent(repair, 1)} of the ${priced ? "cost" : "tokens"}; requests with a failure take ${percent(touched, 1)}`;
  const panels = shown.map((group): Panel => {
    const { total, touched, repair } = amounts(group);
    const bars = [
      { name: "All requests", value: total, label: labelOf(group, priced, "total"), color: COLORS.light.neutral },
      {
        name: "Touched by an error",
        value: touched,
        label: labelOf(group, priced, "touched"),
        color:
          group.provider === ALL
            ? COLORS.light.boxEdge
            : providerColor(
                group.provider,
                providers.map(({ provider }) => provider),
              ),
      },
      { name: "Repair", value: repair, label: labelOf(group, priced, "repair"), color: kindColor("error") },
    ];
    const heading = `${group.provider === ALL ? "All" : providerTitle(group.provider)}: a call failed in ${grouped(group.with_error)} of ${counted(group.requests, "request")}`;
    return withHeading(rankedBars({ bars, x: group === all ? axisOf(total * TEXT_ROOM, priced) : x, width: 760 }), heading, {
      over: "plot",
    });
  });
  return {
    name: "request_waste",
    title: finding,
    subtitle: `Requests in which a call failed, whole, and the steps in error windows alone${of}.`,
    coverage: `${counted(all.errors, "call")} of ${grouped(all.calls)} failed${all.unknown > 0 ? `; the status of ${grouped(all.unknown)} is not known` : ""}. ${prices}`,
    spec: grid(panels, { spacing: 24 }),
    caption: `Two readings of what failed calls cost. ${finding}. ${INTERVALS_SENTENCE}`,
    reading: WASTE_READING,
    alt: `Bars of cost per provider: all requests, those in which a call failed, and steps that repair. ${finding}.`,
  };
}

/** Room for the text at the end of the longest bar. */
const TEXT_ROOM = 1.75;

function axisOf(most: number, priced: boolean): Axis {
  return priced ? dollarAxis(most, { title: "Cost at list prices" }) : linearAxis(most, "Tokens", roundTicks(most), countTick);
}

function tokenAmounts({ tokens, touched_tokens, repair_tokens }: Group) {
  return { total: tokens, touched: touched_tokens, repair: repair_tokens };
}

function sharesOf(group: Group, priced: boolean) {
  const { total, touched, repair } = priced
    ? { total: group.nano, touched: group.touched_nano, repair: group.repair_nano }
    : tokenAmounts(group);
  return { touched: shareOf(touched, total), repair: shareOf(repair, total) };
}

/** `$53.49, 8.1% (6.5% to 9.9%), 61.2M tokens`. */
function labelOf(group: Group, priced: boolean, part: "total" | "touched" | "repair"): string {
  const tokens = `${countCompact(tokenAmounts(group)[part])} tokens`;
  const nano = { total: group.nano, touched: group.touched_nano, repair: group.repair_nano }[part];
  const amount = priced ? [money(nano / 1e9)] : [];
  if (part === "total") return [...amount, tokens].join(", ");
  const share = sharesOf(group, priced)[part];
  const interval = priced ? intervalText(group.intervals[part], (value) => percent(value, 1)) : "";
  return [...amount, `${percent(share, 1)}${interval}`, tokens].join(", ");
}
