import { coverageText } from "../format/coverage.ts";
import { wrapped } from "../format/labels.ts";
import type { Spec } from "./spec.ts";

/** Fits below the narrowest figure that has a title. */
const LEAST_CHARACTERS = 90;

const SUBTITLE_CHARACTERS = 110;

/** Title and subtitle of a figure. The subtitle says what to see; it is wrapped at `characters` (110, right for one wide panel). */
export function figureTitle(title: string, subtitle?: string, characters = SUBTITLE_CHARACTERS): NonNullable<Spec["title"]> {
  return subtitle === undefined ? { text: title } : { text: title, subtitle: wrapped(subtitle, characters) };
}

/** The figure with another sentence below its subtitle, no wider than that; a figure without title stays as it is. */
export function withSubtitleLine(spec: Spec, sentence: string): Spec {
  const { title } = spec;
  if (title === undefined) return spec;
  const heading = typeof title === "string" || Array.isArray(title) ? { text: title } : title;
  const { subtitle = [] } = heading;
  const lines = Array.isArray(subtitle) ? subtitle : [subtitle];
  const characters = Math.max(LEAST_CHARACTERS, ...lines.map((line) => line.length));
  return { ...spec, title: { ...heading, subtitle: [...lines, ...wrapped(sentence, characters)] } };
}

interface Heading {
  readonly title: string;
  readonly subtitle?: string;
  readonly coverage?: Parameters<typeof coverageText>[0];
}

/** The spec with the heading of its figure, unless it has a title already. */
export function headed<S extends Spec>(spec: S, { title, subtitle, coverage }: Heading): S {
  if ("title" in spec && spec.title !== undefined) return spec;
  const parts = [subtitle, coverage && coverageText(coverage)].filter((part) => part !== undefined);
  return { ...spec, title: figureTitle(title, parts.length === 0 ? undefined : parts.join(" ")) };
}
