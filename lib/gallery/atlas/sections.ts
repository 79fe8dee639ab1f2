/** Places in the atlas: fixed by all experiments there are, so that a run of a few of them keeps their letters and numbers. */

export interface Section {
  readonly category: string;
  /** `A` for the first category. */
  readonly letter: string;
  /** Its experiments by number; the first is number 1. */
  readonly ids: readonly string[];
}

/** @param ids `<category>/<name>` of all experiments, in their order */
export function sectionsOf(ids: readonly string[]): Section[] {
  return [...new Set(ids.map(categoryOf))].map((category, i) => ({
    category,
    letter: letterOf(i),
    ids: ids.filter((id) => categoryOf(id) === category),
  }));
}

function categoryOf(id: string): string {
  return id.split("/", 1)[0] ?? id;
}

/** `A`, `B`, …, `Z`, `AA`, `AB`, … */
function letterOf(index: number): string {
  const last = String.fromCharCode("A".charCodeAt(0) + (index % 26));
  return index < 26 ? last : letterOf(Math.floor(index / 26) - 1) + last;
}
