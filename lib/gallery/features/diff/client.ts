/** Compares two pictures of a figure: side by side, with a slider, or by switching between them. */
import { button, element } from "../../page/client/elements.ts";

const MODES = [
  ["side-by-side", "Side by side"],
  ["slide", "Slider"],
  ["blink", "Blink"],
] as const;
type Mode = (typeof MODES)[number][0];
const BLINK_MS = 900;

const stillness = matchMedia("(prefers-reduced-motion: reduce)");

function addModes(figure: HTMLElement, number: number): void {
  const pair = figure.querySelector<HTMLElement>(".picture-pair");
  const after = pair?.querySelector<HTMLElement>(".picture-after");
  const before = pair?.querySelector<HTMLElement>(".picture-before");
  if (!pair || !before || !after) return;
  const title = figure.querySelector("h3")?.textContent ?? "the figure";

  const label = `Share of ${title} that shows the earlier run, in percent`;
  const slider = element("input", { type: "range", min: "0", max: "100", value: "50", "aria-label": label });
  const shown = element("output");

  let mode: Mode = "side-by-side";
  let later = true;
  let timer: ReturnType<typeof setInterval> | undefined;

  const update = () => {
    pair.dataset.mode = mode;
    slider.hidden = mode !== "slide";
    swap.hidden = mode !== "blink";
    shown.hidden = mode !== "blink";
    // The later picture is on top and is clipped from the left.
    after.style.clipPath = mode === "slide" ? `inset(0 0 0 ${slider.value}%)` : "";
    after.style.visibility = mode === "blink" && !later ? "hidden" : "";
    swap.textContent = timer === undefined ? "Swap" : "Stop";
    shown.textContent = later ? "after" : "before";
  };
  const turn = () => {
    later = !later;
    update();
  };
  const stop = () => {
    clearInterval(timer);
    timer = undefined;
  };
  const go = (next: Mode) => {
    stop();
    mode = next;
    if (next === "blink" && !stillness.matches) timer = setInterval(turn, BLINK_MS);
    update();
  };
  slider.addEventListener("input", update);
  const swap = button("Swap", () => {
    if (timer === undefined) return turn();
    stop();
    update();
  });
  const choices = MODES.map(([value, text]) => {
    const input = element("input", { type: "radio", name: `compare-${number}`, value });
    input.checked = value === mode;
    input.addEventListener("change", () => go(value));
    return element("label", {}, input, ` ${text}`);
  });
  const choice = element("fieldset", {}, element("legend", {}, "Compare"), ...choices);
  pair.before(element("div", { class: "picture-bar" }, choice, slider, swap, shown));
  update();
}

for (const [i, figure] of document.querySelectorAll<HTMLElement>("[data-picture-diff]").entries()) addModes(figure, i);
