/** Files that are written together and appear when all of them are complete. */
import { Draft, sync } from "../files/atomic.ts";
import { OWNER_ONLY_FILE } from "../files/place.ts";
import type { Writer } from "../files/writer.ts";

/** What is collected is private. */
export class OutputFiles {
  private readonly files: { readonly draft: Draft; readonly writer: Writer }[] = [];

  /** @throws PlaceError when the file can't be written there */
  open(target: string): Writer {
    const draft = new Draft(target, { flag: "--output" });
    const writer = draft.open(OWNER_ONLY_FILE);
    this.files.push({ draft, writer });
    return writer;
  }

  async commit(): Promise<void> {
    for (const { writer } of this.files) writer.close();
    await sync(this.files.map(({ draft }) => draft.path));
    for (const { draft } of this.files) draft.publish();
  }

  /** Removes what is not committed. */
  discard(): void {
    for (const { draft, writer } of this.files.splice(0)) {
      writer.abandon();
      draft.discard();
    }
  }
}
