import { spawnSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  asInteger,
  asNumber,
  asText,
  chars,
  encode,
  HugeRecordParser,
  isObject,
  type Json,
  LongString,
  parseExactly,
  parseJson,
  RawNumber,
} from "./exact-json.ts";

function parse(line: string | Buffer): Json | undefined {
  return parseJson(Buffer.from(line as string));
}

/** As text, so that all values can be compared. */
function reencoded(line: string | Buffer): string | undefined {
  const value = parse(line);
  return value === undefined ? undefined : encode(value);
}

function parseInChunks(bytes: Buffer, cuts: readonly number[], limit?: number): Json | undefined {
  const parser = new HugeRecordParser(limit);
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  for (let index = 1; index < places.length; index++) {
    const chunk = Buffer.from(bytes.subarray(places[index - 1], places[index]));
    parser.push(chunk);
    // Whoever pushes may use the memory again.
    chunk.fill(0x22);
  }
  return parser.end();
}

describe("numbers", () => {
  it.each([
    ["0", "0", 1],
    ["-0", "0", 1],
    ["-0.0", "-0.0", 4],
    ["1.0", "1.0", 3],
    ["1.50", "1.5", 3],
    ["1e5", "100000.0", 8],
    ["1E5", "100000.0", 8],
    ["1e15", "1000000000000000.0", 18],
    ["1e16", "1e+16", 5],
    ["123456789012345678.5", "1.2345678901234568e+17", 22],
    ["0.0001", "0.0001", 6],
    ["0.00001", "1e-05", 5],
    ["1.5e-7", "1.5e-07", 7],
    ["5e-324", "5e-324", 6],
    ["1e400", "Infinity", 8],
    ["-1e400", "-Infinity", 9],
    ["NaN", "NaN", 3],
    ["-Infinity", "-Infinity", 9],
    ["9007199254740993", "9007199254740993", 16],
    ["-123456789012345678901234567890", "-123456789012345678901234567890", 31],
    ["0.1", "0.1", 3],
    ["0.30000000000000004", "0.30000000000000004", 19],
    ["9.9999999999999999999", "10.0", 4],
  ])("%s is written %s (%i chars)", (token, text, size) => {
    expect(reencoded(token)).toBe(text);
    expect(chars(parse(token) as Json)).toBe(size);
    expect(reencoded(`[${token},{"a": ${token} }]`)).toBe(`[${text},{"a":${text}}]`);
  });

  it.each([["01"], ["1."], [".5"], ["+1"], ["-"], ["1e"], ["1e+"], ["0x10"], ["1_0"], ["-NaN"], ["nan"], ["Infinite"], ["1".repeat(5000)]])(
    "%.20s is none",
    (token) => {
      expect(parse(token)).toBeUndefined();
    },
  );
});

describe("lines that are not JSON", () => {
  it.each([
    [""],
    [" "],
    ["["],
    ["{"],
    ['"'],
    ['"a'],
    ["[1,]"],
    ['{"a":1,}'],
    ["[,1]"],
    ["[1 2]"],
    ['{"a" 1}'],
    ['{"a":}'],
    ["{1:2}"],
    ['{"a":1]'],
    ["[1}"],
    ["]"],
    ["1 2"],
    ["[] []"],
    ["nul"],
    ["True"],
    ["'a'"],
    ['"\\x"'],
    ['"\\u12"'],
    ['"a\tb"'],
    ["\ufeff{}"],
    ["[1]#"],
    [`${"[".repeat(100_000)}`],
    [`${"[".repeat(100_000)}${"]".repeat(100_000)}`],
    [`${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}`],
  ])("%.20j", (line) => {
    expect(parse(line)).toBeUndefined();
  });
});

