import { expect, it } from "vitest";
import { isKnownModel, isKnownTool, modelKind } from "./known-names.ts";
import { PRICED_MODELS, priceOf } from "./prices/published.ts";

it.each([
  ["claude-opus-4-5-20251101", true],
  ["claude-3-5-sonnet-20241022", true],
  ["gpt-5.3-codex-spark", true],
  ["gpt-5.6-sol", true],
  ["codex-auto-review", true],
  ["<synthetic>", true],
  ...[...PRICED_MODELS].map((model): [string, boolean] => [model, true]),
  ["claude-opus-4-5-55512345", false],
  ["claude-opus-4-5-acme", false],
  ["gpt-5.5-alice", false],
  ["vllm/acme-merger-ft", false],
  ["GPT-5.5", false],
  ["", false],
])("model %j is known: %j", (name, isKnown) => {
  expect(isKnownModel(name)).toBe(isKnown);
});

it.each([
  ["claude-opus-9-acme", "claude-opus"],
  ["us.anthropic.claude-sonnet-4-v1:0", "model-sonnet"],
  ["gpt-5.9-acme", "gpt-5"],
  ["openai/gpt-5.5", "model-gpt-5"],
  ["gpt-mystery", "gpt"],
  ["vllm/acme-merger-ft", "model"],
])("%s is a %s, and is priced like it", (name, kind) => {
  expect(modelKind(name)).toBe(kind);
  expect(priceOf("claude", `${kind}-0123456789ab`)).toEqual(priceOf("claude", name));
});

it.each([
  ["Bash", true],
  ["mcp__ide__getDiagnostics", true],
  ["bash", false],
  ["mcp__acme__x", false],
])("tool %s is known: %j", (name, isKnown) => {
  expect(isKnownTool(name)).toBe(isKnown);
});
