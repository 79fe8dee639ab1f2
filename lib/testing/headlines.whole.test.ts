import { expect, it } from "vitest";
import { readReport } from "../artifacts/run-report.ts";
import { sampleRun } from "./browser.ts";

const ABBREVIATIONS = /\bw\/|\bavg\b|\bp\d\d\b|\w \/ (session|request|step)\b/i;
/** `6.2m`, `273ms`, `0.25s`, `101.6 h`, `2.7×`, `-1.6`: each has a form of its own in lib/format. */
const OTHER_FORMS = /\d\.\d+m\b|\dms\b|\d\.\d+s\b|\d [mh]\b|×|^-/;

it("headlines are complete words that begin with a capital, and numbers of one style, in every experiment", async () => {
  const { experiments } = readReport(await sampleRun());
  const headlines = experiments.flatMap(({ id, artifacts }) => (artifacts?.headlines ?? []).map((headline) => ({ id, ...headline })));
  expect(headlines.length).toBeGreaterThan(100);
  expect(headlines.filter(({ label }) => !/^\p{Lu}/u.test(label) || ABBREVIATIONS.test(label))).toEqual([]);
  expect(headlines.filter(({ value }) => OTHER_FORMS.test(value))).toEqual([]);
});
