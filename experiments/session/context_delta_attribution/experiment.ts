import { providerLabel } from "../../../lib/chart/palette.ts";
import { defineExperiment, type Headline } from "../../../lib/experiment.ts";
import { countCompact, counted } from "../../../lib/format/counts.ts";
import { grouped, money, percent } from "../../../lib/format/numbers.ts";
import { ratio } from "../../../lib/stats/ratio.ts";
import { priceNotes, readPriceFacts } from "../../../lib/trace/prices/coverage.ts";
import tokenSteps from "../session_token_steps/experiment.ts";
import { type Attribution, type Calibration, FLAGS, readAttribution, type Scope, usdOf } from "./attribution.ts";
import { deltasFigure, readTopSteps, sourcesFigure } from "./charts.ts";
import { biggestSession, readCompositions } from "./composition.ts";
import { compositionFigure } from "./composition-chart.ts";
import { FEWEST_PAIRS, tablesOf } from "./tables.ts";

export default defineExperiment(import.meta.url, {
  title: "What fills the context",
  question: "What filled the context between one step and the next, and what does each piece cost until it leaves?",
  empty: "No step in this pool belongs to a named session.",
  unfinishedOutput: "counted as logged",
  flags: FLAGS,
  needs: { tokenSteps },
  async run({ db, options, needs }) {
    const relation = options.relation ?? null;
    const attribution = await readAttribution(db, relation);
    const prices = await readPriceFacts(db);
    const top = await readTopSteps(db, options.top, relation);
    const chosen = needs.tokenSteps.map(({ id }) => id);
    const biggest = options.sessionId.length === 0 ? await biggestSession(db, relation) : null;
    const compositions = await readCompositions(db, [...new Set([...(biggest === null ? [] : [biggest]), ...chosen])]);
    const coverage = `${prices.sentence} ${ratioSentence(attribution.calibration)}`;
    const figures = [
      sourcesFigure(attribution, coverage),
      deltasFigure(top, `${grownSentence(attribution, top.growth.length)} ${prices.sentence}`),
      ...compositions.map(compositionFigure),
    ].filter((figure) => figure !== null);
    return {
      tables: tablesOf(attribution, compositions, { minDelta: options.minDelta, relation }),
      ...(figures.length > 0 && { figures }),
      headlines: headlines(attribution),
      notes: [...priceNotes(prices), ...notes(attribution, relation)],
    };
  },
});

/** `Estimated at 2.73 (Claude, 1,142 pairs) and 4 (Codex, a guess) characters a token.` */
function ratioSentence(calibration: readonly Calibration[]): string {
  const ratios = calibration.map(({ provider, pairs, chars_per_token }) => {
    if (pairs < FEWEST_PAIRS) return `${grouped(chars_per_token)} (${providerLabel(provider)}, a guess)`;
    return `${grouped(chars_per_token, 2)} (${providerLabel(provider)}, ${grouped(pairs)} measured pairs)`;
  });
  return ratios.length === 0 ? "" : `Characters per token: ${ratios.join(", ")}.`;
}

function grownSentence({ scopes: [all] }: Attribution, drawn: number): string {
  return `${grouped(drawn)} of ${counted(all?.growth.grown_steps ?? 0, "step")} whose context grew.`;
}

function headlines({ scopes: [all] }: Attribution): Headline[] {
  if (!all || all.total.tokens === 0) return [];
  const measure = all.total.usd > 0 ? "usd" : "tokens";
  const of = measure === "usd" ? "share of the input cost" : "share of the tokens";
  const share = (source: "tool_result" | "session_base") => percent(ratio(all.sources.get(source)?.[measure] ?? 0, all.total[measure]));
  return [
    { label: `Tool results, ${of}`, value: share("tool_result") },
    { label: `Session base, ${of}`, value: share("session_base") },
    ...(all.p50Rides === null ? [] : [{ label: "Later steps that read a growth again (median)", value: grouped(all.p50Rides) }]),
  ];
}

function notes({ scopes: [all], calibration }: Attribution, relation: string | null): string[] {
  if (!all || all.growth.steps === 0)
    return relation === null ? [] : [`No step in this pool is known to be of a transcript of the kind ${relation}.`];
  const { growth } = all;
  const guessed = calibration
    .filter(({ pairs }) => pairs < FEWEST_PAIRS)
    .map(({ provider, pairs }) => `${providerLabel(provider)} ${grouped(pairs)}`);
  return [
    "Contexts and their changes are as logged. How growth is split is an estimate: first the output of the step before, then results and messages by their characters.",
    ...when(
      guessed.length,
      `Too few pairs of steps to measure characters per token (${guessed.join(", ")}): 4 is used there, the usual guess.`,
    ),
    ...when(growth.shrunk_steps, shrunkNote(growth)),
    ...when(
      growth.micro_compactions,
      `${counted(growth.micro_compactions, "compaction")} cleared results of tools only, ${countCompact(growth.micro_tokens)} tokens as logged. Costs take it that everything shrank alike, so these results seem a little more expensive than they were.`,
    ),
    ...when(
      growth.open_steps,
      `${counted(growth.open_steps, "step")} wrote to the cache for an unknown time. They are priced as 5 minutes; an hour would cost at most ${money(growth.open_nano / 1e9)} more.`,
    ),
    ...when(
      growth.replayed_steps,
      `${counted(growth.replayed_steps, "step")} (${countCompact(growth.replayed_tokens)} tokens, ${money(usdOf(growth.replayed_pico))}) are history that a child of Codex repeats. What was delivered to them isn't known, so their growth is unexplained.`,
    ),
    ...when(
      growth.one_read_pico,
      `Priced as one cache read each, without first steps, all growth would cost ${money(usdOf(growth.one_read_pico))}.`,
    ),
  ];
}

function shrunkNote({ shrunk_steps, shrunk_tokens }: Scope["growth"]): string {
  return `${counted(shrunk_steps, "step")} had a smaller context than the step before without a reset, by ${countCompact(shrunk_tokens)} tokens in all. What stayed keeps its shares.`;
}

function when(count: number, note: string): string[] {
  return count > 0 ? [note] : [];
}
