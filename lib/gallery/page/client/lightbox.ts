/** Figures at full size: a dialog with zoom, by mouse, touch and keyboard. Without scripts the link opens the file. */
import { isDark } from "./color-scheme.ts";
import { button, element } from "./elements.ts";
import { downloadOf } from "./plate.ts";
import { AT_REST, kept, LARGEST, type Point, STEP, type View, WHEEL_STEP, zoomed } from "./zoom.ts";

/** A pointer that moved less between down and up has clicked. */
const CLICK_PIXELS = 5;
const PAN_PIXELS = 60;
/** Before the id of a figure, in the address of its view at full size. */
const ADDRESS = "full-";

type Open = (plate: HTMLElement, opener: HTMLElement) => void;

/** Makes the pictures of plates open the dialog. @returns what opens it from elsewhere */
export function addLightbox(plates: readonly HTMLElement[]): Open {
  const lightbox = new Lightbox(plates);
  const open: Open = lightbox.open.bind(lightbox);
  for (const plate of plates) {
    const link = plate.querySelector<HTMLAnchorElement>("a.plate-picture");
    link?.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
      event.preventDefault();
      open(plate, link);
    });
  }
  const named = plates.find(({ id }) => location.hash === `#${ADDRESS}${encodeURIComponent(id)}`);
  const link = named?.querySelector<HTMLElement>("a.plate-picture");
  if (named && link) open(named, link);
  return open;
}

class Lightbox {
  private readonly level = element("output");
  private readonly picture = element("img", { draggable: "false" });
  private readonly stage = element("div", { class: "lightbox-stage" }, this.picture);
  private readonly caption = element("p", { class: "lightbox-caption" });
  private readonly files = element("span", { class: "lightbox-files" });
  private readonly dialog = element("dialog", { class: "lightbox", "aria-label": "Figure at full size", tabindex: "-1" });
  private readonly plates: readonly HTMLElement[];
  private readonly pointers = new Map<number, Point>();
  private index = 0;
  private view: View = AT_REST;
  private opener: HTMLElement | null = null;
  private traveled = 0;

  constructor(plates: readonly HTMLElement[]) {
    this.plates = plates;
    this.dialog.append(this.bar(), this.stage, this.caption);
    document.body.append(this.dialog);
    this.listen();
  }

  open(plate: HTMLElement, opener: HTMLElement): void {
    this.opener = opener;
    this.index = this.plates.indexOf(plate);
    this.dialog.showModal();
    // Its keys move and enlarge the figure, so none of its buttons comes first.
    this.dialog.focus();
    this.show();
  }

  private bar(): HTMLElement {
    const named = (text: string, label: string, act: () => void) => button(text, act, { "aria-label": label });
    const others = [named("←", "Previous figure", () => this.turn(-1)), named("→", "Next figure", () => this.turn(1))];
    return element(
      "div",
      { class: "lightbox-bar" },
      ...(this.plates.length > 1 ? others : []),
      named("−", "Zoom out", () => this.scale(1 / STEP)),
      this.level,
      named("+", "Zoom in", () => this.scale(STEP)),
      named("Fit", "Fit to window", () => this.look(AT_REST)),
      this.files,
      named("Close", "Close", () => this.dialog.close()),
    );
  }

