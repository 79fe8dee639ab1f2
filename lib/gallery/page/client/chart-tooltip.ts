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

/** Of one mark all that it says; of several curves at one place what they share once, then each curve. */
function contentOf(readings: readonly Reading[]): HTMLElement[] {
  const [first] = readings;
  if (!first) return [];
  const shared = first.rows.filter((row) => readings.every(({ rows }) => rows.some((each) => isSame(each, row))));
  const rest = readings.map(({ heading, rows }) => ({ heading, rows: rows.filter((row) => !shared.some((each) => isSame(each, row))) }));
  const several = readings.length > 1;
  const headings = [first.panel, several ? "" : first.heading].filter((text) => text !== "");
  const rows = [...shared, ...rest.flatMap((each) => each.rows.map((row) => (several ? withHeading(row, each.heading) : row)))];
  const shown = rows
    .slice(0, MOST_ROWS)
    .map(({ label, value }) => element("tr", {}, element("th", { scope: "row" }, shortened(label)), element("td", {}, shortened(value))));
  return [
    ...headings.map((text) => element("p", {}, shortened(text))),
    ...(shown.length > 0 ? [element("table", {}, element("tbody", {}, ...shown))] : []),
  ];
}

function isSame(one: Row, other: Row): boolean {
  return one.label === other.label && one.value === other.value;
}

function withHeading({ label, value }: Row, heading: string): Row {
  return { label: heading === "" ? label : `${heading}: ${label}`, value };
}

function shortened(text: string): string {
  return text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}…` : text;
}
