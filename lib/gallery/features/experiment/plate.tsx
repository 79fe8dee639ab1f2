/** @jsxRuntime automatic @jsxImportSource preact */
import type { Sheet, SheetFigure } from "../../atlas/atlas.ts";
import type { ChartTable } from "../../atlas/chart-files.ts";
import type { Citation } from "../../atlas/citation.ts";
import { bytes, counted } from "../../format.ts";
import { anchorOf, chartFile, downloadOf, fileOf, type Link, permalinkOf } from "../../links.ts";
import { Download } from "../../page/download.tsx";
import { FigurePicture } from "../../page/figure-picture.tsx";
import { Prose } from "../../page/prose.tsx";
import { Cite } from "./cite.tsx";
import { Grid } from "./grid.tsx";

interface PlateProps {
  readonly sheet: Sheet;
  readonly figure: SheetFigure;
  readonly number: number;
  readonly citation: Citation;
  readonly link: Link;
}

/** A figure with its number, caption, id, downloads and rows. A script adds the view at full size and the interactive chart. */
export function Plate({ sheet, figure, number, citation, link }: PlateProps) {
  const anchor = anchorOf("figure", figure.name);
  const png = link(fileOf(sheet.id, figure.file));
  return (
    <figure
      class="plate"
      id={anchor}
      aria-labelledby={`${anchor}-title`}
      data-chart={figure.name}
      data-spec={link(chartFile(sheet.id, `${figure.name}.js`))}
    >
      <FigurePicture
        id={sheet.id}
        figure={figure}
        link={link}
        label={`Figure ${number} at full size`}
        loading={number === 1 ? "eager" : "lazy"}
      />
      <figcaption>
        <h3 id={`${anchor}-title`}>
          <span class="number">Figure {number}</span> {figure.title}
        </h3>
        <p class="caption">{figure.caption}</p>
        <HowToRead sheet={sheet} figure={figure} />
        <Downloads sheet={sheet} figure={figure} png={png} link={link} />
      </figcaption>
      {figure.chart.tables[0] && <Rows sheet={sheet} figure={figure} number={number} first={figure.chart.tables[0]} link={link} />}
      <Cite citation={citation} />
    </figure>
  );
}

/** Closed where an earlier figure of the page is read the same way. */
function HowToRead({ sheet, figure }: Pick<PlateProps, "sheet" | "figure">) {
  const first = sheet.figures.findIndex(({ guide }) => guide.html === figure.guide.html);
  const isFirst = sheet.figures[first] === figure;
  return (
    <details class="guide" open={isFirst}>
      <summary>
        <h4>How to read this figure</h4> {!isFirst && <span class="aside">the same as figure {first + 1}</span>}
      </summary>
      <Prose body={figure.guide} />
    </details>
  );
}

function Downloads({ sheet, figure, png, link }: Pick<PlateProps, "sheet" | "figure" | "link"> & { readonly png: string }) {
  const { svg, spec } = figure;
  return (
    <ul class="downloads">
      <Download href={png} name="PNG">
        {bytes(figure.bytes)}, with data and code inside
      </Download>
      {svg && (
        <Download href={link(fileOf(sheet.id, svg.file))} name="SVG">
          {bytes(svg.bytes)}
        </Download>
      )}
      <Download href={link(downloadOf(sheet.id, spec))} name="Vega-Lite spec">
        {bytes(spec.bytes)}
      </Download>
      {figure.chart.tables.map((table, i) => (
        <Download key={i} href={link(chartFile(sheet.id, table.file))} name={i === 0 ? "Chart data (CSV)" : `CSV ${i + 1}`}>
          {counted(table.rows, "row")}
        </Download>
      ))}
      <li>
        <span class="aside">Figure id</span> <code>{figure.id}</code>,{" "}
        <a class="permalink" href={link(permalinkOf(figure.id))}>
          permanent link
        </a>
      </li>
    </ul>
  );
}

/** The first rows of the chart, as they are drawn. */
function Rows({ sheet, figure, number, first, link }: Omit<PlateProps, "citation"> & { readonly first: ChartTable }) {
  const shown = first.head.rows.length;
  return (
    <details class="fold rows" id={anchorOf("rows", figure.name)}>
      <summary>
        <h4>Chart data</h4>{" "}
        <span class="aside">
          {shown < first.rows ? `first ${shown} rows of ${first.rows.toLocaleString("en-US")}` : counted(first.rows, "row")}
        </span>
      </summary>
      <Grid caption={`Rows drawn in figure ${number}`} head={first.head} />
      <p class="aside">
        As drawn.{" "}
        <a href={link(chartFile(sheet.id, first.file))} download>
          All rows as CSV
        </a>
      </p>
    </details>
  );
}
