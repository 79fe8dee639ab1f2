/** The figure: the share of rows that fail each check, with a separate place for zero. */

import { logAxis } from "../../../lib/chart/axes.ts";
import { grid, withHeading } from "../../../lib/chart/grid.ts";
import { kindColor, providerLabel } from "../../../lib/chart/palette.ts";
import { rankAxis } from "../../../lib/chart/ranked-bars.ts";
import { type DataLayer, labelLookup, type Panel, type Position, quantitative, withRows } from "../../../lib/chart/spec.ts";
import { COLORS, FONT_SIZE, providerOrder, providerScale } from "../../../lib/chart/theme.ts";
import type { Figure } from "../../../lib/experiment.ts";
import { formatG, grouped } from "../../../lib/format/numbers.ts";
import { power } from "../../../lib/stats/power.ts";
import { stateOf } from "../../../lib/trace/checks.ts";
import { type JudgedCheck, shareText } from "./catalog.ts";

const WIDTH = 560;
const ROW_STEP = 30;
const COUNTS_AT = WIDTH + 14;
/** The axis begins at a share of at most one in a thousand. */
const LARGEST_FIRST_DECADE = -3;
/** Between the first decade and the place for zero, in decades. */
const ZERO_GAP = 0.7;
const RED = kindColor("error");

const READING = `One row per check and one dot per provider, on a log scale. The farther right a dot is, the larger the share of rows that fail. Dots on
the gray band mean that no row fails. The numbers at the right are failing rows of all rows checked: bold if there are any, red if the check
is a violation.`;

/** At least one check must apply to some rows. */
export function checksFigure(checks: readonly JudgedCheck[]): Figure {
  const applied = checks.filter(({ of }) => of > 0);
  const providers = providerOrder(applied.flatMap(({ tallies }) => tallies.map(({ provider }) => provider)));
  const axis = sharesAxis(applied);
  const panel = (level: JudgedCheck["level"], heading: string, legend: boolean) => {
    const own = applied.filter((check) => check.level === level);
    return own.length > 0 ? [withHeading(dotsPanel(own, providers, axis, legend), heading, { over: "plot" })] : [];
  };
  const violations = panel("violation", "What must hold", true);
  const facts = factsOf(applied);
  return {
    name: "integrity",
    title: "Rows that fail each check",
    spec: grid([...violations, ...panel("warning", "Legal, but worth a look", violations.length === 0)], {
      title: `${applied.filter(({ count }) => count === 0).length} of ${applied.length} checks pass for the whole pool`,
      subtitle: "Share of steps, events, calls or sessions that fail, by provider; at the right, how many fail of how many checked.",
      subtitleCharacters: 95,
      spacing: 26,
    }),
    caption: `A dot for each check and provider that it applies to, on a log scale; dots on the gray band mean that no row fails. ${facts}`,
    reading: READING,
    alt: `Dots of the share of rows that fail, one row per check, in two groups: what must hold, and what is legal but worth a look. ${facts}`,
  };
}

function factsOf(applied: readonly JudgedCheck[]): string {
  const broken = applied.filter((check) => stateOf(check) === "violation");
  const worst = applied.filter(({ count }) => count > 0).toSorted((a, b) => b.count / b.of - a.count / a.of)[0];
  const first = broken.length > 0 ? `Broken: ${broken.map(({ label }) => label).join(", ")}.` : "Nothing is broken.";
  return worst
    ? `${first} “${worst.label}” fails most often: ${grouped(worst.count)} of ${grouped(worst.of)} (${shareText(worst.count / worst.of)}).`
    : first;
}

function sharesAxis(checks: readonly JudgedCheck[]) {
  const shares = checks
    .flatMap(({ tallies }) => tallies.map(({ offenders, looked_at }) => offenders / looked_at))
    .filter((share) => share > 0);
  const firstDecade = Math.min(LARGEST_FIRST_DECADE, ...shares.map((share) => Math.floor(Math.log10(share) + 1e-9)));
  const zero = power(10, firstDecade - ZERO_GAP);
  const decades = Array.from({ length: 1 - firstDecade }, (_, i) => Number(`1e${firstDecade + i}`));
  const format = (share: number) => (share === zero ? "none" : `${formatG(share * 100)}%`);
  return {
    x: logAxis([power(10, firstDecade - 2 * ZERO_GAP + 0.1), 1.25], "Share that fails", [zero, ...decades], format),
    /** Where a share of 0 is drawn, and where the band of zeros ends. */
    zero,
    bandEnd: power(10, firstDecade - 0.1),
  };
}

function dotsPanel(
  checks: readonly JudgedCheck[],
  providers: readonly string[],
  { x, zero, bandEnd }: ReturnType<typeof sharesAxis>,
  legend: boolean,
): Panel {
  const y: Position = { field: "rank", ...rankAxis(checks.map(({ label }) => label)), scale: { paddingInner: 0.35, paddingOuter: 0.25 } };
  const on = (field: string) => quantitative(field, x);
  const [start] = x.scale.domain;
  const dots = checks.flatMap(({ tallies }, rank) =>
    tallies.map(({ provider, offenders, looked_at }) => ({ rank, provider, share: offenders > 0 ? offenders / looked_at : zero })),
  );
  const counts = checks.map((check, rank) => ({
    rank,
    text: countText(check),
    color: countColor(check),
    weight: check.count > 0 ? "bold" : "normal",
  }));
  return {
    width: WIDTH,
    height: ROW_STEP * checks.length,
    layer: [
      {
        data: { values: [{ start, end: bandEnd }] },
        mark: { type: "rect", color: COLORS.light.grid, opacity: 0.7 },
        encoding: { x: on("start"), x2: { field: "end" } },
      },
      {
        data: { values: checks.map((_, rank) => ({ rank, start: bandEnd, end: 1.25 })) },
        mark: { type: "rule", color: COLORS.light.grid, strokeWidth: 1 },
        encoding: { y, x: on("start"), x2: { field: "end" } },
      },
      {
        data: { values: dots },
        mark: { type: "point", filled: true, size: 95, opacity: 1 },
        encoding: {
          y,
          yOffset: { field: "provider", type: "nominal", scale: { domain: [...providers], paddingOuter: 0.5 } },
          x: on("share"),
          color: {
            field: "provider",
            type: "nominal",
            title: null,
            scale: providerScale(providers),
            legend: legend
              ? {
                  orient: "top",
                  direction: "horizontal",
                  labelExpr: labelLookup(
                    providers,
                    providers.map((name) => providerLabel(name)),
                  ),
                }
              : null,
          },
        },
      },
      ...withRows(
        (["normal", "bold"] as const).map((weight) =>
          countsLayer(
            y,
            counts.filter((count) => count.weight === weight),
            weight,
          ),
        ),
      ),
    ],
  };
}

function countsLayer(y: Position, values: object[], fontWeight: "normal" | "bold"): DataLayer {
  return {
    data: { values },
    mark: { type: "text", align: "left", baseline: "middle", fontSize: FONT_SIZE.annotation, fontWeight },
    encoding: {
      y,
      x: { value: COUNTS_AT },
      text: { field: "text", type: "nominal" },
      color: { field: "color", type: "nominal", scale: null },
    },
  };
}

function countText({ count, of }: JudgedCheck): string {
  return `${grouped(count)} of ${grouped(of)}`;
}

function countColor(check: JudgedCheck): string {
  const state = stateOf(check);
  if (state === "violation") return RED;
  return state === "warning" ? COLORS.light.text : COLORS.light.muted;
}
