/** @jsxRuntime automatic @jsxImportSource preact */

import { shortLabel } from "../../../format/labels.ts";
import { money, percent } from "../../../format/numbers.ts";
import { sumOf } from "../../../stats/sum.ts";
import type { Share } from "./read.ts";

const WIDTH = 100;

interface BarsProps {
  readonly title?: string;
  readonly shares: readonly Share[];
  /** Beyond these, the rest is one row. */
  readonly most: number;
}

/** Amounts of money as rows of a table with bars. */
export function Bars({ title, shares, most }: BarsProps) {
  const total = sumOf(shares, ({ usd }) => usd);
  const shown = shares.length > most ? [...shares.slice(0, most - 1), restOf(shares.slice(most - 1))] : shares;
  const largest = Math.max(...shown.map(({ usd }) => usd), 0);
  if (total === 0) return null;
  return (
    <div>
      {title !== undefined && <h3 class="bars-title">{title}</h3>}
      <table class="bars">
        <tbody>
          {shown.map(({ name, usd }) => (
            <tr key={name}>
              <th scope="row" title={name}>
                {shortLabel(name)}
              </th>
              <td class="numeric">{money(usd)}</td>
              <td class="numeric aside">{percent(usd / total)}</td>
              <td class="bar">
                <svg viewBox={`0 0 ${WIDTH} 10`} preserveAspectRatio="none" aria-hidden="true">
                  <rect width={((WIDTH * usd) / largest).toFixed(1)} height="10" />
                </svg>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function restOf(shares: readonly Share[]): Share {
  return { name: `${shares.length} others`, usd: sumOf(shares, ({ usd }) => usd) };
}
