import { element } from "./elements.ts";

/** A list of choices with a label. What isn't one of them, as an address may name, becomes the first. */
export function selectField(
  label: string,
  options: readonly (readonly [value: string, words: string])[],
  asked: string,
  choose: (value: string) => void,
): { readonly field: HTMLElement; readonly value: string } {
  const select = element("select");
  for (const [value, words] of options) select.append(element("option", { value }, words));
  select.value = asked;
  if (select.selectedIndex < 0) select.selectedIndex = 0;
  select.addEventListener("change", () => choose(select.value));
  return { field: element("label", {}, `${label} `, select), value: select.value };
}
