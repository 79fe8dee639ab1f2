/** Where spans and metrics come from, and their times. */
import type { HrTime } from "@opentelemetry/api";
import { type Resource, resourceFromAttributes } from "@opentelemetry/resources";
import { ATTR_SERVICE_NAME, ATTR_SERVICE_VERSION } from "@opentelemetry/semantic-conventions";

export interface Origin {
  readonly resource: Resource;
  readonly scope: { readonly name: string; readonly version: string };
}

/** @param version of this program */
export function originOf(version: string): Origin {
  const resource = resourceFromAttributes({ [ATTR_SERVICE_NAME]: "coding-agents", [ATTR_SERVICE_VERSION]: version });
  return { resource, scope: { name: "trace-atlas", version } };
}

const MICRO = 1e6;

/** @param us microseconds */
export function hrTime(us: number): HrTime {
  const seconds = Math.floor(us / MICRO);
  return [seconds, (us - seconds * MICRO) * 1000];
}
