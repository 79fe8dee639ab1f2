/** Colors of the timeline, as the style sheet has them. */

/** Custom properties of the style sheet. */
const PROPERTIES = {
  ink: "--ink",
  soft: "--ink-soft",
  line: "--line",
  block: "--block",
  prefix: "--prefix",
  append: "--append",
  output: "--output",
  generation: "--generation",
  tool: "--tool",
  failed: "--failed",
  human: "--human",
  user: "--user",
  compaction: "--compaction",
  cursor: "--mark",
} as const;

export type Colors = Readonly<Record<keyof typeof PROPERTIES, string>>;

/** As a canvas takes them: a property may hold a light and a dark color, of which an element shows the one that counts. */
export function colorsIn(section: HTMLElement): Colors {
  const sample = section.appendChild(document.createElement("span"));
  const colorOf = (property: string) => {
    sample.style.color = `var(${property})`;
    return getComputedStyle(sample).color;
  };
  const colors = Object.fromEntries(Object.entries(PROPERTIES).map(([name, property]) => [name, colorOf(property)])) as Colors;
  sample.remove();
  return colors;
}
