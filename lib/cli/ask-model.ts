/** `ask --model-url`: a model chooses a question or writes SQL. It sees no rows, and nothing is sent before the user has agreed. */
import fs from "node:fs";
import path from "node:path";
import readline from "node:readline/promises";
import { openFence } from "../assistant/fence/fence.ts";
import { projectLabels } from "../assistant/fence/project-labels.ts";
import { FENCED_TABLES } from "../assistant/fence/schema.ts";
import type { Chart } from "../assistant/model/reply.ts";
import { findQuestions } from "../assistant/questions/find.ts";
import type { Answer, ParameterValues, Question } from "../assistant/questions/question.ts";
import { sparkLine } from "../assistant/questions/spark.ts";
import type { Pool } from "../db/open/pool.ts";
import type { ReadingOptions } from "../db/open/reading.ts";
import type { Cell } from "../experiment.ts";
import { serverKey } from "../files/address.ts";
import { csvLine } from "../files/csv.ts";
import { UserError } from "../files/errors.ts";
import { printable } from "../files/printable.ts";
import { print, printJson, say } from "../files/say.ts";
import { textTable } from "../report/layout.ts";
import type { modelOptions } from "./model-options.ts";
import type { ValuesOf } from "./options.ts";

type ModelValues = ValuesOf<typeof modelOptions>;

const SENT_ROWS = 20;
const SENT_BYTES = 4_000;

export interface ModelRequest {
  readonly asked: string;
  readonly questions: readonly Question[];
  readonly values: ModelValues & { readonly json: boolean };
  readonly reading: ReadingOptions;
  openPool(use: (pool: Pool) => Promise<number>): Promise<number>;
  print(answer: Answer): Promise<unknown>;
}

/** @returns the exit status. @throws UserError when nothing may be sent, and when the endpoint or the model does not answer well */
export async function askModel({ asked, questions, values, reading, openPool, print: printAnswer }: ModelRequest): Promise<number> {
  const { modelUrl, model, save } = values;
  if (modelUrl === undefined || model === undefined) throw new UserError("--model-url needs --model NAME, the model to ask.");
  const [{ addressOf, complete }, { requestBody, rowsBody, systemPrompt }, { replyOf }, { checkQuestionFolder }] = await Promise.all([
    import("../assistant/model/endpoint.ts"),
    import("../assistant/model/prompt.ts"),
    import("../assistant/model/reply.ts"),
    import("../assistant/model/saved.ts"),
  ]);
  if (save !== undefined) checkQuestionFolder(save);
  const endpoint = {
    address: addressOf(modelUrl, "--model-url"),
    key: serverKey(values.modelKey, "--model-key"),
    timeoutMs: values.modelTimeout * 1000,
  };
  const send = async (body: string) => {
    await requireConsent(endpoint.address, body, values);
    return complete(endpoint, body);
  };
  const tables = Object.entries(FENCED_TABLES).map(([name, table]) => ({ name, ...table }));
  const reply = replyOf(await send(requestBody(model, systemPrompt(questions, tables), asked)));
  return openPool(async (pool) => {
    if ("sql" in reply) return printSql(await runSql(pool, reading, reply.sql), { ...reply, asked, questions, values });
    const answer = await answerOf(pool, questions, reply);
    await printAnswer(answer);
    if (!values.sendRows) return 0;
    const said = await send(rowsBody(model, asked, await rowsOf(pool, answer)));
    (values.json ? say : print)(`The model says: ${said}`);
    return 0;
  });
}

/** @throws UserError when the user doesn't agree */
async function requireConsent(address: string, body: string, { yes, modelKey }: ModelValues): Promise<void> {
  say(
    `To ${address}${modelKey === undefined ? "" : `, with the key in ${modelKey},`} these ${Buffer.byteLength(body)} bytes would be sent:`,
  );
  say(body);
  if (yes) return;
  if (!process.stdin.isTTY) throw new UserError("Nothing was sent. Add --yes to send it.");
  const terminal = readline.createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question("Send it? [y/N] ");
  terminal.close();
  if (!/^y(es)?$/i.test(answer.trim())) throw new UserError("Nothing was sent.");
}

