import { providerOrder } from "../../../lib/chart/theme.ts";
import { defineExperiment } from "../../../lib/experiment.ts";
import { grouped } from "../../../lib/format/numbers.ts";
import { checkHeadlines, checksDocument, checksTable } from "../../../lib/trace/checks.ts";
import { accountsOf, checksOf, type MessageSteps, type RequestEnds, totalOf } from "./audit.ts";
import { fatesFigure } from "./charts.ts";
import { auditTables, auditText, type DroppedRequest, type FirstEvents } from "./tables.ts";

export default defineExperiment(import.meta.url, {
  title: "From user messages to response times",
  question: "Which steps that show a user message give no response time, and why?",
  async run({ db }) {
    const steps = await db.rows<MessageSteps>("query.sql");
    const requests = await db.rows<RequestEnds>("requests.sql");
    const firsts = await db.rows<FirstEvents>("first-events.sql");
    const dropped = await db.rows<DroppedRequest>("dropped.sql");
    const providers = providerOrder([...steps, ...firsts].map(({ provider }) => provider));
    const accounts = accountsOf(providers, steps, requests);
    const audit = { accounts, firsts, dropped };
    const checks = checksOf(accounts);
    const { visible, dropped_nonpositive } = totalOf(accounts);
    return {
      tables: [checksTable(checks), ...auditTables(audit)],
      documents: [checksDocument(checks)],
      texts: [auditText(audit, checks)],
      figures: visible > 0 ? [fatesFigure(accounts)] : [],
      headlines: checkHeadlines(checks),
      notes: [
        ...(visible > 0 ? [] : ["There is nothing to show: no step of this pool shows a user message."]),
        ...(dropped_nonpositive > dropped.length
          ? [`Of ${grouped(dropped_nonpositive)} requests that took no time, the first ${dropped.length} are listed.`]
          : []),
      ],
    };
  },
});
