/** @jsxRuntime automatic @jsxImportSource preact */
import type { Atlas } from "../atlas/atlas.ts";
import { poolName, readingWords } from "../atlas/pool-words.ts";
import { counted, windowOf } from "../format.ts";
import { type Link, READINGS } from "../links.ts";
import { Facts } from "./facts.tsx";

/** The footer of every page: pool, reading, time window, versions. */
export function Colophon({ atlas: { pool, versions }, link }: { readonly atlas: Atlas; readonly link: Link }) {
  const window = windowOf(pool);
  const packages = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  const facts = [
    {
      label: "Pool",
      value: `${poolName(pool) ?? "own history"}${pool.synthetic ? " (synthetic sample)" : ""}, ${counted(pool.rounds, "agent step")}`,
    },
    { label: "Fingerprint", value: <code>{pool.fingerprint}</code> },
    { label: "Reading", value: <a href={link(READINGS)}>{readingWords(pool)}</a> },
    { label: "Window (UTC)", value: window?.span ?? "nothing observed" },
    { label: "Made with", value: packages.join(", ") },
  ];
  return (
    <footer class="colophon">
      <Facts facts={facts} />
    </footer>
  );
}
