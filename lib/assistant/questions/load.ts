/** Reads the questions from their folders, `questions/<topic>/<name>/`: words in `question.md`, SQL in `query.sql`. */
import fs from "node:fs";
import path from "node:path";
import { projectFile } from "../../files/program.ts";
import { MEASURED, type Measured } from "./left-out.ts";
import { SHARED_PARAMETERS } from "./parameters.ts";
import { type Column, type Parameter, type ParameterType, type Question, unitOf } from "./question.ts";

export const QUESTIONS_FOLDER = "questions";
const WORDS = "question.md";

let loaded: Promise<readonly Question[]> | undefined;

/** All questions, by id. Read once. @throws Error that names the file of one that can't be read */
export function loadQuestions(): Promise<readonly Question[]> {
  loaded ??= readQuestions(projectFile(QUESTIONS_FOLDER));
  return loaded;
}

export async function readQuestions(folder: string): Promise<Question[]> {
  const files = fs.readdirSync(folder, { recursive: true, encoding: "utf8" });
  const ids = files.filter((file) => path.basename(file) === WORDS).map((file) => path.dirname(file).replaceAll(path.sep, "/"));
  return ids.sort().map((id) => readQuestion(folder, id));
}

function readQuestion(folder: string, id: string): Question {
  const [words, sql] = [WORDS, "query.sql"].map((file) => fs.readFileSync(path.join(folder, id, file), "utf8"));
  return questionOf(id, words ?? "", (sql ?? "").trim());
}

/** @throws Error that names the file, and what it lacks */
export function questionOf(id: string, words: string, sql: string): Question {
  const [head = "", ...sections] = words.split(/^## /m);
  const [, title, body = ""] = /^# (.+\?)\n([\s\S]*)$/.exec(head) ?? [];
  if (title === undefined) throw new Error(`${id}/question.md does not begin with a question as its heading`);
  const facts = new Map(listIn(body).map((line) => [before(line, ":"), after(line, ":")]));
  const section = (name: string) => listIn(sections.find((text) => text.startsWith(`${name}\n`)) ?? "");
  return {
    id,
    title,
    otherWays: section("Other wordings"),
    reading: body
      .replace(/^- .*$/gm, "")
      .trim()
      .replaceAll(/\s*\n(?!\n)\s*/g, " "),
    experiment: facts.get("Experiment") ?? null,
    sql,
    parameters: parametersOf(id, sql, section("Parameters")),
    columns: columnsOf(id, sql),
    leavesOut: (facts.get("Leaves out") ?? "")
      .split(", ")
      .filter(Boolean)
      .map((name) => measured(id, name)),
  };
}

function listIn(text: string): string[] {
  return [...text.matchAll(/^- (.*)$/gm)].map(([, line = ""]) => line.trim());
}

function before(text: string, mark: string): string {
  return text.slice(0, text.indexOf(mark)).trim();
}

function after(text: string, mark: string): string {
  return text.slice(text.indexOf(mark) + mark.length).trim();
}

function measured(id: string, name: string): Measured {
  const found = MEASURED.find((each) => each === name);
  if (found === undefined) throw new Error(`${id}/question.md leaves out ${JSON.stringify(name)}; there are ${MEASURED.join(", ")}`);
  return found;
}

/** In the order of their first use. Lines such as `- min_calls: integer, 10. Fewest calls` declare those of the question alone. */
function parametersOf(id: string, sql: string, lines: readonly string[]): Parameter[] {
  const own = lines.map((line) => parameterOf(id, line));
  const names = [...new Set([...sql.matchAll(/\$([a-z]\w*)/g)].map(([, name = ""]) => name))];
  return names.map((name) => {
    const found = [...own, ...SHARED_PARAMETERS].find((each) => each.name === name);
    if (!found) throw new Error(`${id}/question.md does not say what $${name} of its query is`);
    return found;
  });
}

function parameterOf(id: string, line: string): Parameter {
  const [, name = "", type = "", value = "", says = ""] = /^(\w+): (\w+), (\S+)\. (.+)$/.exec(line) ?? [];
  if (!isType(type)) throw new Error(`${id}/question.md has a parameter that can't be read: ${line}`);
  return { name, type, default: JSON.parse(value), says };
}

function isType(text: string): text is ParameterType {
  return ["text", "integer", "number", "date"].includes(text);
}

/** Of the header's lines `-- Columns: name  meaning`; a line that is set in further goes on. */
function columnsOf(id: string, sql: string): Column[] {
  const [, header] = /^-- Columns:(.*\n(?:-- {4,}.*\n)*)/m.exec(sql) ?? [];
  if (header === undefined) throw new Error(`${id}/query.sql does not list its columns`);
  const columns: { name: string; says: string }[] = [];
  for (const line of header.trimEnd().split("\n")) {
    const [, name, says = ""] = /^(?:--)? {1,10}(\w+)(?: {2,}(.*))?$/.exec(line) ?? [];
    const last = columns.at(-1);
    if (name !== undefined) columns.push({ name, says });
    else if (last) last.says += ` ${line.slice(2).trim()}`;
  }
  return columns.map(({ name, says }) => ({ name, unit: unitOf(name), says }));
}
