/** @jsxRuntime automatic @jsxImportSource preact */
import path from "node:path";
import { csvOfRecords } from "../../../files/csv.ts";
import { grouped, money, NONE } from "../../../format/numbers.ts";
import type { TimelineStep } from "../../../trace/timeline.ts";
import { counted } from "../../format.ts";
import type { Link } from "../../links.ts";
import { DataTable, type HeadCell } from "../../page/data-table.tsx";
import { Download } from "../../page/download.tsx";
import type { Session } from "./session.ts";

/** Rows of the table that a page holds; the file has all. */
const SHOWN_STEPS = 200;

/** Columns of the file with every step. */
const STEP_COLUMNS: Readonly<Record<string, (step: TimelineStep, index: number) => string | number | boolean | null>> = {
  step: (_, index) => index + 1,
  start_s: ({ startS }) => startS,
  user_message: ({ user }) => user,
  wait_s: ({ waitS }) => waitS,
  prefix_tokens: ({ prefixTokens }) => prefixTokens,
  append_tokens: ({ appendTokens }) => appendTokens,
  output_tokens: ({ outputTokens }) => outputTokens,
  reasoning_tokens: ({ reasoningTokens }) => reasoningTokens,
  generation_s: ({ generationS }) => generationS,
  compaction: ({ compaction }) => compaction,
  cost_usd: ({ costUsd }) => costUsd,
  tool_calls: ({ callCount }) => callCount,
  tools: toolsOf,
};

export function stepsCsv({ timeline }: Session): string {
  const columns = Object.values(STEP_COLUMNS);
  const records = timeline.steps.map((step, index) => columns.map((cellOf) => cellOf(step, index)));
  return csvOfRecords(Object.keys(STEP_COLUMNS), records);
}

function toolsOf({ calls, callCount }: TimelineStep): string {
  const counts = new Map<string, number>();
  for (const { tool } of calls) counts.set(tool, (counts.get(tool) ?? 0) + 1);
  const names = [...counts].map(([tool, count]) => (count === 1 ? tool : `${tool} ×${count}`));
  return [...names, ...(callCount > calls.length ? [`and ${grouped(callCount - calls.length)} more`] : [])].join(", ");
}

const HEAD: readonly HeadCell[] = [
  { numeric: "Step" },
  "What happened",
  ...["Start (s)", "Prefix", "Append", "Output", "Generation (s)", "Cost"].map((numeric) => ({ numeric })),
  "Tools",
];

export function StepTable({ session, link }: { readonly session: Session; readonly link: Link }) {
  const { steps } = session.timeline;
  const shown = steps.slice(0, SHOWN_STEPS);
  const extent = shown.length < steps.length ? `The first ${grouped(shown.length)} of ${counted(steps.length, "step")}` : "Every step";
  return (
    <section class="table" aria-labelledby="steps-title">
      <h2 id="steps-title">Steps</h2>
      <DataTable nameFrom="steps-title" caption={`${extent} of the session in order`} head={HEAD}>
        {shown.map((step, i) => (
          <tr key={i}>
            <td class="numeric">{i + 1}</td>
            <td>{[step.user && "user message", step.compaction && "compaction"].filter(Boolean).join(", ")}</td>
            <td class="numeric">{step.startS ?? ""}</td>
            <td class="numeric">{step.prefixTokens}</td>
            <td class="numeric">{step.appendTokens}</td>
            <td class="numeric">{step.outputTokens}</td>
            <td class="numeric">{step.generationS ?? ""}</td>
            <td class="numeric">{step.costUsd === null ? NONE : money(step.costUsd)}</td>
            <td>{toolsOf(step)}</td>
          </tr>
        ))}
      </DataTable>
      <ul class="downloads">
        <Download href={link(`${path.posix.dirname(session.page)}/steps.csv`)} name="CSV" />
        <li class="aside">
          {counted(steps.length, "row")}
          {shown.length < steps.length && `; the first ${SHOWN_STEPS} are shown`}
        </li>
      </ul>
    </section>
  );
}
