/** The worker of the home page: it reads what a visitor drops, computes, and makes the pages. It sends nothing anywhere. */
import { firstLineOf, UserError } from "../../../../files/errors.ts";
import type { Asked, Questions, Reply } from "../messages.ts";
import { OwnPool } from "./own-pool.ts";

let pool: OwnPool | null = null;

/** One after the other. */
let last: Promise<void> = Promise.resolve();

addEventListener("message", ({ data }: MessageEvent<Asked>) => {
  last = last.then(() => answer(data));
});

async function answer(asked: Asked): Promise<void> {
  try {
    send({ kind: "answer", answer: await answerTo(asked) });
  } catch (error) {
    send({ kind: "failure", sentence: error instanceof UserError ? error.message : firstLineOf(error) });
  }
}

async function answerTo({ question, asked }: Asked): Promise<Questions[keyof Questions]["answer"]> {
  if (question === "open") {
    pool = await OwnPool.open(asked, (stage, note) => send({ kind: "stage", stage, note }));
    return pool.found;
  }
  if (!pool) throw new Error("nothing is open");
  return question === "view" ? pool.show(asked) : pool.sanitize();
}

function send(reply: Reply): void {
  postMessage(reply);
}
