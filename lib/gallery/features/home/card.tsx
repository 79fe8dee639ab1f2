/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { Sheet } from "../../atlas/atlas.ts";
import { counted } from "../../format.ts";
import type { Link } from "../../links.ts";
import { Facts } from "../../page/facts.tsx";
import { StateNote } from "../../page/state-note.tsx";
import { CardPanel, panelOf } from "./card-panel.tsx";

/** An experiment on the home page: the first thing it has to show, and what it asks. */
export function Card({ sheet, link }: { readonly sheet: Sheet; readonly link: Link }) {
  const panel = panelOf(sheet);
  return (
    <li class={`card card-${sheet.state.kind}`}>
      <CardPanel panel={panel} link={link} />
      <div class="card-text">
        <p class="mark">{sheet.mark}</p>
        <h3>
          <a href={link(sheet.page)}>{sheet.title}</a>
        </h3>
        {sheet.question && <p class="card-question">{sheet.question}</p>}
        <StateNote state={sheet.state} />
        {panel.kind !== "numbers" && panel.kind !== "none" && <Facts class="headlines" facts={sheet.headlines} />}
        {sheet.state.kind === "shown" && <p class="card-contents">{contentsOf(sheet)}</p>}
      </div>
    </li>
  );
}

function contentsOf({ figures, tables, documents }: Sheet): string {
  const parts = [
    [figures.length, "figure"],
    [tables.length, "table"],
    [documents.length, "document"],
  ] as const;
  return parts
    .filter(([count]) => count > 0)
    .map(([count, noun]) => counted(count, noun))
    .join(", ");
}
