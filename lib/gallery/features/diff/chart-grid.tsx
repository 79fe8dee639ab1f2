/** @jsxRuntime automatic @jsxImportSource preact */
import { percent } from "../../../format/numbers.ts";
import { renderPhrase } from "../../atlas/readme.ts";
import { counted } from "../../format.ts";
import type { Link } from "../../links.ts";
import { Phrase } from "../../page/prose.tsx";
import type { DiffChart } from "./charts.ts";
import type { Drawings } from "./draw.ts";

interface ChartGridProps {
  readonly charts: readonly DiffChart[];
  readonly drawings: Drawings;
  readonly link: Link;
}

/** Of more charts, the rest is below a fold. */
const SHOWN_CHARTS = 3;

/** Charts of both runs, the largest effects first. */
export function ChartGrid({ charts, ...place }: ChartGridProps) {
  const others = charts.slice(SHOWN_CHARTS);
  return (
    <>
      <Charts charts={charts.slice(0, SHOWN_CHARTS)} {...place} />
      {others.length > 0 && (
        <details>
          <summary>{counted(others.length, "more chart")}, with smaller effects</summary>
          <Charts charts={others} {...place} />
        </details>
      )}
    </>
  );
}

/** As many side by side as fit. */
function Charts({ charts, drawings, link }: ChartGridProps) {
  if (charts.length === 0) return null;
  return (
    <div class="diff-charts">
      {charts.map((chart, i) => (
        <Chart key={i} chart={chart} drawings={drawings} link={link} />
      ))}
    </div>
  );
}

function Chart({ chart, drawings, link }: Omit<ChartGridProps, "charts"> & { readonly chart: DiffChart }) {
  const drawn = drawings.get(chart);
  if (!drawn) return null;
  const { title, says, effect, leftOut, alt } = chart;
  return (
    <figure>
      <a class="plate-picture turns-dark" href={link(drawn.file)} aria-label={`${title} at full size`}>
        <img src={link(drawn.file)} width={Math.round(drawn.width / 2)} height={Math.round(drawn.height / 2)} alt={alt} loading="lazy" />
      </a>
      <figcaption class="caption">
        {says !== null && (
          <>
            <Phrase body={renderPhrase(says)} />.{" "}
          </>
        )}
        {effect !== null && `Effect ${percent(effect)}. `}
        {leftOut}
      </figcaption>
    </figure>
  );
}
