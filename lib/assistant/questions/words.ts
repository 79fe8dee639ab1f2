/** Words that people ask with, made into the terms that questions are found by. */

const STOP_WORDS = new Set(
  "a an and are as at be been by can did do does each every for from give had has have how i in is it its list many me much my of on or our please show so tell than that the their them there these they this to was we were what when where which who why will with would you your".split(
    " ",
  ),
);

/** `tokens per day` as `token`, `day`. */
export function termsOf(text: string): string[] {
  return text
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== "" && !STOP_WORDS.has(word))
    .map(singular);
}

function singular(word: string): string {
  if (word.length > 4 && word.endsWith("ies")) return `${word.slice(0, -3)}y`;
  if (word.length > 3 && word.endsWith("s") && !word.endsWith("ss")) return word.slice(0, -1);
  return word;
}
