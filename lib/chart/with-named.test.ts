import { expect, it } from "vitest";
import { withNamed } from "./with-named.ts";

it.each([
  ["all are in the sample", "abc", "ca", "abc"],
  ["some are not", "abc", "dbe", "abcde"],
  ["the sample is empty", "", "ab", "ab"],
  ["nothing is named", "ab", "", "ab"],
])("%s", (_, sample, named, expected) => {
  expect(withNamed([...sample], [...named], (point) => point).join("")).toBe(expected);
});
