import { closest, distance } from "fastest-levenshtein";

/** ` Did you mean session?`, for the end of a sentence; empty when no name is near. `before` is put before the name. */
export function didYouMean(word: string, names: readonly string[], before = ""): string {
  const near = names.length > 0 ? closest(word, [...names]) : undefined;
  return near !== undefined && distance(word, near) <= Math.ceil(word.length / 3) ? ` Did you mean ${before}${near}?` : "";
}
