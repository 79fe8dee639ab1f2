import { describe, expect, it } from "vitest";
import { UserError } from "../files/errors.ts";
import { parseLabels } from "./labels.ts";

const lines = (...all: string[]) => all.join("\n");

describe("labels", () => {
  it.each<[string, string, unknown[][]]>([
    [
      "in their lines",
      "session,key,value\na,team,x\nb,team,y\n",
      [
        [2, "a", "team", "x"],
        [3, "b", "team", "y"],
      ],
    ],
    ["with columns in another order", "Value, session ,key\nx,a,team", [[2, "a", "team", "x"]]],
    ["without empty lines", "session,key,value\n\n,,\na,team,x\n\n", [[4, "a", "team", "x"]]],
    [
      "with a byte-order mark and line ends of Windows",
      "\ufeffsession,key,value\r\na,team,x\r\nb,team,y\r\n",
      [
        [2, "a", "team", "x"],
        [3, "b", "team", "y"],
      ],
    ],
    [
      "in quotes",
      'session,key,value\na,"the\nkey","x, ""y"""\nb,k,v',
      [
        [2, "a", "the\nkey", 'x, "y"'],
        [4, "b", "k", "v"],
      ],
    ],
  ])("%s", (_, text, expected) => {
    expect(parseLabels(text, "l.csv").map(({ line, session, key, value }) => [line, session, key, value])).toEqual(expected);
  });
});

describe("a wrong file is refused", () => {
  it.each<[string, string]>([
    ["", "l.csv is empty; begin it with the line session,key,value."],
    ["session,key,value\n", "l.csv has no labels; write a line for each session and key below session,key,value."],
    ["session,value\na,x", "l.csv, line 1 has no column key but session, value; the first line must be session,key,value."],
    ["session,key,value,note\na,b,c,d", 'l.csv, line 1 has the column "note"; only session, key, value are read, each once.'],
    ["session,key,value,key\na,b,c,d", 'l.csv, line 1 has the column "key"; only session, key, value are read, each once.'],
    [lines("session,key,value", "a,team,x", "b,team"), "l.csv, line 3 has 2 values, not 3; put a value that has a comma in double quotes."],
    [lines("session,key,value", "a,team,x,y"), "l.csv, line 2 has 4 values, not 3; put a value that has a comma in double quotes."],
    [lines("session,key,value", "", "a,team,"), "l.csv, line 3 has no value; fill in the column, or remove the line."],
    [lines("session,key,value", ",team,x"), "l.csv, line 2 has no session; fill in the column, or remove the line."],
    [
      lines("session,key,value", "a,team,x", '"b,team,x'),
      "l.csv, line 3: a quote is not closed or not doubled (Quoted field unterminated).",
    ],
  ])("%j", (text, sentence) => {
    expect(() => parseLabels(text, "l.csv")).toThrow(new UserError(sentence));
  });
});
