#!/usr/bin/env node
/** Asks an installed program over the Model Context Protocol: SQL runs in the fence there, too. `mcp.mjs PROGRAM DATABASE` */
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";

const [program, database] = process.argv.slice(2);
const client = new Client({ name: "ci", version: "1" });
await client.connect(new StdioClientTransport({ command: program, args: ["mcp", "--db", database, "--allow-sql"] }));
for (const [name, args, expected] of [
  ["run_question", { id: "cost/by_day" }, /^What did each day cost\?/],
  ["run_sql", { sql: "SELECT count(*) > 0 AS has_steps FROM step_facts" }, /^has_steps\ntrue\n/],
  ["run_sql", { sql: "FROM read_text('package.json')" }, /^The table function read_text can't be used here/],
]) {
  const { content } = await client.callTool({ name, arguments: args });
  if (!expected.test(content[0].text)) throw new Error(`${name}: ${content[0].text}`);
}
await client.close();