describe("objects", () => {
  it.each([
    ["the last of equal keys wins, at the place of the first", '{"a":1,"b":2,"a":3}', '{"a":3,"b":2}'],
    ["__proto__ is a key", '{"__proto__":{"polluted":1},"a":1}', '{"__proto__":{"polluted":1},"a":1}'],
    ["__proto__ twice", '{"__proto__":1,"__proto__":2}', '{"__proto__":2}'],
    ["constructor and toString are keys", '{"constructor":1,"toString":2}', '{"constructor":1,"toString":2}'],
    ["keys like numbers keep their place", '{"b":1,"10":2,"2":3,"a":4,"10":5}', '{"b":1,"10":5,"2":3,"a":4}'],
    ["the empty key", '{"":1}', '{"":1}'],
    ["escaped keys", '{"\\u0061\\n":1}', '{"a\\n":1}'],
    ["white space", ' {\t"a" : [ 1 , 2 ] \r}\n', '{"a":[1,2]}'],
  ])("%s", (_name, line, text) => {
    expect(reencoded(line)).toBe(text);
    expect(chars(parse(line) as Json)).toBe([...text].length);
  });

  it("pollute nothing", () => {
    const value = parse('{"__proto__":{"polluted":1}}') as object;
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });

  it("may lose and gain keys", () => {
    const value = parse('{"b":1,"1":2,"a":3}') as { [key: string]: Json };
    delete value["1"];
    value.a = 4;
    expect(encode(value)).toBe('{"b":1,"a":4}');
    value["0"] = 5;
    expect(JSON.parse(encode(value))).toEqual({ b: 1, a: 4, 0: 5 });
  });
});

describe("strings", () => {
  it.each([
    ['""', 0, 2],
    ['"a"', 1, 3],
    ['"é\u2028\u007f"', 3, 5],
    ['"😀"', 1, 3],
    ['"\\ud83d\\ude00"', 1, 3],
    ['"\\ud83d"', 1, 3],
    ['"\\ude00\\ud83d"', 2, 4],
    ['"\\ud83dx\\ude00"', 3, 5],
    ['"\\"\\\\\\/"', 3, 7],
    ['"\\n\\r\\t\\b\\f"', 5, 12],
    ['"\\u0000\\u000b\\u001f"', 3, 20],
  ])("%s has %i chars, as JSON %i", (line, size, jsonSize) => {
    const value = parse(line) as Json;
    expect(chars(value)).toBe(size);
    expect(chars([value])).toBe(jsonSize + 2);
    expect(reencoded(encode(value))).toBe(encode(value));
  });

  it("a lone surrogate is written as escape, a pair is not", () => {
    expect(reencoded('["\\ud800","\\uDFFFx","\\ud83d\\ude00"]')).toBe('["\\ud800","\\udfffx","😀"]');
  });

  it.each([
    ["a stray byte", [0xff], 1],
    ["a cut sequence", [0xc3], 1],
    ["a cut sequence of four", [0xf0, 0x9f, 0x98], 1],
    ["an encoded surrogate", [0xed, 0xa0, 0x80], 3],
    ["an overlong slash", [0xc0, 0xaf], 2],
  ])("bytes that are not UTF-8 become U+FFFD: %s", (_name, bytes, count) => {
    const line = Buffer.concat([Buffer.from('"a'), Buffer.from(bytes), Buffer.from('"')]);
    expect(parse(line)).toBe(`a${"\ufffd".repeat(count)}`);
    expect(parseInChunks(line, [1, 2, 3, 4], 1)).toEqual(new LongString(count + 1, count + 3));
  });
});

describe("chars of what is not a string", () => {
  it.each([
    [null, 0],
    [[], 2],
    [{}, 2],
    [[null, true, false], 17],
    [{ a: [1, 2], b: {} }, 18],
    [{ é: "😀" }, 9],
    [new RawNumber("1.0"), 3],
    [new LongString(7, 12), 7],
    [[new LongString(7, 12)], 14],
  ])("%j", (value, size) => {
    expect(chars(value as Json)).toBe(size);
  });
});

describe("encode", () => {
  it("writes what is not kept as null, and leaves out what is not there", () => {
    expect(encode({ a: new LongString(1, 2), b: undefined, c: [new RawNumber("1.0")] })).toBe('{"a":null,"c":[1.0]}');
  });
});

describe("what a value is", () => {
  const raw = new RawNumber("1.0");
  const long = new LongString(1, 2);
  it.each([
    [1, { integer: 1, number: 1, text: undefined, object: false }],
    [1.5, { integer: undefined, number: 1.5, text: undefined, object: false }],
    [raw, { integer: undefined, number: 1, text: undefined, object: false }],
    [new RawNumber("NaN"), { integer: undefined, number: undefined, text: undefined, object: false }],
    [2 ** 60, { integer: undefined, number: 2 ** 60, text: undefined, object: false }],
    ["1", { integer: undefined, number: undefined, text: "1", object: false }],
    [true, { integer: undefined, number: undefined, text: undefined, object: false }],
    [null, { integer: undefined, number: undefined, text: undefined, object: false }],
    [undefined, { integer: undefined, number: undefined, text: undefined, object: false }],
    [long, { integer: undefined, number: undefined, text: undefined, object: false }],
    [[], { integer: undefined, number: undefined, text: undefined, object: false }],
    [{}, { integer: undefined, number: undefined, text: undefined, object: true }],
  ])("%j", (value, expected) => {
    expect({ integer: asInteger(value), number: asNumber(value), text: asText(value), object: isObject(value) }).toEqual(expected);
  });
});

