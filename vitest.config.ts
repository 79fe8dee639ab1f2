import { randomUUID } from "node:crypto";
import { configDefaults, defineConfig } from "vitest/config";

/** They start the program, run commands on whole traces or many experiments, build galleries or need a browser: `npm run test:whole`, not `npm test`. */
const WHOLE = ["{lib,experiments,data,bench}/**/*.{whole,browser}.test.{ts,tsx}"];
/** They kill processes and fill disks for minutes: `npm run bad-days`. */
const BAD_DAYS = ["lib/run/bad-days.test.ts", "lib/run/shared-out.test.ts"];

/** They start a Ray cluster and kill its nodes: `npm run engines`. */
const ENGINES = ["lib/engine/engine.test.ts"];

export default defineConfig({
  test: {
    env: {
      TZ: "UTC",
      // One sample atlas serves all browser tests of a run.
      TEST_RUN: randomUUID(),
      // The database makes and drops so many small objects that the allocator of glibc is a fifth of the processor time; others pass this over.
      GLIBC_TUNABLES: "glibc.malloc.tcache_count=2000:glibc.malloc.mxfast=0",
    },
    // A busy machine takes twenty times as long; a test that hangs still ends.
    testTimeout: 600_000,
    hookTimeout: 600_000,
    expect: { poll: { timeout: 300_000 } },
    // As in a run of the program: figures are most of what tests compute in JavaScript.
    setupFiles: ["lib/cli/tuning.ts"],
    // Test files that follow each other in a worker share what they import, which is a third of the work.
    isolate: false,
    projects: [
      {
        extends: true,
        test: {
          name: "tests",
          include: ["{lib,experiments,data,bench}/**/*.test.{ts,tsx}", "*.test.ts"],
          exclude: [...configDefaults.exclude, ...WHOLE, ...BAD_DAYS, ...ENGINES],
          maxWorkers: "100%",
          // A thread's cache of freed memory serves only that thread, so all statements run on one. It saves a tenth of the processor time.
          env: { UV_THREADPOOL_SIZE: "1" },
        },
      },
      // Tests in a browser mostly wait for it.
      { extends: true, test: { name: "whole", include: WHOLE, maxWorkers: 3, sequence: { groupOrder: 1 } } },
      { extends: true, test: { name: "bad-days", include: BAD_DAYS, maxWorkers: 3, sequence: { groupOrder: 2 } } },
      // At the same time as bad days where both are run: clusters, too, are mostly waited for.
      { extends: true, test: { name: "engines", include: ENGINES, maxWorkers: 3, sequence: { groupOrder: 2 } } },
    ],
  },
});
