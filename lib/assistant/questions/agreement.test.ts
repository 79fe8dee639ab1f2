import { beforeAll, describe, expect, it } from "vitest";
import type { Pool } from "../../db/open/pool.ts";
import { samplePool } from "../../testing/sample.ts";
import { AGREEMENTS, disagreements } from "./agreement-fixture.ts";

describe("what an experiment reports, too, on the sample", () => {
  let pool: Pool;
  beforeAll(async () => {
    pool = await samplePool();
  });

  it.each(AGREEMENTS.map((agreement) => [agreement.question, agreement.table, agreement] as const))(
    "%s is as in %s",
    async (_, __, agreement) => {
      const { rows, problems } = await disagreements(pool, agreement);
      expect(problems).toEqual([]);
      expect(rows).toBeGreaterThan(0);
    },
  );
});
