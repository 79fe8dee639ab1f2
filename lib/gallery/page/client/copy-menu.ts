/** Copies of a figure: its picture, drawing, rows, and a paragraph for a Markdown text. */
import { markdownText } from "../../../format/markdown.ts";
import { copyPng, copyText } from "./copy.ts";
import { button, element } from "./elements.ts";
import { downloadOf } from "./plate.ts";
import { fetchedText } from "./unpacked.ts";

/**
 * Adds the menu to the tools of a plate. What can't be copied is saved instead.
 * @param status says what was copied
 */
export function addCopyMenu(plate: HTMLElement, tools: HTMLElement, status: HTMLElement): void {
  const choices = element("div", { class: "plate-copies" });
  const add = (what: string, copy: () => Promise<void>, file: HTMLAnchorElement | null, note = "") => {
    const act = async () => {
      try {
        await copy();
        status.textContent = `${what} copied.${note}`;
      } catch {
        status.textContent = `The browser does not let this page copy. ${savedInstead(what, file)}`;
      }
    };
    choices.append(button(what, () => void act(), { "aria-label": `Copy ${what}` }));
  };
  const addText = (what: string, file: HTMLAnchorElement | null) => {
    if (file) add(what, async () => copyText(await fetchedText(file.href)), file);
  };
  const png = downloadOf(plate, "png");
  if (png) add("PNG", () => copyPng(png.href), png, " Only the saved file carries data and code.");
  addText("SVG", downloadOf(plate, "svg"));
  addText("CSV", downloadOf(plate, "csv"));
  add("Markdown", () => copyText(markdownOf(plate)), null);
  add("Link", () => copyText(permalinkOf(plate)), null);
  tools.append(element("details", { class: "plate-copy" }, element("summary", {}, "Copy"), choices));
}

/** Pages opened from disk can't save files for the reader either. */
function savedInstead(what: string, file: HTMLAnchorElement | null): string {
  if (!file) return "Use the permanent link below.";
  if (location.protocol === "file:") return `Save the ${what} with the link below.`;
  file.click();
  return `The ${what} was saved instead.`;
}

/** The picture, its title and caption, and where it is from. */
function markdownOf(plate: HTMLElement): string {
  const text = (selector: string) => markdownText(plate.querySelector(selector)?.textContent?.trim() ?? "");
  const alt = markdownText(plate.querySelector("img")?.alt ?? "");
  const png = downloadOf(plate, "png");
  const picture = png ? `![${alt}](${published(png)})\n\n` : "";
  return `${picture}**${text("h3")}.** ${text(".caption")} [Source](${permalinkOf(plate)})\n`;
}

function permalinkOf(plate: HTMLElement): string {
  const link = plate.querySelector<HTMLAnchorElement>(".permalink");
  return link ? published(link).replace(/index\.html$/, "") : location.href;
}

/** The address of a link where the page is published, if it says where. */
function published(link: HTMLAnchorElement): string {
  const page = document.querySelector<HTMLLinkElement>("link[rel=canonical]")?.href ?? document.baseURI;
  return new URL(link.getAttribute("href") ?? "", page).href;
}
