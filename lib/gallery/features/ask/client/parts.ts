/** Parts of the page that scripts fill. */
export function part<T extends HTMLElement>(name: string): T {
  const found = document.querySelector<T>(`[data-ask="${name}"]`);
  if (!found) throw new Error(`the page has no ${name}`);
  return found;
}

/** A message below the editor; what follows an empty line is shown as it is. */
export function setStatus(message: string, isFailure = false): void {
  const [first = "", ...rest] = message.split("\n\n");
  const sentence = document.createElement("p");
  sentence.textContent = first;
  if (isFailure) sentence.className = "ask-failed";
  const details = document.createElement("pre");
  details.textContent = rest.join("\n\n").trim();
  part("status").replaceChildren(sentence, ...(details.textContent ? [details] : []));
}
