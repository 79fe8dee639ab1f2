/** Prompts of a wanted length in tokens, without a tokenizer: words that are one token in common vocabularies, counted by what the server said. */
import { hash } from "node:crypto";
import { at } from "../stats/known.ts";

/** How tokens of the server become words. */
export interface Calibration {
  readonly wordsPerToken: number;
  /** Tokens that the server adds to every prompt, such as those of a chat template. */
  readonly overhead: number;
}

export const UNCALIBRATED: Calibration = { wordsPerToken: 1, overhead: 0 };

const WORDS = [
  ..."time year people way day man thing woman life child world school state family student group".split(" "),
  ..."country problem hand part place case week company system program question work government number night point".split(" "),
  ..."home water room mother area money story fact month lot right study book eye job word".split(" "),
  ..."business issue side kind head house service friend father power hour game line end member law".split(" "),
];
const DIGEST_BYTES = 64;

/**
 * Blocks of equal name at equal places are equal text; the whole is at most half a word longer or shorter than wanted.
 * @param tokens of the prompt, all of whose blocks but the last have `blockSize`
 */
export function promptOf(blocks: readonly string[], tokens: number, blockSize: number, { wordsPerToken, overhead }: Calibration): string {
  const wordsUpTo = (end: number) => Math.max(0, Math.round((end - overhead) * wordsPerToken));
  const words = blocks.flatMap((block, i) => {
    const end = Math.min(tokens, (i + 1) * blockSize);
    return wordsOf(block, wordsUpTo(end) - wordsUpTo(i * blockSize));
  });
  return words.length === 0 ? at(WORDS, 0) : words.join(" ");
}

/** The first words of an endless text that only depends on the name. */
export function wordsOf(name: string, count: number): string[] {
  const words: string[] = [];
  for (let page = 0; words.length < count; page++)
    for (const byte of hash("sha512", `${page}:${name}`, "buffer").subarray(0, Math.min(DIGEST_BYTES, count - words.length)))
      words.push(at(WORDS, byte % WORDS.length));
  return words;
}
