/** Figures of a finished run, as a model sees them: the picture alone, without the data and code that its file carries. */
import fs from "node:fs/promises";
import sharp from "sharp";
import type { ExperimentArtifacts, FigureArtifact } from "../../artifacts/artifacts.ts";
import { readReport } from "../../artifacts/run-report.ts";
import { didYouMean } from "../../files/did-you-mean.ts";
import { UserError } from "../../files/errors.ts";
import { inside } from "../../files/inside.ts";

/** Models scale larger pictures down. */
const MOST_PIXELS = 1_568;

interface FoundFigure {
  readonly experiment: ExperimentArtifacts;
  readonly figure: FigureArtifact;
}

export interface Picture {
  /** PNG in Base64. */
  readonly data: string;
  readonly width: number;
  readonly height: number;
}

/** Every figure of a run, as `category/name` for the first of an experiment and `category/name/figure` for the others. */
export function figuresOf(run: string): ReadonlyMap<string, FoundFigure> {
  const found = readReport(run, "--run").experiments.flatMap(({ artifacts }) =>
    artifacts === null
      ? []
      : artifacts.figures.map(
          (figure, i) => [i === 0 ? artifacts.id : `${artifacts.id}/${figure.name}`, { experiment: artifacts, figure }] as const,
        ),
  );
  return new Map(found);
}

/** @throws UserError when the run has no such figure */
export function figureNamed(run: string, name: string): FoundFigure {
  const figures = figuresOf(run);
  const found = figures.get(name);
  if (found) return found;
  const near = [...figures.keys()].filter((each) => each.includes(name)).slice(0, 5);
  const hint =
    near.length > 0 ? ` There are ${near.join(", ")}.` : didYouMean(name, [...figures.keys()]) || " Ask without a name for a list.";
  throw new UserError(`The run has no figure ${JSON.stringify(name)}.${hint}`);
}

export async function pictureOf(run: string, { experiment, figure }: FoundFigure): Promise<Picture> {
  const file = await fs.readFile(inside(run, `${experiment.id}/${figure.file}`));
  const { data, info } = await sharp(file)
    .resize({ width: MOST_PIXELS, height: MOST_PIXELS, fit: "inside", withoutEnlargement: true })
    .png()
    .toBuffer({ resolveWithObject: true });
  return { data: data.toString("base64"), width: info.width, height: info.height };
}

export function captionOf({ experiment, figure }: FoundFigure): string {
  const headlines = experiment.headlines.map(({ label, value }) => `${label}: ${value}`);
  return [figure.title, figure.caption, figure.reading, ...headlines, ...experiment.notes].join("\n");
}
