/** Tables; `build-db` reads them back. */
export const TABLE_FORMATS = ["parquet", "csv"] as const;
export type Format = (typeof TABLE_FORMATS)[number];

/** Workloads for benchmarks of model servers. */
export const REPLAY_FORMATS = ["mooncake", "aiperf", "inference-perf"] as const;
export type ReplayFormat = (typeof REPLAY_FORMATS)[number];

/** Sessions for viewers of traces. */
export const SESSION_FORMATS = ["perfetto", "otlp"] as const;
export type SessionFormat = (typeof SESSION_FORMATS)[number];

/** What an export can be asked for. */
export const FORMATS = [...TABLE_FORMATS, ...REPLAY_FORMATS, ...SESSION_FORMATS] as const;

/** Programs that CSV files can be made for. */
export const READERS = ["spreadsheet"] as const;
export type Reader = (typeof READERS)[number];

/** Columns of the steps with few enough values for a folder each. */
export const PARTITIONS = ["provider", "project", "user", "model"] as const;
export type Partition = (typeof PARTITIONS)[number];
