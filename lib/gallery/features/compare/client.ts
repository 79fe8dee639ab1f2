/** One button for the formulas of all rows. Each row unfolds without it. */

function addUnfoldAll(button: HTMLButtonElement): void {
  const formulas = [...document.querySelectorAll<HTMLDetailsElement>(".compare-frame details")];
  const areOpen = () => formulas.every(({ open }) => open);
  const name = () => {
    button.textContent = areOpen() ? "Hide all formulas" : "Show all formulas";
  };
  button.addEventListener("click", () => {
    const open = !areOpen();
    for (const formula of formulas) formula.open = open;
    name();
  });
  for (const formula of formulas) formula.addEventListener("toggle", name);
  button.hidden = false;
}

for (const button of document.querySelectorAll<HTMLButtonElement>("[data-unfold-formulas]")) addUnfoldAll(button);
