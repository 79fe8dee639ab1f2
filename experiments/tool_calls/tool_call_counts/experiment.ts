import { providerOrder, providerTitle } from "../../../lib/chart/theme.ts";
import { defineExperiment, type Headline, integer, number, type Row, type Table } from "../../../lib/experiment.ts";
import { grouped, percent } from "../../../lib/format/numbers.ts";
import { displayToolName } from "../../../lib/trace/tools.ts";
import { countsFigure, sharesFigure } from "./charts.ts";
import { orderTools, type ProviderTools, rankTools, splitTools, type ToolCount } from "./rank.ts";

interface CountRow {
  readonly provider: string;
  readonly tool: string;
  readonly calls: number;
  readonly errors: number;
  readonly first_seen: number;
}

export default defineExperiment(import.meta.url, {
  title: "Tool calls by name",
  question: "Which tools do the agents call, how often, and how often does a call come back as an error?",
  flags: {
    topTools: integer({ min: 1, default: 30, says: "Most tools per provider" }),
    minToolCallsForPlot: integer({ min: 0, default: 20, says: "Tools with fewer calls are put together; 1 turns it off" }),
    ringMainMinShare: number({ min: 0, max: 1, default: 0.02, says: "Least share of a provider's calls of a main tool" }),
    ringTailTopTools: integer({ min: 1, default: 6, says: "Tools of the tail that are shown by name" }),
  },
  async run({ db, options }) {
    const counts = await db.rows<CountRow>("query.sql");
    const providers = providerOrder([...new Set(counts.map(({ provider }) => provider))]).flatMap((provider): ProviderTools[] => {
      const own = counts.filter((row) => row.provider === provider).map(toolCount);
      const ordered = orderTools(own, options.minToolCallsForPlot);
      const split = splitTools(ordered, options.ringMainMinShare, options.ringTailTopTools);
      return split ? [{ provider, ranking: rankTools(ordered, options.topTools), split }] : [];
    });
    const shown = providers.length > 0;
    return {
      tables: [countsTable(providers), ...(shown ? [segmentsTable(providers)] : []), everyToolTable(counts)],
      figures: shown ? [countsFigure(providers), sharesFigure(providers)] : [],
      headlines: providers.map(headline),
      notes: shown ? [] : ["There is nothing to show: this pool has no tool calls."],
    };
  },
});

function toolCount({ tool, calls, errors, first_seen }: CountRow): ToolCount {
  return { tool, calls, errors, firstSeen: first_seen };
}

function countsTable(providers: readonly ProviderTools[]): Table {
  return {
    name: "tool_call_counts_by_provider",
    title: "Calls by provider and tool",
    caption:
      "The tools of the figure: those of MCP servers as one, rare ones put together. Widths are where the bars end on the clipped axis.",
    columns: [
      "provider",
      "rank",
      "tool_name",
      "display_tool_name",
      "calls",
      "error_calls",
      "error_rate",
      "panel_cap",
      "second_largest_call",
      "call_plot_width",
      "error_plot_width",
      "call_is_clipped",
      "error_is_clipped",
    ],
    rows: providers.flatMap(({ provider, ranking: { tools, cap, secondCalls } }) =>
      tools.map((tool) => ({
        provider,
        rank: tool.rank,
        tool_name: tool.tool,
        display_tool_name: displayToolName(tool.tool),
        calls: tool.calls,
        error_calls: tool.errors,
        error_rate: tool.errors / tool.calls,
        panel_cap: cap,
        second_largest_call: secondCalls,
        call_plot_width: tool.callWidth,
        error_plot_width: tool.errorWidth,
        call_is_clipped: tool.callIsClipped,
        error_is_clipped: tool.errorIsClipped,
      })),
    ),
  };
}

function segmentsTable(providers: readonly ProviderTools[]): Table {
  return {
    name: "tool_call_count_ring_segments",
    title: "Main tools and the expanded tail",
    caption: "Shares of one. `main` holds all calls of a provider; `expanded_small` holds those of its entry `Small tools`.",
    columns: [
      "provider",
      "panel",
      "rank",
      "tool_name",
      "display_tool_name",
      "calls",
      "error_calls",
      "share_of_provider_calls",
      "share_of_panel_calls",
    ],
    rows: providers.flatMap(({ provider, split }) => [
      ...segmentRows(provider, "main", split.main, split.total),
      ...segmentRows(provider, "expanded_small", split.expanded, split.total),
    ]),
  };
}

function segmentRows(provider: string, panel: string, tools: readonly ToolCount[], total: number): Row[] {
  const panelCalls = tools.reduce((sum, { calls }) => sum + calls, 0);
  return tools.map(({ tool, calls, errors }, i) => ({
    provider,
    panel,
    rank: i + 1,
    tool_name: tool,
    display_tool_name: displayToolName(tool),
    calls,
    error_calls: errors,
    share_of_provider_calls: calls / total,
    share_of_panel_calls: calls / panelCalls,
  }));
}

function everyToolTable(counts: readonly CountRow[]): Table {
  return {
    name: "tool_call_counts_every_tool",
    title: "Every tool",
    caption: "One row per provider and tool, rare ones included; tools of MCP servers as one.",
    columns: ["provider", "tool_name", "calls", "error_calls", "error_rate"],
    rows: counts.map(({ provider, tool, calls, errors }) => ({
      provider,
      tool_name: tool,
      calls,
      error_calls: errors,
      error_rate: errors / calls,
    })),
  };
}

function headline({ provider, ranking, split }: ProviderTools): Headline {
  const first = ranking.tools[0];
  return {
    label: `${providerTitle(provider)}: ${grouped(split.total)} calls`,
    value: first ? `${first.tool} ${percent(first.calls / split.total)}` : "",
  };
}
