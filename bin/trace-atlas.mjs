#!/usr/bin/env node
// The same program as `npx tsx run-all.ts`, for an installed package: registers the TypeScript loader, then hands over.
import { fileURLToPath } from "node:url";
import { register } from "tsx/esm/api";

register({ tsconfig: fileURLToPath(new URL("../tsconfig.json", import.meta.url)) });
const { start } = await import("../lib/cli/main.ts");
await start(process.argv.slice(2));
