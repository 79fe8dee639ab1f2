import { expect, it } from "vitest";
import { NodeEngine } from "./connection.ts";
import { Scope } from "./scope.ts";

/** Of relations it makes only `step_cost`, of given rates. */
class Costs extends Scope {
  protected async make(name: string): Promise<string> {
    if (name === "step_cost") return this.makeTable(name);
    await this.engine.run(`CREATE TABLE step_rates AS
      SELECT column0 AS round_pk, 'listed' AS basis, column1::HUGEINT AS output_tokens, 10000 AS output_rate,
        1::HUGEINT AS fresh_tokens, 0::HUGEINT AS cache_read_tokens, 0::HUGEINT AS cache_write_5m_tokens, 0::HUGEINT AS cache_write_1h_tokens,
        1000 AS input_rate, 1000 AS cache_read_rate, 1000 AS cache_write_5m_rate, 1000 AS cache_write_1h_rate
      FROM (VALUES (1, 7), (2, 9223372036854775807), (3, NULL)) AS output(column0, column1)`);
    return "DROP TABLE step_rates";
  }
}

it.each([false, true])("a relation has the same numbers of the same types if it is packed: %s", async (isPacked) => {
  const engine = await NodeEngine.create();
  try {
    const costs = new Costs(engine, "memory", "memory.main", isPacked);
    await costs.relation("step_cost");
    const rows = await engine.rows(
      "SELECT cost_nano::VARCHAR AS cost, fresh_nano, typeof(fresh_nano) AS type FROM step_cost ORDER BY round_pk",
    );
    expect(rows).toEqual([
      { cost: "71", fresh_nano: 1, type: "HUGEINT" },
      { cost: "92233720368547758071", fresh_nano: 1, type: "HUGEINT" },
      { cost: null, fresh_nano: 1, type: "HUGEINT" },
    ]);
    await costs.free("step_cost");
    expect(await engine.rows("SELECT database_name FROM duckdb_databases() WHERE NOT internal AND database_name <> 'memory'")).toEqual([]);
  } finally {
    engine.close();
  }
});
