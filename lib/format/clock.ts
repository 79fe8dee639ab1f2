/** Times as the clocks of a time zone show them. */

/** What the clocks of a time zone show, to the minute, as `2026-01-31 12:00`. */
export function localTime(timezone: string, ms: number): string {
  return new Date(ms + offsetMs(timezone, ms)).toISOString().slice(0, "2026-01-31T12:00".length).replace("T", " ");
}

/** How much later the clocks of a time zone are than UTC. */
export function offsetMs(timezone: string, ms: number): number {
  const parts = new Map(
    clockOf(timezone)
      .formatToParts(ms)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = (
    ["year", "month", "day", "hour", "minute", "second"] as const
  ).map((part) => parts.get(part) ?? 0);
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(ms / 1000) * 1000;
}

const clocks = new Map<string, Intl.DateTimeFormat>();

/** Making a format costs far more than using it. */
function clockOf(timezone: string): Intl.DateTimeFormat {
  const clock =
    clocks.get(timezone) ??
    new Intl.DateTimeFormat("en-US", {
      timeZone: timezone,
      hourCycle: "h23",
      ...{ year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric", second: "numeric" },
    });
  clocks.set(timezone, clock);
  return clock;
}
