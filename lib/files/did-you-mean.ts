import { closest, distance } from "fastest-levenshtein";

/** ` Did you mean session?`, for the end of a sentence; empty when no name is near. `before` is put before the name. */
export function didYouMean(word: string, names: readonly string[], before = ""): string {
  const near = names.length > 0 ? closest(word, [...names]) : undefined;
  // Another letter is not near a letter.
  const most = Math.min(Math.ceil(word.length / 3), word.length - 1);
  return near !== undefined && distance(word, near) <= most ? ` Did you mean ${before}${near}?` : "";
}
