/** Texts that do not come from the run: names of categories and the glossary. */

export const SITE_NAME = "Trace Atlas";

interface CategoryWords {
  readonly title: string;
  readonly about: string;
}

const CATEGORY_WORDS: Readonly<Record<string, CategoryWords>> = {
  session: {
    title: "Session",
    about: "Whole sessions: how long they run, what they cost, how their context grows, and where it is compacted.",
  },
  human_in_the_loop: {
    title: "Human in the loop",
    about: "The person at the other end: how long they wait, and how long the agent waits for them.",
  },
  llm_generation: {
    title: "LLM generation",
    about: "Single model calls: how many tokens go in and out, how fast, and what slows them down.",
  },
  tool_calls: {
    title: "Tool calls",
    about: "What agents call, how often, and where the time goes while they wait for a result.",
  },
  prefix_cache: {
    title: "Prefix cache",
    about: "How much of each step's input the provider had cached, what evicted it, and what a miss costs.",
  },
  trace_facts: {
    title: "Trace facts",
    about: "The pool itself: its totals, its rows as a flat table, and the numbers that papers quote.",
  },
  validation: {
    title: "Validation",
    about: "Whether the data meets the assumptions behind every other number, and what it leaves unexplained.",
  },
};

/** Title and one sentence of a category; a category of the reader's own is titled after its folder. */
export function categoryWords(category: string): CategoryWords {
  return CATEGORY_WORDS[category] ?? { title: readableName(category), about: "" };
}

/** `session_token_steps` as `Session token steps`. */
export function readableName(name: string): string {
  const words = name.replaceAll("_", " ").trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

export interface Term {
  readonly term: string;
  readonly meaning: string;
  /** How the drawing of a session shows it: a letter below the bar, or a color in it. */
  readonly sign?: "U" | "T" | "prefix" | "append";
}

export const GLOSSARY: readonly Term[] = [
  { term: "Session", meaning: "One continuous trace of an agent at work. It often contains many requests." },
  { term: "Request", meaning: "One user input and everything the agent does until its final response." },
  { term: "Agent step", meaning: "One model call: it reads the context, then reasons, writes, or calls tools." },
  { term: "User-initiated step", meaning: "A step that starts because a person wrote something.", sign: "U" },
  { term: "Tool-triggered step", meaning: "A step that starts because a tool returned a result.", sign: "T" },
  { term: "Prefix", meaning: "The part of a step's input that the provider still had cached and could reuse.", sign: "prefix" },
  { term: "Append", meaning: "The rest of the input: tokens that the provider had to process for this step.", sign: "append" },
];
