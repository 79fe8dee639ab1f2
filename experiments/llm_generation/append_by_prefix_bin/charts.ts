/** The figure: how far appends range in each bin of the prefix, provider beside provider. */
import { figure } from "../../../lib/chart/grid.ts";
import { providerColor, providerTitle } from "../../../lib/chart/palette.ts";
import { type QuantileRange, quantileRanges } from "../../../lib/chart/quantile-ranges.ts";
import { figureTitle } from "../../../lib/chart/titles.ts";
import { tokenAxis, tokenAxisOf, tokenPosition } from "../../../lib/chart/token-axis.ts";
import type { Figure } from "../../../lib/experiment.ts";
import { grouped } from "../../../lib/format/numbers.ts";
import { PREFIX_BINS } from "./bins.ts";
import type { AppendsOfBin } from "./measure.ts";
import { tokensText } from "./tables.ts";

const FIRST_TICK_TOKENS = 16;

type FilledBin = AppendsOfBin & { readonly appends: { readonly [K in keyof AppendsOfBin["appends"]]: number } };

/** A row for each bin and provider with steps; null without any. */
export function appendFigure(bins: readonly AppendsOfBin[]): Figure | null {
  const rows = PREFIX_BINS.flatMap((bin) => bins.filter((each) => each.bin === bin).filter(isFilled));
  if (rows.length === 0) return null;
  const axis = tokenAxis({ max: Math.max(...rows.map(({ appends }) => appends.p99)), firstTick: FIRST_TICK_TOKENS });
  const at = (tokens: number) => tokenPosition(tokens, axis.firstTick);
  const ranges = rows.map(({ provider, bin, appends }): QuantileRange => {
    const [p25, p50, p90, p99] = [appends.p25, appends.p50, appends.p90, appends.p99].map(at) as [number, number, number, number];
    return {
      name: `${bin.label}, ${providerTitle(provider)} (n=${grouped(appends.n)})`,
      whiskers: [p25, p99],
      box: [p25, p50],
      median: p50,
      dots: [p90, p99],
      color: providerColor(provider),
    };
  });
  const ends = endsText(rows);
  return {
    name: "append_by_prefix_bin",
    title: "Append by size of the cached prefix",
    spec: figure(
      quantileRanges({ ranges, x: tokenAxisOf(axis, "Append tokens of a step (binary scale)") }),
      figureTitle(
        "How much a step appends to a prefix of each size",
        "Rows: cached prefix in tokens, provider, steps. Bar from p25 to the median, dots at p90 and p99. Amber: Claude, blue: Codex.",
        95,
      ),
    ),
    caption: `Append tokens of the steps whose cached prefix has the size of the row. ${ends} A small prefix is a cold start or a cache miss, where nearly the whole prompt is new; rows without steps are left out.`,
    alt: `Horizontal quantile ranges on a binary token axis, one row for each bin of the cached prefix and provider, from small prefixes (top) to large ones. ${ends}`,
  };
}

function isFilled(bin: AppendsOfBin): bin is FilledBin {
  return bin.appends.n > 0;
}

/** Medians of the first and last bin of each provider. */
function endsText(rows: readonly FilledBin[]): string {
  const statements = [...new Set(rows.map(({ provider }) => provider))].map((provider) => {
    const own = rows.filter((row) => row.provider === provider);
    const [first, last] = [own[0] as FilledBin, own.at(-1) as FilledBin];
    const of = ({ bin, appends }: FilledBin) => `${tokensText(appends.p50)} with a prefix of ${bin.label}`;
    return `${providerTitle(provider)}: ${of(first)}${first === last ? "" : `, ${of(last)}`}`;
  });
  return `Median append, ${statements.join("; ")}.`;
}
