/** Finds out how many words make a token of the server, with two short requests. */
import { UserError } from "../files/errors.ts";
import { addressOf, ask, RequestFailure, type Server } from "./client.ts";
import { type Calibration, wordsOf } from "./prompt.ts";

const PROBE_WORDS = [200, 1_000] as const;

/**
 * Null where the server doesn't count tokens.
 * @throws UserError, exit status 1, when the server doesn't answer
 */
export async function calibrate(server: Server, signal: AbortSignal): Promise<Calibration | null> {
  const [short, long] = PROBE_WORDS;
  const few = await tokensOf(server, short, signal);
  const many = await tokensOf(server, long, signal);
  if (few === null || many === null || many <= few) return null;
  const wordsPerToken = (long - short) / (many - few);
  return { wordsPerToken, overhead: few - short / wordsPerToken };
}

async function tokensOf(server: Server, words: number, signal: AbortSignal): Promise<number | null> {
  try {
    return (await ask(server, wordsOf(`probe ${words}`, words).join(" "), 1, signal)).inputTokens;
  } catch (error) {
    if (!(error instanceof RequestFailure)) throw error;
    throw new UserError(
      `${addressOf(server)} did not answer a first short request: ${error.message}. Check --url, --api, --model and the key.`,
      1,
      { cause: error },
    );
  }
}
