/** Shows the contents of a figure: a section for each kind, long texts only when they are opened. */

import { printable } from "../../../../files/printable.ts";
import { counted } from "../../../../format/counts.ts";
import { at, known } from "../../../../stats/known.ts";
import { button, element, factList, save, scrollBox, tableOf, titledSection } from "../../../page/client/elements.ts";
import { makeSortable } from "../../../page/client/sortable-table.ts";
import type { EntryKind, OpenedEntry, OpenedFigure } from "./messages.ts";
import { readmeElements } from "./readme-elements.ts";
import { zipped } from "./zip.ts";

/** Of a text that is shown; all of it is in the download. */
const SHOWN_LINES = 2000;
const SHOWN_CHARS = 300_000;
/** Larger pictures are not shown: browsers decode them whole. */
const MAX_SHOWN_PIXELS = 50e6;

export interface FigureContext {
  readonly file: File;
  /** The pool of this gallery. */
  readonly fingerprint: string;
  /** A link to the figure's page here, if this gallery has it. */
  pageOf(id: string): { readonly href: string; readonly title: string } | null;
  /** Redraws the figure below the button. */
  redraw(spec: string, scale: number, place: HTMLElement): void;
}

export function figureView(figure: OpenedFigure, context: FigureContext): Node[] {
  const { entries } = figure;
  const of = (kind: EntryKind) => entries.filter((entry) => entry.kind === kind);
  const [readme] = of("readme");
  const [spec] = of("spec");
  return [
    damage(figure),
    opening(figure, context),
    figure.isStripped ? stripped(figure, context) : null,
    checks(figure),
    spec && !spec.isStub ? redrawing(spec, figure, context) : null,
    readme ? readmeSection(readme, figure) : null,
    section("Tables", of("table"), tableEntry),
    section("Specification", of("spec"), textEntry),
    section("Code", of("code"), textEntry),
    section("Other texts", of("other"), textEntry),
    others(figure),
    downloads(entries, context.file),
  ].filter((part) => part !== null);
}

function damage({ problems, entries }: OpenedFigure): Node | null {
  const [first] = problems;
  if (first === undefined) return null;
  const left = entries.length > 0 ? " What could still be read is below." : "";
  return element("p", { class: "state state-failed" }, element("strong", {}, "This file is damaged: "), `${printable(first)}.${left}`);
}

function opening(figure: OpenedFigure, context: FigureContext): Node {
  return element("div", { class: "drop-opening" }, preview(figure, context.file), facts(figure, context));
}

function preview({ size, record }: OpenedFigure, file: File): Node | null {
  if (!size || size.width * size.height > MAX_SHOWN_PIXELS)
    return element("p", { class: "aside" }, "The picture is too large to show here.");
  const picture = element("img", { alt: `The figure ${printable(record.figure ?? file.name)}, as it is in the file` });
  const url = URL.createObjectURL(file);
  const done = () => URL.revokeObjectURL(url);
  picture.addEventListener("load", done);
  picture.addEventListener("error", () => {
    done();
    picture.replaceWith(element("p", { class: "aside" }, "This browser can't show the picture."));
  });
  picture.src = url;
  return element("div", { class: "plate-picture drop-picture" }, picture);
}

function facts({ size, record, id }: OpenedFigure, { file, fingerprint, pageOf }: FigureContext): Node {
  const page = id ? pageOf(id.id) : null;
  const pool = record.fingerprint;
  const versions = Object.entries(record.versions ?? {}).map((pair) => pair.join(" "));
  const rows: [string, Node | string | null][] = [
    ["File", `${counted(file.size, "byte")}${size ? `, ${size.width} × ${size.height} px` : ""}`],
    ["Experiment", record.experiment ?? null],
    ["Figure", record.figure ?? null],
    ["Figure id", id ? `${id.id}${id.where === "its manifest" ? "" : ` (from ${id.where})`}` : null],
    ["In this gallery", page ? element("a", { href: page.href }, page.title) : id ? "No figure with this id." : null],
    [
      "Pool",
      pool === undefined ? null : `${pool.slice(0, 10)}, ${pool === fingerprint ? "this gallery's pool" : "not this gallery's pool"}`,
    ],
    ["Data", record.synthetic === undefined ? null : record.synthetic ? "A synthetic sample" : "Recorded sessions"],
    ["Flags", record.flags && record.flags.length > 0 ? record.flags.join(" ") : null],
    ["Drawn with", versions.length > 0 ? versions.join(", ") : null],
    ["Footer", record.footer ?? null],
  ];
  const shown = rows.map(([name, value]) => [name, typeof value === "string" ? printable(value) : value] as const);
  return factList(shown, { class: "drop-facts" });
}

function stripped({ id }: OpenedFigure, { pageOf }: FigureContext): Node {
  const page = id ? pageOf(id.id) : null;
  return element(
    "div",
    { class: "notes" },
    element("h3", {}, "No sidecar"),
    element(
      "p",
      {},
      "This is only a picture: chat apps, screenshots, office software, and the clipboard drop the text that a figure is published with.",
    ),
    page
      ? element("p", {}, "Its id is still there, and this gallery has the original: ", element("a", { href: page.href }, page.title), ".")
      : element(
          "p",
          {},
          "The footer of the picture shows the word ",
          element("code", {}, "figure"),
          " and an id of ten characters; the gallery that published it has the original. ",
          element("a", { href: "#find" }, "Look it up here"),
          ".",
        ),
  );
}