  private listen(): void {
    this.dialog.addEventListener("close", () => {
      this.pointers.clear();
      this.setAddress(this.plates[this.index]?.id ?? "");
      this.opener?.focus();
    });
    this.dialog.addEventListener("click", (event) => {
      if (event.target === this.dialog) this.dialog.close();
    });
    this.dialog.addEventListener("keydown", (event) => this.key(event));
    this.stage.addEventListener(
      "wheel",
      (event) => {
        event.preventDefault();
        this.scale(event.deltaY < 0 ? WHEEL_STEP : 1 / WHEEL_STEP, this.fromCenter(event));
      },
      { passive: false },
    );
    this.stage.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      this.stage.setPointerCapture(event.pointerId);
      this.pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
      if (this.pointers.size === 1) this.traveled = 0;
    });
    this.stage.addEventListener("pointermove", (event) => this.move(event));
    this.stage.addEventListener("pointerup", (event) => this.release(event));
    this.stage.addEventListener("pointercancel", (event) => this.pointers.delete(event.pointerId));
    addEventListener("resize", () => {
      if (this.dialog.open) this.look(this.view);
    });
    document.addEventListener("themechange", () => {
      if (this.dialog.open) this.show();
    });
  }

  private show(): void {
    const plate = this.plates[this.index];
    const shown = plate?.querySelector("img");
    if (!plate || !shown) return;
    this.stage.classList.toggle("turns-dark", plate.querySelector(".turns-dark") !== null);
    const dark = isDark() ? plate.querySelector<HTMLImageElement>("img.in-dark") : null;
    this.picture.src = dark?.src ?? downloadOf(plate, "svg")?.href ?? shown.src;
    this.files.replaceChildren(
      ...["png", "svg"].flatMap((kind) => {
        const file = downloadOf(plate, kind);
        return file ? [element("a", { href: file.href, download: "" }, kind.toUpperCase())] : [];
      }),
    );
    this.setAddress(ADDRESS + plate.id);
    this.picture.alt = shown.alt;
    this.picture.width = shown.width;
    this.picture.height = shown.height;
    this.caption.textContent = [plate.querySelector("h3")?.textContent, plate.querySelector(".caption")?.textContent]
      .filter(Boolean)
      .join(". ");
    this.look(AT_REST);
  }

  /** Without an entry in the history: closing is not going back. */
  private setAddress(anchor: string): void {
    if (anchor !== "" && anchor !== ADDRESS) history.replaceState(history.state, "", `#${encodeURIComponent(anchor)}`);
  }

  private turn(by: number): void {
    const count = this.plates.length;
    this.index = (this.index + by + count) % count;
    this.show();
  }

  private key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const enlarged = this.view.scale > 1;
    const actions: Readonly<Record<string, () => void>> = {
      "+": () => this.scale(STEP),
      "=": () => this.scale(STEP),
      "-": () => this.scale(1 / STEP),
      "0": () => this.look(AT_REST),
      ArrowLeft: () => (enlarged ? this.pan(PAN_PIXELS, 0) : this.turn(-1)),
      ArrowRight: () => (enlarged ? this.pan(-PAN_PIXELS, 0) : this.turn(1)),
      ArrowUp: () => this.pan(0, PAN_PIXELS),
      ArrowDown: () => this.pan(0, -PAN_PIXELS),
    };
    const act = Object.hasOwn(actions, event.key) ? actions[event.key] : undefined;
    if (!act) return;
    event.preventDefault();
    act();
  }

  private move(event: PointerEvent): void {
    const before = this.pointers.get(event.pointerId);
    if (!before) return;
    const after = { x: event.clientX, y: event.clientY };
    const [moved, still] = [{ x: after.x - before.x, y: after.y - before.y }, this.other(event.pointerId)];
    this.traveled += Math.hypot(moved.x, moved.y);
    this.pointers.set(event.pointerId, after);
    if (still) {
      const middle = { clientX: (after.x + still.x) / 2, clientY: (after.y + still.y) / 2 };
      this.scale(distance(after, still) / Math.max(1, distance(before, still)), this.fromCenter(middle));
    } else this.pan(moved.x, moved.y);
  }

  /** A click enlarges what it points at; at the largest it shows the whole again. */
  private release(event: PointerEvent): void {
    if (!this.pointers.delete(event.pointerId) || this.pointers.size > 0 || this.traveled > CLICK_PIXELS) return;
    if (event.target === this.stage && !this.isOverPicture(event)) this.dialog.close();
    else if (this.view.scale >= LARGEST) this.look(AT_REST);
    else this.scale(STEP, this.fromCenter(event));
  }

  private isOverPicture({ clientX, clientY }: PointerEvent): boolean {
    const { left, right, top, bottom } = this.picture.getBoundingClientRect();
    return clientX >= left && clientX <= right && clientY >= top && clientY <= bottom;
  }

  private other(pointerId: number): Point | undefined {
    return [...this.pointers].find(([id]) => id !== pointerId)?.[1];
  }

  private fromCenter({ clientX, clientY }: { readonly clientX: number; readonly clientY: number }): Point {
    const { left, top, width, height } = this.stage.getBoundingClientRect();
    return { x: clientX - left - width / 2, y: clientY - top - height / 2 };
  }

  private scale(factor: number, at: Point = { x: 0, y: 0 }): void {
    this.look(zoomed(this.view, factor, at));
  }

  private pan(x: number, y: number): void {
    this.look({ ...this.view, x: this.view.x + x, y: this.view.y + y });
  }

  private look(view: View): void {
    const { offsetWidth: width, offsetHeight: height } = this.picture;
    this.view = kept(view, { width, height }, { width: this.stage.clientWidth, height: this.stage.clientHeight });
    this.picture.style.transform = `translate(${this.view.x}px, ${this.view.y}px) scale(${this.view.scale})`;
    this.stage.dataset.enlarged = String(this.view.scale > 1);
    this.level.textContent = `${Math.round(this.view.scale * 100)} %`;
  }
}

function distance(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}
