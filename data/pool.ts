/** The pool: which sessions there are, when they start, and how their rows follow each other in the file. */
import { SYNTHETIC_PROJECT_PREFIX, SYNTHETIC_USER_PREFIX } from "../lib/trace/synthetic.ts";
import { Shares } from "./distribution.ts";
import { createDraws, type Draws } from "./draws.ts";
import {
  COMPANION_START_S,
  MODELS,
  type ModelProfile,
  PROJECTS_PER_USER,
  PROVIDER_SHARES,
  SHORT_SESSION_STEPS,
  SINGLE_REQUEST,
  USERS,
  WEEKEND_MOVED,
} from "./profile.ts";
import type { Provider, Row } from "./row.ts";
import { type SessionPlan, type Subagent, type TimedRow, walkSession } from "./session.ts";

const DAY_MS = 86_400_000;

/**
 * Rows of a synthetic pool, endless: take as many as needed. The same seed gives the same rows, so a smaller pool is the
 * beginning of a larger one. Memory holds the few sessions under way, whatever the number of rows.
 */
export function* poolRows(seed: number): Generator<Row, never> {
  const planner = new Planner(createDraws(seed));
  let open: OpenSession[] = [];
  for (;;) {
    if (open.length === 0) open = planner.nextSessions().map((plan) => new OpenSession(walkSession(plan, planner.draws)));
    const session = earliest(open);
    const { row, subagents } = session.take();
    yield row;
    for (const subagent of subagents) {
      planner.count(subagent);
      open.push(new OpenSession(subagent.rows[Symbol.iterator]()));
    }
    open = open.filter((one) => !one.isOver);
  }
}

/** A session with the row that comes next. */
class OpenSession {
  private readonly rows: Iterator<TimedRow, unknown>;
  private upcoming: TimedRow | undefined;

  constructor(rows: Iterator<TimedRow, unknown>) {
    this.rows = rows;
    this.advance();
  }

  get isOver(): boolean {
    return this.upcoming === undefined;
  }

  get nextMs(): number {
    return this.upcoming?.endMs ?? Number.POSITIVE_INFINITY;
  }

  take(): TimedRow {
    const row = this.upcoming as TimedRow;
    this.advance();
    return row;
  }

  private advance(): void {
    const { value, done } = this.rows.next();
    this.upcoming = done ? undefined : (value as TimedRow);
  }
}

function earliest(sessions: readonly OpenSession[]): OpenSession {
  return sessions.reduce((first, one) => (one.nextMs < first.nextMs ? one : first));
}

/** Decides about sessions so that providers and models keep their shares of the steps. */
class Planner {
  readonly draws: Draws;
  private readonly providers = new Shares<Provider>([
    ["claude", PROVIDER_SHARES.claude],
    ["codex", PROVIDER_SHARES.codex],
  ]);
  private readonly models = {
    claude: new Shares(MODELS.claude.map((model) => [model, model.share] as const)),
    codex: new Shares(MODELS.codex.map((model) => [model, model.share] as const)),
  };
  private isFirst = true;

  constructor(draws: Draws) {
    this.draws = draws;
  }

  /** A session, sometimes with companions that start soon after it. */
  nextSessions(): SessionPlan[] {
    const first = this.session();
    const companions = Array.from({ length: this.draws.companions() }, () => {
      const plan = this.session();
      return { ...plan, startMs: first.startMs + Math.round(this.draws.random.uniform() * COMPANION_START_S * 1000) };
    });
    return [first, ...companions];
  }

  /** A sub-agent's steps belong to the shares, too. */
  count({ plan, rows }: Subagent): void {
    this.providers.give(plan.provider, rows.length);
    this.models[plan.provider].give(plan.model, rows.length);
  }

  private session(): SessionPlan {
    const { random } = this.draws;
    const provider = this.nextProvider();
    const steps = this.draws.sessionSteps[provider]();
    this.providers.give(provider, steps);
    const model = this.models[provider].next(steps);
    const user = random.pick(USERS[provider]);
    return {
      provider,
      model,
      user: `${SYNTHETIC_USER_PREFIX}${pad(user)}`,
      project: `${SYNTHETIC_PROJECT_PREFIX}${pad((user - 1) * PROJECTS_PER_USER + random.integer(1, PROJECTS_PER_USER))}`,
      sessionId: `${provider}:${random.uuid()}`,
      startMs: this.start(model),
      steps,
      singleRequest: random.chance(steps <= SHORT_SESSION_STEPS ? SINGLE_REQUEST.short : SINGLE_REQUEST.long),
      isSubagent: false,
    };
  }

  /** Claude opens the pool: the first row sets the order of columns for readers that infer them. */
  private nextProvider(): Provider {
    if (!this.isFirst) return this.providers.next(0);
    this.isFirst = false;
    return "claude";
  }

  private start(model: ModelProfile): number {
    const { random } = this.draws;
    const from = Date.parse(model.from);
    const days = (Date.parse(model.until) - from) / DAY_MS;
    let day = from;
    do day = from + random.integer(0, days) * DAY_MS;
    while (isWeekend(day) && random.chance(WEEKEND_MOVED));
    return day + this.draws.hour() * 3_600_000 + random.integer(0, 3_599_999);
  }
}

function isWeekend(ms: number): boolean {
  return [0, 6].includes(new Date(ms).getUTCDay());
}

function pad(number: number): string {
  return String(number).padStart(2, "0");
}
