/** The words that say where transcripts are looked for; commands that collect share them. */

import type { DiscoverOptions } from "../collect/discover.ts";
import type { Provider } from "../collect/row.ts";
import { UserError } from "../files/errors.ts";

export const discoveryOptions = {
  home: { type: "string", array: true, default: [] as string[], describe: "A home to look in instead of your own; repeatable" },
  "all-users": { type: "boolean", default: false, describe: "Look in the homes of all users" },
  "home-root": { type: "string", describe: "With --all-users: the folder of the homes" },
  since: { type: "string", describe: "Only transcripts changed since a date, a time or an age such as 30d" },
  // No choices here: experiments have a flag of this name, which takes other providers, too.
  provider: { type: "string", describe: "Only transcripts of this agent, claude or codex" },
  project: {
    type: "string",
    array: true,
    default: [] as string[],
    describe: "Only Claude projects whose folder name contains this; repeatable",
  },
  archive: { type: "string", describe: "Folder for a copy of the transcripts that only grows; what was deleted since is read from it" },
  "key-file": { type: "string", describe: "Secret for pseudonyms beside the trace, made when missing [default: <state>/key]" },
} as const;

interface DiscoveryValues {
  readonly home: readonly string[];
  readonly allUsers: boolean;
  readonly homeRoot: string | undefined;
  readonly since: string | undefined;
  readonly provider: string | undefined;
  readonly project: readonly string[];
  readonly archive: string | undefined;
  readonly keyFile: string | undefined;
}

/**
 * What `discoveryOptions` ask for, without those that were not given.
 * @throws UserError for a provider whose transcripts are not known
 */
export function discoveryOf({ home, allUsers, homeRoot, since, provider, project, archive, keyFile }: DiscoveryValues) {
  const where: DiscoverOptions = {
    homes: home,
    allUsers,
    projects: project,
    ...(homeRoot === undefined ? {} : { homeRoot }),
    ...(since === undefined ? {} : { since }),
    ...(provider === undefined || provider === "all" ? {} : { provider: knownProvider(provider) }),
  };
  return { ...where, ...(archive === undefined ? {} : { archive }), ...(keyFile === undefined ? {} : { keyFile }) };
}

function knownProvider(name: string): Provider {
  if (name !== "claude" && name !== "codex") throw new UserError(`--provider ${name}: transcripts are known of claude and codex only.`);
  return name;
}
