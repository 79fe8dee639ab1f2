const KNOWN = ["claude", "codex"];

/** The color of a provider as in the figures; others take turns. */
export function providerClass(provider: string, index: number): string {
  return KNOWN.includes(provider) ? `provider-${provider}` : `provider-other-${index % 3}`;
}
