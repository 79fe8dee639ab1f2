/** The program without a process of its own. */
import { vi } from "vitest";
import { main } from "../cli/main.ts";

export interface Called {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command line and returns what it printed. */
export async function call(...words: string[]): Promise<Called> {
  const printed = { stdout: "", stderr: "" };
  const keep = (stream: keyof typeof printed, end: string) => (text: unknown) => {
    printed[stream] += `${text}${end}`;
    return true;
  };
  const spies = [
    vi.spyOn(process.stderr, "write").mockImplementation(keep("stderr", "")),
    vi.spyOn(process.stdout, "write").mockImplementation(keep("stdout", "")),
    // The help of yargs.
    vi.spyOn(console, "log").mockImplementation(keep("stdout", "\n")),
  ];
  try {
    return { status: await main(words), ...printed };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}
