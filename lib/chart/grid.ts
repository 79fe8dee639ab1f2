/** Panels in rows and columns. Each keeps its own data, scales and axes: facets with layers do not allow that. */

import type { Panel, Spec } from "./spec.ts";
import { FONT_SIZE } from "./theme.ts";
import { figureTitle } from "./titles.ts";

export interface GridOptions {
  /** The finding, as text or made by `figureTitle`. */
  readonly title?: NonNullable<Spec["title"]>;
  /** What to see, wrapped at `subtitleCharacters` (110, right for one wide panel). */
  readonly subtitle?: string;
  readonly subtitleCharacters?: number | undefined;
  /** Panels in a row. Default: all in one column. */
  readonly columns?: number;
  /** CSS pixels between panels. */
  readonly spacing?: number;
  /** One color legend for all panels; needs the same scale in each. Default: each panel draws its own legend or none. */
  readonly sharedColor?: boolean;
}

/** A figure of several panels, filled row by row. */
export function grid(panels: readonly Panel[], { columns = 1, spacing, sharedColor = false, ...heading }: GridOptions = {}): Spec {
  const resolution = sharedColor ? "shared" : "independent";
  return {
    ...titled(heading.title, heading.subtitle, heading.subtitleCharacters),
    ...(spacing === undefined ? {} : { spacing }),
    columns,
    concat: [...panels],
    resolve: { scale: { color: resolution }, legend: { color: resolution } },
  };
}

/** A figure of one panel; title and subtitle as above. */
export function figure(panel: Panel, title?: NonNullable<Spec["title"]>, subtitle?: string): Spec {
  return { ...panel, ...titled(title, subtitle) };
}

function titled(title: Spec["title"], subtitle: string | undefined, characters?: number): Pick<Spec, "title"> {
  if (title === undefined) return {};
  return { title: typeof title === "string" ? figureTitle(title, subtitle, characters) : title };
}

interface HeadingOptions {
  readonly over?: "panel" | "plot";
  /** A second line, in plain type. */
  readonly note?: string;
}

/**
 * The same panel with a heading of its own. It starts at the left end of the panel; with `over: "plot"` where the axis
 * starts, so that headings of panels below one another line up however wide the labels of their rows are.
 */
export function withHeading(panel: Panel, heading: string, { over = "panel", note }: HeadingOptions = {}): Panel {
  const subtitle = note === undefined ? {} : { subtitle: note, subtitleFontSize: FONT_SIZE.annotation, subtitlePadding: 4 };
  const place = over === "plot" ? ({ frame: "group" } as const) : {};
  return { ...panel, title: { text: heading, fontSize: FONT_SIZE.panelTitle, offset: 10, ...subtitle, ...place } };
}
