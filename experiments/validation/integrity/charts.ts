/** The figure: what fails, by check and provider. */

import { shareAxis } from "../../../lib/chart/axes.ts";
import { figure } from "../../../lib/chart/grid.ts";
import { kindColor, providerColor, providerLabel } from "../../../lib/chart/palette.ts";
import { rankedBars } from "../../../lib/chart/ranked-bars.ts";
import type { Figure, Headline } from "../../../lib/experiment.ts";
import { grouped } from "../../../lib/format/numbers.ts";
import { type JudgedCheck, shareText, type Tally } from "./catalog.ts";

const READING = `One bar for each check and provider with rows that fail, by the share of those rows among all that the check applies to. Amber is Claude, blue
is Codex. A red bar is a violation: the pool, or the way it is read, is broken. Checks that every row passes have no bar.`;

const WIDTH = 560;

/** Rows of one provider that fail a check. */
interface Failure extends Tally {
  readonly check: JudgedCheck;
  readonly share: number;
}

/** Null when no row fails. */
export function checksFigure(checks: readonly JudgedCheck[]): Figure | null {
  const applied = checks.filter(({ of }) => of > 0);
  const failures = failuresOf(applied);
  const [worst] = failures;
  if (!worst) return null;
  const failed = new Set(failures.map(({ check }) => check.name)).size;
  const facts = [findingOf(worst), ...(worst.check.cause ? [`known cause: ${worst.check.cause}`] : [])].join("; ");
  const passed = `The other ${grouped(applied.length - failed)} of ${grouped(applied.length)} checks pass for every row.`;
  return {
    name: "integrity",
    title: findingOf(worst),
    subtitle: "Share of steps, calls, events or sessions that fail a check.",
    coverage: { shown: failed, of: applied.length, what: "checks", rest: "pass for every row" },
    spec: figure(barsOf(failures)),
    caption: `A bar for each check and provider with rows that fail: violations in red, then warnings. ${facts}. ${passed}`,
    reading: READING,
    alt: `Horizontal bars of the share of rows that fail, one for each failed check and provider. ${facts}. ${passed}`,
  };
}

/** What fails most; null when no row fails. */
export function worstHeadline(checks: readonly JudgedCheck[]): Headline | null {
  const [worst] = failuresOf(checks);
  return worst ? { label: nameOf(worst), value: `${grouped(worst.offenders)} of ${grouped(worst.looked_at)}` } : null;
}

/** Violations first, then by share. */
function failuresOf(checks: readonly JudgedCheck[]): Failure[] {
  const failures = checks.flatMap((check) =>
    check.tallies.filter(({ offenders }) => offenders > 0).map((tally) => ({ ...tally, check, share: tally.offenders / tally.looked_at })),
  );
  const rank = ({ check }: Failure) => (check.level === "violation" ? 0 : 1);
  return failures.toSorted((a, b) => rank(a) - rank(b) || b.share - a.share);
}

function barsOf(failures: readonly Failure[]) {
  const providers = failures.map(({ provider }) => provider);
  const bars = failures.map((failure) => ({
    name: nameOf(failure),
    value: failure.share,
    label: `${grouped(failure.offenders)} of ${grouped(failure.looked_at)} (${shareText(failure.share)})`,
    color: failure.check.level === "violation" ? kindColor("error") : providerColor(failure.provider, providers),
  }));
  return rankedBars({ bars, width: WIDTH, x: shareAxis({ title: "Share that fails" }) });
}

/** `Codex steps run backward in time` */
function nameOf({ provider, check }: Failure): string {
  return `${providerLabel(provider)} ${check.label}`;
}

/** `2,078 of 3,684 Codex steps run backward in time` */
function findingOf(failure: Failure): string {
  return `${grouped(failure.offenders)} of ${grouped(failure.looked_at)} ${nameOf(failure)}`;
}
