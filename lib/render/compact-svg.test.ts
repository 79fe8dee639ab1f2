import { expect, it } from "vitest";
import { compactSvg } from "./compact-svg.ts";

it.each([
  ["coordinates", '<path d="M0,12.3456789L-0.98765,3"/>', '<path d="M0,12.35L-0.99,3"/>'],
  ["numbers next to nothing", '<g transform="translate(1.5987e-14,22)">', '<g transform="translate(0,22)">'],
  ["short numbers", '<line x2="0.25" y2="5"/>', '<line x2="0.25" y2="5"/>'],
  ["what is written", "<text>0.123456 > d=0.123456</text>", "<text>0.123456 > d=0.123456</text>"],
  ["a description", '<g aria-label="from 0.0079261"/>', '<g aria-label="from 0.0079261"/>'],
  ["opacity that is nothing", '<text opacity="1">a</text>', "<text>a</text>"],
  ["a text about it", '<text> opacity="1"</text>', '<text> opacity="1"</text>'],
  ["other opacities", '<path d="M0,0h1" fill-opacity="1" opacity="0.15"/>', '<path d="M0,0h1" fill-opacity="1" opacity="0.15"/>'],
  ["empty paths", '<g><path class="foreground" aria-hidden="true" d="" display="none"/></g>', "<g></g>"],
  ["backgrounds without a size", '<g><path class="background" d="M0,0h0v0h0Z"/><path d="M1,1h2"/></g>', '<g><path d="M1,1h2"/></g>'],
])("%s", (_, svg, compact) => {
  expect(compactSvg(svg)).toBe(compact);
});