interface ByQuestion {
  readonly question: string;
  readonly parameters?: ParameterValues | undefined;
}

async function answerOf(pool: Pool, questions: readonly Question[], { question: id, parameters }: ByQuestion): Promise<Answer> {
  const question = questions.find((each) => each.id === id);
  if (!question)
    throw new UserError(`The model chose the question ${JSON.stringify(id)}, which does not exist. Ask again in other words.`, 1);
  const { runQuestion } = await import("../assistant/questions/run.ts");
  return runQuestion(pool, question, parameters);
}

/** Rows as they are sent: few, and projects by their pseudonyms or numbers. */
async function rowsOf(pool: Pool, { columns, rows }: Answer): Promise<string> {
  const names = columns.map(({ name }) => name);
  const hidden = (await projectLabels(pool)).hide(rows.slice(0, SENT_ROWS));
  const lines = hidden.map((row) => csvLine(names.map((name) => row[name] ?? null)));
  let text = csvLine(names);
  for (const line of lines) if (Buffer.byteLength(text + line) <= SENT_BYTES) text += line;
  return text;
}

interface SqlAnswer {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
  readonly cut: string | null;
}

/** @throws UserError with what the fence says */
async function runSql(pool: Pool, reading: ReadingOptions, sql: string): Promise<SqlAnswer> {
  say(`SQL of the model, not reviewed: ${printable(sql)}`);
  const fence = openFence({ db: pool.file, reading, names: true });
  try {
    return await fence.run(sql);
  } catch (error) {
    throw new UserError(`The SQL of the model was not answered: ${error instanceof Error ? error.message : error}`, 1, { cause: error });
  } finally {
    fence.close();
  }
}

interface SqlReply {
  readonly asked: string;
  readonly sql: string;
  readonly chart?: Chart | null | undefined;
  readonly questions: readonly Question[];
  readonly values: ModelRequest["values"];
}

async function printSql(answer: SqlAnswer, { asked, sql, chart, questions, values }: SqlReply): Promise<number> {
  const { columns, rows, cut } = answer;
  if (values.json) printJson({ question: null, isReviewed: false, sql, ...answer });
  else {
    const cells = rows.map((row) => ({ kind: "row" as const, cells: row.map((cell) => (cell === null ? "" : String(cell))) }));
    const titles = columns.map((title, i) => ({
      title,
      align: rows.every((row) => typeof row[i] !== "string") ? ("right" as const) : ("left" as const),
    }));
    for (const { text } of textTable(titles, cells, process.stdout.columns ?? null).lines) print(text);
    if (cut !== null) print(cut);
    if (chart) printBars(answer, chart);
    print("A model wrote this SQL, and nobody has reviewed it. Check it before you rely on the answer:", "yellow");
    for (const line of sql.split("\n")) print(`  ${line}`);
    const near = findQuestions(questions, asked)
      .slice(0, 2)
      .map(({ question }) => question.id);
    if (near.length > 0) print(`Reviewed questions that come near: ${near.join(", ")}`);
  }
  if (values.save !== undefined) await saveSql(values.save, asked, sql, columns);
  return 0;
}

/** Columns that the answer doesn't have are passed over. */
function printBars({ columns, rows }: SqlAnswer, { y }: Chart): void {
  const at = columns.indexOf(y);
  const values = rows.map((row) => row[at]).map((cell) => (typeof cell === "number" ? cell : null));
  if (values.some((value) => value !== null)) print(`${y}  ${sparkLine(values)}`);
}

async function saveSql(folder: string, asked: string, sql: string, columns: readonly string[]): Promise<void> {
  const { savedQuestion } = await import("../assistant/model/saved.ts");
  if (fs.existsSync(folder)) throw new UserError(`--save ${folder}: there is something at that place already. Choose another name.`);
  fs.mkdirSync(folder, { recursive: true });
  for (const [file, content] of Object.entries(savedQuestion(asked, sql, columns))) fs.writeFileSync(path.join(folder, file), content);
  say(`${folder} has the SQL as a question to review.`);
}
