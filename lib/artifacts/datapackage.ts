/** `datapackage.json`: the tables of an experiment described as Frictionless Table Schema, https://specs.frictionlessdata.io/table-schema/ */
import type { ColumnInfo, ColumnType } from "../experiment.ts";
import type { TableArtifact } from "./artifacts.ts";

export const DATA_PACKAGE_FILE = "datapackage.json";

const FIELD_TYPES: Readonly<Record<ColumnType, string>> = { text: "string", number: "number", boolean: "boolean" };

/** What a data package says of an experiment. */
export interface DataPackageSource {
  readonly id: string;
  readonly title: string;
  readonly question: string;
  readonly tables: readonly TableArtifact[];
}

/** A data package with one resource per table; empty cells are missing values. */
export function dataPackage({ id, title, question, tables }: DataPackageSource): object {
  return {
    profile: "tabular-data-package",
    name: packageName(id),
    title,
    description: question,
    resources: tables.map((table) => ({
      profile: "tabular-data-resource",
      name: packageName(table.name),
      path: table.file,
      title: table.title,
      ...(table.caption === null ? {} : { description: table.caption }),
      format: "csv",
      mediatype: "text/csv",
      encoding: "utf-8",
      bytes: table.bytes,
      hash: `sha256:${table.sha256}`,
      schema: { fields: table.columns.map(field), missingValues: [""] },
    })),
  };
}

/** A unit is a property of our own, which the format allows. */
function field({ name, type, says, unit }: ColumnInfo): object {
  return { name, type: type ? FIELD_TYPES[type] : "any", description: says, ...(unit === undefined ? {} : { unit }) };
}

/** Lower-case letters, digits, `.`, `_` and `-` are allowed. */
function packageName(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9._-]/g, "-");
}
