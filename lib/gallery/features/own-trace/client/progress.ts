/** The stages of the work: which are done, which goes on and with what. */
import { button, element } from "../../../page/client/elements.ts";
import { STAGES, type Stage } from "../messages.ts";

const ORDER = Object.keys(STAGES);

export class ProgressView {
  readonly element: HTMLElement;
  private readonly items = new Map<string, HTMLElement>();
  private readonly note = element("p", { class: "aside own-note" });
  private readonly bar = element("progress", { max: String(ORDER.length), "aria-label": "Stages that are done" });
  /** Only the name of a stage is announced: notes change too often. */
  private readonly status = element("p", { class: "unseen", role: "status" });
  private current = -1;

  constructor(cancel: () => void) {
    for (const [stage, title] of Object.entries(STAGES)) this.items.set(stage, element("li", {}, title));
    this.element = element(
      "div",
      { class: "own-progress" },
      element("ol", {}, ...this.items.values()),
      this.bar,
      this.note,
      this.status,
      button("Cancel", cancel, { class: "pill" }),
    );
  }

  at(stage: Stage, note: string): void {
    const place = ORDER.indexOf(stage);
    this.note.textContent = note;
    if (place === this.current) return;
    this.current = place;
    this.bar.value = place;
    this.status.textContent = `${STAGES[stage]}…`;
    for (const [name, item] of this.items) {
      item.className = ORDER.indexOf(name) < place ? "own-done" : name === stage ? "own-now" : "";
      if (name === stage) item.setAttribute("aria-current", "step");
      else item.removeAttribute("aria-current");
    }
  }
}
