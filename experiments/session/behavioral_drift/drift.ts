/** Compares how groups of sessions behave, and says where the difference is more than chance. */
import { type QueryContext, query } from "../../../lib/experiment.ts";
import { divergenceOf } from "../../../lib/stats/divergence.ts";
import { groupBy } from "../../../lib/stats/group-by.ts";
import { at, known } from "../../../lib/stats/known.ts";
import { sumOf } from "../../../lib/stats/sum.ts";
import { listedWindow } from "../../../lib/trace/windows.ts";
import type { Baseline } from "./baseline.ts";
import { type Cells, cellsOf, type Side } from "./cells.ts";
import { DIMENSIONS, type Dimension, RARE } from "./dimensions.ts";
import { bootstrapNull, holm, type Null, partsOf, permutationNull } from "./divergence.ts";
import { type Comparison, type Design, designOf, type Group, groupParams, LEAST_SESSIONS, type Options } from "./groups.ts";

const SEED = 7;
const ALPHA = 0.05;
/** With more steps whose output is less than what they wrote, counts are not the output. */
const MOST_UNDERSTATED = 0.1;
/** Of the steps of a group the share whose window must be known. */
const LEAST_KNOWN = 0.5;
/** Of windows over time there are many; fewer draws than these could not show that one of ten dimensions drifted. */
const DRAWS_OVER_TIME = 399;

const MODELS = query("models.sql", { provider: "text", model: "text" });
const UNITS = query("units.sql", {
  no: "number",
  stratum: "text",
  block: "text",
  dimension: "text",
  bin: "number?",
  name: "text?",
  units: "number",
  sessions: "number",
});

export interface Fingerprint extends Side {
  readonly group: string;
  readonly dimension: Dimension;
}

export interface Mover {
  readonly bin: string;
  readonly shareA: number;
  readonly shareB: number;
  /** Bits. */
  readonly part: number;
}

/** Why there is a verdict or none. */
export const VERDICTS = {
  judged: "judged",
  few: `fewer than ${LEAST_SESSIONS} sessions in a group`,
  placeholder: "output was logged while responses were streaming",
  partial: "the window is known for fewer than half of the steps of a group",
  none: "a group has no units",
} as const;

/** How a comparison comes out in one dimension. */
export interface Finding {
  readonly comparison: Comparison;
  readonly dimension: Dimension;
  readonly a: Side;
  readonly b: Side;
  /** Bits; null where a group has no units. */
  readonly jsd: number | null;
  /** Null without units or with few sessions. */
  readonly chance: Null | null;
  readonly excess: number | null;
  readonly pHolm: number | null;
  readonly verdict: keyof typeof VERDICTS;
  /** Null without a verdict. */
  readonly drifted: boolean | null;
  /** All bins, the largest part first. */
  readonly movers: readonly Mover[];
}

export interface WindowFinding extends Finding {
  readonly fromDay: number;
  readonly days: number;
}

export interface Drift {
  readonly design: Design;
  /** By comparison, dimensions in order. */
  readonly findings: readonly Finding[];
  readonly overTime: readonly WindowFinding[];
  readonly fingerprints: readonly Fingerprint[];
}

export async function readDrift(db: QueryContext, options: Options, baseline: Baseline | null): Promise<Drift> {
  const design = await designOf(db, options);
  const windows = (await db.rows(MODELS)).map((model) => ({ ...model, window_tokens: listedWindow(model.provider, model.model) }));
  const params = { ...groupParams(design.groups), windows: JSON.stringify(windows), stratum: options.within ?? null };
  const cells = cellsOf(await db.columns(UNITS, params));
  const compare = (comparison: Comparison, draws: number) =>
    judged(
      DIMENSIONS.map((dimension) => {
        const [a, b] = [cells(comparison.a, dimension.name), cells(comparison.b, dimension.name)];
        const withheld = withheldOf(dimension, [comparison.a, comparison.b], cells);
        const chance = (bins: Bins) => permutationNull(bins.blocks(a), bins.blocks(b), bins.names.length, draws, SEED);
        return finding({ comparison, dimension, a, b, withheld, chance }, options);
      }),
      options,
    );
  return {
    design,
    findings: baseline
      ? design.chosen.flatMap((group) => comparedWithBaseline(group, baseline, cells, options))
      : design.comparisons.flatMap((comparison) => compare(comparison, options.permutations)),
    overTime: design.overTime.flatMap(({ fromDay, days, ...comparison }) =>
      compare(comparison, Math.min(options.permutations, DRAWS_OVER_TIME)).map((found) => ({ ...found, fromDay, days })),
    ),
    fingerprints: design.chosen.flatMap((group) =>
      DIMENSIONS.map((dimension) => ({ ...cells([group], dimension.name), group: group.name, dimension })),
    ),
  };
}

/** Empty where the baseline lacks the group. */
function comparedWithBaseline(group: Group, baseline: Baseline, cells: CellsOf, options: Options): Finding[] {
  const earlier = baseline.get(group.name);
  if (!earlier) return [];
  const { provider } = group;
  const comparison: Comparison = { name: `baseline > ${group.name}`, provider, a: [{ ...group, shortName: "baseline" }], b: [group] };
  return judged(
    DIMENSIONS.map((dimension) => {
      const b = cells([group], dimension.name);
      const a = { ...(earlier.get(dimension.name) ?? NOTHING), blocks: [] };
      const withheld = withheldOf(dimension, [[group]], cells);
      const chance = (bins: Bins) => {
        const blocks = bins.blocks(b);
        const ofBaseline = Math.max(1, Math.round((a.sessions * blocks.length) / b.sessions));
        return bootstrapNull(
          divergenceOf(bins.counts(a), bins.counts(b)),
          ofBaseline,
          blocks,
          bins.names.length,
          options.permutations,
          SEED,
        );
      };
      return finding({ comparison, dimension, a, b, withheld, chance }, options);
    }),
    options,
  );
}

