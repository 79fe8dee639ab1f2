import { describe, expect, it } from "vitest";
import { categoryWords } from "./words.ts";

describe("categories", () => {
  it.each([
    ["llm_generation", "LLM generation"],
    ["my_own_ideas", "My own ideas"],
  ])("%s is titled %s", (category, title) => {
    expect(categoryWords(category).title).toBe(title);
  });
});
