/** Functions of Vega's expression language whose result depends on chance, on the clock or on the machine's time zone. */
const UNSTABLE = [
  "random",
  "sampleNormal",
  "sampleLogNormal",
  "sampleUniform",
  "now",
  "datetime",
  "date",
  "day",
  "dayofyear",
  "year",
  "quarter",
  "month",
  "week",
  "hours",
  "minutes",
  "seconds",
  "milliseconds",
  "timezoneoffset",
  "timeFormat",
  "timeParse",
  "timeOffset",
  "timeSequence",
  "dayFormat",
  "dayAbbrevFormat",
  "monthFormat",
  "monthAbbrevFormat",
];
const CALLS = new RegExp(String.raw`(?<![.\w$])(${UNSTABLE.join("|")})\s*\(`);
const QUOTED = /'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"/g;

/** Throws when an expression would draw another picture elsewhere or the next time. `where` starts the message. */
export function checkExpression(expression: string, where: string): void {
  const call = CALLS.exec(expression.replaceAll(QUOTED, "''"));
  if (call) throw new Error(`${where}: ${call[1]}() differs between runs or machines; compute the value in SQL (UTC) instead`);
}
