/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { Timeline } from "../../../trace/timeline.ts";

const LEGEND: readonly (readonly [string, string])[] = [
  ["prefix", "Prefix (cached)"],
  ["append", "Append (new)"],
  ["output", "Output"],
  ["generation", "Model writes"],
  ["tool", "Tool runs"],
  ["failed", "Tool failed"],
  ["human", "Wait for the human"],
  ["user", "User message"],
  ["compaction", "Compaction"],
];

/** Drawn and brought to life by the script. */
export function TimelineSection({ timeline }: { readonly timeline: Timeline }) {
  return (
    <section class="timeline" id="timeline" aria-labelledby="timeline-title" hidden>
      <h2 id="timeline-title">Timeline</h2>
      <div class="timeline-bar">
        <fieldset>
          <legend>Along</legend>
          <label>
            <input type="radio" name="along" value="steps" checked /> steps
          </label>
          <label>
            <input type="radio" name="along" value="clock" /> the clock
          </label>
        </fieldset>
        <div class="timeline-buttons">
          <TimelineButton name="left" label="Earlier" text="←" />
          <TimelineButton name="right" label="Later" text="→" />
          <TimelineButton name="out" label="Zoom out" text="−" />
          <TimelineButton name="in" label="Zoom in" text="+" />
          <TimelineButton name="all" label="Whole session" text="Whole session" />
        </div>
      </div>
      <ul class="timeline-legend">
        {LEGEND.map(([name, text]) => (
          <li key={name} class={`legend-${name}`}>
            <span class={`key key-${name}`}></span>
            {text}
          </li>
        ))}
      </ul>
      <div class="timeline-body">
        <div>
          <div
            class="timeline-stage"
            data-timeline="stage"
            role="slider"
            tabIndex={0}
            aria-label="Step of the session"
            aria-valuemin={1}
            aria-valuemax={timeline.steps.length}
            aria-valuenow={1}
            aria-orientation="horizontal"
            aria-describedby="timeline-help"
          >
            <canvas data-timeline="canvas"></canvas>
          </div>
          <p class="aside" id="timeline-help">
            Above, blocks of five minutes with the time since the start, and below them what passed without a step. Click a step, or go
            through them with the arrow keys and press Enter. Drag to move; zoom with + and −, or with the wheel once the timeline is
            clicked.
          </p>
        </div>
        <section class="timeline-details" data-timeline="details" aria-live="polite" aria-label="The chosen step">
          <p class="aside">Choose a step to see what it read, wrote and called.</p>
        </section>
      </div>
    </section>
  );
}

function TimelineButton({ name, label, text }: { readonly name: string; readonly label: string; readonly text: string }) {
  return (
    <button type="button" data-timeline-button={name} aria-label={label} title={label}>
      {text}
    </button>
  );
}
