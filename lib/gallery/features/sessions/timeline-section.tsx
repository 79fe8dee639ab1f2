/** @jsxRuntime automatic @jsxImportSource preact */
import { SOURCE_COLORS, sourceTitle } from "../../../trace/context.ts";
import { STEP_ACTIVITY_TITLES } from "../../../trace/step-activities.ts";
import { Swatch } from "../../page/swatch.tsx";
import type { SessionFacts } from "./facts.ts";

type Key = readonly [name: string, text: string];

const LEGEND: readonly Key[] = [
  ["prefix", "Prefix (cached)"],
  ["append", "Append (new)"],
  ["output", "Output"],
  ["generation", "Model generates"],
  ["tool", "Tool runs"],
  ["failed", "Tool failed"],
  ["human", "Waiting for the user"],
  ["user", "User message"],
  ["compaction", "Compaction"],
  ["gap", "Idle time left out"],
];

const BUTTONS: readonly (readonly [name: string, label: string, text?: string])[] = [
  ["left", "Earlier", "←"],
  ["right", "Later", "→"],
  ["out", "Zoom out", "−"],
  ["in", "Zoom in", "+"],
  ["all", "Whole session"],
];

/** Filled by the script; hidden until then. */
export function TimelineSection({ session }: { readonly session: SessionFacts }) {
  const activities = session.activities.map((activity): Key => [activity, STEP_ACTIVITY_TITLES[activity]]);
  return (
    <section class="timeline" id="timeline" data-session={session.name} aria-labelledby="timeline-title" hidden>
      <div class="timeline-bar">
        <h2 id="timeline-title">Timeline</h2>
        <fieldset>
          <legend>Scale</legend>
          <label>
            <input type="radio" name="along" value="steps" checked /> steps
          </label>
          <label>
            <input type="radio" name="along" value="clock" /> time
          </label>
        </fieldset>
        <div class="timeline-buttons">
          {BUTTONS.map(([name, label, text = label]) => (
            <button key={name} type="button" data-timeline-button={name} aria-label={label} title={label}>
              {text}
            </button>
          ))}
        </div>
      </div>
      <div class="timeline-body">
        <div>
          <div
            class="timeline-stage"
            data-timeline="stage"
            role="slider"
            tabIndex={0}
            aria-label="Step of the session"
            aria-valuemin={1}
            aria-valuemax={session.shownSteps}
            aria-valuenow={1}
            aria-orientation="horizontal"
            aria-describedby="timeline-help"
          >
            <canvas data-timeline="canvas"></canvas>
          </div>
          <p class="aside" id="timeline-help">
            At the top are five-minute blocks with the time since the start, and below them the idle time that is left out: more than five
            minutes in which nothing ran. Work is what each step does; helpers are below the one that started them. The context has what
            each step read by where it came from, which is an estimate. Click a step, or use the arrow keys and press Enter. Drag to pan;
            zoom with + and −, or with the wheel after clicking the timeline.
          </p>
        </div>
        <div class="timeline-side">
          <section class="timeline-details" data-timeline="details" aria-live="polite" aria-label="Selected step">
            <p class="aside">Select a step to see its tokens, times, and tool calls.</p>
          </section>
          <ul class="timeline-legend">
            {[...activities, ...LEGEND].map(([name, text]) => (
              <li key={name} class={`legend-${name}`}>
                <span class={`key key-${name}`}></span>
                {text}
              </li>
            ))}
          </ul>
          {session.grown.length > 0 && (
            <ul class="timeline-legend" aria-label="Context by source">
              {session.grown.map(({ source }) => (
                <li key={source}>
                  <Swatch fill={`var(--${SOURCE_COLORS[source]})`} />
                  {sourceTitle(source)}
                </li>
              ))}
            </ul>
          )}
        </div>
      </div>
    </section>
  );
}
