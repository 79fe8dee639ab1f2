/** @jsxRuntime automatic @jsxImportSource preact */

export interface PagePart {
  readonly anchor: string;
  readonly title: string;
  readonly parts?: readonly PagePart[];
}

/** Links to the parts of a long page. */
export function OnThisPage({ parts }: { readonly parts: readonly PagePart[] }) {
  return (
    <nav class="on-this-page" aria-labelledby="on-this-page-title">
      <h2 id="on-this-page-title">On this page</h2>
      <PartList parts={parts} />
    </nav>
  );
}

function PartList({ parts }: { readonly parts: readonly PagePart[] }) {
  return (
    <ul>
      {parts.map((part) => (
        <li key={part.anchor}>
          <a href={`#${encodeURIComponent(part.anchor)}`}>{part.title}</a>
          {part.parts && part.parts.length > 1 && <PartList parts={part.parts} />}
        </li>
      ))}
    </ul>
  );
}