const NOTHING: Side = { units: 0, sessions: 0, byBin: new Map() };

type CellsOf = ReturnType<typeof cellsOf>;

/** Why what is counted says too little to judge a dimension by; null: it does not. */
function withheldOf({ name }: Dimension, sides: readonly (readonly Group[])[], cells: CellsOf): "placeholder" | "partial" | null {
  const isAny = (test: (unitsOf: (dimension: string, bin?: string) => number) => boolean) =>
    sides.some((groups) =>
      test((dimension, bin) => {
        const side = cells(groups, dimension);
        return bin === undefined ? side.units : (side.byBin.get(bin) ?? 0);
      }),
    );
  if (name === "output" && isAny((units) => units("understated", "1") > MOST_UNDERSTATED * units("understated"))) return "placeholder";
  if (name === "context" && isAny((units) => units("context") < LEAST_KNOWN * units("parallel"))) return "partial";
  return null;
}

interface Compared {
  readonly comparison: Comparison;
  readonly dimension: Dimension;
  readonly a: Cells;
  readonly b: Cells;
  readonly withheld: ReturnType<typeof withheldOf>;
  readonly chance: (bins: Bins) => Null;
}

/** Without what depends on other dimensions. */
function finding({ comparison, dimension, a, b, withheld, chance }: Compared, { minCalls }: Options): Finding {
  const verdict = verdictOf(a, b, withheld);
  const found = { comparison, dimension, a, b, verdict, pHolm: null, drifted: null };
  if (verdict === "none") return { ...found, jsd: null, chance: null, excess: null, movers: [] };
  const bins = binsOf(dimension, a, b, minCalls);
  const jsd = divergenceOf(bins.counts(a), bins.counts(b));
  const byChance = verdict === "few" ? null : chance(bins);
  const movers = partsOf(bins.counts(a), bins.counts(b)).map((part, i) => ({ ...part, bin: at(bins.names, i) }));
  return {
    ...found,
    jsd,
    chance: byChance,
    excess: byChance && jsd - byChance.p50,
    movers: movers.sort((one, other) => other.part - one.part || (one.bin < other.bin ? -1 : 1)),
  };
}

function verdictOf(a: Side, b: Side, withheld: Compared["withheld"]): Finding["verdict"] {
  if (a.units === 0 || b.units === 0) return "none";
  if (a.sessions < LEAST_SESSIONS || b.sessions < LEAST_SESSIONS) return "few";
  return withheld ?? "judged";
}

/** Adds verdicts to the findings of one comparison. */
function judged(findings: readonly Finding[], { minExcess }: Options): Finding[] {
  const tested = findings.filter(({ verdict }) => verdict === "judged");
  const adjusted = holm(tested.map(({ chance }) => known(chance).p));
  return findings.map((each) => {
    const place = tested.indexOf(each);
    if (place < 0) return each;
    const pHolm = at(adjusted, place);
    return { ...each, pHolm, drifted: pHolm < ALPHA && known(each.excess) >= minExcess };
  });
}

/** The bins of a comparison. */
interface Bins {
  readonly names: readonly string[];
  counts(side: Pick<Side, "byBin">): number[];
  blocks(cells: Cells): { readonly stratum: string; readonly counts: number[] }[];
}

function binsOf({ bins, mergesRare }: Dimension, a: Side, b: Side, minCalls: number): Bins {
  const present = [...new Set([...a.byBin.keys(), ...b.byBin.keys()])].sort();
  const unitsOf = (bin: string) => (a.byBin.get(bin) ?? 0) + (b.byBin.get(bin) ?? 0);
  const isRare = (bin: string) => mergesRare === true && unitsOf(bin) < minCalls;
  const common = bins?.filter((bin) => present.includes(bin)) ?? present.filter((bin) => !isRare(bin));
  const names = present.some(isRare) ? [...common, RARE] : common;
  const places = new Map(present.map((bin) => [bin, names.indexOf(isRare(bin) ? RARE : bin)]));
  const counts = ({ byBin }: Pick<Side, "byBin">) => {
    const all = names.map(() => 0);
    for (const [bin, units] of byBin) {
      const place = known(places.get(bin));
      all[place] = at(all, place) + units;
    }
    return all;
  };
  return { names, counts, blocks: ({ blocks }) => blocks.map((block) => ({ stratum: block.stratum, counts: counts(block) })) };
}

export interface ComparedGroups {
  readonly comparison: Comparison;
  readonly findings: readonly Finding[];
  /** Dimensions. */
  readonly drifted: number;
}

/** Comparisons, those with most dimensions that drifted first. */
export function byDrifted(findings: readonly Finding[]): ComparedGroups[] {
  return [...groupBy(findings, ({ comparison }) => comparison.name).values()]
    .map((own) => ({
      comparison: at(own, 0).comparison,
      findings: own,
      drifted: own.filter(({ drifted }) => drifted).length,
      weight: sumOf(own, ({ excess }) => Math.max(0, excess ?? 0)),
    }))
    .sort((x, y) => y.drifted - x.drifted || y.weight - x.weight);
}
