import { randomUUID } from "node:crypto";
import { configDefaults, defineConfig } from "vitest/config";

/** They kill processes and fill disks for minutes: `npm run bad-days`, not `npm test`. */
const BAD_DAYS = ["lib/run/bad-days.test.ts", "lib/run/shared-out.test.ts"];

export default defineConfig({
  test: {
    // One sample atlas serves all browser tests of a run.
    env: { TZ: "UTC", TEST_RUN: randomUUID() },
    // A busy machine takes twenty times as long; a test that hangs still ends.
    testTimeout: 600_000,
    hookTimeout: 600_000,
    expect: { poll: { timeout: 300_000 } },
    // Tests in a browser mostly wait for it.
    maxWorkers: 3,
    // Test files that follow each other in a worker share what they import, which is a third of the work.
    isolate: false,
    projects: [
      {
        extends: true,
        test: {
          name: "tests",
          include: ["{lib,experiments,data,bench}/**/*.test.{ts,tsx}", "*.test.ts"],
          exclude: [...configDefaults.exclude, ...BAD_DAYS],
        },
      },
      { extends: true, test: { name: "bad-days", include: BAD_DAYS } },
    ],
  },
});
