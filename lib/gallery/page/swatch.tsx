/** @jsxRuntime automatic @jsxImportSource preact */

/** A square in a color, such as `var(--tool)`, or the one that a class gives it. */
export function Swatch({ class: name, fill }: { readonly class?: string; readonly fill?: string }) {
  return (
    <svg class="swatch" viewBox="0 0 10 10" aria-hidden="true">
      <rect class={name} fill={fill} width={10} height={10} />
    </svg>
  );
}

const KNOWN = ["claude", "codex"];

/** The color of a provider as in the figures; others take turns. */
export function providerClass(provider: string, index: number): string {
  return KNOWN.includes(provider) ? `provider-${provider}` : `provider-other-${index % 3}`;
}
