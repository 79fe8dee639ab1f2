/** Colors of the timeline, as the style sheet has them. */

export type Colors = Readonly<ReturnType<typeof colorsIn>>;

/** As a canvas takes them: a property may hold a light and a dark color, of which an element shows the one that counts. */
export function colorsIn(section: HTMLElement) {
  const sample = section.appendChild(document.createElement("span"));
  const colorOf = (property: string) => {
    sample.style.color = `var(${property})`;
    return getComputedStyle(sample).color;
  };
  const colors = {
    ink: colorOf("--ink"),
    soft: colorOf("--ink-soft"),
    line: colorOf("--line"),
    block: colorOf("--block"),
    prefix: colorOf("--prefix"),
    append: colorOf("--append"),
    output: colorOf("--output"),
    generation: colorOf("--generation"),
    tool: colorOf("--tool"),
    failed: colorOf("--error"),
    human: colorOf("--human"),
    user: colorOf("--user"),
    compaction: colorOf("--compaction"),
    cursor: colorOf("--mark"),
  };
  sample.remove();
  return colors;
}
