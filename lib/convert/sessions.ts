/** The sessions of a conversation: the agent's own, and one for each agent that a call of a tool started. */
import { groupBy } from "../stats/group-by.ts";
import { at, known } from "../stats/known.ts";
import { joined } from "./agent-trace.ts";
import { type Agent, type Call, type Fact, type Message, type ReaderOptions, type Reject, type Step, sumOfTokens } from "./facts.ts";

type Of<W extends Fact["what"]> = Fact & { readonly what: W };
export type StepFact = Of<Step>;
export type CallFact = Of<Call>;

export interface Request {
  readonly start: number | null;
}

export interface SessionStep extends StepFact {
  /** The request that it opens. */
  readonly opens: Request | null;
  readonly calls: readonly CallFact[];
  /** Calls whose results it is the first to see. */
  readonly results: readonly CallFact[];
}

export interface Session {
  readonly id: string;
  readonly steps: readonly SessionStep[];
}

export interface Sessions {
  readonly sessions: readonly Session[];
  readonly rejects: readonly Reject[];
}

/** @param facts of one conversation, or of several that share traces */
export function sessionsOf(facts: readonly Fact[], options: ReaderOptions): Sessions {
  const { unique, rejects } = withoutRepeats(facts);
  const whole: Fact[] = [];
  for (const finding of joined(unique, options))
    if ("fact" in finding) whole.push(finding.fact);
    else rejects.push(finding.reject);
  const tree = new Tree(whole);
  const sessions: Session[] = [];
  for (const [id, members] of groupBy(whole, (fact) => tree.sessionOf(fact))) {
    const { steps, left } = stepsOf(members, tree);
    if (steps.length > 0) sessions.push({ id, steps });
    for (const reason of left) rejects.push({ reason, tokens: 0 });
  }
  const startOf = ({ steps }: Session) => steps[0]?.start ?? Number.POSITIVE_INFINITY;
  return { sessions: sessions.sort((a, b) => compare(startOf(a), startOf(b)) || compare(a.id, b.id)), rejects };
}

/** A span that was sent twice, such as after a time-out, is there once: as it was when it ended last. */
function withoutRepeats(facts: readonly Fact[]): { readonly unique: Fact[]; readonly rejects: Reject[] } {
  const unique: Fact[] = [];
  const rejects: Reject[] = [];
  for (const [, copies] of groupBy(facts, keyOf)) {
    const [last, ...others] = copies.toSorted((a, b) => compare(b.end ?? 0, a.end ?? 0) || compare(JSON.stringify(b), JSON.stringify(a)));
    if (last) unique.push(last);
    for (const { what } of others)
      if (what.kind !== "other") rejects.push({ reason: "records that are there again", tokens: tokensIn(what) });
  }
  return { unique, rejects };
}

function tokensIn(what: Fact["what"]): number {
  if (what.kind === "step") return sumOfTokens(what.tokens);
  return what.kind === "half" ? sumOfTokens(what) : 0;
}

function keyOf({ trace, id }: Pick<Fact, "trace" | "id">): string {
  return JSON.stringify([trace, id]);
}

/** What is above each fact. */
class Tree {
  private readonly byKey: ReadonlyMap<string, Fact>;
  /** The only conversation of a trace; traces of several have null. */
  private readonly conversations = new Map<string, string | null>();

  constructor(facts: readonly Fact[]) {
    this.byKey = new Map(facts.map((fact) => [keyOf(fact), fact]));
    for (const { trace, conversation } of facts) {
      if (conversation === null) continue;
      const known = this.conversations.get(trace);
      this.conversations.set(trace, known === undefined || known === conversation ? conversation : null);
    }
  }

  /** From the nearest on. Parents that are not there, and circles, end it. */
  above(fact: Fact): Fact[] {
    const found: Fact[] = [];
    const seen = new Set([fact]);
    for (let next = this.parentOf(fact); next && !seen.has(next); next = this.parentOf(next)) {
      seen.add(next);
      found.push(next);
    }
    return found;
  }

  sessionOf(fact: Fact): string {
    const above = [fact, ...this.above(fact)];
    const named = above.find(({ conversation }) => conversation !== null)?.conversation;
    const session = named ?? this.conversations.get(fact.trace) ?? fact.trace;
    const agent = above.findIndex(
      ({ what }, i) => what.kind === "agent" && above.slice(i + 1).some((higher) => higher.what.kind === "call"),
    );
    const helper = above[agent];
    return helper ? `${session}/${helper.id}` : session;
  }

  private parentOf({ trace, parent }: Fact): Fact | undefined {
    return parent === null ? undefined : this.byKey.get(keyOf({ trace, id: parent }));
  }
}

