/** The figure: the range of appends in each bin of the prefix, provider by provider. */
import { figure } from "../../../lib/chart/grid.ts";
import { providerColor, providerTitle } from "../../../lib/chart/palette.ts";
import { quantileRanges, tokenRange } from "../../../lib/chart/quantile-ranges.ts";
import { figureTitle } from "../../../lib/chart/titles.ts";
import { tokenAxis, tokenAxisOf } from "../../../lib/chart/token-axis.ts";
import type { Figure } from "../../../lib/experiment.ts";
import { grouped } from "../../../lib/format/numbers.ts";
import { at } from "../../../lib/stats/known.ts";
import type { Summary } from "../../../lib/stats/summary.ts";
import { type AppendsOfBin, PREFIX_BINS } from "./measure.ts";
import { tokensText } from "./tables.ts";

const FIRST_TICK_TOKENS = 16;

interface FilledBin extends AppendsOfBin {
  readonly appends: Summary<0>;
}

/** A row for each bin and provider with steps; there must be one. */
export function appendFigure(bins: readonly AppendsOfBin[]): Figure {
  const rows = PREFIX_BINS.flatMap((bin) => bins.filter((each) => each.bin === bin).filter(isFilled));
  const axis = tokenAxis({ max: Math.max(...rows.map(({ appends }) => appends.p99)), firstTick: FIRST_TICK_TOKENS });
  const ranges = rows.map(({ provider, bin, appends }) => {
    const name = `${bin.label}, ${providerTitle(provider)} (n=${grouped(appends.n)})`;
    return tokenRange({ name, color: providerColor(provider) }, appends, axis);
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
    reading: `A row for each bin that has steps. The bar goes from p25 to the median of the append; the dots are p90 and p99. The prefix
grows from top to bottom.

- In the first rows nearly the whole prompt is new: a cold start, or a cache miss.
- With a warm cache the median step adds one tool result or one message.
- Where the mean (in the table) is many times the median, a few misses account for most of the tokens.
- Missing first rows show the size of the fixed system prompt; the last row shows the limit of the context window.`,
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
    const [first, last] = [at(own, 0), at(own, -1)];
    const of = ({ bin, appends }: FilledBin) => `${tokensText(appends.p50)} with a prefix of ${bin.label}`;
    return `${providerTitle(provider)}: ${of(first)}${first === last ? "" : `, ${of(last)}`}`;
  });
  return `Median append, ${statements.join("; ")}.`;
}
