/** The command `ask`. */
import { spawn } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import type { Found } from "../assistant/questions/find.ts";
import type { Answer, ParameterValues, Question } from "../assistant/questions/question.ts";
import type { Pool } from "../db/open/pool.ts";
import { flag, list, text } from "../experiment.ts";
import { didYouMean } from "../files/did-you-mean.ts";
import { UserError } from "../files/errors.ts";
import { dataOutput, print, printJson, say } from "../files/say.ts";
import { ASK } from "../gallery/links.ts";
import { type Call, command } from "./command.ts";
import { MODEL_ONLY, modelOptions } from "./model-options.ts";
import { grouped, type ValuesOf } from "./options.ts";
import { outOption, ownPoolOptions, refuseIdleHistory, terminalWidth, withOwnPool } from "./own-pool.ts";
import { printLines } from "./print-lines.ts";

const OPTIONS = {
  ...grouped("How:", {
    list: flag({ says: "Show all questions and leave" }),
    set: { ...list(text({ says: "Value of a parameter, such as since=2026-01-01 or model=*opus*; repeatable" })), single: true },
    json: flag({ says: "Print JSON" }),
    csv: flag({ says: "Print the rows as CSV" }),
    open: flag({ says: "Also show the query on the Ask page of a run's gallery, until Ctrl-C" }),
    gallery: { ...text({ says: "With --open: folder of the pages" }), defaultText: "out/gallery" },
    out: outOption,
  }),
  ...modelOptions,
  ...ownPoolOptions,
};
type Values = ValuesOf<typeof OPTIONS>;

const NEAREST = 5;

export const askCommand = command({
  usage: "ask [question..]",
  says: "Answers a question in words from your own history.",
  words: { question: 'Words such as "p99 tool wait by tool last month", or the id of a question' },
  options: OPTIONS,
  listOnly: ["json"],
  goesWith: { allUsers: ["homeRoot"], modelUrl: MODEL_ONLY, open: ["gallery"] },
  async run(values, call) {
    const { loadQuestions } = await import("../assistant/questions/load.ts");
    const questions = await loadQuestions();
    if (values.list) return listQuestions(questions, values);
    const asked = call.words.join(" ").trim();
    refuseWithoutEffect(asked, values, call);
    if (values.modelUrl !== undefined) return askWithModel(asked, questions, values);
    const set = settingsOf(values.set);
    const named = await questionNamed(questions, asked, set);
    const answer = await withOwnPool(values, (pool) => answerFrom(pool, { questions, asked, named, set, values }));
    if (answer && values.open) await showOnPage(answer, values);
    return answer ? 0 : 1;
  },
});

async function askWithModel(asked: string, questions: readonly Question[], values: Values): Promise<number> {
  const [{ askModel }, { readingOptionsOf }] = await Promise.all([import("./ask-model.ts"), import("../run/database.ts")]);
  return askModel({
    asked,
    questions,
    values,
    reading: readingOptionsOf(values),
    openPool: (use) => withOwnPool(values, use),
    print: (answer) => printAnswer(answer, values),
  });
}

interface Asked {
  readonly questions: readonly Question[];
  readonly asked: string;
  /** When it is asked for by its id. */
  readonly named: Question | undefined;
  readonly set: ParameterValues;
  readonly values: Values;
}

/** Prints the answer, or the nearest questions. @returns null when no question is close enough */
async function answerFrom(pool: Pool, { questions, asked, named, set, values }: Asked): Promise<Answer | null> {
  const { runQuestion } = await import("../assistant/questions/run.ts");
  if (named) return printAnswer(await runQuestion(pool, named, set), values);
  const [{ findQuestions }, { readNames }, { applicable, recognize }] = await Promise.all([
    import("../assistant/questions/find.ts"),
    import("../assistant/questions/names.ts"),
    import("../assistant/questions/recognize.ts"),
  ]);
  const recognized = recognize(asked, await readNames(pool), new Date());
  const found = findQuestions(questions, recognized.rest);
  const [best] = found;
  if (!best?.sure) return printNearest(asked, found, values);
  const { taken, ignored } = applicable(best.question, recognized.values);
  if (ignored.length > 0) say(`${best.question.id} can't be restricted by ${ignored.join(" or ")}, so it is not.`);
  return printAnswer(await runQuestion(pool, best.question, { ...taken, ...set }), values);
}

