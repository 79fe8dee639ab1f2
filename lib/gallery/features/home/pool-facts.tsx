/** @jsxRuntime automatic @jsxImportSource preact */
import { grouped, percent } from "../../../format/numbers.ts";
import type { Atlas } from "../../atlas/atlas.ts";
import type { Overview } from "../../atlas/overview.ts";
import { kindOf, providerWindows, readingWords } from "../../atlas/pool-words.ts";
import { VOLUME } from "../../atlas/volume.ts";
import { counted, magnitude, wholePercents, windowOf } from "../../format.ts";
import { type Link, READINGS } from "../../links.ts";
import { Facts } from "../../page/facts.tsx";
import { providerClass, Swatch } from "../../page/swatch.tsx";
import { VolumeChart } from "./volume-chart.tsx";

/** What the pool is and how much it holds. */
export function PoolFacts({ atlas, link }: { readonly atlas: Atlas; readonly link: Link }) {
  const { pool, overview, volume } = atlas;
  const more = atlas.sheets.find(({ id }) => id === VOLUME.id);
  return (
    <>
      <Facts
        class="facts"
        facts={[
          { label: "Users", value: grouped(pool.users) },
          { label: "Sessions", value: grouped(pool.sessions) },
          { label: "Agent steps", value: grouped(pool.rounds) },
          { label: "Tool calls", value: grouped(pool.toolCalls) },
          ...(overview ? tokenFacts(overview) : []),
        ]}
      />
      {overview && overview.providers.length > 0 ? (
        <ProviderSplit providers={overview.providers} />
      ) : (
        pool.providers.length > 0 && <p class="split">Providers: {pool.providers.join(", ")}</p>
      )}
      {volume && <VolumeChart volume={volume} address={more ? link(more.page) : null} />}
    </>
  );
}

/** The pool's name, kind and time as on the title cartouche of a map. */
export function Cartouche({ atlas: { pool }, link }: { readonly atlas: Atlas; readonly link: Link }) {
  const kind = kindOf(pool);
  const facts = [
    { label: "Pool", value: pool.name },
    { label: "Kind", value: [kind.title, kind.about && <p class="aside">{kind.about}</p>] },
    { label: "Reading", value: <a href={link(READINGS)}>{readingWords(pool)}</a> },
    { label: "Collection window (UTC)", value: <Window pool={pool} /> },
    { label: "Fingerprint", value: <code>{pool.fingerprint}</code> },
  ];
  return <Facts class="cartouche" facts={facts} />;
}

function Window({ pool }: { readonly pool: Atlas["pool"] }) {
  const window = windowOf(pool);
  if (!window) return <>Nothing observed</>;
  const providers = providerWindows(pool);
  return (
    <>
      {window.first} to {window.last} <span class="aside">({counted(window.days, "day")})</span>
      {providers.length > 1 && (
        <ul class="windows">
          {providers.map(({ provider, first, last }, i) => (
            <li key={provider}>
              <Swatch class={providerClass(provider, i)} />
              {provider}: {first} to {last}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function tokenFacts({ tokens: { input, prefix, append, output }, outputCounts }: Overview) {
  const share = input > 0 && <span class="aside">{percent(prefix / input, 1)} of input</span>;
  return [
    { label: "Input tokens", value: magnitude(input) },
    { label: "Prefix tokens", value: [magnitude(prefix), share] },
    { label: "Append tokens", value: magnitude(append) },
    {
      label: "Output tokens",
      value: [output === null ? "–" : magnitude(output), outputCounts !== null && <span class="aside">{outputCounts}</span>],
    },
  ];
}

const BAR_WIDTH = 1000;

/** Steps by provider as one bar; the colors of known providers are those of the figures. */
function ProviderSplit({ providers }: { readonly providers: Overview["providers"] }) {
  const percents = wholePercents(providers.map(({ steps }) => steps));
  const total = providers.reduce((sum, { steps }) => sum + steps, 0);
  const widths = providers.map(({ steps }) => (BAR_WIDTH * steps) / Math.max(1, total));
  const starts = widths.map((_, i) => widths.slice(0, i).reduce((sum, width) => sum + width, 0));
  return (
    <figure class="split">
      <figcaption>Agent steps by provider</figcaption>
      <svg viewBox={`0 0 ${BAR_WIDTH} 12`} preserveAspectRatio="none" aria-hidden="true">
        {providers.map(({ provider }, i) => (
          <rect key={provider} class={providerClass(provider, i)} x={starts[i]} y={0} width={widths[i]} height={12} />
        ))}
      </svg>
      <ul>
        {providers.map(({ provider, steps }, i) => (
          <li key={provider}>
            <Swatch class={providerClass(provider, i)} />
            {provider} <strong>{percents[i]}%</strong> <span class="aside">{grouped(steps)} steps</span>
          </li>
        ))}
      </ul>
    </figure>
  );
}
