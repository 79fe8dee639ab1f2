/** Words that people ask with, made into the terms that questions are found by: one term for words of one meaning, in three languages. */
import { distance } from "fastest-levenshtein";

const words = (text: string) => text.split(/\s+/).filter(Boolean);

const STOP_WORDS = new Set(
  words(`a about all also am an and any are as at be been being but by can compared could did do does doing done each ever every for from
    get gets give go goes gone good got had has have having how i if in into is it its just let like list lot lots many may me more most much
    my near need not now so far number of on one or other our out over overall own per please really see shall she should show so some still such
    tell than that the their them then there these they this those to told up us versus very vs want was we were what when where whether
    which while who whole whose will with within would you your agent agents ai  count counts
    der die das des dem den ein eine einen einer eines und oder wie was wer wo wann welche welcher welches viel viele hat haben ist sind war
    wurde wurden werden wird je pro auf an am im in mit nach von vor zu zum zur bei für jedes jede jeder meine mein unser unsere mich mir ich
    de la le claude codex`),
);

/** Words of one meaning, the term first. Words that end in a hyphen stand for all that begin so. */
const MEANINGS = `
  cost: costs costly spend spends spending spent money price prices priced pricing pay pays paid dollar dollars usd bill bills billed billing
    expensive pricey priciest cheap cheapest kosten kostet gekostet geld preis teuer teuerste teuersten ausgaben ausgegeben
  token: tokens toks
  use: used uses using usage utilization consume consumed consumption burn burned burns verbraucht verbrauch nutzung genutzt
  day: days daily date dates tag tage täglich
  month: months monthly monat monate monatlich
  hour: hours hourly clock stunde stunden
  weekday: weekdays weekend weekends wochentag
  week: weeks weekly woche
  model: models llm llms opus sonnet haiku fable gpt modell modelle
  project: projects repo repos repository repositories folder workspace codebase projekt projekte
  session: sessions conversation conversations chat chats thread threads transcript transcripts sitzung sitzungen gespräch
  tool: tools bash grep glob werkzeug werkzeuge werkzeugs exec_command apply_patch
  helper: helpers subagent subagents
  error: errors fail fails failed failing failure failures eror wrong erroneous fehler fehlschlägt fehlschlagen fehl scheitern
  wait: waits waiting waited latency latencies slow slower slowest delay delays block blocks blocked wartet warten wartezeit langsamste
  long: longer longest length lengths lasted lasting lang lange länge längste längsten
  large: larger largest big bigger biggest huge bloated size sizes größe größte
  time: times duration durations zeit dauer
  share: rate rates ratio ratios percent percentage proportion fraction part quote anteil
  hit: hits hitrate treffer trefferquote
  cache: caches cached caching zwischenspeicher
  miss: misses missed verfehlt verpasst
  lost: lose loses loss losing waste wasted wasting
  reason: reasons cause causes why grund gründe warum
  reasoning: thinking think thinks thought thoughts
  person: people persons human humans user users human's
  approval: approvals approve approved permission permissions consent
  message: messages
  prompt: prompts
  step: steps schritt schritte schritten
  total: totals sum sums altogether entire everything insgesamt gesamt
  typical: median average averages mean usual
  percentile: percentiles p50 p90 p95 p99 quantile quantiles
  fast: faster fastest speed speeds quick quickest throughput
  output: outputs answer answers
  repeat: repeats repeated retry retries again redundant repetition repetitions twice
  recover: recovers recovered recovery
  compact: compaction compactions compacted compacting reset resets
  interrupt: interrupts interrupted interruption interruptions stopped abort aborted
  recent: latest newest recently last letzte neueste
  frequent: often popular häufig häufigsten oft frequently
  without: missing lacking lack lacks lacked incomplete gaps no
  fork: forks forked resumed resume continued lineage
  copy: copies duplicate duplicates duplicated double
  save: saves saved saving savings
  pause: pauses break breaks idle away gap
  request: requests turn turns anfrage anfragen
  expire: expires expiry expired expiration survive survives ttl lifetime lifetimes
  spawn: spawned spawns start starts started launch launched
  character: characters chars
  range: ranges uncertainty uncertain bound bounds bars
  kind: kinds type types category categories
  cover: covered coverage covers span window period

`;

