/** Runs tasks as processes on this machine. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { processOf } from "../files/program.ts";
import { type Ended, type Failure, lastLine, type MapEngine, ranOutOfMemory, type Task, WRONG_CALL } from "./engine.ts";

/** The end of an error is enough to say why. */
const KEPT_CHARACTERS = 10_000;

/** @param processes how many run at once */
export function localEngine(processes: number): MapEngine {
  return {
    async map(tasks, say) {
      const queue = [...tasks];
      const failures: Failure[] = [];
      const work = async () => {
        for (let task = queue.shift(); task; task = queue.shift()) {
          const why = await attempt(task, say);
          if (why === null) say(`Shard ${task.shard} is computed.`);
          else failures.push({ shard: task.shard, why });
        }
      };
      await Promise.all(Array.from({ length: processes }, work));
      return failures;
    },
  };
}

/** Null when the task is done. */
async function attempt({ shard, words, halves }: Task, say: (line: string) => void): Promise<string | null> {
  let ended = await run(words);
  if (isWorthAnother(ended)) {
    say(`Shard ${shard} is started again: ${lastLine(ended)}`);
    ended = await run(words);
  }
  if (ended.status === 0) return null;
  // The system, too, kills a process when memory runs out.
  if (halves.length === 0 || !(ranOutOfMemory(ended) || ended.status === null)) return lastLine(ended);
  say(`Shard ${shard} is computed in two halves: ${lastLine(ended)}`);
  for (const half of halves) {
    ended = await run(half);
    if (ended.status !== 0) return lastLine(ended);
  }
  return null;
}

function isWorthAnother(ended: Ended): boolean {
  return ended.status !== 0 && ended.status !== WRONG_CALL && !ranOutOfMemory(ended);
}

async function run(words: readonly string[]): Promise<Ended> {
  const { file, execArgv } = processOf("run-all.ts");
  const child = spawn(process.execPath, [...execArgv, file, ...words], { stdio: ["ignore", "ignore", "pipe"] });
  const stop = () => child.kill();
  process.once("exit", stop);
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said = (said + text).slice(-KEPT_CHARACTERS);
  });
  const [status]: (number | null)[] = await once(child, "close");
  process.off("exit", stop);
  return { status: status ?? null, said };
}
