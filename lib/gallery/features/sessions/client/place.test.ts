import { expect, it } from "vitest";
import { hashOf, type Place, placeIn } from "./place.ts";

const WHOLE: Place = { step: null, along: "steps", view: null };

it.each<[string, Partial<Place>]>([
  ["", {}],
  ["#step=68", { step: 67 }],
  ["#step=1&along=clock&from=10&to=40.5", { step: 0, along: "clock", view: { from: 10, to: 40.5 } }],
])("the address %s, and back", (hash, place) => {
  expect(placeIn(hash)).toEqual({ ...WHOLE, ...place });
  expect(hashOf({ ...WHOLE, ...place })).toBe(hash);
});

it.each<[string, Partial<Place>]>([
  ["#step%3D9", { step: 8 }],
  ["#step=0", {}],
  ["#step=x&along=sideways", {}],
  ["#from=5&to=5", {}],
  ["#%E0%A4%A", {}],
])("%s", (hash, place) => expect(placeIn(hash)).toEqual({ ...WHOLE, ...place }));
