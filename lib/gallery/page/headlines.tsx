/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { Headline } from "../../experiment.ts";

/** The few numbers an experiment is known by. */
export function Headlines({ headlines }: { readonly headlines: readonly Headline[] }) {
  if (headlines.length === 0) return null;
  return (
    <dl class="headlines">
      {headlines.map(({ label, value }) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
