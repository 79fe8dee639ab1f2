import { expect, it } from "vitest";
import { listedWindow } from "./windows.ts";

it.each([
  ["claude", "claude-opus-4-5-20251101", 200_000],
  ["claude", "claude-opus-4-6", 200_000],
  ["claude", "claude-opus-4-6[1m]", 1_000_000],
  ["claude", "claude-opus-4-7", 1_000_000],
  ["claude", "claude-opus-4-7-20260416", 1_000_000],
  ["claude", "claude-sonnet-5-5", 1_000_000],
  ["claude", "claude-unknown-9", null],
  ["claude", "claude-opus-40", null],
  ["claude", "<unknown-model>", null],
  ["codex", "gpt-5", 258_400],
  ["codex", "gpt-5.1-codex", 258_400],
  ["codex", "gpt-5.3-codex-spark", 121_600],
  ["codex", "gpt-6-astra", 258_400],
  ["codex", "gpt-50", null],
  ["codex", "codex-auto-review", null],
  ["codex", "claude-opus-4-5", null],
  ["elsewhere", "claude-opus-4-5", null],
])("the window of %s's %s is %s", (provider, model, tokens) => expect(listedWindow(provider, model)).toBe(tokens));
