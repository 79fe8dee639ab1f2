/** @jsxRuntime automatic @jsxImportSource preact */
import { counted } from "../../../format/counts.ts";
import { dateOf, dayOf, periodScale } from "../../../format/periods.ts";
import { groupBy } from "../../../stats/group-by.ts";
import { at } from "../../../stats/known.ts";
import { sumOf } from "../../../stats/sum.ts";
import { day } from "../../format.ts";
import type { ActiveHour } from "./read.ts";

/** More days than this are drawn as weeks. */
const MOST_DAYS = 120;
const HOURS = 24;
const NAMED_HOURS = [0, 6, 12, 18];

interface CalendarProps {
  /** At least one. */
  readonly activity: readonly ActiveHour[];
  readonly timezone: string;
}

/** Steps by day, or week, and hour of the day. The experiment's figure has them in UTC. */
export function CalendarOf({ activity, timezone }: CalendarProps) {
  const hours = activity.map(({ date, ...rest }) => ({ ...rest, day: dayOf(date) }));
  const days = hours.map((hour) => hour.day);
  const scale = periodScale(Math.min(...days), Math.max(...days), MOST_DAYS);
  const cells = [...groupBy(hours, (hour) => scale.startOf(hour.day) * HOURS + hour.hour).values()].map((own) => {
    const { day: first, hour } = at(own, 0);
    return { start: scale.startOf(first), hour, steps: sumOf(own, ({ steps }) => steps) };
  });
  const most = cells.reduce((largest, cell) => (cell.steps > largest.steps ? cell : largest), at(cells, 0));
  const when = (start: number) => `${scale.width === 1 ? "" : `${scale.unit} from `}${day(dateOf(start))}`;
  const label = `Busiest hour: ${clockOf(most.hour)} ${scale.width === 1 ? "on" : "in the"} ${when(most.start)}, ${counted(most.steps, "step")}.`;
  const width = scale.to - scale.from;
  return (
    <figure class="calendar">
      <figcaption>
        Agent steps by {scale.unit} and hour of the day in {timezone}; the stronger the color, the more steps. {label}
      </figcaption>
      <div class="calendar-plot">
        <p class="calendar-hours" aria-hidden="true">
          {NAMED_HOURS.map((hour) => (
            <span key={hour}>{clockOf(hour)}</span>
          ))}
        </p>
        <svg viewBox={`0 0 ${width} ${HOURS}`} preserveAspectRatio="none" role="img" aria-label={label}>
          {cells.map(({ start, hour, steps }) => (
            <rect
              key={`${start} ${hour}`}
              x={start - scale.from}
              y={hour}
              width={scale.width}
              height={1}
              fill-opacity={Math.max(0.08, Math.sqrt(steps / most.steps)).toFixed(2)}
            >
              <title>{`${when(start)}, ${clockOf(hour)}: ${counted(steps, "step")}`}</title>
            </rect>
          ))}
        </svg>
        <p class="calendar-days" aria-hidden="true">
          {[...new Set([scale.from, scale.to - 1])].map((end) => (
            <span key={end}>{day(dateOf(end))}</span>
          ))}
        </p>
      </div>
    </figure>
  );
}

function clockOf(hour: number): string {
  return `${String(hour).padStart(2, "0")}:00`;
}
