import { expect, it } from "vitest";
import { type ArrowType, cellOf, columnsFor } from "./arrow.ts";
import { cellText, type Kind } from "./values.ts";

const int = (bitWidth: number): ArrowType => ({ typeId: 2, bitWidth, isSigned: true });
const decimal = (precision: number, scale: number): ArrowType => ({ typeId: 7, precision, scale });
const text: ArrowType = { typeId: 5 };
const timestamp: ArrowType = { typeId: 10, timezone: null };
const words = (value: bigint) => Uint32Array.from({ length: 4 }, (_, i) => Number((value >> BigInt(32 * i)) & 0xffffffffn));

it.each<[string, unknown, ArrowType, string]>([
  ["BIGINT beyond what a number holds", 9_007_199_254_740_993n, int(64), "9007199254740993"],
  ["BIGINT", 5n, int(64), "5"],
  ["DECIMAL gets its point", words(150n), decimal(10, 2), "1.50"],
  ["DECIMAL below one", words(-5n), decimal(10, 3), "-0.005"],
  ["HUGEINT", words(2n ** 127n - 1n), decimal(38, 0), "170141183460469231731687303715884105727"],
  ["negative HUGEINT", words(-3n), decimal(38, 0), "-3"],
  ["TIMESTAMP with microseconds", 1_767_225_600_123.456, timestamp, "2026-01-01 00:00:00.123456"],
  ["TIMESTAMP with thousandths", 1_767_225_600_120, timestamp, "2026-01-01 00:00:00.120"],
  ["TIMESTAMP before 1970", -500, timestamp, "1969-12-31 23:59:59.500"],
  ["DATE", 1_767_225_600_000, { typeId: 8 }, "2026-01-01"],
  ["NULL", null, text, ""],
])("%s", (_, value, type, expected) => {
  const [column] = columnsFor([{ name: "x", type }], null);
  expect(cellText(cellOf(value, type), column?.kind as Kind)).toBe(expected);
});

it.each<[ArrowType, string, Kind]>([
  [int(64), "BIGINT", "integer"],
  [{ ...int(32), isSigned: false }, "UINTEGER", "integer"],
  [{ typeId: 3 }, "DOUBLE", "real"],
  [decimal(10, 2), "DECIMAL(10, 2)", "decimal"],
  [decimal(38, 0), "HUGEINT", "integer"],
  [timestamp, "TIMESTAMP", "time"],
  [{ typeId: 10, timezone: "UTC" }, "TIMESTAMP WITH TIME ZONE", "time"],
  [{ typeId: 6 }, "BOOLEAN", "boolean"],
  [text, "VARCHAR", "text"],
])("%o is %s", (type, name, kind) => {
  expect(columnsFor([{ name: "x", type }], null)).toEqual([{ name: "x", type: name, kind, values: [] }]);
});

it("what the engine made text of keeps the name of its own type", () => {
  const described = [{ name: "x", type: "INTERVAL" }];
  expect(columnsFor([{ name: "x", type: text }], described)).toEqual([{ name: "x", type: "INTERVAL", kind: "text", values: [] }]);
});
