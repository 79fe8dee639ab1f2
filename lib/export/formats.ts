/** What an export can be asked for. */
export const FORMATS = ["parquet", "csv"] as const;
export type Format = (typeof FORMATS)[number];

/** Programs that CSV files can be made for. */
export const READERS = ["spreadsheet"] as const;
export type Reader = (typeof READERS)[number];

/** Columns of the steps with few enough values for a folder each. */
export const PARTITIONS = ["provider", "project", "user", "model"] as const;
export type Partition = (typeof PARTITIONS)[number];
