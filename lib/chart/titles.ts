import { wrapped } from "../format/labels.ts";
import type { Spec } from "./spec.ts";

const SUBTITLE_CHARACTERS = 110;

/** Title and subtitle of a figure. The subtitle says what to see; it is wrapped at `characters` (110, right for one wide panel). */
export function figureTitle(title: string, subtitle?: string, characters = SUBTITLE_CHARACTERS): NonNullable<Spec["title"]> {
  return subtitle === undefined ? { text: title } : { text: title, subtitle: wrapped(subtitle, characters) };
}
