/** Files dropped anywhere on the page: one next to the box for them must not replace the page. */

/** @param onOver whether something is held over the page */
export function acceptDrops(onOver: (isOver: boolean) => void, onDrop: (dropped: DataTransfer) => void): void {
  let inside = 0;
  const move = (by: number) => {
    inside = Math.max(0, inside + by);
    onOver(inside > 0);
  };
  addEventListener("dragenter", () => move(1));
  addEventListener("dragleave", () => move(-1));
  addEventListener("dragover", (event) => event.preventDefault());
  addEventListener("drop", (event) => {
    event.preventDefault();
    move(-inside);
    if (event.dataTransfer) onDrop(event.dataTransfer);
  });
}
