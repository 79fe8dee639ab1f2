/** @jsxRuntime automatic @jsxImportSource preact */
import type { Findable } from "../../../assistant/questions/find.ts";
import type { Question, TypedParameter } from "../../../assistant/questions/question.ts";
import { grouped } from "../../../format/numbers.ts";
import type { Atlas } from "../../atlas/atlas.ts";
import { readableName } from "../../atlas/words.ts";
import { anchorOf, type Link, pageOf } from "../../links.ts";
import { inertJson } from "../../page/inert-json.ts";
import { type Examples, usualSql } from "./examples.ts";
import { Starter } from "./starters.tsx";

/** What the script finds questions by, and fills their queries with. */
export interface PageQuestions {
  readonly questions: readonly PageQuestion[];
  readonly names: Examples["names"];
}

export type PageQuestion = Findable & Pick<Question, "reading" | "sql"> & { readonly parameters: readonly TypedParameter[] };

/** A field to ask in words, and the questions that fit; the script shows it. */
export function WordsBox({ examples: { questions, names } }: { readonly examples: Examples }) {
  if (questions.length === 0) return null;
  const data: PageQuestions = { questions: questions.map(pageQuestion), names };
  return (
    <form class="ask-words" data-ask="words-form" hidden>
      <label for="ask-words">Ask in words</label>
      <div class="ask-actions">
        <input
          id="ask-words"
          data-ask="words"
          type="search"
          autocomplete="off"
          placeholder="p99 tool wait by tool"
          aria-describedby="ask-words-help"
        />
        <button type="submit" class="ask-button ask-run">
          Ask
        </button>
      </div>
      <p class="aside" id="ask-words-help">
        {grouped(questions.length)} questions are known, also in other words. A model, a tool, a project, an agent, a date, and <q>top 5</q>{" "}
        narrow the answer.
      </p>
      <p data-ask="answered" role="status"></p>
      <ul class="ask-found" data-ask="found" aria-label="Questions that fit" hidden></ul>
      <script type="application/json" data-ask="questions" dangerouslySetInnerHTML={{ __html: inertJson(data) }} />
    </form>
  );
}

function pageQuestion({ id, title, otherWays, reading, sql, parameters, columns }: Question): PageQuestion {
  const typed = parameters.map(({ name, type, default: usual }) => ({ name, type, default: usual }));
  return { id, title, otherWays, reading, sql, parameters: typed, columns: columns.map(({ name }) => ({ name })) };
}

interface QuestionsProps {
  readonly atlas: Atlas;
  readonly questions: readonly Question[];
  readonly link: Link;
}

/** All questions by topic, with their queries and how to read the answers. */
export function Questions({ atlas, questions, link }: QuestionsProps) {
  const topics = [...new Set(questions.map(({ id }) => topicOf(id)))];
  return (
    <>
      <h2 id="ask-questions">Questions</h2>
      {topics.map((topic) => {
        const own = questions.filter(({ id }) => topicOf(id) === topic);
        return (
          <details key={topic} class="fold ask-category">
            <summary>
              <h3>{readableName(topic)}</h3> <span class="aside">{own.length === 1 ? "1 question" : `${own.length} questions`}</span>
            </summary>
            <ul class="ask-questions">
              {own.map((question) => (
                <Starter key={question.id} anchor={anchorOf("question", question.id)} title={question.title} sql={usualSql(question)}>
                  <p class="aside">
                    {question.reading}
                    {question.experiment !== null && atlas.shown.has(question.experiment) && (
                      <>
                        {" "}
                        See <a href={link(pageOf(question.experiment))}>{question.experiment}</a>.
                      </>
                    )}
                  </p>
                </Starter>
              ))}
            </ul>
          </details>
        );
      })}
    </>
  );
}

function topicOf(id: string): string {
  return id.slice(0, id.indexOf("/"));
}
