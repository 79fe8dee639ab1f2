/**
 * Requests as the Mooncake traces have them (https://github.com/kvcache-ai/Mooncake): a line of JSON for each, by time, whose ids of
 * blocks mean the same in the whole file. The last id of a line may be of a block that is not full.
 */
import type { Writer } from "../../files/writer.ts";
import { BlockBook, idsText } from "./blocks.ts";
import { prefixRequest, type ReplayRequest } from "./requests.ts";
import type { Tally } from "./tally.ts";

/** @param requests by time */
export async function writeMooncake(
  requests: AsyncIterable<ReplayRequest>,
  blockSize: number,
  writer: Writer,
  tally: Tally,
): Promise<void> {
  const book = new BlockBook(blockSize);
  let startUs: number | null = null;
  for await (const request of requests) {
    startUs ??= request.start_us;
    const blocks = book.add(prefixRequest(request));
    tally.add(request, blocks);
    const timestamp = Math.round((request.start_us - startUs) / 1000);
    const numbers = `"timestamp":${timestamp},"input_length":${request.input},"output_length":${request.output}`;
    writer.write(`{${numbers},"hash_ids":[${idsText(blocks.chain, blocks.partialId)}]}\n`);
  }
}
