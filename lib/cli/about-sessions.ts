/** What the commands about single sessions share: options, and how they print. */
import type { Pool } from "../db/open/pool.ts";
import { flag } from "../experiment.ts";
import { print, printJson } from "../files/say.ts";
import type { TextLine } from "../report/lines.ts";
import type { Call } from "./command.ts";
import { grouped, type ValuesOf } from "./options.ts";
import { outOption, ownPoolOptions, refuseIdleHistory, terminalWidth, withOwnPool } from "./own-pool.ts";
import { printLines } from "./print-lines.ts";

export const aboutSessionsOptions = {
  ...grouped("How:", { json: flag({ says: "Print JSON" }), out: outOption }),
  ...ownPoolOptions,
};
type Values = ValuesOf<typeof aboutSessionsOptions> & { readonly labels?: string | undefined };

export const SESSION_WORD = "Id of a session, its beginning, or its name on a page";
export const ONE_SESSION = { session: `${SESSION_WORD} (default: the latest that is not a helper's)` };
export const GOES_WITH = { allUsers: ["homeRoot"] } as const;

/** An answer in both forms. */
interface Answer {
  json(): unknown;
  /** @param width columns of the terminal; null for any number */
  lines(width: number | null): readonly TextLine[];
}

/** Prints what `read` answers from the pool; a text as it is. */
export async function printAboutSessions(values: Values, call: Call, read: (pool: Pool) => Promise<Answer | string>): Promise<number> {
  refuseIdleHistory(values, call);
  await withOwnPool(values, async (pool) => {
    const answer = await read(pool);
    if (typeof answer === "string") print(answer);
    else if (values.json) printJson(answer.json());
    else printLines(answer.lines(terminalWidth()));
  });
  return 0;
}
