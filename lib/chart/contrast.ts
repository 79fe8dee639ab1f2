/** How well one color can be seen on another: https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio */
import { power } from "../stats/power.ts";

/** Between two colors (`#rrggbb`): from 1 for equal ones to 21 for black on white. */
export function contrast(a: string, b: string): number {
  const [darker = 0, lighter = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (lighter + 0.05) / (darker + 0.05);
}

/** Red, green and blue as shares of full light. */
export function linearChannels(hex: string): [red: number, green: number, blue: number] {
  const channel = (at: number) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : power((value + 0.055) / 1.055, 2.4);
  };
  return [channel(1), channel(3), channel(5)];
}

function luminance(hex: string): number {
  const [red, green, blue] = linearChannels(hex);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
