/** @jsxRuntime automatic @jsxImportSource preact */
import { systemPrompt } from "../../../assistant/model/prompt.ts";
import type { Question } from "../../../assistant/questions/question.ts";
import { inertJson } from "../../page/inert-json.ts";
import type { ExploreTable } from "./explore.ts";

interface ModelBoxProps {
  /** Where pages of this gallery may send a question; null for nowhere. */
  readonly endpoint: string | null;
  readonly questions: readonly Question[];
  readonly tables: readonly ExploreTable[];
}

/** A form to ask a model of the reader's own choice. The script shows what would be sent, and sends it when the reader says so. */
export function ModelBox({ endpoint, questions, tables }: ModelBoxProps) {
  if (endpoint === null)
    return (
      <p class="aside" data-ask="no-model">
        These pages connect to no model. A gallery that is built with <code>--ask-endpoint URL</code> can ask one.
      </p>
    );
  const columns = tables.map(({ name, about, columns }) => ({ name, says: about, columns: columns.map((column) => column.name) }));
  return (
    <details class="ask-model" data-ask="model" hidden>
      <summary>Ask a model of your choice</summary>
      <form data-ask="model-form">
        <label>
          Question <input data-ask="model-question" type="text" required autocomplete="off" />
        </label>
        <label>
          Endpoint <input data-ask="model-endpoint" type="url" required value={endpoint} autocomplete="off" />
        </label>
        <label>
          Model <input data-ask="model-name" type="text" required autocomplete="off" />
        </label>
        <label>
          Key, if it needs one <input data-ask="model-key" type="password" autocomplete="off" />
        </label>
        <button type="submit" class="ask-button">
          Show what would be sent
        </button>
      </form>
      <div data-ask="model-consent" hidden>
        <p data-ask="model-where"></p>
        <textarea class="ask-body" data-ask="model-body" rows={8} readonly aria-label="What would be sent"></textarea>
        <button type="button" class="ask-button ask-run" data-ask="model-send"></button>
      </div>
      <p data-ask="model-status" role="status"></p>
      <script
        type="application/json"
        data-ask="model-prompt"
        dangerouslySetInnerHTML={{ __html: inertJson(systemPrompt(questions, columns)) }}
      />
    </details>
  );
}
