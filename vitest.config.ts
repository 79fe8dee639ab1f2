import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["{lib,experiments,data,bench}/**/*.test.{ts,tsx}", "*.test.ts"],
    env: { TZ: "UTC" },
    testTimeout: 60_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
  },
});
