import { describe, expect, it } from "vitest";
import { renderReadme } from "./readme.ts";

const FIGURES = [
  { name: "waits_cdf", title: "Length of waits" },
  { name: "waits_by_day", title: "Waits by day of the week" },
];

function guideOf(section: string, figures = FIGURES) {
  const { guide, sections } = renderReadme(
    `# T\n\n## How to read the figures\n\n${section}\n\n## Outputs\n\nFiles.\n`,
    () => null,
    figures,
  );
  expect(sections.map(({ heading }) => heading)).toEqual(["Outputs"]);
  return {
    general: guide?.general?.html ?? null,
    ...Object.fromEntries([...(guide?.figures ?? [])].map(([name, { html }]) => [name, html])),
  };
}

describe("the section on reading the figures", () => {
  it.each([
    [
      "sub-headings that name files",
      "### `waits_cdf.png`\n\nA curve.\n\nMore.\n\n### `waits_by_day.png`\n\nBars.",
      { general: null, waits_cdf: "<p>A curve.</p>\n<p>More.</p>\n", waits_by_day: "<p>Bars.</p>\n" },
    ],
    [
      "items that begin with files",
      "Of both.\n\n- `waits_cdf.png`: a curve.\n- `waits_by_day.png`: bars.\n\nAt last.",
      { general: "<p>Of both.</p>\n<p>At last.</p>\n", waits_cdf: "<p>A curve.</p>\n", waits_by_day: "<p>Bars.</p>\n" },
    ],
    [
      "paragraphs that begin with files",
      "`waits_cdf.png`: a curve.\n\n- a list\n\n`waits_by_day.png` shows bars.",
      {
        general: null,
        waits_cdf: "<p>A curve.</p>\n<ul>\n<li>a list</li>\n</ul>\n",
        waits_by_day: "<p><code>waits_by_day.png</code> shows bars.</p>\n",
      },
    ],
    [
      "two files at once",
      "`waits_cdf.png` and `waits_by_day.png`: alike.",
      { general: null, waits_cdf: "<p>Alike.</p>\n", waits_by_day: "<p>Alike.</p>\n" },
    ],
    [
      "rows of a table",
      "| figure | look at |\n| - | - |\n| `waits_cdf` | the curve |\n| `waits_by_day.png` | bars |\n",
      { general: null, waits_cdf: "<p>The curve</p>\n", waits_by_day: "<p>Bars</p>\n" },
    ],
    [
      "bold titles",
      "**Length of waits.** A curve.\n\n**Waits by day.** Bars.\n\n**Both.** Alike.",
      { general: "<p><strong>Both.</strong> Alike.</p>\n", waits_cdf: "<p>A curve.</p>\n", waits_by_day: "<p>Bars.</p>\n" },
    ],
    [
      "words that stand for any text",
      "### `waits_<kind>.png`\n\nAlike.",
      { general: null, waits_cdf: "<p>Alike.</p>\n", waits_by_day: "<p>Alike.</p>\n" },
    ],
    [
      "a figure that was not drawn",
      "### `other_{N}.png`\n\nGone.\n\n### In general\n\nStays.",
      { general: "<h4>In general</h4>\n<p>Stays.</p>\n" },
    ],
    ["nothing that names a figure", "Look.\n\n- closely\n", { general: "<p>Look.</p>\n<ul>\n<li>closely</li>\n</ul>\n" }],
  ])("is parted by %s", (_, section, parts) => expect(guideOf(section)).toEqual(parts));

  it("belongs to the only figure, whatever it names", () => {
    expect(guideOf("### `waits_cdf.png`\n\nA curve.\n\n- steep", FIGURES.slice(0, 1))).toEqual({
      general: null,
      waits_cdf: "<p>A curve.</p>\n<ul>\n<li>steep</li>\n</ul>\n",
    });
  });

  it("stays a section where there is no figure", () => {
    const { guide, sections } = renderReadme("# T\n\n## How to read the figures\n\nLook.\n", () => null, []);
    expect([guide, sections.map(({ heading }) => heading)]).toEqual([null, ["How to read the figures"]]);
  });

  it("keeps markup in it as text", () => {
    expect(guideOf("- `waits_cdf.png`: <b onclick=x>bold</b>")).toEqual({
      general: null,
      waits_cdf: "<p>&lt;b onclick=x&gt;bold&lt;/b&gt;</p>\n",
    });
  });
});
