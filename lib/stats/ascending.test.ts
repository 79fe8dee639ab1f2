import { expect, it } from "vitest";
import { requireAscending } from "./ascending.ts";

it.each([[[]], [[1]], [[1, 1, 2]], [Float64Array.of(-1, 0)]])("accepts %j", (values) =>
  expect(() => requireAscending(values, "values")).not.toThrow(),
);

it("names what is out of order and where", () =>
  expect(() => requireAscending([1, 3, 2], "waits")).toThrow("waits must be in ascending order, but number 3 is not"));
