/** @jsxRuntime automatic @jsxImportSource preact */

/** A link to the SQL console with the experiment's query or table. */
export function AskThis({ href, about }: { readonly href: string; readonly about: string }) {
  return (
    <a class="ask-this" href={href} aria-label={`Ask this: ${about}`} title="Opens in the SQL console">
      Ask this
    </a>
  );
}
