/** Who or what speaks in a user record: the client writes many of them by itself. */
import { asText, isObject, type Json, type JsonObject, LongString } from "../trace/exact-json.ts";
import type { Speaker } from "./row.ts";

/** Texts that the client begins messages of its own with; the first that fits decides. */
const PREFIXES: readonly (readonly [RegExp, Speaker])[] = [
  [/^\[Request interrupted by user/, "interrupt"],
  [/^<(?:task-notification|ci-monitor-event|agent-notification)\b/, "task_notification"],
  [/^This session is being continued from a previous conversation/, "compaction_summary"],
  [/^<[a-z-]+-hook>|^[A-Z]\w* hook (?:feedback|additional context|blocking error|stopped continuation)\b/, "hook"],
  [/^<(?:local-command-|bash-std|system-reminder|teammate-message|tick\b)|^Caveat: The messages below/, "meta"],
  [/^<(?:command-name|command-message|bash-input)>/, "command"],
  [/^\[Image(?:: source|\s#)/, "image"],
];

/** Before the first of these no one types: the client starts sub-agents and goes on by itself. */
export function speakerOf(record: JsonObject, content: Json): Speaker {
  if (record.isCompactSummary === true) return "compaction_summary";
  const text = firstText(content);
  const byText = PREFIXES.find(([prefix]) => prefix.test(text))?.[1];
  // A message that someone typed may begin with a picture.
  if (byText !== undefined && (byText !== "image" || record.isMeta === true)) return byText;
  return byOrigin(record) ?? (isImagesOnly(content) ? "image" : "typed");
}

function byOrigin(record: JsonObject): Speaker | null {
  const kind = isObject(record.origin) ? asText(record.origin.kind) : undefined;
  if (kind === "task-notification") return "task_notification";
  if (record.isMeta === true || record.isSidechain === true) return "meta";
  if (kind !== undefined && kind !== "human") return "meta";
  return record.promptSource === "system" ? "meta" : null;
}

export function isInterrupt(content: Json | undefined): boolean {
  const texts = Array.isArray(content) ? content.map(textOf) : [textOf(content)];
  return texts.some((text) => text.startsWith("[Request interrupted by user"));
}

function firstText(content: Json): string {
  return Array.isArray(content) ? (content.map(textOf).find((text) => text !== "") ?? "") : textOf(content);
}

function textOf(value: Json | undefined): string {
  return (isObject(value) ? asText(value.text) : asText(value)) ?? "";
}

function isImagesOnly(content: Json): boolean {
  return Array.isArray(content) && content.length > 0 && content.every((block) => isObject(block) && block.type === "image");
}

/** What the user said while the model was at work; the client hands it over with the next request. */
export function queuedMessage(record: JsonObject): { content: Json; speaker: Speaker } | null {
  const { attachment } = record;
  if (record.type !== "attachment" || !isObject(attachment) || attachment.type !== "queued_command") return null;
  const content = attachment.prompt;
  if (typeof content !== "string" && !(content instanceof LongString) && !Array.isArray(content)) return null;
  const isNotification = attachment.commandMode === "task-notification";
  return { content, speaker: isNotification ? "task_notification" : speakerOf(record, content) };
}
