/** How many tokens the context of a model can hold, where no transcript says it: `data/model-windows.json`. */
import listed from "../../data/model-windows.json" with { type: "json" };

/** What Claude Code puts behind the name of a model that it runs with the window of a million. */
const MILLION_SUFFIX = /\[1m\]$/i;

/**
 * The window that the client of a provider gives a model, in tokens: that of the longest listed name that the model's begins with.
 * Null for a model that isn't listed.
 */
export function listedWindow(provider: string, model: string): number | null {
  if (provider === "claude" && MILLION_SUFFIX.test(model)) return 1_000_000;
  const found = listed.windows.filter((window) => window.provider === provider && isVersionOf(model, window.match));
  return found.sort((a, b) => b.match.length - a.match.length)[0]?.tokens ?? null;
}

/** `gpt-5` begins `gpt-5.4` and `gpt-5-codex`, not `gpt-50`. */
function isVersionOf(model: string, match: string): boolean {
  return model.startsWith(match) && !/^\d/.test(model.slice(match.length));
}
