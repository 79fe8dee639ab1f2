import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { firstPages, type Hit, hitsOfPage, merged, nameSearch, piecesOf, sessionSearch, titleSearch } from "./hits.ts";

const ENTRIES = [
  { page: "prefix_cache/hits/index.html", title: "Cache hits", place: "E1 Prefix cache", text: "How often is the cache hit?" },
  { page: "session/steps/index.html", title: "Steps", place: "A1 Session", text: "Does the cache hold?" },
  { page: "x/odd/index.html", title: "C++ (a|b)*", place: "Z1 <b>", text: "a.b or a|b?" },
];

describe("titles", () => {
  it.each([
    ["cache", ["Cache hits", "Steps"]],
    ["CACHE session", ["Steps"]],
    ["often cache", ["Cache hits"]],
    ["chace", ["Cache hits", "Steps"]],
    ["steps", ["Steps"]],
    ["prefix_cache hits", ["Cache hits"]],
    ["odd", ["C++ (a|b)*"]],
    ["nowhere", []],
    ["cache nowhere", []],
    ["  ", []],
  ])("searched for %j", (query, titles) => {
    expect(titleSearch(ENTRIES)(query).map(({ title }) => title)).toEqual(titles);
  });

  it("mark what was asked, and lose nothing", () => {
    expect(titleSearch(ENTRIES)("cache")[0]?.excerpt).toEqual([
      { text: "How often is the ", marked: false },
      { text: "cache", marked: true },
      { text: " hit?", marked: false },
    ]);
    const word = fc.string({ minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(fc.string(), word, (text, query) => {
        const hits = titleSearch([{ page: "p", title: query, place: "", text }])(query);
        for (const { excerpt } of hits) expect(excerpt.map((piece) => piece.text).join("")).toBe(text);
      }),
    );
  });
});

describe("sessions", () => {
  const many = Array.from({ length: 1200 }, (_, i) => `codex-${i}`);
  const find = sessionSearch([
    { project: "atlas", names: ["claude-0a", "claude-0b"], titles: ["Fix the cache", null] },
    { project: null, names: many, titles: null },
  ]);

  it.each<[string, string[]]>([
    ["fix CACHE atlas", ["Fix the cache"]],
    ["atlas", ["Fix the cache", "Session claude-0b"]],
    ["codex-12", ["Session codex-12"]],
    ["codex", ["Session codex-0", "Session codex-1", "Session codex-2", "All 1,200 sessions with “codex”"]],
    ["nowhere", []],
    [" ", []],
  ])("searched for %j", (query, titles) => expect(find(query).map(({ title }) => title)).toEqual(titles));

  it("are found by what their id makes of them, and all of them in the list", () => {
    expect(find("an id", ["claude-0b"]).map(({ page }) => page)).toEqual(["sessions/claude-0b/index.html"]);
    expect(find(" codex ").at(-1)).toMatchObject({ page: "sessions/index.html", search: "?text=codex" });
    expect(find("claude-0a")).toMatchObject([{ place: "atlas", excerpt: [{ text: "claude-0a", marked: false }] }]);
  });
});

describe("titles and pages", () => {
  const named = (name: string, title: string) => ({ page: `session/${name}/index.html`, title, place: "A1 Session", text: "" });
  const entries = [named("session_timelines", "Timelines"), named("session_steps", "Steps of a session"), named("steps", "Session steps")];
  const found = (name: string) => ({ raw_url: `session/${name}/index.html`, meta: {}, excerpt: "", sub_results: [] });
  const pagesOf = (hits: readonly Hit[]) => hits.map(({ page }) => page.split("/")[1]);

  it.each([
    ["session_steps", ["session_steps", "steps"]],
    ["Session steps", ["steps", "session_steps"]],
  ])("the exact name comes first: %s", (query, pages) => {
    expect(pagesOf(titleSearch(entries)(query))).toEqual(pages);
  });

  it("come once, those found by title first", () => {
    const titles = titleSearch(entries)("timelines");
    const pages = [found("steps"), found("session_timelines"), found("else")];
    const hits = merged({ names: [], titles, sessions: [], pages }, "timelines", entries);
    expect(pagesOf(hits)).toEqual(["session_timelines", "steps", "else"]);
    expect(pagesOf(firstPages(hits, 2))).toEqual(["session_timelines", "steps"]);
  });
});

describe("what has exactly the name that was asked for", () => {
  const entries = [
    { page: "tool_calls/calls/index.html", title: "Calls of tools", place: "D1 Tool calls", text: "What does Bash do?" },
    { page: "ask/index.html", title: "Ask", place: "Page", text: "" },
  ];
  const names = nameSearch([
    { name: "Bash", kind: "Tool", page: "tool_calls/calls/index.html", anchor: "table-calls", text: "Calls of tools" },
    { name: "Prefix", kind: "Term", page: "index.html", anchor: "terms", text: "What was cached" },
  ]);
  const sessions = sessionSearch([{ project: null, names: ["claude-0a", "claude-0b"], titles: ["Bash", "Bash and more"] }]);
  const pages = ["ask", "tool_calls/calls", "session/steps"].map((name) => ({
    raw_url: `${name}/index.html`,
    meta: { title: name },
    excerpt: "",
    sub_results: [],
  }));

  it.each([
    ["bash", ["Bash", "Bash", "Calls of tools", "Bash and more", "Ask", "session/steps"]],
    ["ask", ["Ask", "Calls of tools", "session/steps"]],
    [" Prefix ", ["Prefix", "Calls of tools", "Ask", "session/steps"]],
    ["prefi", ["Calls of tools", "Ask", "session/steps"]],
  ])("comes first, and pages of code last: %j", (query, titles) => {
    const found = { names: names(query), titles: titleSearch(entries)(query), sessions: sessions(query), pages };
    expect(merged(found, query, entries).map(({ title }) => title)).toEqual(titles);
  });
});

describe("an excerpt of the index", () => {
  it.each([
    ["plain", [{ text: "plain", marked: false }]],
    [
      "a <mark>b</mark> &lt;c&gt;",
      [
        { text: "a ", marked: false },
        { text: "b", marked: true },
        { text: " <c>", marked: false },
      ],
    ],
    ["<mark>&lt;script&gt;</mark>", [{ text: "<script>", marked: true }]],
    ["", []],
  ])("%j", (excerpt, pieces) => {
    expect(piecesOf(excerpt)).toEqual(pieces);
  });
});

describe("a found page", () => {
  const part = (title: string, matches: number, id?: string) => ({
    title,
    excerpt: title,
    locations: Array.from({ length: matches }, (_, i) => i),
    ...(id === undefined ? {} : { anchor: { id } }),
  });

  it("comes with the two parts that match most, in the order of the page", () => {
    const found = {
      raw_url: "session/steps/index.html",
      meta: { title: "Steps" },
      excerpt: "",
      sub_results: [part("opening", 1), part("one", 2, "a"), part("two", 1, "b"), part("three", 5, "figure-x")],
    };
    expect(hitsOfPage(found, ENTRIES)).toEqual([
      { page: found.raw_url, anchor: null, title: "Steps", place: "A1 Session", excerpt: [{ text: "opening", marked: false }] },
      { page: found.raw_url, anchor: "a", title: "one", place: "", excerpt: [{ text: "one", marked: false }] },
      { page: found.raw_url, anchor: "figure-x", title: "three", place: "", excerpt: [{ text: "three", marked: false }] },
    ]);
  });

  it("that has no entry is told by its own title", () => {
    const found = { raw_url: "ask/index.html", meta: { title: "Ask" }, excerpt: "", sub_results: [] };
    expect(hitsOfPage(found, [])[0]).toMatchObject({ title: "Ask", place: "" });
  });
});
