/** @jsxRuntime automatic @jsxImportSource preact */

interface Neighbor {
  readonly title: string;
  readonly href: string;
}

interface NeighborsProps {
  /** What follows one another, e.g. `experiment`. */
  readonly noun: string;
  readonly previous: Neighbor | null;
  readonly next: Neighbor | null;
}

/** The pages before and after this one. */
export function Neighbors({ noun, previous, next }: NeighborsProps) {
  return (
    <nav class="neighbors" aria-label={`Previous and next ${noun}`}>
      {previous && (
        <a rel="prev" href={previous.href}>
          <span class="aside">Previous</span> {previous.title}
        </a>
      )}
      {next && (
        <a rel="next" href={next.href}>
          <span class="aside">Next</span> {next.title}
        </a>
      )}
    </nav>
  );
}