/** JSON text with all the tokens that languages disagree about. */
const number = fc.oneof(
  fc.constantFrom("0", "-0", "1.0", "-0.0", "1e5", "1e-05", "1E400", "NaN", "-Infinity", "9007199254740993", "0.1"),
  fc.double().map((value) => String(value)),
  fc.double().map((value) => value.toExponential()),
  fc
    .tuple(fc.double({ min: -1e9, max: 1e9, noNaN: true }), fc.integer({ min: 0, max: 20 }))
    .map(([value, digits]) => value.toFixed(digits)),
  fc.bigInt({ min: -(2n ** 80n), max: 2n ** 80n }).map(String),
);
const escaped = fc.constantFrom(
  "\\n",
  '\\"',
  "\\\\",
  "\\/",
  "\\b",
  "\\f",
  "\\u0000",
  "\\u001F",
  "\\u007f",
  "\\ud83d",
  "\\ude00",
  "\\u00e9",
);
const raw = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 3 }).map((text) => text.replace(/["\\]|\p{Cc}/gu, "")),
  fc.constantFrom("\u2028", "😀"),
);
const string = fc.array(fc.oneof(escaped, raw), { maxLength: 6 }).map((pieces) => `"${pieces.join("")}"`);
const space = fc.constantFrom("", "", "", " ", "\t", "\r ");
const { value: jsonText } = fc.letrec<{ value: string; array: string; object: string }>((tie) => ({
  value: fc.oneof({ maxDepth: 4 }, number, string, fc.constantFrom("true", "false", "null"), tie("array"), tie("object")),
  array: fc.tuple(space, fc.array(tie("value"), { maxLength: 4 })).map(([gap, values]) => `[${gap}${values.join(`${gap},`)}${gap}]`),
  object: fc
    .tuple(space, fc.array(fc.tuple(fc.oneof(string, fc.constantFrom('"1"', '"0"', '"a"', '"__proto__"')), tie("value")), { maxLength: 4 }))
    .map(([gap, entries]) => `{${gap}${entries.map(([key, value]) => `${key}${gap}:${value}`).join(`,${gap}`)}}`),
}));
const anyBytes = fc.oneof(
  { weight: 3, arbitrary: jsonText.map((text) => Buffer.from(text)) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(jsonText, fc.nat(), fc.nat(3), fc.constantFrom("", '"', "\\", ",", "}", "]", ":", "0", "e", ".", "\xff", "\xc3", "\t"))
      .map(mutated),
  },
);

function mutated([text, at, removed, inserted]: [string, number, number, string]): Buffer {
  const bytes = Buffer.from(text);
  const start = at % (bytes.length + 1);
  return Buffer.concat([bytes.subarray(0, start), Buffer.from(inserted, "latin1"), bytes.subarray(start + removed)]);
}

describe("any bytes", () => {
  it("are JSON where JSON.parse says so, but for NaN and Infinity", () => {
    fc.assert(
      fc.property(anyBytes, (bytes) => {
        const value = parseJson(bytes);
        const text = bytes.toString();
        if (value === undefined) expect(() => JSON.parse(text)).toThrow();
        else if (!/NaN|Infinity/.test(text)) expect(JSON.stringify(withoutTokens(value))).toBe(JSON.stringify(JSON.parse(text)));
      }),
      { numRuns: 2000 },
    );
  });

  it("yield the same from the engine's parser and from the exact one", () => {
    fc.assert(
      fc.property(anyBytes, (bytes) => {
        const [value, exact] = [parseJson(bytes), parseExactly(bytes)];
        expect(value).toEqual(exact);
        if (value === undefined || exact === undefined) return;
        expect([encode(value), chars(value)]).toEqual([encode(exact), chars(exact)]);
      }),
      { numRuns: 3000 },
    );
  });

  it.each([
    ...['{"a":1.0}', '{"a":1e2}', '{"a":-0}', '{"a":0.00001}', '{"a":12345678.9999999999}', '{"a":9007199254740993}', '{"2":1,"1":2}'],
    ...['{"b":1,"\\u0031":2}', '{"b":1,"1" :2}', '{"a":"1.0","b":"\\ud83d"}', `{"a":"${"x".repeat(40)}\\\\\\"1.0"}`, '{"a":1.5,"b":[10]}'],
  ])("%s is the same from both", (line) => {
    expect(encode(parse(line) ?? null)).toBe(encode(parseExactly(Buffer.from(line)) ?? null));
  });

  it("yield the same in chunks", () => {
    fc.assert(
      fc.property(anyBytes, fc.array(fc.nat(), { maxLength: 10 }), (bytes, cuts) => {
        expect(parseInChunks(bytes, cuts)).toEqual(parseJson(bytes));
      }),
      { numRuns: 1000 },
    );
  });

  it("have the same size when long strings are not kept", () => {
    fc.assert(
      fc.property(jsonText, fc.array(fc.nat(), { maxLength: 10 }), fc.integer({ min: 0, max: 8 }), (text, cuts, limit) => {
        const keyless = `[${text.replace(/[{}]/g, "")}]`;
        const bytes = Buffer.from(parse(keyless) === undefined ? JSON.stringify(text) : keyless);
        expect(chars(parseInChunks(bytes, cuts, limit) as Json)).toBe(chars(parseJson(bytes) as Json));
      }),
      { numRuns: 1000 },
    );
  });

  it("are written so that they read the same", () => {
    fc.assert(
      fc.property(jsonText, (text) => {
        const once = reencoded(text) as string;
        expect(reencoded(once)).toBe(once);
      }),
    );
  });
});

function withoutTokens(value: Json): unknown {
  if (value instanceof RawNumber) return Number(value.text);
  if (Array.isArray(value)) return value.map(withoutTokens);
  return isObject(value) ? Object.fromEntries(Object.entries(value).map(([key, element]) => [key, withoutTokens(element)])) : value;
}

describe("records too long for one string", () => {
  it("keep all but their long strings", () => {
    const parser = new HugeRecordParser();
    const piece = Buffer.from('é😀\\n\\ud83d\\ude00\\u0001"'.slice(0, -1));
    parser.push(Buffer.from('{"short":"x","long":"'));
    for (let index = 0; index < 100_000; index++) parser.push(piece);
    parser.push(Buffer.from('","after":[1.0]}'));
    const value = parser.end();
    expect(value).toEqual({ short: "x", long: new LongString(500_000, 1_100_002), after: [new RawNumber("1.0")] });
  });

  it("whose keys are that long are none", () => {
    expect(parseInChunks(Buffer.from('{"abcdef":1}'), [], 4)).toBeUndefined();
  });

  it.each([['"abc'], ['"abc\\'], ['"abcdefgh\\x"'], ['"abcdefgh\\u12"'], ['"abcdefgh\t"']])("%s is none", (line) => {
    expect(parseInChunks(Buffer.from(line), [3, 5, 10], 4)).toBeUndefined();
  });
});

const hasPython = spawnSync("python3", ["--version"]).status === 0;

const MEASURE = `
import json, sys
for line in sys.stdin.buffer.read().split(b"\\n"):
    try:
        value = json.loads(line.decode("utf-8", "replace"))
    except ValueError:
        print("none")
        continue
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    size = 0 if value is None else len(value if isinstance(value, str) else text)
    print(size, text.encode("utf-8", "backslashreplace").hex())
`;

describe.skipIf(!hasPython)("the reference's language", () => {
  it("measures and writes the same", () => {
    const lines = fc.sample(anyBytes, { seed: 1, numRuns: 4000 }).filter((bytes) => !bytes.includes("\n"));
    const { stdout, stderr } = spawnSync("python3", ["-c", MEASURE], {
      input: Buffer.concat(lines.flatMap((line) => [line, Buffer.from("\n")])),
    });
    expect(stderr.toString()).toBe("");
    const measured = stdout.toString().split("\n");
    for (const [index, line] of lines.entries()) expect(described(line), line.toString()).toBe(measured[index]);
    expect(measured.filter((answer) => answer !== "none").length).toBeGreaterThan(2000);
  });
});

function described(line: Buffer): string {
  const value = parseJson(line);
  return value === undefined ? "none" : `${chars(value)} ${Buffer.from(encode(value)).toString("hex")}`;
}
