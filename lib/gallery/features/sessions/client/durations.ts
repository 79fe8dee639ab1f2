/** Durations as the pages of sessions print them. */

/** Minutes as `45m`, `2h30m`, `1d4h`. */
export function minutesText(minutes: number): string {
  const parts: readonly [number, string][] = [
    [Math.floor(minutes / 1440), "d"],
    [Math.floor(minutes / 60) % 24, "h"],
    [Math.round(minutes % 60), "m"],
  ];
  return (
    parts
      .filter(([amount]) => amount > 0)
      .map(([amount, unit]) => amount + unit)
      .join("") || "0m"
  );
}

/** `421 ms`, `8.3 s`, `4m 5s`, `2h 10m`. */
export function secondsText(seconds: number): string {
  if (seconds < 1) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)}m ${whole % 60}s`;
  return `${Math.floor(whole / 3600)}h ${Math.floor((whole % 3600) / 60)}m`;
}

/** Seconds below a minute, else minutes. */
export function durationText(seconds: number): string {
  return seconds < 60 ? secondsText(seconds) : minutesText(Math.round(seconds / 60));
}
