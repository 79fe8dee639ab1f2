/** @jsxRuntime automatic @jsxImportSource preact */

/** A square in the color that a class gives it. */
export function Swatch({ class: name }: { readonly class: string }) {
  return (
    <svg class="swatch" viewBox="0 0 10 10" aria-hidden="true">
      <rect class={name} width={10} height={10} />
    </svg>
  );
}

const KNOWN = ["claude", "codex"];

/** The color of a provider as in the figures; others take turns. */
export function providerClass(provider: string, index: number): string {
  return KNOWN.includes(provider) ? `provider-${provider}` : `provider-other-${index % 3}`;
}
