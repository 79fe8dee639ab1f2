import { providerOrder } from "../../../lib/chart/palette.ts";
import { defineExperiment } from "../../../lib/experiment.ts";
import { grouped } from "../../../lib/format/numbers.ts";
import { checkHeadlines, checksDocument, checksTable } from "../../../lib/trace/checks.ts";
import { accountsOf, checksOf, MESSAGE_STEPS, REQUEST_ENDS, totalOf } from "./audit.ts";
import { fatesFigure } from "./charts.ts";
import { auditTables, auditText, DROPPED_REQUESTS, FIRST_EVENTS } from "./tables.ts";

export default defineExperiment(import.meta.url, {
  title: "From user messages to response times",
  question: "Which steps that show a user message have no response time, and why?",
  empty: "No user messages in this pool.",
  async run({ db }) {
    const steps = await db.rows(MESSAGE_STEPS);
    const requests = await db.rows(REQUEST_ENDS);
    const firsts = await db.rows(FIRST_EVENTS);
    const dropped = await db.rows(DROPPED_REQUESTS);
    const providers = providerOrder([...steps, ...firsts].map(({ provider }) => provider));
    const accounts = accountsOf(providers, steps, requests);
    const audit = { accounts, firsts, dropped };
    const checks = checksOf(accounts);
    const { visible, dropped_nonpositive } = totalOf(accounts);
    const results = {
      tables: [checksTable(checks), ...auditTables(audit)],
      documents: [checksDocument(checks)],
      texts: [auditText(audit, checks)],
      headlines: checkHeadlines(checks),
      notes:
        dropped_nonpositive > dropped.length
          ? [`The table lists the first ${dropped.length} of ${grouped(dropped_nonpositive)} requests with a response time of 0.`]
          : [],
    };
    return visible > 0 ? { ...results, figures: [fatesFigure(accounts)] } : results;
  },
});
