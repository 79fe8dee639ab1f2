import type { Headline } from "../experiment.ts";

/** Headlines with the labels and values of the published system, by which others read its files. */
export function publishedHeadlines(headlines: readonly Headline[] = []): { readonly label: string; readonly value: string }[] {
  return headlines.map(({ label, value, published }) => ({ label: published?.label ?? label, value: published?.value ?? value }));
}
