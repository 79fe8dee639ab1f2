/** @jsxRuntime automatic @jsxImportSource preact */
import { grouped, money, NONE, percent } from "../../../format/numbers.ts";
import type { Atlas } from "../../atlas/atlas.ts";
import { COST, type Cost } from "../../atlas/cost.ts";
import type { Overview } from "../../atlas/overview.ts";
import { kindOf, poolName, priceWords, providerWindows, readingWords } from "../../atlas/pool-words.ts";
import { VOLUME } from "../../atlas/volume.ts";
import { counted, magnitude, wholePercents, windowOf } from "../../format.ts";
import { type Link, pageOf, READINGS } from "../../links.ts";
import { Facts } from "../../page/facts.tsx";
import { providerClass, Swatch } from "../../page/swatch.tsx";
import { VolumeChart } from "./volume-chart.tsx";

/** Eight numbers of the pool, and its steps over time. */
export function PoolFacts({ atlas, link }: { readonly atlas: Atlas; readonly link: Link }) {
  const { pool, overview, volume, cost } = atlas;
  const more = atlas.sheets.find(({ id }) => id === VOLUME.id);
  return (
    <>
      <Facts
        class="facts"
        facts={[
          { label: "Sessions", value: grouped(pool.sessions) },
          { label: "Agent steps", value: grouped(pool.rounds) },
          { label: "Tool calls", value: grouped(pool.toolCalls) },
          ...(overview ? tokenFacts(overview) : [{ label: "Users", value: grouped(pool.users) }]),
          ...(cost ? costFacts(atlas, cost, link) : []),
        ]}
      />
      {cost && <CostNote cost={cost} />}
      {overview && overview.providers.length > 0 ? (
        <ProviderShares providers={overview.providers} />
      ) : (
        pool.providers.length > 0 && <p class="split">Providers: {pool.providers.join(", ")}</p>
      )}
      {volume && <VolumeChart volume={volume} address={more ? link(more.page) : null} />}
    </>
  );
}

/** One line on what the pool is; its window, reading and fingerprint below a fold. */
export function PoolStrip({ atlas: { pool }, link }: { readonly atlas: Atlas; readonly link: Link }) {
  const [kind, name] = [kindOf(pool), poolName(pool)];
  const facts = [
    { label: "Collection window (UTC)", value: <Window pool={pool} /> },
    { label: "Users", value: grouped(pool.users) },
    { label: "Reading", value: <a href={link(READINGS)}>{readingWords(pool)}</a> },
    { label: "Fingerprint", value: <code>{pool.fingerprint}</code> },
  ];
  return (
    <details class="pool-strip">
      <summary>
        {name !== null && (
          <>
            Pool <strong>{name}</strong> ·{" "}
          </>
        )}
        {kind.title} · fingerprint <code>{pool.fingerprint.slice(0, FINGERPRINT_CHARACTERS)}</code>
      </summary>
      {kind.about && <p class="aside">{kind.about}</p>}
      <Facts facts={facts} />
    </details>
  );
}

function Window({ pool }: { readonly pool: Atlas["pool"] }) {
  const window = windowOf(pool);
  if (!window) return <>Nothing observed</>;
  const providers = providerWindows(pool);
  return (
    <>
      {window.span} <span class="aside">({counted(window.days, "day")})</span>
      {providers.length > 1 && (
        <ul class="windows">
          {providers.map(({ provider, span }, i) => (
            <li key={provider}>
              <Swatch class={providerClass(provider, i)} />
              {provider}: {span}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function tokenFacts({ tokens: { input, prefix, output }, outputCounts }: Overview) {
  const share = input > 0 && <span class="aside">{percent(prefix / input, 1)} from the cache</span>;
  return [
    { label: "Input tokens", value: [magnitude(input), share] },
    {
      label: "Output tokens",
      value: [output === null ? "–" : magnitude(output), outputCounts !== null && <span class="aside">{outputCounts}</span>],
    },
  ];
}

const ANATOMY = "prefix_cache/cost_anatomy";
/** Enough to distinguish pools at a glance. */
const FINGERPRINT_CHARACTERS = 10;

export function costFacts(atlas: Atlas, { usd, usdMost, usdPerDay, usdWithoutCache, days }: Cost, link: Link) {
  const to = (id: string, text: string) => (atlas.shown.has(id) ? <a href={link(pageOf(id))}>{text}</a> : text);
  const aside = (text: string | false) => text && <span class="aside">{text}</span>;
  const most = mostOf({ usd, usdMost });
  const saved = usd === null || usdWithoutCache === null ? null : usdWithoutCache - usd;
  return [
    { label: to(COST.id, `Cost at ${priceWords(atlas.pool)}`), value: [amount(usd), aside(most !== null && `at most ${most}`)] },
    {
      label: to(COST.id, "Cost per active day"),
      value: [amount(usdPerDay), aside(days > 0 && `over ${counted(days, "day")} with priced steps`)],
    },
    {
      label: to(ANATOMY, "Saved by the cache"),
      value: [amount(saved), aside(usdWithoutCache !== null && `of ${money(usdWithoutCache)} without it`)],
    },
  ];
}

export function CostNote({ cost }: { readonly cost: Cost }) {
  return (
    <p class="aside facts-note">
      {cost.prices} Subscriptions don't pay them.{cost.outputCounts !== null && ` Output: ${cost.outputCounts}.`}
      {mostOf(cost) !== null &&
        " The most that the cost can be: cache writes of unknown lifetime for an hour, and output as long as its text needs."}
    </p>
  );
}

/** The most that the cost can be, if that is printed as another amount. */
function mostOf({ usd, usdMost }: Pick<Cost, "usd" | "usdMost">): string | null {
  return usdMost === null || amount(usdMost) === amount(usd) ? null : money(usdMost);
}

function amount(usd: number | null): string {
  return usd === null ? NONE : money(usd);
}

/** The colors of the bars below, with the share of the steps. */
function ProviderShares({ providers }: { readonly providers: Overview["providers"] }) {
  const percents = wholePercents(providers.map(({ steps }) => steps));
  return (
    <ul class="split">
      {providers.map(({ provider, steps }, i) => (
        <li key={provider}>
          <Swatch class={providerClass(provider, i)} />
          {provider} <strong>{percents[i]}%</strong> <span class="aside">{grouped(steps)} steps</span>
        </li>
      ))}
    </ul>
  );
}
