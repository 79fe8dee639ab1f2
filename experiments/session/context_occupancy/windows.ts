/** Which window each step's context is compared with. */
import { type Distribution, list, type QueryContext, query, type RowOf, text } from "../../../lib/experiment.ts";
import { UserError } from "../../../lib/files/errors.ts";
import { quantileNumpy } from "../../../lib/stats/quantile.ts";
import { type Summary, summaryOf } from "../../../lib/stats/summary.ts";
import { listedWindow } from "../../../lib/trace/windows.ts";

export const MODELS = query("models.sql", { provider: "text", model: "text" });
type Model = RowOf<typeof MODELS>;

const BASES = ["given", "logged", "listed", null] as const;
const STEPS = query("steps.sql", {
  provider: "text",
  model: "text",
  context_tokens: "number",
  window_tokens: "number?",
  window_basis: BASES,
});
/** A bin is as much of the window as one of these. */
export const BINS_OF_A_WINDOW = 20;
const BINS = query("bins.sql", {
  provider: "text",
  model: "text",
  window_tokens: "number",
  window_basis: BASES,
  bin: "number",
  steps: "number",
  resets: "number",
  beyond: "number",
});

/** Steps of a model, by where its window is known from. */
export interface ModelUse {
  readonly provider: string;
  readonly model: string;
  /** Null: unknown. */
  readonly windowTokens: number | null;
  readonly basis: (typeof BASES)[number];
  readonly steps: number;
  readonly contextTokens: Summary<null>;
  /** Steps by bin, whole twentieths of the window, and those that a reset follows or that hold more than the window; none without a window. */
  readonly bins: readonly Pick<RowOf<typeof BINS>, "bin" | "steps" | "resets" | "beyond">[];
}

export const WINDOW_FLAG = list(
  text({ says: "Window of a model in tokens, such as claude-opus-4-6=1000000; with claude: in front only of that provider's" }),
);

/** For the parameter `windows` of queries. @throws UserError for a window that is not one, and for a model that the pool doesn't have */
export function windowsParam(models: readonly Model[], given: readonly string[]): string {
  const overrides = given.map((text) => overrideOf(text, models));
  return JSON.stringify(
    models.map(({ provider, model }) => ({
      provider,
      model,
      given_tokens: overrides.findLast((override) => override.models.some((each) => each.provider === provider && each.model === model))
        ?.tokens,
      listed_tokens: listedWindow(provider, model),
    })),
  );
}

function overrideOf(given: string, models: readonly Model[]) {
  const [, name = "", tokens = ""] = /^(.+)=(\d{1,15})$/.exec(given) ?? [];
  if (Number(tokens) < 1) throw new UserError(`--window is "${given}"; give a model and its tokens, such as claude-opus-4-6=1000000.`);
  const found = models.filter(({ provider, model }) => name === model || name === `${provider}:${model}`);
  if (found.length === 0) {
    const known = [...new Set(models.map(({ model }) => model))].join(", ");
    throw new UserError(`--window names the model "${name}", which no step of this pool has. It has ${known || "no steps"}.`);
  }
  return { models: found, tokens: Number(tokens) };
}

/** By provider, model and window, ascending; unknown windows first. */
export async function readModels(db: QueryContext, params: { readonly windows: string }): Promise<ModelUse[]> {
  const by = ["provider", "model", "window_tokens", "window_basis"] as const;
  const contexts = await db.distributions(STEPS, { by, of: ["context_tokens"] }, params);
  const bins = await db.rows(BINS, params);
  return contexts.map(({ group, ...context }) => ({
    provider: group.provider,
    model: group.model,
    windowTokens: group.window_tokens,
    basis: group.window_basis,
    steps: context.n,
    contextTokens: summaryOf(context, null),
    bins: bins.filter((bin) => by.every((name) => bin[name] === group[name])),
  }));
}

/** Null for no values. */
export function quantileOf(distribution: Pick<Distribution, "ascending"> | undefined, q: number): number | null {
  return distribution ? quantileNumpy(distribution.ascending, q) : null;
}
