/** @jsxRuntime automatic @jsxImportSource preact */
import type { ComponentChildren } from "preact";

interface Fact {
  readonly label: ComponentChildren;
  readonly value: ComponentChildren;
}

/** Names with their values; nothing where there are none. */
export function Facts({ class: name, facts }: { readonly class?: string; readonly facts: readonly Fact[] }) {
  if (facts.length === 0) return null;
  return (
    <dl class={name}>
      {facts.map(({ label, value }, i) => (
        <div key={i}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
