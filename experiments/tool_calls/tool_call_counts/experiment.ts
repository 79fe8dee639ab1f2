import { providerOrder, providerTitle } from "../../../lib/chart/theme.ts";
import { type Column, defineExperiment, type Headline, integer, number, type Table, table } from "../../../lib/experiment.ts";
import { grouped, percent } from "../../../lib/format/numbers.ts";
import { groupBy } from "../../../lib/stats/group-by.ts";
import { displayToolName, providerColumn, TOOL_FLAGS } from "../../../lib/trace/tools.ts";
import { countsFigure } from "./charts.ts";
import {
  COUNTS,
  type CountRow,
  orderTools,
  type ProviderTools,
  rankTools,
  splitTools,
  type ToolCount,
  toolsToShow,
  withoutServers,
} from "./measure.ts";

export default defineExperiment(import.meta.url, {
  title: "Tool calls by name",
  question: "Which tools do agents call, how often, and how often does a call return an error?",
  empty: "No tool call in this pool.",
  flags: {
    ...TOOL_FLAGS,
    ringMainMinShare: number({ min: 0, max: 1, default: 0.02, says: "Minimum share of a provider's calls that makes a main tool" }),
    ringTailTopTools: integer({ min: 1, default: 6, says: "Number of small tools that are shown by name" }),
  },
  async run({ db, options }) {
    const rows = groupBy(await db.rows(COUNTS), ({ provider }) => provider);
    const counts = [...rows.values()].flatMap(withoutServers);
    const providers = providerOrder([...rows.keys()]).flatMap((provider): ProviderTools[] => {
      const ordered = orderTools(
        counts.filter((row) => row.provider === provider),
        options.minToolCallsForPlot,
      );
      const split = splitTools(ordered, options.ringMainMinShare, options.ringTailTopTools);
      const shown = toolsToShow(rows.get(provider) ?? [], options.minToolCallsForPlot, options.topTools);
      return split ? [{ provider, ranking: rankTools(ordered, options.topTools), split, shown }] : [];
    });
    if (providers.length === 0) return { tables: [countsTable(providers), everyToolTable(counts)] };
    return {
      tables: [countsTable(providers), segmentsTable(providers), everyToolTable(counts)],
      figures: [countsFigure(providers)],
      headlines: providers.map(headline),
    };
  },
});

const TOOL = "Tool; `mcp` for the tools of MCP servers, `<unknown-tool>` when missing or blank";
const FOLDED = "Tool, or the name of a sum of tools: `Other (<N calls/tool)`, `Small tools`, `Other small`";

/** Columns of calls and errors. */
function countColumns<R>(of: (row: R) => ToolCount) {
  return {
    calls: { of: (row) => of(row).calls, says: "Calls", unit: "calls" },
    error_calls: { of: (row) => of(row).errors, says: "Calls marked as an error", unit: "calls" },
  } satisfies Record<string, Column<R>>;
}

function errorRate({ errors, calls }: ToolCount): number {
  return errors / calls;
}

function countsTable(providers: readonly ProviderTools[]): Table {
  const rows = providers.flatMap(({ provider, ranking }) => ranking.tools.map((tool) => ({ provider, ranking, tool })));
  return table(
    "tool_call_counts_by_provider",
    rows,
    {
      provider: providerColumn(({ provider }) => provider),
      rank: { of: ({ tool }) => tool.rank, says: "Place within the provider by calls, from 1" },
      tool_name: { of: ({ tool }) => tool.tool, says: FOLDED },
      display_tool_name: { of: ({ tool }) => displayToolName(tool.tool), says: "Name cut at 34 characters" },
      ...countColumns((row: (typeof rows)[number]) => row.tool),
      error_rate: { of: ({ tool }) => errorRate(tool), says: "Errors per call", unit: "share" },
      panel_cap: { of: ({ ranking }) => ranking.cap, says: "Calls at which bars end in the published drawing", unit: "calls" },
      second_largest_call: {
        of: ({ ranking }) => ranking.secondCalls,
        says: "Calls of the provider's second tool; empty when it has one tool",
        unit: "calls",
      },
      call_plot_width: { of: ({ tool }) => tool.callWidth, says: "Length of the bar of calls there", unit: "calls" },
      error_plot_width: { of: ({ tool }) => tool.errorWidth, says: "Length of the bar of errors there", unit: "calls" },
      call_is_clipped: { of: ({ tool }) => tool.callIsClipped, says: "Whether the bar of calls is cut there" },
      error_is_clipped: { of: ({ tool }) => tool.errorIsClipped, says: "Whether the bar of errors is cut there" },
    },
    { title: "Calls by provider and tool", caption: "The tools of MCP servers are combined, and so are rare ones." },
  );
}

function segmentsTable(providers: readonly ProviderTools[]): Table {
  const rows = providers.flatMap(({ provider, split }) =>
    [
      { panel: "main", tools: split.main },
      { panel: "expanded_small", tools: split.expanded },
    ].flatMap(({ panel, tools }) => {
      const panelCalls = tools.reduce((sum, { calls }) => sum + calls, 0);
      return tools.map((tool, i) => ({ provider, panel, rank: i + 1, tool, total: split.total, panelCalls }));
    }),
  );
  return table(
    "tool_call_count_ring_segments",
    rows,
    {
      provider: providerColumn(({ provider }) => provider),
      panel: { says: "`main`: all calls of the provider; `expanded_small`: those of its entry `Small tools`" },
      rank: { says: "Place within the panel, from 1" },
      tool_name: { of: ({ tool }) => tool.tool, says: FOLDED },
      display_tool_name: { of: ({ tool }) => displayToolName(tool.tool), says: "Name cut at 34 characters" },
      ...countColumns((row: (typeof rows)[number]) => row.tool),
      share_of_provider_calls: { of: ({ tool, total }) => tool.calls / total, says: "Share of all calls of the provider", unit: "share" },
      share_of_panel_calls: {
        of: ({ tool, panelCalls }) => tool.calls / panelCalls,
        says: "Share of the calls of the panel",
        unit: "share",
      },
    },
    {
      title: "Main tools and small tools",
      caption: "All calls of a provider, and its small tools by name. Missing when the pool has no tool call.",
    },
  );
}

function everyToolTable(counts: readonly CountRow[]): Table {
  return table(
    "tool_call_counts_every_tool",
    counts,
    {
      provider: providerColumn(({ provider }) => provider),
      tool_name: { of: ({ tool }) => tool, says: TOOL },
      ...countColumns((row: CountRow) => row),
      error_rate: { of: errorRate, says: "Errors per call", unit: "share" },
    },
    { title: "Every tool", caption: "One row per provider and tool, also rare ones." },
  );
}

function headline({ provider, ranking, split }: ProviderTools): Headline {
  const first = ranking.tools[0];
  return {
    label: `${providerTitle(provider)}: ${grouped(split.total)} calls`,
    value: first ? `${first.tool} ${percent(first.calls / split.total)}` : "",
  };
}
