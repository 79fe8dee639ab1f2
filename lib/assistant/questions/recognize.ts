/** Finds what a question asked in words is restricted to: a period, an agent, a model, a tool, a project, a number of rows. */
import type { PoolNames } from "./names.ts";
import { type Period, periodIn } from "./periods.ts";
import type { ParameterValues, TypedParameter } from "./question.ts";
import { isPlainWord } from "./words.ts";

export interface Recognized {
  /** By the name of the shared parameter. */
  readonly values: ParameterValues;
  /** The words to find a question by: those that name something are replaced by what it is. */
  readonly rest: string;
}

/** @param today in UTC */
export function recognize(asked: string, names: PoolNames, today: Date): Recognized {
  const { period, rest } = periodIn(asked, today);
  const [top, count] = TOP.exec(rest) ?? [];
  const patterns = new Map<string, Set<string>>();
  const kept: string[] = [];
  for (const word of (top === undefined ? rest : rest.replace(top, "")).replace(/\bclaude[ -]code\b/i, "claude").split(/\s+/)) {
    const found = namedBy(word.replace(/^["'(]+|[?!.,;:"')]+$/g, ""), names);
    if (found) patterns.set(found.parameter, (patterns.get(found.parameter) ?? new Set()).add(found.pattern));
    kept.push(found ? found.instead : word);
  }
  // Who names two compares them: the answer is of all.
  const named = [...patterns].flatMap(([parameter, [pattern, another]]) => (another === undefined ? [[parameter, pattern]] : []));
  const values = { ...periodValues(period), ...(count !== undefined && { top: Number(count) }), ...Object.fromEntries(named) };
  return { values, rest: kept.filter(Boolean).join(" ") };
}

const TOP = /\b(?:top|first) (\d{1,6})\b/i;

function periodValues(period: Period | null): Record<string, string> {
  return { ...(period?.since && { since: period.since }), ...(period?.until && { until: period.until }) };
}

interface Named {
  readonly parameter: "provider" | "model" | "project" | "tool";
  readonly pattern: string;
  /** For finding the question: the thing's kind. An agent has none, because few questions are about agents. */
  readonly instead: string;
}

/** A word that people use for other things, such as `read`, is only a name with its capitals. */
function namedBy(word: string, { providers, models, projects, tools }: PoolNames): Named | null {
  const lower = word.toLowerCase();
  const isSame = (name: string) => (isPlainWord(lower) ? name === word && word !== lower : name.toLowerCase() === lower);
  const exact = (list: readonly string[]) => list.find(isSame);
  const provider = providers.find((name) => name.toLowerCase() === lower);
  if (provider !== undefined) return { parameter: "provider", pattern: literal(provider), instead: "" };
  const tool = exact(tools);
  if (tool !== undefined) return { parameter: "tool", pattern: literal(tool), instead: "tool" };
  if (word.length >= 3 && tools.some((name) => name.startsWith(`mcp__${word}__`)))
    return { parameter: "tool", pattern: `mcp__${literal(word)}__*`, instead: "mcp server" };
  const model = exact(models);
  if (model !== undefined) return { parameter: "model", pattern: literal(model), instead: "model" };
  if (FAMILY.test(lower) && !isPlainWord(lower) && models.some((name) => isPartOf(lower, name)))
    return { parameter: "model", pattern: `*${literal(lower)}*`, instead: "model" };
  const project = exact(projects);
  if (project !== undefined) return { parameter: "project", pattern: literal(project), instead: "project" };
  if (word.length >= 4 && !isPlainWord(lower) && projects.some((name) => isPartOf(word, name)))
    return { parameter: "project", pattern: `*${literal(word)}*`, instead: "project" };
  return null;
}

const FAMILY = /^[a-z][\w.-]{2,}$/;

/** `opus` of `claude-opus-4-6`: whole words of a name. */
function isPartOf(part: string, name: string): boolean {
  return `-${name}-`.replaceAll(/[/_]/g, "-").includes(`-${part.replaceAll(/[/_]/g, "-")}-`);
}

/** As a pattern that only the text itself fits. */
function literal(text: string): string {
  return text.replaceAll(/[*?[\]\\]/g, "[$&]");
}

/** Those that the question takes, and the names of the others. */
export function applicable(
  question: { readonly parameters: readonly TypedParameter[] },
  values: ParameterValues,
): { readonly taken: ParameterValues; readonly ignored: readonly string[] } {
  const takes = (name: string) => question.parameters.some((parameter) => parameter.name === name);
  return {
    taken: Object.fromEntries(Object.entries(values).filter(([name]) => takes(name))),
    ignored: Object.keys(values).filter((name) => !takes(name)),
  };
}
