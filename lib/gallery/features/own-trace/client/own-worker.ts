/** The worker behind the home page: one question at a time, in order. */
import type { Questions, Reply, Stage } from "../messages.ts";

/** It was ended while it worked. */
export class Stopped extends Error {}

interface Waiting {
  readonly onStage: (stage: Stage, note: string) => void;
  resolve(answer: unknown): void;
  reject(error: Error): void;
}

export class OwnWorker {
  private readonly worker: Worker;
  private readonly waiting: Waiting[] = [];

  /** @param script an address. The worker is made on the page, so that the page's policy binds it: one from an address has its own. */
  constructor(script: string) {
    const url = URL.createObjectURL(new Blob([`importScripts(${JSON.stringify(script)});`], { type: "text/javascript" }));
    this.worker = new Worker(url);
    this.worker.onmessage = ({ data }: MessageEvent<Reply>) => this.receive(data);
    this.worker.onerror = (event) => {
      event.preventDefault();
      this.failAll(new Error(event.message || "The browser ran out of memory."));
    };
  }

  /** @throws Error with a sentence; Stopped */
  ask<Q extends keyof Questions>(
    question: Q,
    asked: Questions[Q]["asked"],
    onStage: Waiting["onStage"] = () => {},
  ): Promise<Questions[Q]["answer"]> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ onStage, resolve: (answer) => resolve(answer as Questions[Q]["answer"]), reject });
      this.worker.postMessage({ question, asked });
    });
  }

  stop(): void {
    this.worker.terminate();
    this.failAll(new Stopped());
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
