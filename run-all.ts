#!/usr/bin/env -S npx tsx
import { main } from "./lib/run/cli.ts";

process.exitCode = await main(process.argv.slice(2));
