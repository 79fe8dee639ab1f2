/** @jsxRuntime automatic @jsxImportSource preact */
import type { ComponentChildren } from "preact";

interface ScrollProps {
  readonly name?: string | undefined;
  /** Id of a heading. */
  readonly nameFrom?: string | undefined;
  readonly children: ComponentChildren;
}

/** A box that scrolls what is wider than the page, also by keyboard. Pages have too many for landmarks. */
export function Scroll({ name, nameFrom, children }: ScrollProps) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for the fields of a form
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard
    <div class="scroll" role="group" aria-label={name} aria-labelledby={nameFrom} tabIndex={0}>
      {children}
    </div>
  );
}