function stepsOf(members: readonly Fact[], tree: Tree): { readonly steps: SessionStep[]; readonly left: string[] } {
  const left: string[] = [];
  const steps = members.filter((fact) => isStep(fact)).sort(byPlace);
  const order = new Order(steps);
  const callsOf = new Map<StepFact, CallFact[]>(steps.map((step) => [step, []]));
  const resultsOf = new Map<StepFact, CallFact[]>(steps.map((step) => [step, []]));
  for (const call of members.filter((fact) => isCall(fact)).sort(byTime)) {
    const caller = order.callerOf(call, tree);
    if (caller === undefined) left.push("calls of tools before the first call of a model");
    else {
      callsOf.get(caller)?.push(call);
      const reader = order.readerOf(call, caller);
      if (reader) resultsOf.get(reader)?.push(call);
    }
  }
  const opened = openedBy(steps, members, tree);
  return {
    steps: steps.map((step) => ({
      ...step,
      opens: opened.get(step) ?? null,
      calls: callsOf.get(step) ?? [],
      results: resultsOf.get(step) ?? [],
    })),
    left,
  };
}

/** Which step made a call, and which saw its result. */
class Order {
  private readonly steps: readonly StepFact[];
  private readonly places: ReadonlyMap<StepFact, number>;
  private readonly byNo: ReadonlyMap<number | null, StepFact>;
  /** In the order of time. */
  private readonly timed: readonly (StepFact & { readonly start: number })[];

  constructor(steps: readonly StepFact[]) {
    this.steps = steps;
    this.places = new Map(steps.map((step, i) => [step, i]));
    this.byNo = new Map(steps.map((step) => [step.what.no, step]));
    this.timed = steps.filter((step): step is StepFact & { start: number } => step.start !== null).sort(byTime);
  }

  /** The step that it names or is below of; else the last one that ended before it began, or that began before. */
  callerOf(call: CallFact, tree: Tree): StepFact | undefined {
    if (call.what.step !== null) return this.byNo.get(call.what.step);
    const above = tree.above(call).find(isStep);
    if (above && this.places.has(above)) return above;
    const { start } = call;
    if (start === null) return undefined;
    const last = this.lastBegunBy(start);
    for (let i = last; i >= 0; i--) {
      const { end } = at(this.timed, i);
      if (end !== null && end <= start) return this.timed[i];
    }
    return this.timed[last];
  }

  /** The first step after the caller that begins when the result is there. */
  readerOf({ end }: CallFact, caller: StepFact): StepFact | undefined {
    if (end === null) return undefined;
    for (let i = known(this.places.get(caller)) + 1; i < this.steps.length; i++) {
      const { start } = at(this.steps, i);
      if (start !== null && start >= end) return this.steps[i];
    }
    return undefined;
  }

  /** Place among the timed steps; -1 when all begin later. */
  private lastBegunBy(time: number): number {
    let [low, high] = [0, this.timed.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (at(this.timed, middle).start <= time) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }
}

function isStep(fact: Fact): fact is StepFact {
  return fact.what.kind === "step";
}

function isCall(fact: Fact): fact is CallFact {
  return fact.what.kind === "call";
}

function byPlace(a: StepFact, b: StepFact): number {
  return (a.what.no !== null && b.what.no !== null ? a.what.no - b.what.no : 0) || byTime(a, b);
}

function byTime(a: Fact, b: Fact): number {
  const infinite = Number.POSITIVE_INFINITY;
  return compare(a.start ?? infinite, b.start ?? infinite) || compare(a.end ?? infinite, b.end ?? infinite) || compare(keyOf(a), keyOf(b));
}

function compare<T extends string | number>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** By the step that opens it: requests are what an agent was invoked for, or messages. */
function openedBy(steps: readonly StepFact[], members: readonly Fact[], tree: Tree): Map<StepFact, Request> {
  const opened = new Map<StepFact, Request>();
  const seen = new Set<Fact>();
  for (const step of steps) {
    const agent = step.what.request === 0 ? undefined : outermostAgent(tree.above(step));
    if (agent && !seen.has(agent)) opened.set(step, agent);
    if (agent) seen.add(agent);
  }
  for (const message of members.filter((fact) => isMessage(fact)).sort(byTime)) {
    const { start } = message;
    const step = steps.find((each) => start !== null && each.start !== null && each.start >= start);
    if (step && !opened.has(step)) opened.set(step, message);
  }
  return opened;
}

/** Of a helper, the one that its parent started. */
function outermostAgent(above: readonly Fact[]): Fact | undefined {
  const end = above.findIndex(({ what }) => what.kind === "call");
  return (end < 0 ? above : above.slice(0, end)).findLast((fact): fact is Of<Agent> => fact.what.kind === "agent");
}

function isMessage(fact: Fact): fact is Of<Message> {
  return fact.what.kind === "message";
}
