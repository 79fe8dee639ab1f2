/** By experiment: queries that are put to the whole pool, because they don't say how the answers of shards become one. The list only gets shorter. */
export const UNMERGED: Readonly<Record<string, readonly string[]>> = {
};
