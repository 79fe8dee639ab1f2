import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BadLine } from "./bad-line.ts";
import { Scanner } from "./scan.ts";

const scanner = new Scanner();

/** The reason a line is refused, or what the scanner found in it. */
function scan(line: string): { row: string[]; events: string[][]; tools: string[][]; converted: string[]; unknown: string[] } {
  const bytes = Buffer.from(`${line}\n`);
  scanner.scan(bytes, 0, bytes.length - 1);
  const records = ({ bounds, records }: Scanner["row"]) =>
    records.map((first, k) => {
      const runs: string[] = [];
      for (let i = first; i < (records[k + 1] ?? bounds.length); i += 2) runs.push(bytes.toString("utf8", bounds[i], bounds[i + 1]));
      return runs;
    });
  return {
    row: records(scanner.row)[0] as string[],
    events: records(scanner.events),
    tools: records(scanner.tools),
    converted: scanner.conversions.map((c) => `${c.place}[${c.record}].${c.name}=${bytes.toString("utf8", c.from, c.to)}`),
    unknown: [...scanner.unknown],
  };
}

function reasonOf(line: string): string | null {
  try {
    scan(line);
    return null;
  } catch (error) {
    if (!(error instanceof BadLine)) throw error;
    return error.reason;
  }
}

describe("what a line holds", () => {
  it("is the row without its lists, and the elements of the lists", () => {
    const found = scan(
      '{"provider":"claude","round_index":3,"timing_events":[{"event_type":"text"},{}],"tools":[{"tool_name":"Bash","input":{"a":[1]},"is_error":true}],"store":null}',
    );
    expect(found).toEqual({
      row: ['"provider":"claude","round_index":3', '"store":null'],
      events: [['"event_type":"text"'], []],
      tools: [['"tool_name":"Bash"', '"is_error":true']],
      converted: [],
      unknown: [],
    });
  });

  it.each([
    [
      "elements that are not objects keep their place",
      '{"tools":[5,null,"x",[{}],{"tool_name":"a"}]}',
      { tools: [[], [], [], [], ['"tool_name":"a"']] },
    ],
    ["lists may be null", '{"tools":null,"timing_events":null,"model":"m"}', { row: ['"model":"m"'], tools: [], events: [] }],
    ["space is allowed between tokens", ' {\t"model" : "m" ,  "tools" : [ { } ] } \r', { row: ['"model" : "m"'], tools: [[]] }],
    ["keys may be written with escapes", '{"mod\\u0065l":"m"}', { row: ['"mod\\u0065l":"m"'], unknown: [] }],
    [
      "values of another type are set apart",
      '{"round_index":"3","model":7,"user":"u"}',
      { row: ['"user":"u"'], converted: ['row[0].round_index="3"', "row[0].model=7"] },
    ],
    ["long integers are set apart", '{"output_tokens":1234567890123456789}', { converted: ["row[0].output_tokens=1234567890123456789"] }],
    ["fractions are set apart", '{"tools":[{},{"input_chars":1.5e1}]}', { converted: ["tools[1].input_chars=1.5e1"] }],
    [
      "half a surrogate pair is set apart",
      '{"model":"\\ud83d","user":"\\ud83d\\ude00"}',
      { row: ['"user":"\\ud83d\\ude00"'], converted: ['row[0].model="\\ud83d"'] },
    ],
    [
      "half a surrogate pair does not matter where it is dropped",
      '{"tools":[{"input":"\\ud83d","tool_name":"a"}]}',
      { tools: [['"tool_name":"a"']], converted: [] },
    ],
    [
      "Python's numbers do not matter where they are dropped",
      '{"tools":[{"input":[NaN,-Infinity,Infinity]}]}',
      { tools: [[]], converted: [] },
    ],
    [
      "unknown keys are named with their place",
      '{"a":1,"tools":[{"b":{}},{"b":[]}],"timing_events":[{"event_index":1}]}',
      { unknown: ["a", "tools.b", "tools.b", "timing_events.event_index"] },
    ],
    ["keys of another place are unknown", '{"tool_name":"a","tools":[{"provider":"x"}]}', { unknown: ["tool_name", "tools.provider"] }],
    ["case matters", '{"Model":"m"}', { unknown: ["Model"] }],
    ["an empty object is a row", "{}", { row: [] }],
  ])("%s", (_, line, expected) => {
    expect(scan(line)).toMatchObject(expected);
  });

  it("does not carry anything over to the next line", () => {
    scan('{"a":1,"round_index":"1","tools":[{}],"timing_events":[{"timestamp":"t"}]}');
    expect(scan("{}")).toEqual({ row: [], events: [], tools: [], converted: [], unknown: [] });
    expect(Object.values(scanner.timestamps).every((count) => count === 0)).toBe(true);
  });

  it("counts unknown names beyond a hundred, and long ones, together", () => {
    const names = [...Array.from({ length: 300 }, (_, i) => `n${i}`), "n".repeat(1001)];
    const fresh = new Scanner();
    const bytes = Buffer.from(`${JSON.stringify(Object.fromEntries(names.map((name) => [name, 1])))}\n`);
    fresh.scan(bytes, 0, bytes.length - 1);
    expect(new Set(fresh.unknown).size).toBe(101);
    expect(fresh.unknown.filter((name) => name === "(other keys)")).toHaveLength(201);
  });
});

