/** Durations of everything together and of each provider, as figures and summaries show them. */
import { providerOrder } from "../chart/palette.ts";
import type { Column } from "../experiment.ts";
import { ALL } from "./groups.ts";

export interface ProviderGroup {
  /** `all`, or a provider. */
  readonly name: string;
  /** In the order of the trace. */
  readonly seconds: readonly number[];
}

export const GROUP_COLUMN: Column<Pick<ProviderGroup, "name">> = {
  of: ({ name }) => name,
  says: "`all`, or the provider (`<unknown-provider>` where a step has none)",
};

/** Everything first, then Claude, Codex and the other providers by name; none when there are no values. */
export function providerGroups(providers: readonly string[], seconds: readonly number[]): ProviderGroup[] {
  if (seconds.length === 0) return [];
  return [
    { name: ALL, seconds },
    ...providerOrder(providers).map((name) => ({ name, seconds: seconds.filter((_, i) => providers[i] === name) })),
  ];
}

/** @throws when the groups are not those of at least one provider */
export function allAndProviders([all, ...providers]: readonly ProviderGroup[]): [all: ProviderGroup, providers: ProviderGroup[]] {
  if (all?.name !== ALL || providers.length === 0) throw new Error("expected all values first, then their providers");
  return [all, providers];
}
