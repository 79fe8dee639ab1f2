/** Compares two pictures of a figure: side by side, with a slider, or by switching between them. */

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

  const slider = document.createElement("input");
  slider.type = "range";
  slider.min = "0";
  slider.max = "100";
  slider.value = "50";
  slider.setAttribute("aria-label", `Share of ${title} that shows the earlier run, in percent`);
  const swap = document.createElement("button");
  swap.type = "button";
  const shown = document.createElement("output");

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
  swap.addEventListener("click", () => {
    if (timer === undefined) turn();
    else {
      stop();
      update();
    }
  });

  const choice = document.createElement("fieldset");
  const legend = document.createElement("legend");
  legend.textContent = "Compare";
  choice.append(legend);
  for (const [value, text] of MODES) {
    const label = document.createElement("label");
    const input = document.createElement("input");
    input.type = "radio";
    input.name = `compare-${number}`;
    input.value = value;
    input.checked = value === mode;
    input.addEventListener("change", () => go(value));
    label.append(input, ` ${text}`);
    choice.append(label);
  }
  const bar = document.createElement("div");
  bar.className = "picture-bar";
  bar.append(choice, slider, swap, shown);
  pair.before(bar);
  update();
}

for (const [i, figure] of document.querySelectorAll<HTMLElement>("[data-picture-diff]").entries()) addModes(figure, i);
