/** @jsxRuntime automatic @jsxImportSource preact */
import { grouped } from "../../../format/numbers.ts";
import type { Volume } from "../../atlas/volume.ts";
import { counted, day } from "../../format.ts";
import { DataTable } from "../../page/data-table.tsx";
import { providerClass } from "../../page/swatch.tsx";

/** The drawing is stretched to the width of the page, so nothing in it may depend on its shape. */
const HEIGHT = 100;
const PERIOD_WIDTH = 10;
/** Days and weeks are separate bars; where there are very many of them, gaps would be all that is seen. */
const GAP = 1.5;
const MOST_PERIODS_WITH_GAPS = 130;

/** Agent steps over the collection window as stacked bars, with the same numbers as a table. */
export function VolumeChart({ volume, address }: { readonly volume: Volume; readonly address: string | null }) {
  const { unit, starts, providers } = volume;
  const totals = starts.map((_, i) => providers.reduce((sum, { steps }) => sum + (steps[i] ?? 0), 0));
  const most = Math.max(...totals);
  const busiest = totals.indexOf(most);
  const one = unit === "day" || unit === "week" ? unit : `span of ${unit}`;
  const sentence = `The busiest ${one}${unit === "day" ? " was" : " began on"} ${dayOf(starts[busiest])}: ${counted(most, "step")}.`;
  const description = `Bars of agent steps per ${one} from ${dayOf(starts[0])} to ${dayOf(starts.at(-1))}, stacked by provider. ${sentence}`;
  return (
    <figure class="volume">
      <figcaption>
        Agent steps per {one} (UTC). {sentence} {address !== null && <a href={address}>More measures over time</a>}
      </figcaption>
      <div class="volume-plot">
        <span class="volume-top" aria-hidden="true">
          {grouped(most)}
        </span>
        <svg viewBox={`0 0 ${starts.length * PERIOD_WIDTH} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label={description}>
          {starts.map((start, i) => (
            <Period key={start} volume={volume} index={i} most={most} label={`${dayOf(start)}: ${counted(totals[i] ?? 0, "step")}`} />
          ))}
        </svg>
        <p class="volume-dates" aria-hidden="true">
          {datesOf(starts).map((date) => (
            <span key={date}>{date}</span>
          ))}
        </p>
      </div>
      <details class="fold">
        <summary>Show as a table</summary>
        <DataTable
          caption={`Agent steps per ${one}`}
          head={[unit === "day" ? "Day" : "From", ...providers.map(({ title }) => ({ numeric: title }))]}
        >
          {starts.map((start, i) => (
            <tr key={start}>
              <th scope="row">{dayOf(start)}</th>
              {providers.map(({ provider, steps }) => (
                <td key={provider} class="numeric">
                  {grouped(steps[i] ?? 0)}
                </td>
              ))}
            </tr>
          ))}
        </DataTable>
      </details>
    </figure>
  );
}

interface PeriodProps {
  readonly volume: Volume;
  readonly index: number;
  readonly most: number;
  readonly label: string;
}

function Period({ volume: { starts, providers }, index, most, label }: PeriodProps) {
  const gap = starts.length > MOST_PERIODS_WITH_GAPS ? 0 : GAP;
  const heights = providers.map(({ steps }) => (HEIGHT * (steps[index] ?? 0)) / Math.max(1, most));
  return (
    <g>
      <title>{label}</title>
      <rect class="volume-reach" x={index * PERIOD_WIDTH} y={0} width={PERIOD_WIDTH} height={HEIGHT} />
      {providers.map(({ provider }, i) => {
        const height = heights[i] ?? 0;
        const below = heights.slice(0, i).reduce((sum, lower) => sum + lower, 0);
        if (height === 0) return null;
        return (
          <rect
            key={provider}
            class={providerClass(provider, i)}
            x={index * PERIOD_WIDTH + gap / 2}
            y={short(HEIGHT - below - height)}
            width={PERIOD_WIDTH - gap}
            height={short(height)}
          />
        );
      })}
    </g>
  );
}

/** Enough for any screen. */
function short(value: number): number {
  return Number(value.toFixed(2));
}

/** Beginning, middle and end of the window, as far as they differ. */
function datesOf(starts: readonly string[]): string[] {
  return [...new Set([starts[0], starts[Math.floor(starts.length / 2)], starts.at(-1)].map(dayOf))];
}

function dayOf(start: string | undefined): string {
  return start === undefined ? "" : day(start);
}