async function printAnswer(answer: Answer, { json, csv }: Values): Promise<Answer> {
  const { answerCsv, answerJson, answerLines } = await import("../assistant/questions/view.ts");
  if (json) printJson(answerJson(answer));
  else if (csv) dataOutput().write(answerCsv(answer));
  else printLines(answerLines(answer, terminalWidth()));
  return answer;
}

async function printNearest(asked: string, found: readonly Found[], { json }: Values): Promise<null> {
  const { nearestLines } = await import("../assistant/questions/view.ts");
  const nearest = found.slice(0, NEAREST).map(({ question }) => question);
  if (json) printJson({ question: null, nearest: nearest.map(({ id, title }) => ({ id, title })) });
  else for (const { text } of nearestLines(asked, nearest)) say(text);
  return null;
}

const USUAL_GALLERY = "out/gallery";

/** Serves the pages on a free port: a browser reads the database from nowhere else. */
async function showOnPage({ sql }: Answer, { gallery = USUAL_GALLERY }: Values): Promise<void> {
  const { serveUntilInterrupted } = await import("./gallery.ts");
  await serveUntilInterrupted(gallery, { port: 0 }, (url) => openInBrowser(`${url}ask/#${new URLSearchParams({ sql })}`));
}

const OPENERS: Partial<Record<NodeJS.Platform, string>> = { darwin: "open", win32: "explorer" };

/** Where nothing opens addresses, the printed one is there. */
function openInBrowser(url: string): void {
  print(url);
  const opener = spawn(OPENERS[process.platform] ?? "xdg-open", [url], { stdio: "ignore", detached: true });
  opener.on("error", () => {});
  opener.unref();
}

async function listQuestions(questions: readonly Question[], { json }: Values): Promise<number> {
  const { lineOf } = await import("../assistant/questions/view.ts");
  if (json) printJson(questions.map(({ id, title, experiment, parameters }) => ({ id, title, experiment, parameters })));
  else for (const question of questions) print(lineOf(question).text.trim());
  return 0;
}

/** @throws UserError for options that contradict each other or change nothing */
function refuseWithoutEffect(asked: string, values: Values, call: Call): void {
  if (asked === "") throw new UserError('Ask something, such as ask "what did each day cost"; ask --list shows all questions.');
  if (values.set.length > 0 && values.modelUrl !== undefined)
    throw new UserError("--set does nothing with --model-url: the model chooses the parameters. Say what you mean in words.");
  if (values.json && values.csv) throw new UserError("--json and --csv exclude each other. Pass one of them.");
  if (values.open && values.modelUrl !== undefined)
    throw new UserError("--open does nothing with --model-url, whose answers are not on the page. Pass one of them.");
  const { open, gallery = USUAL_GALLERY } = values;
  if (open && !fs.existsSync(path.join(gallery, ASK)))
    throw new UserError(
      `--open needs the pages of a run, and ${gallery} has no Ask page. Draw the pool first, or name the pages with --gallery.`,
    );
  refuseIdleHistory(values, call);
}

/** A word with a slash is an id. @throws UserError for one that no question has, and for parameters that its question doesn't have */
async function questionNamed(questions: readonly Question[], asked: string, set: ParameterValues): Promise<Question | undefined> {
  if (!/^\w+\/\w+$/.test(asked)) return undefined;
  const found = questions.find(({ id }) => id === asked);
  const ids = questions.map(({ id }) => id);
  if (!found) throw new UserError(`Unknown question ${asked}.${didYouMean(asked, ids) || " ask --list shows them all."}`);
  const { valuesFor } = await import("../assistant/questions/parameters.ts");
  valuesFor(found, set);
  return found;
}

/** @throws UserError for what is not a name and a value */
function settingsOf(words: readonly string[]): ParameterValues {
  return Object.fromEntries(
    words.map((word) => {
      const [, name, value] = /^(\w+)=(.*)$/s.exec(word) ?? [];
      if (name === undefined || value === undefined)
        throw new UserError(`--set takes a name and a value, such as since=2026-01-01, not ${JSON.stringify(word)}.`);
      return [name, value];
    }),
  );
}