it("a line of very many values of other types is a bad line", () => {
  const line = Buffer.from(`{"tools":[${'{"tool_index":"1"},'.repeat(1_000_000)}{"tool_index":"1"}]}\n`);
  expect(() => new Scanner().scan(line, 0, line.length - 1)).toThrow("more than 1,000,000 of its values are not of the documented type");
});

describe("bad lines", () => {
  it.each([
    ["x", "not JSON"],
    ["{", "cut off"],
    ['{"model":"m"', "cut off"],
    ['{"model":"m","', "cut off"],
    ['{"model":"m\\', "cut off"],
    ['{"model":tru', "cut off"],
    ['{"model":', "cut off"],
    ['{"tools":[{"tool_name":"a"}', "cut off"],
    ['{"model":"m"}}', "text after the object"],
    ['{"model":"m"} {"model":"n"}', "text after the object"],
    ['{"model":"m"}x', "text after the object"],
    ["5", "not an object"],
    ["null", "not an object"],
    ['[{"model":"m"}]', "not an object"],
    ["5 6", "not JSON"],
    ['{"model":"m",}', "not JSON"],
    ['{"model" "m"}', "not JSON"],
    ["{model:1}", "not JSON"],
    ['{"round_index":01}', "not JSON"],
    ['{"round_index":1.}', "not JSON"],
    ['{"round_index":+1}', "not JSON"],
    ['{"round_index":.5}', "not JSON"],
    ['{"round_index":-}', "not JSON"],
    ['{"model":"a\tb"}', "not JSON"],
    ['{"model":"\\x"}', "not JSON"],
    ['{"model":"\\u12g4"}', "not JSON"],
    ['{"a":[1,2}', "not JSON"],
    ['{"a":{"b" 1}}', "not JSON"],
    ["{'a':1}", "not JSON"],
    [`{"a":${"[".repeat(1000)}${"]".repeat(1000)}}`, "not JSON"],
    ['{"model":"m","model":"n"}', "duplicate key"],
    ['{"tools":[{"tool_name":"a","tool_name":"a"}]}', "duplicate key"],
    ['{"tools":{}}', "wrong type"],
    ['{"timing_events":"[]"}', "wrong type"],
    ['{"timing_events":7}', "wrong type"],
  ])("%s is %s", (line, reason) => {
    expect(reasonOf(line)).toBe(reason);
  });

  it("says where", () => {
    expect(() => scan('{"model":"m"}, {"a":1}')).toThrow('text after the object: at byte 14: , {"a":1}');
    expect(() => scan('{"tools":[{"tool_name":"a"')).toThrow("cut off: the line ends where a comma or the end of the object is expected");
    expect(() => scan('{"tools":[{"tool_name":"a","tool_name":1}]}')).toThrow(
      "duplicate key: `tools.tool_name` occurs twice in one object",
    );
  });
});

/** Objects without the columns' keys, so that only the grammar decides. */
const anyObject = fc.dictionary(
  fc.string().map((key) => `x${key}`),
  fc.jsonValue(),
  { maxKeys: 5 },
);
const edit = fc.record({
  at: fc.nat(),
  remove: fc.nat(3),
  insert: fc.constantFrom("", '"', "{", "}", "[", "]", ",", ":", "\\", "0", "-", "e", ".", "null", " ", "\t", "u"),
});

describe("grammar", () => {
  it("takes the objects that JSON.parse takes", () => {
    fc.assert(
      fc.property(anyObject, fc.option(fc.constantFrom(1, "\t")), fc.array(edit, { maxLength: 3 }), (value, indent, edits) => {
        const text = edits.reduce(
          (line, { at, remove, insert }) => {
            const from = at % (line.length + 1);
            return line.slice(0, from) + insert + line.slice(from + remove);
          },
          JSON.stringify(value, null, indent ?? undefined).replaceAll("\n", " "),
        );
        expect(reasonOf(text) === null).toBe(isObject(text));
      }),
      { numRuns: 2000 },
    );
  });
});

function isObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
