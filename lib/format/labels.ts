const ELLIPSIS = "...";

/** Text of at most `limit` characters (code points): longer text is cut and ends in three dots. */
export function shortLabel(text: string, limit = 36): string {
  const characters = Array.from(text);
  return characters.length <= limit ? text : characters.slice(0, limit - ELLIPSIS.length).join("") + ELLIPSIS;
}

/** Breaks text at spaces into lines of at most `limit` characters; a longer word stays whole. */
export function wrapped(text: string, limit: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= limit) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
