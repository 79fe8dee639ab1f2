import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ReadmePart } from "./messages.ts";
import { readmeParts } from "./readme.ts";

/** Parts as HTML without escaping, for reading here. */
function shown(parts: readonly ReadmePart[] | null): string {
  return (parts ?? [])
    .map((part) =>
      typeof part === "string"
        ? part
        : `<${part.tag}${part.href === undefined ? "" : ` href=${part.href}`}>${shown(part.parts)}</${part.tag}>`,
    )
    .join("");
}

function tagsOf(parts: readonly ReadmePart[]): string[] {
  return parts.flatMap((part) => (typeof part === "string" ? [] : [part.tag, ...tagsOf(part.parts)]));
}

describe("Markdown becomes few kinds of elements", () => {
  it.each([
    ["a heading below those of the page", "# A\n\n#### B", "<h4>A</h4><h6>B</h6>"],
    ["words", "a *b* **c** ~~d~~ `e`", "<p>a <em>b</em> <strong>c</strong> <s>d</s> <code>e</code></p>"],
    ["a tight list", "- a\n- b", "<ul><li>a</li><li>b</li></ul>"],
    ["code", "```sql\nselect 1\n```", "<pre><code>select 1\n</code></pre>"],
    ["a table", "|a|\n|:-:|\n|1|", "<table><thead><tr><th>a</th></tr></thead><tbody><tr><td>1</td></tr></tbody></table>"],
    ["a link to the web", "[a](https://b.c/)", "<p><a href=https://b.c/>a</a></p>"],
    ["a relative link", "[a](../b/)", "<p>a</p>"],
    ["a link that runs", "[a](javascript:alert(1))", "<p>[a](javascript:alert(1))</p>"],
    ["a link to a file", "[a](file:///etc/passwd)", "<p>[a](file:///etc/passwd)</p>"],
    ["a picture", "![a](https://b.c/d.png)", "<p>a</p>"],
    ["raw HTML", "<b onclick=x>a</b>", "<p><b onclick=x>a</b></p>"],
  ])("%s", (_, markdown, expected) => {
    expect(shown(readmeParts(markdown))).toBe(expected);
  });

  it("leaves a text that is too long as it is", () => expect(readmeParts("a".repeat(300_000))).toBeNull());

  it("whatever the text is", () => {
    const allowed = new Set("p ul ol li blockquote pre code em strong s table thead tbody tr th td hr br h4 h5 h6 a".split(" "));
    const word = fc.constantFrom(
      "<script>",
      "](",
      "[",
      "![",
      "`",
      "*",
      "_",
      "\n",
      "> ",
      "- ",
      "|",
      "#",
      "    ",
      "<",
      "http://a",
      "&lt;",
      "x",
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 40 }), (words) => {
        for (const tag of tagsOf(readmeParts(words.join("")) ?? [])) expect(allowed).toContain(tag);
      }),
    );
  });
});
