/** @jsxRuntime automatic */
/** @jsxImportSource preact */

/** Text to copy. A script adds the button, so there is none where scripts are off. */
export function Command({ text, label }: { readonly text: string; readonly label: string }) {
  return (
    <pre class="command" data-copy={label}>
      <code>{text}</code>
    </pre>
  );
}
