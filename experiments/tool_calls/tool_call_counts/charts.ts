/** Figures: calls and errors by tool, and the whole of a provider's calls split into main tools and tail. */

import { countAxis, shareAxis } from "../../../lib/chart/axes.ts";
import { grid, withHeading } from "../../../lib/chart/grid.ts";
import { kindColor, providerLabel } from "../../../lib/chart/palette.ts";
import { rankedBars } from "../../../lib/chart/ranked-bars.ts";
import type { Panel } from "../../../lib/chart/spec.ts";
import { COLORS, providerColor } from "../../../lib/chart/theme.ts";
import type { Figure } from "../../../lib/experiment.ts";
import { counted } from "../../../lib/format/counts.ts";
import { shortLabel } from "../../../lib/format/labels.ts";
import { grouped, percent } from "../../../lib/format/numbers.ts";
import { displayToolName } from "../../../lib/trace/tools.ts";
import type { ProviderTools, RankedTool, ToolCount } from "./measure.ts";

const ERROR_COLOR = kindColor("error");
const SHARES_WIDTH = 330;
const AGGREGATES = /^(Small tools|Other small|Other \(<\d+ calls\/tool\))$/;

const COUNTS_READING = `One command tool tends to have far more calls than all others. The red bar inside counts errors: compare it with the whole bar,
and expect noise where calls are few.`;
const SHARES_READING = `Left, the tools with a large share, and the rest as \`Small tools\`. Right, that rest by name. \`Small tools\` (a small share of
the calls) and \`Other\` (fewer calls than the minimum) follow different rules: don't compare them. Gray bars are such sums.`;

export function countsFigure(providers: readonly ProviderTools[]): Figure {
  const names = providers.map(({ provider }) => provider);
  const leaders = `Most called: ${providers.map(({ provider, ranking }) => `${ranking.tools[0]?.tool} by ${providerLabel(provider)}`).join(", ")}.`;
  return {
    name: "tool_call_counts",
    title: "Calls and errors by tool",
    spec: grid(
      providers.map((tools) =>
        withHeading(countsPanel(tools, names), `${providerLabel(tools.provider)}: ${grouped(tools.split.total)} calls`, { over: "plot" }),
      ),
      {
        title: "Tool calls by name",
        subtitle: "Number of calls; in red, those that returned an error.",
      },
    ),
    caption: `One bar per tool. The tools of MCP servers are combined, and so are rare tools. ${leaders}`,
    reading: COUNTS_READING,
    alt: `Horizontal bars per provider, most called tool first, with the errors as thin red bars inside. ${leaders}`,
  };
}

function countsPanel({ provider, ranking }: ProviderTools, names: readonly string[]): Panel {
  const color = providerColor(provider, names);
  return rankedBars({
    bars: ranking.tools.map((tool) => ({
      name: displayToolName(tool.tool),
      value: tool.calls,
      label: countLabel(tool),
      color,
      inner: { value: tool.errors, color: ERROR_COLOR },
    })),
    x: countAxis(Math.max(...ranking.tools.map(({ calls }) => calls)), { title: "Calls" }),
    width: 760,
  });
}

function countLabel({ calls, errors }: RankedTool): string {
  return errors > 0 ? `${grouped(calls)}, ${counted(errors, "error")}` : grouped(calls);
}

export function sharesFigure(providers: readonly ProviderTools[]): Figure {
  const names = providers.map(({ provider }) => provider);
  const facts = providers.map(factOf).join("; ");
  return {
    name: "tool_call_count_rings",
    title: "Share of calls by tool",
    spec: grid(
      providers.flatMap((tools) => sharePanels(tools, names)),
      {
        columns: 2,
        title: "Which tools a provider's calls go to",
        subtitle: "Left: tools with a large share, and the rest combined. Right: that rest by name. Shares of all calls.",
      },
    ),
    caption: `Shares of all calls of a provider. ${facts}.`,
    reading: SHARES_READING,
    alt: `Two lists of horizontal bars per provider: the main tools, and the small tools by name. ${facts}.`,
  };
}

function sharePanels({ provider, split }: ProviderTools, names: readonly string[]): Panel[] {
  const color = providerColor(provider, names);
  const panel = (tools: readonly ToolCount[], heading: string) =>
    withHeading(sharesPanel(tools, split.total, color), heading, { over: "plot" });
  const tail = split.main.at(-1)?.calls ?? 0;
  return [
    panel(split.main, `${providerLabel(provider)}: all ${grouped(split.total)} calls`),
    split.expanded.length > 0
      ? panel(split.expanded, `${providerLabel(provider)}: the small tools, ${percent(tail / split.total, 1)}`)
      : panel(split.main.slice(0, 1), `${providerLabel(provider)}: no small tools`),
  ];
}

function sharesPanel(tools: readonly ToolCount[], total: number, color: string): Panel {
  const largest = Math.max(...tools.map(({ calls }) => calls)) / total;
  return rankedBars({
    bars: tools.map(({ tool, calls }) => ({
      name: shortLabel(displayToolName(tool), 24),
      value: calls / total,
      label: percent(calls / total, 1),
      color: AGGREGATES.test(tool) ? COLORS.light.neutral : color,
    })),
    x: shareAxis({ title: "Share of calls", domain: [0, largest] }),
    width: SHARES_WIDTH,
  });
}

function factOf({ provider, split }: ProviderTools): string {
  const named = split.main.filter(({ tool }) => !AGGREGATES.test(tool)).slice(0, 3);
  if (named.length === 0) return `no tool of ${providerLabel(provider)} is called often enough to be named`;
  const share = named.reduce((sum, { calls }) => sum + calls, 0) / split.total;
  return `${providerLabel(provider)}'s three most called tools hold ${percent(share)} of its calls`;
}
