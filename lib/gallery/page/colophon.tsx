/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { Atlas } from "../atlas/atlas.ts";
import { counted, windowOf } from "../format.ts";

/** The footer of every page: pool, time window, versions. */
export function Colophon({ atlas: { pool, versions } }: { readonly atlas: Atlas }) {
  const window = windowOf(pool);
  return (
    <footer class="colophon">
      <dl>
        <div>
          <dt>Pool</dt>
          <dd>
            {pool.name}
            {pool.synthetic && " (synthetic sample)"}, {counted(pool.rounds, "agent step")}
          </dd>
        </div>
        <div>
          <dt>Fingerprint</dt>
          <dd>
            <code>{pool.fingerprint}</code>
          </dd>
        </div>
        <div>
          <dt>Window (UTC)</dt>
          <dd>{window ? `${window.first} to ${window.last}` : "nothing observed"}</dd>
        </div>
        <div>
          <dt>Made with</dt>
          <dd>
            {Object.entries(versions)
              .map(([name, version]) => `${name} ${version}`)
              .join(", ")}
          </dd>
        </div>
      </dl>
    </footer>
  );
}
