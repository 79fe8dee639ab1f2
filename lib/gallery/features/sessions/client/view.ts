/** Moving along a timeline. */
import type { Extent } from "./layout.ts";

/** What is looked at: a stretch of the layout. */
export type View = Extent;

/** Shows `factor` times as much around a place that stays where it is. Never beyond the ends, never less than `least` units. */
export function zoomed(view: View, factor: number, around: number, length: number, least: number): View {
  const span = Math.max(Math.min(least, length), Math.min(length, (view.to - view.from) * factor));
  const share = (around - view.from) / (view.to - view.from);
  return within({ from: around - share * span, to: around + (1 - share) * span }, length);
}

export function moved(view: View, by: number, length: number): View {
  return within({ from: view.from + by, to: view.to + by }, length);
}

/** The same stretch, moved as little as it takes to show a place with some room around it. */
export function showing(view: View, { from, to }: Extent, length: number): View {
  const room = Math.min((view.to - view.from) * 0.1, Math.max(0, (view.to - view.from - (to - from)) / 2));
  if (from - room < view.from) return moved(view, from - room - view.from, length);
  return to + room > view.to ? moved(view, to + room - view.to, length) : view;
}

function within(view: View, length: number): View {
  const span = Math.min(length, view.to - view.from);
  const from = Math.max(0, Math.min(view.from, length - span));
  return { from, to: from + span };
}
