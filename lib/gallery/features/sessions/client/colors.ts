/** Colors of the timeline, as the style sheet has them. */
import { SOURCE_COLORS, SOURCES } from "../../../../trace/context.ts";

export type Colors = Readonly<ReturnType<typeof colorsIn>>;

/**
 * As a canvas takes them: a property may hold a light and a dark color, of which an element shows the one that counts. In a mode of
 * high contrast, text and lines have the colors that the reader chose; all others stay, because they mean something.
 */
export function colorsIn(section: HTMLElement) {
  const sample = section.appendChild(document.createElement("span"));
  const colorOf = (property: string) => {
    sample.style.color = `var(${property})`;
    return getComputedStyle(sample).color;
  };
  const text = { ink: colorOf("--ink"), soft: colorOf("--ink-soft"), line: colorOf("--line"), user: colorOf("--user") };
  sample.style.setProperty("forced-color-adjust", "none");
  const colors = {
    ...text,
    block: colorOf("--block"),
    prefix: colorOf("--prefix"),
    append: colorOf("--append"),
    output: colorOf("--output"),
    generation: colorOf("--generation"),
    tool: colorOf("--tool"),
    failed: colorOf("--error"),
    human: colorOf("--human"),
    compaction: colorOf("--compaction"),
    cursor: colorOf("--mark"),
    cost: colorOf("--ink-soft"),
    request: colorOf("--line"),
    helper: colorOf("--series-3"),
    sources: new Map(SOURCES.map((source) => [source, colorOf(`--${SOURCE_COLORS[source]}`)])),
    // As in figures.
    explore: colorOf("--series-2"),
    edit: colorOf("--series-0"),
    run: colorOf("--series-1"),
    delegate: colorOf("--series-3"),
    plan: colorOf("--series-6"),
    other: colorOf("--series-4"),
    answer: colorOf("--series-5"),
  };
  sample.remove();
  return colors;
}
