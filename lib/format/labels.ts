const ELLIPSIS = "\u2026";

/** Text of at most `limit` characters (code points): of longer text the middle is left out, because names often differ in their ends only. */
export function shortLabel(text: string, limit = 36): string {
  const characters = Array.from(text);
  if (characters.length <= limit) return text;
  const head = Math.ceil((limit - 1) / 2);
  const tail = limit - 1 - head;
  return characters.slice(0, head).join("") + ELLIPSIS + characters.slice(characters.length - tail).join("");
}

/** The same for names next to one another: what is alike after that shows the part where the names differ first. */
export function shortLabels(texts: readonly string[], limit = 36): string[] {
  const labels = texts.map((text) => shortLabel(text, limit));
  return labels.map((label, i) => {
    const others = texts.filter((text, j) => labels[j] === label && text !== texts[i]);
    return others.length === 0 ? label : fromDifference(Array.from(texts[i] ?? ""), others, limit);
  });
}

const BEFORE_DIFFERENCE = 3;

/** The beginning of a name, and what follows from a little before the place where it differs from one of the others. */
function fromDifference(characters: readonly string[], others: readonly string[], limit: number): string {
  const differs = (text: string) => {
    const place = characters.findIndex((character, i) => character !== Array.from(text)[i]);
    return place < 0 ? characters.length : place;
  };
  const start = Math.max(0, Math.min(...others.map(differs)) - BEFORE_DIFFERENCE);
  const head = Math.ceil(limit / 3);
  const rest = shortLabel(characters.slice(start).join(""), limit - head - 1);
  return `${characters.slice(0, head).join("")}${ELLIPSIS}${rest}`;
}

/**
 * Breaks text at spaces into lines of at most `limit`; a longer word stays whole.
 * @param widthOf a line, in the unit of `limit`; characters by default
 */
export function wrapped(text: string, limit: number, widthOf: (line: string) => number = (line) => line.length): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    const longer = last === undefined ? word : `${last} ${word}`;
    if (last !== undefined && widthOf(longer) <= limit) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}
