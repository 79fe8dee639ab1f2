/** Starts the engine for browsers in this thread. */
import { BROWSER_RUNTIME, createDuckDB, type DuckDBBindings, type DuckDBRuntime, VoidLogger } from "@duckdb/duckdb-wasm/blocking";
import { fetched } from "../../../page/client/unpacked.ts";

declare module "@duckdb/duckdb-wasm/blocking" {
  /** The package's types are those of its build for Node. */
  export const BROWSER_RUNTIME: DuckDBRuntime;
}

/** @param address of its WebAssembly, which may be packed */
export async function startEngine(address: string): Promise<DuckDBBindings> {
  const wasm = await fetched(address);
  const mainModule = URL.createObjectURL(new Blob([wasm], { type: "application/wasm" }));
  const bundle = { mainModule, mainWorker: "" };
  const bindings = await createDuckDB({ mvp: bundle, eh: bundle }, new VoidLogger(), BROWSER_RUNTIME);
  await bindings.instantiate(() => undefined);
  bindings.open({});
  URL.revokeObjectURL(mainModule);
  return bindings;
}
