#!/usr/bin/env -S npx tsx
import { start } from "./lib/cli/main.ts";

await start(process.argv.slice(2));
