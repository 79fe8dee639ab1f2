/** What an export holds, counted request by request. */
import type { BlocksOfRequest } from "./blocks.ts";
import type { ReplayRequest } from "./requests.ts";

export class Tally {
  requests = 0;
  inputTokens = 0;
  prefixTokens = 0;
  outputTokens = 0;
  /** Requests whose output was logged while the response was streaming. */
  unfinishedOutputs = 0;
  /** Full blocks that a cache that forgets nothing finds. */
  sharedBlocks = 0;
  /** Full blocks that the pool says came from a cache although no earlier request of the file has them. */
  missingBlocks = 0;
  private readonly conversationNumbers = new Set<number>();
  private readonly sessionIds = new Set<string>();

  add(request: ReplayRequest, { shared, missing }: BlocksOfRequest): void {
    this.requests++;
    this.inputTokens += request.input;
    this.prefixTokens += request.prefix;
    this.outputTokens += request.output;
    if (!request.output_is_final) this.unfinishedOutputs++;
    this.sharedBlocks += shared;
    this.missingBlocks += missing;
    this.conversationNumbers.add(request.conversation);
    this.sessionIds.add(request.session);
  }

  get conversations(): number {
    return this.conversationNumbers.size;
  }

  get sessions(): number {
    return this.sessionIds.size;
  }
}
