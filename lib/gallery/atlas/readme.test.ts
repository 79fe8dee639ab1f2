import { describe, expect, it } from "vitest";
import { README_MARKER } from "../../artifacts/readme-marker.ts";
import { renderDocument, renderPhrase, renderReadme } from "./readme.ts";

const nowhere = () => null;

function body(markdown: string, resolve: (href: string) => string | null = nowhere): string {
  return renderReadme(markdown, resolve).introduction?.html ?? "";
}

describe("renderReadme", () => {
  it("parts the title, the introduction and the sections", () => {
    const readme = renderReadme("# The `title`\n\nWhy.\n\n## How it *works*\n\nSo.\n\n### Deeper\n\n## Outputs\n\nFiles.\n", nowhere);
    expect(readme.title).toBe("The title");
    expect(readme.introduction?.html).toBe("<p>Why.</p>\n");
    expect(readme.sections.map(({ heading, anchor, html }) => ({ heading, anchor, html }))).toEqual([
      { heading: "How it works", anchor: "readme-how-it-works", html: "<p>So.</p>\n<h4>Deeper</h4>\n" },
      { heading: "Outputs", anchor: "readme-outputs", html: "<p>Files.</p>\n" },
    ]);
  });

  it.each([
    ["", null, null, 0],
    ["Only text\n", null, "<p>Only text</p>\n", 0],
    ["# Only a title\n", "Only a title", null, 0],
    ["## Data\n\nx\n", null, null, 1],
    ["Before\n\n# Title\n\nAfter\n", "Title", "<p>Before</p>\n<p>After</p>\n", 0],
    ["- item\n\n  ## not a section\n", null, "<ul>\n<li>\n<p>item</p>\n<h3>not a section</h3>\n</li>\n</ul>\n", 0],
  ])("%j", (markdown, title, introduction, sections) => {
    const readme = renderReadme(markdown, nowhere);
    expect([readme.title, readme.introduction?.html ?? null, readme.sections.length]).toEqual([title, introduction, sections]);
  });

  it.each([
    ["raw HTML", "<b onclick=x>hi</b>", "<p>&lt;b onclick=x&gt;hi&lt;/b&gt;</p>\n"],
    ["script links", "[a](javascript:alert(1))", "<p>[a](javascript:alert(1))</p>\n"],
    ["other schemes", "[a](vscode:x)", "<p>a</p>\n"],
    ["addresses without a scheme", "[a](//example.org)", "<p>a</p>\n"],
    ["relative links that lead nowhere", "[a **b**](x.md) c", "<p>a <strong>b</strong> c</p>\n"],
    ["pictures", "![a chart](x.png)", "<p>a chart</p>\n"],
    [
      "links around pictures",
      "[![a](x.png)](https://example.org)",
      '<p><a href="https://example.org" rel="noopener noreferrer">a</a></p>\n',
    ],
    ["titles of links", '[a](https://example.org "t")', '<p><a href="https://example.org" rel="noopener noreferrer">a</a></p>\n'],
  ])("%s", (_, markdown, html) => {
    expect(body(markdown)).toBe(html);
  });

  it("asks where relative links lead", () => {
    expect(body("[a](query.sql) [b](other.md)", (href) => (href === "query.sql" ? "#code" : null))).toBe(
      '<p><a href="#code">a</a> b</p>\n',
    );
  });

  it("aligns cells by class and lets wide tables scroll", () => {
    expect(body("| a | b |\n| - | -: |\n| 1 | 2 |\n")).toBe(
      '<div class="scroll" role="group" aria-label="Table" tabindex="0">\n<table>\n<thead>\n<tr>\n<th>a</th>\n<th class="align-right">b</th>\n</tr>\n</thead>\n' +
        '<tbody>\n<tr>\n<td>1</td>\n<td class="align-right">2</td>\n</tr>\n</tbody>\n</table>\n</div>\n',
    );
  });
});

describe("what the page shows by itself", () => {
  const readme = (question?: string) =>
    renderReadme(
      `# Title\n\nIs *it*\nso?\n\nWhy.\n\n## Figures\n\nBy hand.\n\n${README_MARKER}\n\n## Figures\n\nx\n\n## Tables\n\ny\n\n## Flags\n\nz\n`,
      nowhere,
      question,
    );

  it.each([
    ["the question", "Is it so?", "<p>Why.</p>\n"],
    ["but not another first paragraph", "Is it?", "<p>Is <em>it</em>\nso?</p>\n<p>Why.</p>\n"],
    ["or one without a known question", undefined, "<p>Is <em>it</em>\nso?</p>\n<p>Why.</p>\n"],
  ])("is left out: %s", (_, question, introduction) => {
    expect(readme(question).introduction?.html).toBe(introduction);
  });

  it("is left out: generated figures and tables", () => {
    expect(readme().sections.map(({ heading, html }) => [heading, html])).toEqual([
      ["Figures", "<p>By hand.</p>\n"],
      ["Flags", "<p>z</p>\n"],
    ]);
  });
});

describe("renderPhrase", () => {
  it.each([
    ["`merged`, or a *provider*", "<code>merged</code>, or a <em>provider</em>"],
    ["<b>hi</b> [a](https://example.org)", "&lt;b&gt;hi&lt;/b&gt; [a](https://example.org)"],
    ["# no heading", "# no heading"],
  ])("%s", (markdown, html) => {
    expect(renderPhrase(markdown).html).toBe(html);
  });
});

describe("renderDocument", () => {
  it.each([
    [
      "links of computed text stay text",
      "[a](https://example.org) <https://example.org>",
      "<p>[a](https://example.org) &lt;https://example.org&gt;</p>\n",
    ],
    ["references too", "[a]\n\n[a]: https://example.org\n", "<p>[a]</p>\n<p>[a]: https://example.org</p>\n"],
    ["headings fit below the page's", "# One\n\n#### Four\n", "<h4>One</h4>\n<h6>Four</h6>\n"],
  ])("%s", (_, markdown, html) => {
    expect(renderDocument(markdown).html).toBe(html);
  });
});
