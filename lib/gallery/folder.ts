/** The gallery's folder while it is built: a draft that replaces the earlier gallery as a whole. */
import fs from "node:fs";
import path from "node:path";
import { Draft } from "../files/atomic.ts";
import { codeOf, UserError } from "../files/errors.ts";
import { makeFolder } from "../files/folder.ts";
import { inside } from "../files/inside.ts";
import { jsonText } from "../files/json.ts";
import { type GalleryContents, MARKER, readContents } from "./current.ts";
import { GZIP, pack, packedFrom } from "./packer.ts";
import type { GalleryRequest } from "./request.ts";

export class GalleryFolder {
  private readonly target: string;
  private readonly draft: Draft;
  /** What files were packed from, by their names, in the earlier gallery and in this one. */
  private readonly packedBefore: Readonly<Record<string, string>>;
  private readonly packed: Record<string, string> = {};

  private constructor(target: string) {
    this.target = target;
    this.packedBefore = readContents(target)?.packed ?? {};
    this.draft = new Draft(target);
    this.draft.makeFolder();
  }

  /** @throws UserError when the place holds something that is not a gallery, or holds the results themselves */
  static open(gallery: string, out: string): GalleryFolder {
    checkGalleryPlace(gallery, out);
    return new GalleryFolder(realPath(gallery));
  }

  /** Not synced one by one, which takes seconds: a gallery that lost files with the power is not current, and is built again. */
  write(file: string, content: string | Uint8Array): void {
    fs.writeFileSync(this.prepare(file), content);
  }

  /** Puts an existing file into the gallery without using space twice where the disk allows it. */
  place(source: string, file: string): void {
    const destination = this.prepare(file);
    try {
      fs.linkSync(source, destination);
    } catch (error) {
      refuseMissing(error, source);
      // Another disk, too many links, or a file system without links.
      fs.copyFileSync(source, destination, fs.constants.COPYFILE_FICLONE);
    }
  }

  /** Puts an existing file into the gallery, packed; the earlier gallery's, if that was packed from the same. Returns its bytes. */
  async placePacked(source: string, file: string, packer = GZIP): Promise<number> {
    const destination = this.prepare(file);
    try {
      const from = await packedFrom(source, packer);
      this.packed[file] = from;
      const earlier = this.packedBefore[file] === from ? this.earlier(file) : null;
      if (earlier) this.place(earlier, file);
      else await pack(source, destination, packer);
    } catch (error) {
      refuseMissing(error, source);
      throw error;
    }
    return fs.statSync(destination).size;
  }

  /** Path of a file of the gallery that this one will replace, if it is there. */
  earlier(file: string): string | null {
    const full = path.join(this.target, file);
    return fs.existsSync(full) ? full : null;
  }

  /**
   * Moves the finished gallery into place; `contents` goes into its marker file, with the sizes of all files.
   * @param check looks at the folder before
   */
  async commit(contents: Omit<GalleryContents, "files" | "packed">, check?: GalleryRequest["check"]): Promise<void> {
    fs.writeFileSync(
      this.prepare(MARKER),
      jsonText({ ...contents, packed: Object.fromEntries(Object.entries(this.packed).sort()), files: this.sizes() }),
      { flush: true },
    );
    await check?.(this.draft.path);
    this.draft.publish();
  }

  discard(): void {
    this.draft.discard();
  }

  private sizes(): Record<string, number> {
    const entries = fs.readdirSync(this.draft.path, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const files = entries.map((entry) => path.join(entry.parentPath, entry.name)).sort();
    const nameOf = (file: string) => path.relative(this.draft.path, file).split(path.sep).join("/");
    return Object.fromEntries(files.map((file) => [nameOf(file), fs.statSync(file).size]));
  }

  private prepare(file: string): string {
    const full = inside(this.draft.path, file);
    makeFolder(path.dirname(full));
    return full;
  }
}

/** @throws UserError when a file of the run is gone */
function refuseMissing(error: unknown, source: string): void {
  if (codeOf(error) !== "ENOENT") return;
  throw new UserError(`${source} is listed in artifacts.json but is missing; run again with --force.`, 1, { cause: error });
}

/** @throws UserError when the place holds something that is not a gallery, or holds the folder of results */
export function checkGalleryPlace(gallery: string, results: string): void {
  const target = realPath(gallery);
  const out = realPath(results);
  if (target === out || out.startsWith(target + path.sep))
    throw new UserError(`The gallery can't replace ${target}, which contains the results in ${out}; give it another folder with --out.`);
  if (!fs.existsSync(target)) return;
  if (!fs.statSync(target).isDirectory()) throw new UserError(`${target} is a file; give a folder for the gallery with --out.`);
  if (fs.readdirSync(target).length > 0 && !fs.existsSync(path.join(target, MARKER)))
    throw new UserError(`${target} contains files that are not a gallery (it has no ${MARKER}); give an empty or new folder with --out.`);
}

function realPath(place: string): string {
  return fs.existsSync(place) ? fs.realpathSync(place) : path.resolve(place);
}
