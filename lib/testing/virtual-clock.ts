/** Time that passes only while everything waits for it. */
import { setImmediate } from "node:timers/promises";
import type { Clock } from "../replay/clock.ts";

interface Sleeper {
  readonly wakeMs: number;
  readonly wake: () => void;
}

/** Turns of the event loop in which work that needs no time comes to rest. */
const TURNS = 4;

export class VirtualClock implements Clock {
  readonly epochMs = Date.UTC(2026, 0, 1);
  private time = 0;
  private readonly sleepers = new Set<Sleeper>();
  private isRunning = false;

  now(): number {
    return this.time;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (ms <= 0 || signal?.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = () => {
        this.sleepers.delete(sleeper);
        signal?.removeEventListener("abort", wake);
        resolve();
      };
      const sleeper: Sleeper = { wakeMs: this.time + ms, wake };
      this.sleepers.add(sleeper);
      signal?.addEventListener("abort", wake);
      if (!this.isRunning) void this.run();
    });
  }

  private async run(): Promise<void> {
    this.isRunning = true;
    while (this.sleepers.size > 0) {
      for (let turn = 0; turn < TURNS; turn++) await setImmediate();
      const next = [...this.sleepers].reduce<Sleeper | null>((a, b) => (a === null || b.wakeMs < a.wakeMs ? b : a), null);
      if (next === null) break;
      this.time = next.wakeMs;
      next.wake();
    }
    this.isRunning = false;
  }
}
