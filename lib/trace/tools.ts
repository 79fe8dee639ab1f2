/** What the experiments about tools share: names for display and the rule that puts rare tools together. */

/** Calls of one tool (or of several under one name) by one provider. */
export interface ToolGroup {
  readonly tool: string;
  readonly calls: number;
  /** Position of its first call in the pool: earlier tools win ties. */
  readonly firstSeen: number;
}

const MAX_NAME = 34;
const KEPT_OF_LONG_NAME = 31;

/** A tool's name for axes and tables: above 34 characters its first 31 and three dots. */
export function displayToolName(name: string): string {
  const characters = [...name];
  return characters.length > MAX_NAME ? `${characters.slice(0, KEPT_OF_LONG_NAME).join("")}...` : name;
}

/**
 * The tools of one provider with those below `minCalls` added up as one, `Other (<N calls/tool)`, which loses every tie.
 * With `minCalls` of 1 or less, and without rare tools, the list stays as it is.
 * @param addUp the sum of two or more groups; its name and first position are set here
 */
export function collapseRare<T extends ToolGroup>(groups: readonly T[], minCalls: number, addUp: (rare: readonly T[]) => T): T[] {
  const rare = minCalls > 1 ? groups.filter((group) => group.calls < minCalls) : [];
  if (rare.length === 0) return [...groups];
  const other = { ...addUp(rare), tool: otherTools(minCalls), firstSeen: Number.MAX_SAFE_INTEGER };
  return [...groups.filter((group) => group.calls >= minCalls), other];
}

export function otherTools(minCalls: number): string {
  return `Other (<${minCalls} calls/tool)`;
}
