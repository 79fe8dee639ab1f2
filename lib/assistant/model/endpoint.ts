/** An endpoint for chat completions, as OpenAI, Ollama, llama.cpp, vLLM and others have it. */
import { z } from "zod";
import { serverAddress } from "../../files/address.ts";
import { messageOf, UserError } from "../../files/errors.ts";

export interface Endpoint {
  /** With the path, such as `http://127.0.0.1:11434/v1/chat/completions`. */
  readonly address: string;
  /** Goes into a header; null for none. */
  readonly key: string | null;
  readonly timeoutMs: number;
}

const MOST_BYTES = 256 * 1024;
const Completion = z.object({ choices: z.array(z.object({ message: z.object({ content: z.string() }) })).min(1) });

/** @throws UserError unless the base is an address of the web */
export function addressOf(base: string, flag: string): string {
  return `${serverAddress(base, flag, "--model-key")}/chat/completions`;
}

/** Sends a body and returns what the model said. @throws UserError, exit status 1, when no good answer comes in time */
export async function complete({ address, key, timeoutMs }: Endpoint, body: string): Promise<string> {
  const problem = (says: string, cause?: unknown) => new UserError(`${address} ${says}`, 1, { cause });
  let text: string;
  try {
    const response = await fetch(address, {
      method: "POST",
      headers: { "content-type": "application/json", ...(key === null ? {} : { authorization: `Bearer ${key}` }) },
      body,
      redirect: "error",
      signal: AbortSignal.timeout(timeoutMs),
    });
    if (!response.ok) throw problem(`answers with status ${response.status}. Check the address, the name of the model and the key.`);
    text = await textOf(response);
  } catch (error) {
    if (error instanceof UserError) throw error;
    if (error instanceof Error && error.name === "TimeoutError") throw problem(`took longer than ${timeoutMs / 1000} s.`, error);
    throw problem(`can't be reached: ${messageOf(error instanceof Error ? (error.cause ?? error) : error)}.`, error);
  }
  const completion = Completion.safeParse(parsed(text));
  if (!completion.success) throw problem("doesn't answer like an endpoint for chat completions.");
  return completion.data.choices.map(({ message }) => message.content).join("");
}

/** @throws Error for more than a reply can have */
async function textOf(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  const reader = response.body?.getReader();
  for (let read = await reader?.read(); read && !read.done; read = await reader?.read()) {
    bytes += read.value.length;
    if (bytes > MOST_BYTES) throw new Error(`its answer is larger than ${MOST_BYTES / 1024} KB`);
    chunks.push(read.value);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
