/** What the place of a transcript of Claude Code says about its session. */

export interface Place {
  /** Id of the session that the file is named after. */
  readonly ownId: string | null;
  readonly isSubAgent: boolean;
  /** Session key of the parent. */
  readonly parentKey: string | null;
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const SUB_AGENT_FOLDER = "/subagents/";

/** @param sessionKey path of the transcript below the folder of its project, without extension */
export function placeOf(sessionKey: string): Place {
  const name = sessionKey.slice(sessionKey.lastIndexOf("/") + 1);
  const folder = sessionKey.lastIndexOf(SUB_AGENT_FOLDER);
  return {
    ownId: UUID.test(name) && folder === -1 ? name : null,
    isSubAgent: folder !== -1 || name.startsWith("agent-"),
    parentKey: folder > 0 ? sessionKey.slice(0, folder) : null,
  };
}

/** Session key of a sub-agent of the session. */
export function subAgentKey(sessionKey: string, agent: string): string {
  return `${sessionKey}${SUB_AGENT_FOLDER}agent-${agent}`;
}

/** Of a session's id or key: that of the session at the root of its sub-agents. */
export function rootOf(session: string): string {
  const folder = session.indexOf(SUB_AGENT_FOLDER);
  return folder === -1 ? session : session.slice(0, folder);
}
