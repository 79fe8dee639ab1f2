/** Says of how many steps the output count is final, wherever output or what follows from it is shown. */
import { providerLabel, providerOrder } from "../chart/palette.ts";
import { headed, withSubtitleLine } from "../chart/titles.ts";
import type { ExperimentResult, UnfinishedOutput } from "../experiment.ts";
import { counted, finalCounts } from "../format/counts.ts";
import { grouped } from "../format/numbers.ts";

interface Counts {
  readonly steps: number;
  /** Those whose output count is final. */
  readonly final_steps: number;
}

export interface FinalCount extends Counts {
  readonly provider: string;
  readonly model: string;
}

/** Query for all `FinalCount`s of a pool, by provider and model. */
export const FINAL_COUNTS = "-- uses: final_counts\n-- merge: key(provider, model) sum(steps, final_steps)\nFROM final_counts";

type Shown = Pick<ExperimentResult, "figures" | "headlines" | "notes">;

/** Adds to figures, headlines and notes how many output counts they know. Nothing where all counts are final. */
export function withFinalCounts<R extends Shown>(result: R, unfinished: UnfinishedOutput, counts: readonly FinalCount[]): R {
  const partial = partialProviders(counts);
  if (partial.length === 0) return result;
  const { figures, headlines = [] } = result;
  const notes = [...(result.notes ?? []), ...finalCountNotes(counts, unfinished)];
  if (unfinished !== "left out" && unfinished !== "shown as logged") return { ...result, notes };
  const said = partial.map((provider) => sentence(provider, unfinished)).join(" ");
  return {
    ...result,
    ...(figures && {
      figures: figures.map((figure) => ({
        ...figure,
        spec: withSubtitleLine(headed(figure.spec, figure), said),
        caption: `${figure.caption} ${said}`,
      })),
    }),
    headlines: [...headlines, ...partial.map((provider) => ({ label: `Output of ${provider.title}`, value: shortText(provider) }))],
    notes,
  };
}

/** A sentence for each provider whose counts are not all final, and for its models where it has several. */
export function finalCountNotes(counts: readonly FinalCount[], unfinished: UnfinishedOutput): string[] {
  return partialProviders(counts).map((provider) =>
    [sentence(provider, unfinished), ...othersText(provider, unfinished), ...byModel(provider)].join(" "),
  );
}

interface PartialProvider extends Counts {
  readonly title: string;
  readonly models: readonly FinalCount[];
}

function partialProviders(counts: readonly FinalCount[]): PartialProvider[] {
  return providerOrder(counts.map(({ provider }) => provider))
    .map((provider) => {
      const models = counts.filter((count) => count.provider === provider);
      const sum = (of: keyof Counts) => models.reduce((total, count) => total + count[of], 0);
      return { title: providerLabel(provider), models, steps: sum("steps"), final_steps: sum("final_steps") };
    })
    .filter(({ steps, final_steps }) => final_steps < steps);
}

function isLeftOut(unfinished: UnfinishedOutput): boolean {
  return unfinished === "left out" || unfinished === "left out of tables";
}

function sentence({ title, steps, final_steps }: PartialProvider, unfinished: UnfinishedOutput): string {
  if (!isLeftOut(unfinished)) return `Output of ${title} counts as logged, which is too low: ${finalCounts(final_steps, steps)}.`;
  if (final_steps > 0) return `Output of ${title}: ${finalCounts(final_steps, steps)}.`;
  return `${title} has no final output counts: ${steps === 1 ? "its only one was" : `all ${grouped(steps)} were`} logged while streaming.`;
}

function othersText({ final_steps }: PartialProvider, unfinished: UnfinishedOutput): string[] {
  return final_steps > 0 && isLeftOut(unfinished) ? ["The others were logged while streaming."] : [];
}

function shortText({ steps, final_steps }: Counts): string {
  return final_steps > 0 ? `${finalCounts(final_steps, steps)}` : `no final count of ${counted(steps, "step")}`;
}

function byModel({ models }: PartialProvider): string[] {
  if (models.length < 2) return [];
  const parts = models.map(({ model, steps, final_steps }) => `${model} ${grouped(final_steps)} of ${grouped(steps)}`);
  return [`By model: ${parts.join(", ")}.`];
}
