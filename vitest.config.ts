import { randomUUID } from "node:crypto";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["{lib,experiments,data,bench}/**/*.test.{ts,tsx}", "*.test.ts"],
    // One sample atlas serves all browser tests of a run.
    env: { TZ: "UTC", TEST_RUN: randomUUID() },
    testTimeout: 60_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
  },
});
