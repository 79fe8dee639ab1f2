/** What a tool call was about, in few characters. */

const MOST = 48;

/** Of a command the beginning, of anything else, such as a path, the end. */
export function shortTarget(target: string): string {
  const characters = Array.from(target.trim().replace(/\s+/g, " "));
  if (characters.length <= MOST) return characters.join("");
  const isCommand = characters.includes(" ");
  return isCommand ? `${characters.slice(0, MOST - 1).join("")}…` : `…${characters.slice(1 - MOST).join("")}`;
}
