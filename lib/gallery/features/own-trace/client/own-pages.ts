/** Shows pages of a visitor's own pool in place of the home page's content. The address says which; without it, nothing is left of them. */
import { messageOf } from "../../../../files/errors.ts";
import { button, element } from "../../../page/client/elements.ts";
import { startAsk } from "../../ask/client/start.ts";
import { startList } from "../../sessions/client/list-view.ts";
import { startSession } from "../../sessions/client/session-view.ts";
import { addressOf, viewIn } from "../address.ts";
import type { Shown, View } from "../messages.ts";
import type { OwnWorker } from "./own-worker.ts";

interface Setting {
  /** What the pages take the place of. */
  readonly main: HTMLElement;
  /** Addresses of style sheets that they need in addition to those of the page. */
  readonly styles: readonly string[];
  readonly report: HTMLElement;
  readonly sanitize: (status: HTMLElement) => void;
  readonly forget: () => void;
}

const TABS: readonly (readonly [title: string, view: View])[] = [
  ["Dashboard", { kind: "dashboard" }],
  ["Sessions", { kind: "sessions" }],
  ["Ask", { kind: "ask" }],
];

export class OwnPages {
  private readonly worker: OwnWorker;
  private readonly setting: Setting;
  private readonly frame: HTMLElement;
  private readonly tabs = new Map<string, HTMLAnchorElement>();
  private readonly status = element("p", { class: "aside own-status", role: "status" });
  private readonly events = new AbortController();
  private readonly homeTitle = document.title;
  /** Ends what the scripts of the shown page listen to. */
  private ofPage = new AbortController();
  private content: Element | null = null;
  private turn = 0;

  constructor(worker: OwnWorker, setting: Setting) {
    this.worker = worker;
    this.setting = setting;
    for (const [title, view] of TABS) this.tabs.set(view.kind, element("a", { href: addressOf(view) }, title));
    this.frame = element(
      "div",
      { class: "own-frame" },
      element(
        "section",
        { "aria-label": "Your history" },
        element(
          "p",
          { class: "banner" },
          element("strong", {}, "Private: only you see this. "),
          "These pages are made in your browser from your files, and are gone when you close the tab.",
        ),
        element(
          "nav",
          { class: "own-bar", "aria-label": "Pages of your history" },
          ...this.tabs.values(),
          button("Download sanitized rows", () => setting.sanitize(this.status), { class: "pill" }),
          button("Forget it", setting.forget, { class: "pill" }),
        ),
        this.status,
        setting.report,
      ),
    );
  }

  async show(view: View): Promise<void> {
    await this.loadStyles();
    const { signal } = this.events;
    this.setting.main.replaceWith(this.frame);
    showSitesPool(false);
    this.frame.addEventListener("click", (event) => this.follow(event), { signal });
    addEventListener("popstate", () => void this.render(viewIn(location.search) ?? { kind: "dashboard" }), { signal });
    history.pushState(null, "", addressOf(view));
    await this.render(view);
  }

  close(): void {
    this.events.abort();
    this.ofPage.abort();
    this.frame.replaceWith(this.setting.main);
    showSitesPool(true);
    document.title = this.homeTitle;
    history.replaceState(null, "", location.pathname);
  }

  /** Links between these pages load nothing. */
  private follow(event: MouseEvent): void {
    const link = event.target instanceof Element ? event.target.closest("a") : null;
    const view = link?.getAttribute("href")?.startsWith("?") ? viewIn(link.search) : null;
    if (!link || !view || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    history.pushState(null, "", link.search + link.hash);
    void this.render(view);
  }

  private async render(view: View): Promise<void> {
    this.turn += 1;
    const { turn } = this;
    if (view.kind === "ask") this.status.textContent = "Making the tables…";
    try {
      const shown = await this.worker.ask("view", view);
      if (turn === this.turn) this.place(view, shown);
    } catch (error) {
      this.status.textContent = messageOf(error);
    }
  }

  private place(view: View, shown: Shown): void {
    this.ofPage.abort();
    this.ofPage = new AbortController();
    const template = element("template");
    // Made by the worker from components, which escape every text.
    template.innerHTML = shown.html;
    const main = template.content.firstElementChild;
    if (!main) return;
    this.content?.remove();
    this.content = main;
    this.frame.append(main);
    this.status.textContent = "";
    document.title = shown.title;
    for (const [kind, tab] of this.tabs) {
      if (kind === view.kind) tab.setAttribute("aria-current", "page");
      else tab.removeAttribute("aria-current");
    }
    // In this tab it would end what is open.
    for (const link of main.querySelectorAll<HTMLAnchorElement>("a[href]:not([href^='?'], [href^='#'])")) link.target = "_blank";
    this.startScripts(main, shown);
    const heading = main.querySelector("h1");
    heading?.setAttribute("tabindex", "-1");
    heading?.focus({ preventScroll: true });
    scrollTo(0, 0);
  }

  private startScripts(main: Element, { entries, session, tables }: Shown): void {
    const { signal } = this.ofPage;
    const list = main.querySelector<HTMLElement>("[data-session-list]");
    if (list && entries) startList(list, entries, (name) => addressOf({ kind: "session", name }), { own: "sessions" });
    const timeline = main.querySelector<HTMLElement>("#timeline");
    if (timeline && session) startSession(timeline, session, signal);
    if (tables) startAsk({ database: tables, signal });
  }

  private async loadStyles(): Promise<void> {
    await Promise.all(
      this.setting.styles.map(
        (href) =>
          new Promise<void>((resolve) => {
            const link = element("link", { rel: "stylesheet", href });
            link.addEventListener("load", () => resolve());
            link.addEventListener("error", () => resolve());
            document.head.append(link);
          }),
      ),
    );
  }
}

/** What is above and below every page is about the pool of the site, not about the visitor's. */
function showSitesPool(isShown: boolean): void {
  for (const part of document.querySelectorAll<HTMLElement>("body > .banner, body > .colophon")) part.hidden = !isShown;
}
