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

/** Requests of a session repeat the blocks of those before. */
const MOST_KEPT_TEXTS = 100_000;

interface PromptOptions {
  /** Tokens of all blocks but the last. */
  readonly blockSize: number;
  readonly calibration: Calibration;
  /** Another seed makes other texts. */
  readonly seed: string;
}

/** Blocks of equal name at equal places are equal text. */
export class Prompts {
  private readonly options: PromptOptions;
  private readonly texts = new Map<string, string>();

  constructor(options: PromptOptions) {
    this.options = options;
  }

  /** At most half a word longer or shorter than wanted, and never empty. */
  of(blocks: readonly string[], tokens: number): string {
    const { blockSize } = this.options;
    const texts = blocks.map((block, i) => {
      const end = Math.min(tokens, (i + 1) * blockSize);
      return this.text(block, this.wordsUpTo(end) - this.wordsUpTo(i * blockSize));
    });
    return texts.filter(Boolean).join(" ") || at(WORDS, 0);
  }

  private wordsUpTo(end: number): number {
    const { wordsPerToken, overhead } = this.options.calibration;
    return Math.max(0, Math.round((end - overhead) * wordsPerToken));
  }

  private text(block: string, words: number): string {
    const name = `${words} ${block}`;
    const kept = this.texts.get(name);
    if (kept !== undefined) return kept;
    const text = wordsOf(`${this.options.seed}/${block}`, words).join(" ");
    if (this.texts.size === MOST_KEPT_TEXTS) this.texts.clear();
    this.texts.set(name, text);
    return text;
  }
}

/** The first words of an endless text that only depends on the name. */
export function wordsOf(name: string, count: number): string[] {
  const words: string[] = [];
  for (let page = 0; words.length < count; page++)
    for (const byte of hash("sha512", `${page}:${name}`, "buffer").subarray(0, Math.min(DIGEST_BYTES, count - words.length)))
      words.push(at(WORDS, byte % WORDS.length));
  return words;
}
