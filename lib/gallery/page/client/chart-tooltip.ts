/** What a place of a chart says, as a small table next to it. Made of text nodes: names in data may contain markup. */
import type { Reading } from "../../../chart/reading.ts";
import { element } from "./elements.ts";

const DISTANCE = 14;
const MOST_ROWS = 14;
const MOST_CHARACTERS = 120;

export interface Place {
  readonly clientX: number;
  readonly clientY: number;
}

/** One box for a chart. */
export class ChartTooltip {
  private readonly box = element("div", { class: "chart-tooltip", role: "status", hidden: "" });

  constructor() {
    document.body.append(this.box);
  }

  show(readings: readonly Reading[], place: Place): void {
    this.box.replaceChildren(...contentOf(readings));
    this.box.hidden = this.box.childElementCount === 0;
    this.moveTo(place);
  }

  hide(): void {
    this.box.hidden = true;
  }

  remove(): void {
    this.box.remove();
  }

  /** Next to the place, within the window. */
  private moveTo({ clientX, clientY }: Place): void {
    const { offsetWidth: width, offsetHeight: height } = this.box;
    const left = clientX + DISTANCE + width > innerWidth ? clientX - DISTANCE - width : clientX + DISTANCE;
    const top = clientY + DISTANCE + height > innerHeight ? clientY - DISTANCE - height : clientY + DISTANCE;
    this.box.style.left = `${Math.max(0, left)}px`;
    this.box.style.top = `${Math.max(0, top)}px`;
  }
}

type Row = Reading["rows"][number];

/** Of one mark all that it says; of several curves at one place a row each. */
function contentOf(readings: readonly Reading[]): HTMLElement[] {
  const [first] = readings;
  if (!first) return [];
  const measure = commonMeasure(readings);
  const headings = readings.length === 1 ? [first.panel, first.heading] : [first.panel, measure ?? ""];
  const rows = readings.length === 1 ? first.rows : rowsOfCurves(readings, measure);
  const shown = rows
    .slice(0, MOST_ROWS)
    .map(({ label, value }) => element("tr", {}, element("th", { scope: "row" }, shortened(label)), element("td", {}, shortened(value))));
  return [
    ...headings.filter((text) => text !== "").map((text) => element("p", {}, shortened(text))),
    ...(shown.length > 0 ? [element("table", {}, element("tbody", {}, ...shown))] : []),
  ];
}

/** What all curves measure, if each has a name. */
function commonMeasure(readings: readonly Reading[]): string | null {
  const [measure, ...others] = new Set(readings.map(({ rows }) => rows.at(-1)?.label ?? ""));
  return others.length === 0 && measure && readings.every(({ heading, rows }) => heading !== "" && rows.length <= 2) ? measure : null;
}

/** The place along x once if all agree, else with each value. */
function rowsOfCurves(readings: readonly Reading[], measure: string | null): Row[] {
  const placed = readings.every(({ rows }) => rows.length > 1);
  const [place] = placed ? readings.flatMap(({ rows }) => rows[0] ?? []) : [];
  const agree = !placed || readings.every(({ rows }) => rows[0]?.label === place?.label && rows[0]?.value === place?.value);
  const values = readings.flatMap(({ heading, rows }) =>
    rows.slice(placed ? 1 : 0).map(({ label, value }) => ({
      label: label === measure ? heading : [heading, label].filter((text) => text !== "").join(": "),
      value: agree ? value : `${value} at ${rows[0]?.value}`,
    })),
  );
  return agree && place ? [place, ...values] : values;
}

function shortened(text: string): string {
  return text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}…` : text;
}
