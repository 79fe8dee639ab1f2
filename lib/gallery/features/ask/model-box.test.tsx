/** @jsxRuntime automatic @jsxImportSource preact */
import { render } from "preact-render-to-string";
import { expect, it } from "vitest";
import { ModelBox } from "./model-box.tsx";

it("says that pages without an endpoint connect to no model", () => {
  const html = render(<ModelBox endpoint={null} questions={[]} tables={[]} />);
  expect(html).toContain("These pages connect to no model.");
  expect(html).toContain("--ask-endpoint URL");
  expect(html).not.toContain("<form");
});
