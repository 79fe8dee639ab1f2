/** Figure: what agents do next after a failed call. */
import { shareAxis } from "../../../lib/chart/axes.ts";
import { grid, withHeading } from "../../../lib/chart/grid.ts";
import { COLORS, kindColor, providerOrder, providerTitle, seriesColor } from "../../../lib/chart/palette.ts";
import { withSideColumns } from "../../../lib/chart/side-columns.ts";
import type { Panel } from "../../../lib/chart/spec.ts";
import { splitBars } from "../../../lib/chart/split-bars.ts";
import type { Figure } from "../../../lib/experiment.ts";
import { grouped, percent } from "../../../lib/format/numbers.ts";
import { at } from "../../../lib/stats/known.ts";
import { sumOf } from "../../../lib/stats/sum.ts";
import { displayToolName } from "../../../lib/trace/tools.ts";
import { type Group, MOVES, type Recovery } from "./episodes.ts";

const MOST_TOOLS = 10;
const WIDTH = 640;
/** Over the headings of the columns. */
const LEGEND_OFFSET = 34;
const COLORS_OF: Readonly<Record<(typeof MOVES)[number], string>> = {
  "same tool, same input": seriesColor(5),
  "same tool, altered": seriesColor(3),
  read: seriesColor(2),
  edit: seriesColor(0),
  run: seriesColor(1),
  other: seriesColor(4),
  none: COLORS.light.axis,
  user: kindColor("human"),
  end: seriesColor(6),
};
const LEGEND: Readonly<Record<(typeof MOVES)[number], string>> = {
  "same tool, same input": "Same tool, same input",
  "same tool, altered": "Same tool, altered",
  read: "Read",
  edit: "Edit",
  run: "Run",
  other: "Other",
  none: "No call",
  user: "User",
  end: "End",
};

const READING = `One bar per tool: how often the step that saw the failure began with each kind of call. Wide \`same tool\` parts mean that agents try again at once, wide \`Read\`
parts that they look first. \`User\` means that a person wrote before the agent went on. The last column is the share of episodes in which the tool worked again later in the request.`;

/** Null without episodes. */
export function movesFigure(recovery: Recovery, minEpisodes: number): Figure | null {
  const providers = [...new Set(recovery.tools.map(({ provider }) => provider))];
  if (providers.length === 0) return null;
  const drawn = providerOrder(providers).map((provider) => rowsOf(recovery, provider, minEpisodes));
  const shown = drawn.flat();
  const tools = shown.filter(({ tool }) => tool !== null);
  const used = MOVES.filter((move) => shown.some(({ moves }) => moves.some((each) => each.move === move)));
  const panels = drawn.map((rows, i) =>
    withHeading(movesPanel(rows, used, i === 0), providerTitle(at(rows, 0).provider), { over: "plot" }),
  );
  const finding = findingOf(at(tools.length > 0 ? tools.toSorted((a, b) => b.episodes - a.episodes) : shown, 0));
  const all = sumOf(recovery.tools, ({ episodes }) => episodes);
  return {
    name: "error_next_moves",
    title: finding,
    subtitle: "First call of the next step, for all calls that failed and by tool.",
    coverage: {
      shown: tools.length > 0 ? sumOf(tools, ({ episodes }) => episodes) : all,
      of: all,
      what: `episodes${recovery.tools.some(({ part }) => part === "empty search") ? ", empty searches among them" : ""}`,
      rest: `are of tools with fewer than ${grouped(minEpisodes)}`,
    },
    spec: grid(panels, { spacing: 30 }),
    caption: `What the step that saw a failed call began with, by tool. ${finding}.`,
    reading: READING,
    alt: `Stacked bars of 100 %, one per tool, of what the next step begins with, with the number of episodes and the share that recovered. ${finding}.`,
  };
}

/** All episodes of a provider, and its tools with enough of them; what is all of one tool has one row. */
function rowsOf({ scopes, tools }: Recovery, provider: string, minEpisodes: number): Group[] {
  const named = tools.filter((group) => group.provider === provider && group.episodes >= minEpisodes).slice(0, MOST_TOOLS);
  const all = scopes.filter((group) => group.provider === provider && (group.part === "failed" || group.part === "empty search"));
  return [
    ...all.filter(({ part, episodes }) => episodes > 0 && !named.some((group) => group.part === part && group.episodes === episodes)),
    ...named,
  ];
}

function findingOf(group: Group): string {
  const what =
    group.part === "empty search" ? "an empty search" : group.tool === null ? "a failed call" : `a failed ${displayToolName(group.tool)}`;
  const again = group.tool === null || group.part === "empty search" ? "the same tool" : "it";
  return `After ${what}, ${againText(group)} of the next steps call ${again} again`;
}

function nameOf({ tool, part }: Group): string {
  if (tool === null) return part === "failed" ? "All failed calls" : "All empty searches";
  return `${displayToolName(tool)}${part === "failed" ? "" : ", nothing found"}`;
}

function movesPanel(groups: readonly Group[], moves: readonly (typeof MOVES)[number][], legend: boolean): Panel {
  const names = groups.map(nameOf);
  const panel = splitBars({
    bars: groups.map((group, i) => ({
      name: at(names, i),
      values: Object.fromEntries(group.moves.map(({ move, episodes }) => [LEGEND[move], episodes / group.episodes])),
    })),
    parts: moves.map((move) => ({ name: LEGEND[move], color: COLORS_OF[move] })),
    x: shareAxis({ title: null, ticks: [0, 0.25, 0.5, 0.75, 1] }),
    label: (share) => percent(share),
    legend,
    legendOffset: LEGEND_OFFSET,
    width: WIDTH,
  });
  return withSideColumns({ ...panel, width: WIDTH }, names, [
    { heading: "episodes", width: 74, texts: groups.map(({ episodes }) => grouped(episodes)) },
    { heading: "again", width: 60, texts: groups.map(againText) },
    { heading: "recovered", width: 84, texts: groups.map(({ by, episodes }) => percent(by.recovered / episodes)) },
  ]);
}

function againText(group: Group): string {
  const again = group.moves.filter(({ move }) => move.startsWith("same tool"));
  return percent(sumOf(again, ({ episodes }) => episodes) / group.episodes);
}
