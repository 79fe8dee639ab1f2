/** What a model may reply, read strictly: a question of the library, or SQL. Pages use it, too. */
import * as z from "zod/mini";
import { UserError } from "../../files/errors.ts";
import { printable } from "../../files/printable.ts";

const text = (most: number) => z.string().check(z.maxLength(most));

const ByQuestion = z.strictObject({
  question: text(100),
  parameters: z.optional(z.record(text(100), z.union([text(500), z.number(), z.null()]))),
});

const Chart = z.strictObject({ mark: z.enum(["bar", "line"]), x: text(200), y: text(200) });
const BySql = z.strictObject({ sql: text(20_000).check(z.minLength(1)), chart: z.nullish(Chart) });

const Reply = z.union([ByQuestion, BySql]);
export type ModelReply = z.infer<typeof Reply>;
export type Chart = z.infer<typeof Chart>;

const QUOTED_CHARACTERS = 200;

/** Many models put their JSON into a block of Markdown. @throws UserError, exit status 1, for anything else */
export function replyOf(content: string): ModelReply {
  const [, block = content] = /^\s*```(?:json)?\s*\n([\s\S]*?)\n\s*```\s*$/.exec(content) ?? [];
  const reply = Reply.safeParse(jsonOf(block));
  if (reply.success) return reply.data;
  const quoted = content.length > QUOTED_CHARACTERS ? `${content.slice(0, QUOTED_CHARACTERS)}…` : content;
  throw new UserError(`The model did not reply with a question or SQL as JSON, so nothing was run. It said: ${printable(quoted)}`, 1);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