function checks({ checks: all, hasManifest }: OpenedFigure): Node | null {
  if (all.length === 0) return null;
  const wrong = all.filter((check) => !check.ok).length;
  return titledSection(
    "drop-checks",
    hasManifest ? `It ${wrong === 0 ? "matches" : "does not match"} its manifest` : "It has no manifest",
    element(
      "ul",
      { class: "drop-checks" },
      ...all.map(({ ok, what }) =>
        element("li", { class: ok ? "drop-right" : "drop-wrong" }, element("strong", {}, ok ? "Passed: " : "Failed: "), printable(what)),
      ),
    ),
    element(
      "p",
      { class: "aside" },
      hasManifest
        ? "The checksums come from the file itself: they reveal damage and partial edits, not who made it."
        : "Without a manifest there are no checksums to compare the texts with: they may be incomplete or changed.",
    ),
  );
}

function redrawing(spec: OpenedEntry, { record }: OpenedFigure, { redraw }: FigureContext): Node {
  const place = element("div", { class: "drop-redrawn" });
  const again = button("Redraw", () => redraw(spec.text, record.scale ?? 2, place));
  return titledSection(
    "drop-redraw",
    "Redraw",
    element(
      "p",
      {},
      "The file contains the chart's specification and data, which is all it takes to redraw it. Drawing uses this device's fonts and stops after ten seconds.",
    ),
    element("p", { class: "plate-tools" }, again),
    place,
  );
}

function readmeSection(entry: OpenedEntry, { readme }: OpenedFigure): Node {
  return titledSection(
    "drop-readme",
    "README",
    readme && !entry.isStub ? element("div", { class: "prose drop-prose" }, ...readmeElements(readme)) : lines(entry.text, "README"),
    saveRow(entry),
  );
}

function section(title: string, entries: readonly OpenedEntry[], show: (entry: OpenedEntry) => Node): Node | null {
  if (entries.length === 0) return null;
  const id = `drop-${title.toLowerCase().replaceAll(" ", "-")}`;
  return titledSection(id, entries.length > 1 ? `${title} (${entries.length})` : title, ...entries.map((entry) => fold(entry, show)));
}

/** What is in it is made when it is opened for the first time. */
function fold(entry: OpenedEntry, show: (entry: OpenedEntry) => Node): Node {
  const extent = entry.table ? counted(entry.table.rowCount, "row") : counted(entry.text.length, "character");
  const summary = element(
    "summary",
    {},
    element("h4", {}, printable(entry.path ?? entry.key)),
    element("span", { class: "aside" }, ` ${entry.isStub ? "too long to include; only a description" : extent}`),
  );
  const made = element("details", { class: "fold" }, summary);
  made.addEventListener("toggle", () => made.append(show(entry), saveRow(entry)), { once: true });
  return made;
}

function tableEntry(entry: OpenedEntry): Node {
  const { columns, rows, rowCount } = known(entry.table);
  const name = printable(entry.path ?? entry.key);
  const headings = columns.map((column) => element("th", { scope: "col", ...numeric(column) }, printable(column.name)));
  const lines = rows.map((row) => element("tr", {}, ...columns.map((column, i) => element("td", numeric(column), row[i] ?? ""))));
  const table = tableOf(headings, element("tbody", {}, ...lines), name);
  const made = element("div", { class: "table", "data-rows": String(rowCount) }, scrollBox(name, table));
  makeSortable(table);
  return made;
}

function numeric(column: { readonly numeric: boolean }): Record<string, string> {
  return column.numeric ? { class: "numeric" } : {};
}

function textEntry(entry: OpenedEntry): Node {
  return lines(entry.text, printable(entry.path ?? entry.key));
}

function lines(text: string, name: string): Node {
  const all = text.slice(0, SHOWN_CHARS).split("\n");
  if (all.length > 1 && all.at(-1) === "") all.pop();
  const shown = all.slice(0, SHOWN_LINES);
  const isCut = shown.length < all.length || text.length > SHOWN_CHARS;
  return element(
    "div",
    {},
    element(
      "section",
      { class: "drop-lines", tabindex: "0", "aria-label": name },
      element("pre", { class: "drop-numbers", "aria-hidden": "true" }, shown.map((_, i) => i + 1).join("\n")),
      element("pre", {}, element("code", {}, shown.join("\n"))),
    ),
    isCut ? element("p", { class: "aside" }, "Only the beginning is shown; the download is complete.") : null,
  );
}

function saveRow({ key, path, refused, text }: OpenedEntry): Node {
  if (path === null) return element("p", { class: "aside" }, `Not offered as a file: ${printable(refused ?? key)}.`);
  const name = at(path.split("/"), -1);
  const saveThis = button(`Save ${name}`, () => save(name, text, "text/plain"));
  return element("p", { class: "plate-tools" }, saveThis);
}

function others({ others: all }: OpenedFigure): Node | null {
  if (all.length === 0) return null;
  const facts = all.map(({ keyword, text }) => [printable(keyword), printable(text)] as const);
  return titledSection("drop-others", "Text from other programs", factList(facts, { class: "drop-facts" }));
}

function downloads(entries: readonly OpenedEntry[], file: File): Node | null {
  const files = entries.flatMap(({ path, text }) => (path === null ? [] : [{ path, text }]));
  if (files.length === 0) return null;
  const name = `${file.name.replace(/\.png$/i, "").replace(/[^A-Za-z0-9._-]+/g, "-") || "figure"}.zip`;
  const saveAll = button(`Save ${counted(files.length, "file")} as a .zip`, () => save(name, zipped(files), "application/zip"));
  return titledSection("drop-save", "Save everything", element("p", { class: "plate-tools" }, saveAll));
}