/** Of languages without spaces between words, the longest match first. */
const CHINESE: Readonly<Record<string, string>> = {
  费用: "cost",
  成本: "cost",
  花费: "cost",
  花了: "cost",
  多少钱: "cost",
  最贵: "cost",
  价格: "cost",
  每天: "day",
  每日: "day",
  每月: "month",
  模型: "model",
  项目: "project",
  会话: "session",
  对话: "session",
  步骤: "step",
  工具: "tool",
  出错: "error",
  失败: "error",
  错误: "error",
  等待: "wait",
  最慢: "wait",
  时间: "time",
  最长: "long",
  缓存: "cache",
  命中率: "hit share",
  未命中: "miss",
  为什么: "reason",
  原因: "reason",
  令牌: "token",
  一共: "total",
  总共: "total",
  用了: "use",
  使用: "use",
  输出: "output",
  请求: "request",
  上下文: "context",
};

const TERMS = new Map(
  MEANINGS.trim()
    .split(/\n(?= {2}\w+:)/)
    .flatMap((line) => {
      const [term = "", list = ""] = line.trim().split(":");
      return [term, ...words(list)].map((word) => [word, term] as const);
    }),
);

/**
 * `Tokens per day` as `token`, `day`. Words that are neither known nor among the meanings are corrected to one that is, if they differ by
 * a letter or two, or have two letters the wrong way round.
 * @param known other words that are right as they are
 */
export function termsOf(text: string, known?: ReadonlySet<string>): string[] {
  return rawWords(text).flatMap((word) => {
    if (STOP_WORDS.has(word)) return [];
    const term = TERMS.get(word) ?? (known && !known.has(stem(word)) ? correctedTerm(word, known) : null);
    return [term ?? stem(word)];
  });
}

function rawWords(text: string): string[] {
  let english = text
    .normalize("NFKC")
    .toLowerCase()
    .replaceAll(/\bsub-agent/g, "subagent")
    .replaceAll("over time", "by day");
  for (const [chinese, meaning] of CHINESE_WORDS) english = english.replaceAll(chinese, ` ${meaning} `);
  // What is left of a text in Chinese are the small words between those known.
  return english.split(/[^\p{L}\p{N}']+|[\p{Script=Han}]+/u).filter(Boolean);
}

const CHINESE_WORDS = Object.entries(CHINESE).sort(([a], [b]) => b.length - a.length);

/** Without endings that say number or tense. */
function stem(word: string): string {
  if (word.length > 4 && word.endsWith("ies")) return `${word.slice(0, -3)}y`;
  const [, root = word] = /^(.{3,}?)(?:ing|ed|es|s|e)$/.exec(word) ?? [];
  return root;
}

function correctedTerm(word: string, known: ReadonlySet<string>): string | null {
  if (word.length < LEAST_LETTERS || /\d/.test(word)) return null;
  const most = word.length < LONG_WORD ? 1 : 2;
  const near = (candidate: string) => Math.abs(candidate.length - word.length) <= most && differences(word, candidate) <= most;
  for (const candidate of TERMS.keys()) if (candidate.length >= LEAST_LETTERS && near(candidate)) return TERMS.get(candidate) ?? null;
  for (const candidate of known) if (candidate.length >= LEAST_LETTERS && differences(stem(word), candidate) <= most) return candidate;
  return null;
}

const LEAST_LETTERS = 4;
const LONG_WORD = 8;

/** As `distance`, but two neighbors the wrong way round are one difference. */
function differences(word: string, other: string): number {
  const swapped = [...word].some((_, i) => word.slice(0, i) + (word[i + 1] ?? "") + word[i] + word.slice(i + 2) === other);
  return swapped ? 1 : distance(word, other);
}

/** Whether a word is one that questions are asked with, whatever it may name besides. */
export function isPlainWord(word: string): boolean {
  return STOP_WORDS.has(word) || (TERMS.has(word) && !NAMES.has(word)) || COMMON.has(word);
}

/** Words among the meanings that are names. */
const NAMES = new Set(words("opus sonnet haiku fable gpt bash grep glob exec_command apply_patch"));
/** Names of tools and parts of names that are words. */
const COMMON = new Set(
  words("read edit write task agent skill wait exec shell search fetch test work code data home user users main src app api web site docs"),
);
