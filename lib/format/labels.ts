const ELLIPSIS = "\u2026";

/** Text of at most `limit` characters (code points): of longer text the middle is left out, because names often differ in their ends only. */
export function shortLabel(text: string, limit = 36): string {
  const characters = Array.from(text);
  if (characters.length <= limit) return text;
  const head = Math.ceil((limit - 1) / 2);
  const tail = limit - 1 - head;
  return characters.slice(0, head).join("") + ELLIPSIS + characters.slice(characters.length - tail).join("");
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
