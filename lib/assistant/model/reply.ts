/** What a model may reply, read strictly: a question of the library, or SQL. */
import { z } from "zod";
import { UserError } from "../../files/errors.ts";
import { printable } from "../../files/printable.ts";

const ByQuestion = z.strictObject({
  question: z.string().max(100),
  parameters: z.record(z.string().max(100), z.union([z.string().max(500), z.number(), z.null()])).default({}),
});

const BySql = z.strictObject({
  sql: z.string().min(1).max(20_000),
  chart: z.strictObject({ mark: z.enum(["bar", "line"]), x: z.string().max(200), y: z.string().max(200) }).nullish(),
});

const Reply = z.union([ByQuestion, BySql]);
export type ModelReply = z.infer<typeof Reply>;
export type Chart = NonNullable<z.infer<typeof BySql>["chart"]>;

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
