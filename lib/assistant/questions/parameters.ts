/** Parameters that mean the same in every question, and what their values must look like. */
import { didYouMean } from "../../files/did-you-mean.ts";
import { UserError } from "../../files/errors.ts";
import { known } from "../../stats/known.ts";
import type { Parameter, ParameterType, ParameterValues, Question, TypedParameter } from "./question.ts";

const pattern = (name: string, of: string): Parameter => ({ name, type: "text", default: "*", says: `Only ${of}; * is any text` });

export const SHARED_PARAMETERS: readonly Parameter[] = [
  { name: "since", type: "date", default: "", says: "First day, such as 2026-01-31; empty for the beginning" },
  { name: "until", type: "date", default: "9999-12-31", says: "Last day, that day included" },
  pattern("provider", "this agent: claude or codex"),
  pattern("model", "models of this name, such as claude-opus-*"),
  pattern("project", "projects of this name"),
  pattern("tool", "tools of this name, such as Bash or mcp__*"),
  { name: "top", type: "integer", default: 20, says: "Rows at most" },
];

/** Defaults of the shared parameters, for queries that take them all. */
export const SHARED_DEFAULTS: ParameterValues = Object.fromEntries(SHARED_PARAMETERS.map((each) => [each.name, each.default]));

/**
 * All parameters of a question: those given, checked, and defaults.
 * @throws UserError for a parameter that the question doesn't have, and for a value of another type
 */
export function valuesFor(
  { id, parameters }: Pick<Question, "id"> & { readonly parameters: readonly TypedParameter[] },
  given: ParameterValues,
): ParameterValues {
  const names = parameters.map(({ name }) => name);
  for (const name of Object.keys(given)) {
    if (names.includes(name)) continue;
    const has = names.length === 0 ? " It has none." : didYouMean(name, names) || ` It has ${names.join(", ")}.`;
    throw new UserError(`${id} has no parameter ${JSON.stringify(name)}.${has}`);
  }
  return Object.fromEntries(parameters.map((each) => [each.name, checkedValue(each, given[each.name])]));
}

/** @throws UserError for a value of another type */
export function checkedValue(parameter: TypedParameter, given: string | number | null | undefined): string | number | null {
  if (given === undefined || given === null || given === parameter.default) return parameter.default;
  const value = TYPES[parameter.type](given);
  if (value === null)
    throw new UserError(`The parameter ${parameter.name} takes ${known(TAKES[parameter.type])}, not ${JSON.stringify(given)}.`);
  return value;
}

const TAKES: Readonly<Record<ParameterType, string>> = {
  text: "a text",
  integer: "a whole number of 0 or more",
  number: "a number",
  date: "a day such as 2026-01-31",
};

/** The value as the query gets it; null for another type. */
const TYPES: Readonly<Record<ParameterType, (given: string | number) => string | number | null>> = {
  text: String,
  integer: (given) => (/^\d{1,15}$/.test(String(given)) ? Number(given) : null),
  number: (given) => (String(given).trim() !== "" && Number.isFinite(Number(given)) ? Number(given) : null),
  date: (given) => (isDay(String(given)) ? given : null),
};

function isDay(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return false;
  const time = Date.parse(text);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}
