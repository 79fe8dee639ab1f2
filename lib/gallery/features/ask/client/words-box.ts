/** The field to ask in words: lists the questions that fit while one types, and answers the best when it is sure. */
import { findQuestions } from "../../../../assistant/questions/find.ts";
import { valuesFor } from "../../../../assistant/questions/parameters.ts";
import { applicable, recognize } from "../../../../assistant/questions/recognize.ts";
import { withValues } from "../../../../db/with-values.ts";
import { button, element } from "../../../page/client/elements.ts";
import type { PageQuestion, PageQuestions } from "../questions.tsx";
import { part, setStatus } from "./parts.ts";

const MOST_FOUND = 5;

/** @param answer puts a query into the editor and runs it */
export function addWordsBox(answer: (sql: string) => void): void {
  const data = document.querySelector('[data-ask="questions"]')?.textContent;
  if (!data) return;
  const { questions, names }: PageQuestions = JSON.parse(data);
  const [form, field, list] = [part<HTMLFormElement>("words-form"), part<HTMLInputElement>("words"), part("found")];
  const asked = () => {
    const { rest, values } = recognize(field.value, names, new Date());
    return { found: findQuestions(questions, rest), values };
  };
  const answerOne = (question: PageQuestion) => {
    list.hidden = true;
    const { taken } = applicable(question, asked().values);
    part("answered").replaceChildren(element("strong", {}, question.title), ` ${question.reading}`);
    answer(withValues(question.sql, valuesFor(question, taken)));
  };
  const show = () => {
    const items = asked()
      .found.slice(0, MOST_FOUND)
      .map(({ question }) =>
        element(
          "li",
          {},
          button(question.title, () => answerOne(question)),
        ),
      );
    list.replaceChildren(...items);
    list.hidden = items.length === 0;
  };
  form.hidden = false;
  field.addEventListener("input", show);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const [best] = asked().found;
    if (best?.sure) return answerOne(best.question);
    show();
    setStatus(
      best
        ? "No question is close enough to these words. Choose one of the nearest, or write a query."
        : "No question shares a word with these. Write a query, or look through the questions below.",
      true,
    );
  });
}
