/** Documents of experiments that pages other than their own show. */
import path from "node:path";
import { messageOf, UserError } from "../files/errors.ts";
import { readInside } from "../files/inside.ts";
import type { RunReport } from "./artifacts.ts";

export interface RunDocument<T> {
  /** The experiment that writes it. */
  readonly id: string;
  readonly file: string;
  /** What it is, for the sentence that says it isn't. */
  readonly noun: string;
  /** Throws when the value is something else. */
  readonly parse: (value: unknown) => T;
}

/** Null when the run left that experiment out. @throws UserError when its file isn't what it should be */
export function readRunDocument<T>(out: string, report: RunReport, { id, file, noun, parse }: RunDocument<T>): T | null {
  const run = report.experiments.find((candidate) => candidate.id === id);
  if (!run?.artifacts?.documents.some((document) => document.file === file)) return null;
  const full = path.join(out, id, file);
  try {
    return parse(JSON.parse(readInside(out, `${id}/${file}`) ?? ""));
  } catch (error) {
    throw new UserError(`${full} is not ${noun} (${messageOf(error)}); run again with --force --only ${id}.`, 1, { cause: error });
  }
}
