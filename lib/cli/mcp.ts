/** The command `mcp`. */
import { readVersion } from "../artifacts/versions.ts";
import { openFence } from "../assistant/fence/fence.ts";
import { flag, text } from "../experiment.ts";
import { projectFile } from "../files/program.ts";
import { command } from "./command.ts";
import { grouped } from "./options.ts";
import { openOwnPool, outOption, ownPoolOptions, refuseIdleHistory } from "./own-pool.ts";

const OPTIONS = {
  ...grouped("What agents may do:", {
    allowSql: flag({ says: "Offer run_sql: one SELECT at a time, in a process that reaches nothing but the pool" }),
    names: flag({ says: "Show agents the names of projects; without it they have pseudonyms or numbers" }),
    run: text({ says: "Folder of a finished run, for figures", default: "out" }),
  }),
  ...grouped("How:", { out: outOption }),
  ...ownPoolOptions,
};

export const mcpCommand = command({
  usage: "mcp",
  says: "Answers questions of coding agents (MCP over stdio).",
  options: OPTIONS,
  goesWith: { allUsers: ["homeRoot"] },
  epilogue: "docs/assistant.md says how to add it to Claude Code and Codex.",
  run: async (values, call) => {
    refuseIdleHistory(values, call);
    const [{ mcpServer }, { StdioServerTransport }, { readingOptionsOf }] = await Promise.all([
      import("../assistant/mcp/server.ts"),
      import("@modelcontextprotocol/sdk/server/stdio.js"),
      import("../run/database.ts"),
    ]);
    const ended = inputEnded();
    const pool = madeOnce(() => openOwnPool(values));
    const fence = madeOnce(async () => openFence({ db: (await pool()).file, reading: readingOptionsOf(values), names: values.names }));
    const server = mcpServer({
      version: readVersion(projectFile("package.json")),
      pool,
      fence: values.allowSql ? fence : null,
      names: values.names,
      run: values.run,
    });
    await server.connect(new StdioServerTransport());
    await ended;
    await server.close();
    (await fence.made)?.close();
    (await pool.made)?.close();
    return 0;
  },
});

interface Once<T> {
  (): Promise<T>;
  /** Undefined until it was asked for. */
  made?: Promise<T> | undefined;
}

/** Made when it is first asked for, and again after that has failed. */
function madeOnce<T>(make: () => Promise<T>): Once<T> {
  const once: Once<T> = () => {
    once.made ??= make().catch((error) => {
      once.made = undefined;
      throw error;
    });
    return once.made;
  };
  return once;
}

/** The client is gone. */
function inputEnded(): Promise<void> {
  return new Promise((resolve) => {
    process.stdin.once("end", resolve);
    process.stdin.once("close", resolve);
  });
}
