/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { ComponentChildren } from "preact";

/** A box that scrolls what is wider than the page, also by keyboard. Its name is a text or the id of a heading. */
export function Scroll({
  name,
  nameFrom,
  children,
}: {
  readonly name?: string;
  readonly nameFrom?: string;
  readonly children: ComponentChildren;
}) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard
    <section class="scroll" aria-label={name} aria-labelledby={nameFrom} tabIndex={0}>
      {children}
    </section>
  );
}
