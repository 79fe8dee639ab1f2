/** The worker behind the home page: one question at a time, in order. */
import { messageOf } from "../../../../files/errors.ts";
import { fetched } from "../../../page/client/unpacked.ts";
import type { Questions, Reply, Stage } from "../messages.ts";

/** It was ended while it worked. */
export class Stopped extends Error {}

interface Waiting {
  readonly onStage: (stage: Stage, note: string) => void;
  resolve(answer: unknown): void;
  reject(error: Error): void;
}

export class OwnWorker {
  private readonly worker: Promise<Worker>;
  private readonly waiting: Waiting[] = [];

  /** @param script its address; the file may be packed */
  constructor(script: string) {
    this.worker = this.start(script);
  }

  /** @throws Error with a sentence; Stopped */
  ask<Q extends keyof Questions>(
    question: Q,
    asked: Questions[Q]["asked"],
    onStage: Waiting["onStage"] = () => {},
  ): Promise<Questions[Q]["answer"]> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ onStage, resolve: (answer) => resolve(answer as Questions[Q]["answer"]), reject });
      this.worker.then(
        (worker) => worker.postMessage({ question, asked }),
        (error) => this.failAll(new Error(messageOf(error))),
      );
    });
  }

  stop(): void {
    this.worker.then(
      (worker) => worker.terminate(),
      () => {},
    );
    this.failAll(new Stopped());
  }

  /** From memory, so that the page's policy applies to the worker: one from an address has a policy of its own. */
  private async start(script: string): Promise<Worker> {
    const url = URL.createObjectURL(new Blob([await fetched(script)], { type: "text/javascript" }));
    const worker = new Worker(url);
    worker.onmessage = ({ data }: MessageEvent<Reply>) => this.receive(data);
    worker.onerror = (event) => {
      event.preventDefault();
      this.failAll(new Error(event.message || "The browser ran out of memory."));
    };
    return worker;
  }

  private receive(reply: Reply): void {
    const [first] = this.waiting;
    if (!first) return;
    if (reply.kind === "stage") first.onStage(reply.stage, reply.note);
    else {
      this.waiting.shift();
      if (reply.kind === "answer") first.resolve(reply.answer);
      else first.reject(new Error(reply.sentence));
    }
  }

  private failAll(error: Error): void {
    for (const { reject } of this.waiting.splice(0)) reject(error);
  }
}
