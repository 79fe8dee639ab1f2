/** Asks a model at an address that the reader gives, from the reader's browser. Nothing is sent before its bytes were shown. */
import { requestBody } from "../../../../assistant/model/prompt.ts";
import { replyOf } from "../../../../assistant/model/reply.ts";
import { valuesFor } from "../../../../assistant/questions/parameters.ts";
import { withValues } from "../../../../db/with-values.ts";
import { messageOf } from "../../../../files/errors.ts";
import { isObject } from "../../../../files/json.ts";
import type { PageQuestions } from "../questions.tsx";
import { part } from "./parts.ts";

const TIMEOUT_MS = 120_000;

/** @param show puts a query into the editor, and says where it comes from */
export function addModelBox(show: (sql: string, says: string) => void): void {
  const [prompt, data] = ["model-prompt", "questions"].map((name) => document.querySelector(`[data-ask="${name}"]`)?.textContent);
  if (!prompt || !data) return;
  const instructions: string = JSON.parse(prompt);
  const { questions }: PageQuestions = JSON.parse(data);
  const [consent, send, status] = [part("model-consent"), part<HTMLButtonElement>("model-send"), part("model-status")];
  const given = (name: string) => part<HTMLInputElement>(name).value.trim();
  let body = "";
  let address = "";
  part("model").hidden = false;
  part<HTMLFormElement>("model-form").addEventListener("submit", (event) => {
    event.preventDefault();
    body = requestBody(given("model-name"), instructions, given("model-question"));
    address = `${given("model-endpoint").replace(/\/+$/, "")}/chat/completions`;
    part("model-where").textContent = `This would be sent to ${address}${given("model-key") ? ", with the key in a header" : ""}:`;
    part<HTMLTextAreaElement>("model-body").value = body;
    send.textContent = `Send these ${new TextEncoder().encode(body).length} bytes`;
    status.textContent = "";
    consent.hidden = false;
  });
  // What was shown is no longer what would be sent.
  part("model-form").addEventListener("input", () => {
    consent.hidden = true;
  });
  send.addEventListener("click", async () => {
    consent.hidden = true;
    status.textContent = "Waiting for the model…";
    try {
      const reply = replyOf(await completed(address, given("model-key"), body));
      status.textContent = "";
      if ("sql" in reply) show(reply.sql, "A model wrote this query, and nobody has reviewed it. Read it, then press Run.");
      else
        show(
          sqlOf(questions, reply.question, reply.parameters ?? {}),
          `The model chose a reviewed question: ${reply.question}. Press Run.`,
        );
    } catch (error) {
      status.textContent = messageOf(error);
    }
  });
}

function sqlOf(questions: PageQuestions["questions"], id: string, parameters: Parameters<typeof valuesFor>[1]): string {
  const question = questions.find((each) => each.id === id);
  if (!question) throw new Error(`The model chose the question ${JSON.stringify(id)}, which does not exist. Ask again in other words.`);
  return withValues(question.sql, valuesFor(question, parameters));
}

/** What the model said. @throws Error with a sentence */
async function completed(address: string, key: string, body: string): Promise<string> {
  let response: Response;
  try {
    response = await fetch(address, {
      method: "POST",
      headers: { "content-type": "application/json", ...(key ? { authorization: `Bearer ${key}` } : {}) },
      body,
      redirect: "error",
      credentials: "omit",
      referrerPolicy: "no-referrer",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
  } catch {
    throw new Error(
      `${address} can't be reached from this page. It may only connect to the endpoint that the gallery was built for, which has to allow requests from pages.`,
    );
  }
  if (!response.ok) throw new Error(`${address} answers with status ${response.status}.`);
  const answer: unknown = await response.json().catch(() => null);
  const [choice] = isObject(answer) && Array.isArray(answer.choices) ? answer.choices : [];
  const content = isObject(choice) && isObject(choice.message) ? choice.message.content : null;
  if (typeof content !== "string") throw new Error(`${address} doesn't answer like an endpoint for chat completions.`);
  return content;
}
