/** @jsxRuntime automatic @jsxImportSource preact */
import { grouped, money, NONE, percent } from "../../../format/numbers.ts";
import type { Atlas } from "../../atlas/atlas.ts";
import { COST, type Cost } from "../../atlas/cost.ts";
import type { Overview } from "../../atlas/overview.ts";
import { kindOf, priceWords, providerWindows, readingWords } from "../../atlas/pool-words.ts";
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
      {atlas.cost && <CostFacts atlas={atlas} cost={atlas.cost} link={link} />}
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

const ANATOMY = "prefix_cache/cost_anatomy";

interface CostFactsProps {
  readonly atlas: Atlas;
  readonly cost: Cost;
  readonly link: Link;
}

function CostFacts({ atlas, cost, link }: CostFactsProps) {
  const { usd, usdMost, usdPerDay, usdWithoutCache, days, prices, outputCounts } = cost;
  const to = (id: string, text: string) => {
    const sheet = atlas.sheets.find((candidate) => candidate.id === id && candidate.state.kind === "shown");
    return sheet ? <a href={link(sheet.page)}>{text}</a> : text;
  };
  const aside = (text: string | false | null) => text && <span class="aside">{text}</span>;
  const most = usdMost === null || amount(usdMost) === amount(usd) ? null : money(usdMost);
  const saved = usd === null || usdWithoutCache === null ? null : usdWithoutCache - usd;
  return (
    <>
      <Facts
        class="facts"
        facts={[
          {
            label: to(COST.id, `Cost at ${priceWords(atlas.pool)}`),
            value: [amount(usd), aside(most && `at most ${most}`)],
          },
          {
            label: to(COST.id, "Cost per active day"),
            value: [amount(usdPerDay), days > 0 && aside(`over ${counted(days, "day")} with priced steps`)],
          },
          {
            label: to(ANATOMY, "Saved by the cache"),
            value: [amount(saved), usdWithoutCache !== null && aside(`of ${money(usdWithoutCache)} without it`)],
          },
        ]}
      />
      <p class="aside facts-note">
        {prices} Subscriptions don't pay them.{outputCounts !== null && ` Output: ${outputCounts}.`}
        {most && " The most that the cost can be: cache writes of unknown lifetime for an hour, and output as long as its text needs."}
      </p>
    </>
  );
}

function amount(usd: number | null): string {
  return usd === null ? NONE : money(usd);
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
