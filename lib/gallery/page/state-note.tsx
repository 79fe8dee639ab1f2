/** @jsxRuntime automatic @jsxImportSource preact */
import type { SheetState } from "../atlas/atlas.ts";

const LABELS = { empty: "Nothing to show.", failed: "Failed.", skipped: "Not run." } as const;

/** Why there is nothing to look at; nothing when there is. */
export function StateNote({ state }: { readonly state: SheetState }) {
  if (state.kind === "shown") return null;
  return (
    <p class={`state state-${state.kind}`}>
      <strong>{LABELS[state.kind]}</strong> {state.sentence}
    </p>
  );
}
