import { defineExperiment, type Headline, integer, number, text } from "../../../lib/experiment.ts";
import { UserError } from "../../../lib/files/errors.ts";
import { counted } from "../../../lib/format/counts.ts";
import { grouped, money, percent } from "../../../lib/format/numbers.ts";
import { priceNotes, readPriceFacts } from "../../../lib/trace/prices/coverage.ts";
import { GAP_PENALTY, MOST_ALIGNED } from "../../../lib/trace/session-diff/compare.ts";
import { type Comparison, FEWEST_RANKED, readComparison } from "../../../lib/trace/session-diff/read.ts";
import { figuresOf } from "./charts.ts";
import { MOST_COMPARED, readSimilar, similarTable } from "./similar.ts";
import { documentOf, tablesOf } from "./tables.ts";

const NOTHING: Comparison = { sides: [], pairs: [], medians: new Map() };
const another = (letter: string) =>
  text({ says: `Session ${letter} of the comparison: an id, its beginning, or run: and the id of a run` });

export default defineExperiment(import.meta.url, {
  title: "Two sessions",
  question: "Where do two sessions part, what did each spend, and which differences are larger than usual?",
  empty: "No two sessions of this pool are of the same provider and project; --a and --b name two.",
  unfinishedOutput: "counted as logged",
  flags: {
    a: text({
      says: "Session A of the comparison: an id, its beginning, or run: and the id of a run; two that differ in cost unless given",
    }),
    b: another("B"),
    c: another("C"),
    d: another("D"),
    gapPenalty: number({
      default: GAP_PENALTY,
      min: 0,
      says: "What a request without a counterpart costs the alignment; equal requests gain 1",
    }),
    pairs: integer({ default: 0, min: 0, max: 1000, says: "Also list so many pairs of the most similar sessions" }),
  },
  async run({ db, options }) {
    const comparison = await readComparison(db, wordsOf(options), options.gapPenalty);
    const similar = options.pairs > 0 ? await readSimilar(db, options.pairs) : null;
    const prices = await readPriceFacts(db);
    return {
      tables: [...tablesOf(comparison ?? NOTHING), ...(similar ? [similarTable(similar.pairs)] : [])],
      ...(comparison && {
        documents: [documentOf(comparison)],
        figures: figuresOf(comparison, prices.asOf),
        headlines: headlines(comparison),
      }),
      notes: [
        ...(comparison ? notes(comparison) : []),
        ...(similar?.sessions === MOST_COMPARED
          ? [`Only the ${grouped(MOST_COMPARED)} sessions with the most calls are among the pairs.`]
          : []),
        ...priceNotes(prices),
      ],
    };
  },
});

/** @throws UserError for a gap in the list */
function wordsOf({ a, b, c, d }: Readonly<Record<"a" | "b" | "c" | "d", string | undefined>>): string[] {
  const words = [a, b, c, d];
  const given = words.filter((word) => word !== undefined);
  const missing = words.indexOf(undefined);
  const letter = "abcd".charAt(missing);
  if (given.length === 1 || (missing >= 0 && missing < given.length))
    throw new UserError(
      `--${given.length === 1 && a !== undefined ? "b" : letter} is missing: give two to four sessions, --a and --b first.`,
    );
  return given;
}

function headlines({ sides, pairs }: Comparison): Headline[] {
  return [
    ...sides.map(({ letter, facts }) => ({
      label: `Cost of ${letter.toUpperCase()}`,
      value: facts.cost_usd === null ? "no price" : money(facts.cost_usd),
    })),
    ...pairs.flatMap(({ other, comparison: { editSimilarity } }) =>
      editSimilarity === null ? [] : [{ label: `Calls of A and ${other.letter.toUpperCase()} in common`, value: percent(editSimilarity) }],
    ),
  ];
}

function notes({ sides }: Comparison): string[] {
  const long = sides.filter(({ requests }) => requests.length > MOST_ALIGNED);
  const unranked = sides.filter(({ ranks }) => ranks.size === 0);
  const unpriced = sides.filter(({ facts }) => facts.unpriced_steps > 0);
  return [
    `Compared: ${sides.map(({ letter, id }) => `${letter.toUpperCase()} is ${id}`).join(", ")}.`,
    ...(unranked.length > 0
      ? [
          `${lettersOf(unranked)}: no rank among the sessions of the pool, which takes one session of a provider with at least ${FEWEST_RANKED}.`,
        ]
      : []),
    ...unpriced.map(
      ({ letter, facts }) => `${letter.toUpperCase()}: ${counted(facts.unpriced_steps, "step")} without a price are in no cost.`,
    ),
    ...(long.length > 0 ? [`${lettersOf(long)}: only the first ${grouped(MOST_ALIGNED)} requests are aligned.`] : []),
  ];
}

function lettersOf(sides: Comparison["sides"]): string {
  return sides.map(({ letter }) => letter.toUpperCase()).join(", ");
}
