/** Rules for `npm run lint`: who may import whom is read from the table of ARCHITECTURE.md. */
import fs from "node:fs";

const ARCHITECTURE = fs.readFileSync(new URL("ARCHITECTURE.md", import.meta.url), "utf8");
const TESTS = "\\.test\\.tsx?$|[/-]fixtures?\\.ts$|^lib/testing/";

/** The rows of the table "The rooms": folder or file, and what it may import besides itself. */
export function rooms(text = ARCHITECTURE) {
  const [, section = ""] = text.split("\n## The rooms\n");
  const rows = section
    .split("\n## ")[0]
    .split("\n")
    .filter((line) => /^\| `/.test(line));
  return rows.map((row) => {
    const [, place = "", , allowed = ""] = row.split("|");
    return { place: pathsIn(place)[0], allowed: pathsIn(allowed), anything: allowed.includes("anything") };
  });
}

function pathsIn(cell) {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, path]) => path.replace(/<[^>]+>\/.*$/, ""));
}

/** A folder ends in a slash; anything else is a file. */
function pattern(path) {
  const escaped = path.replaceAll(".", "\\.");
  return path.endsWith("/") ? `^${escaped}` : `^${escaped}$`;
}

const ROOMS = rooms();

export default {
  forbidden: [
    { name: "no-circular", severity: "error", from: {}, to: { circular: true } },
    {
      name: "experiments-meet-by-needs",
      comment: "An experiment may import another experiment's experiment.ts, for `needs`, and nothing else of its folder.",
      severity: "error",
      from: { path: "^experiments/([^/]+/[^/]+)/", pathNot: TESTS },
      to: { path: "^experiments/", pathNot: ["^experiments/$1/", "/experiment\\.ts$"] },
    },
    {
      name: "not-a-room",
      comment: "Every folder of the program has a row in ARCHITECTURE.md.",
      severity: "error",
      from: {},
      to: { path: "^(lib|data|bench)/", pathNot: ROOMS.map(({ place }) => pattern(place)) },
    },
    ...ROOMS.filter(({ anything }) => !anything).map(({ place, allowed }) => ({
      name: `${place} may not use`,
      comment: `ARCHITECTURE.md allows ${place} to import ${allowed.join(", ") || "nothing"}.`,
      severity: "error",
      from: { path: pattern(place), pathNot: [TESTS, ...inner(place)] },
      to: { path: "^(lib|experiments|data|bench|run-all\\.ts)", pathNot: [pattern(place), ...allowed.map(pattern), "^package\\.json$"] },
    })),
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^(out|dist)/" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: { extensions: [".ts", ".tsx", ".mjs", ".js", ".json"] },
  },
};

/** Rooms inside a room have rules of their own. */
function inner(place) {
  return ROOMS.filter((room) => room.place !== place && room.place.startsWith(place)).map((room) => pattern(room.place));
}
