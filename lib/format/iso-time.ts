/** A time in UTC with its microseconds, such as `2026-01-31T12:00:00.123456Z`. @param us since 1970 */
export function isoMicroseconds(us: number): string {
  const fraction = String(us - Math.floor(us / 1_000_000) * 1_000_000).padStart(6, "0");
  return `${new Date(Math.floor(us / 1_000_000) * 1000).toISOString().slice(0, -4)}${fraction}Z`;
}
