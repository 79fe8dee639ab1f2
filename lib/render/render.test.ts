import { createHash } from "node:crypto";
import { createCanvas, loadImage } from "canvas";
import sharp from "sharp";
import type { TopLevelSpec } from "vega-lite";
import { afterAll, describe, expect, it } from "vitest";
import { figureId } from "../sidecar/figure-id.ts";
import { createRenderPool } from "./pool.ts";
import { prepareSpec } from "./prepare-spec.ts";
import { renderFigure } from "./render.ts";

const name = "session/example/figure";
const point = (over: object = {}, values: object[] = [{ x: 1, y: 2, s: "a" }]): TopLevelSpec =>
  ({
    width: 200,
    height: 100,
    data: { values },
    mark: "point",
    encoding: { x: { field: "x", type: "quantitative" }, y: { field: "y", type: "quantitative" } },
    ...over,
  }) as TopLevelSpec;
const logX = { x: { field: "x", type: "quantitative", scale: { type: "log", domain: [1, 10] } }, y: { field: "y", type: "quantitative" } };
const axis = (options: object) => ({ encoding: { x: { field: "x", type: "quantitative", axis: options } } });
const sha = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

describe("renderFigure", () => {
  it("draws at twice the CSS size on white, with the footer in a strip below", async () => {
    const [bare, footed] = await Promise.all([
      renderFigure({ name, spec: point() }),
      renderFigure({ name, spec: point(), footer: "session/example · figure 0123456789" }),
    ]);
    expect([footed.width, footed.height - bare.height]).toEqual([bare.width, 60]);
    const [bareImage, footedImage] = await Promise.all([bare, footed].map(async ({ png }) => loadImage(Buffer.from(png))));
    expect([footedImage?.width, footedImage?.height]).toEqual([footed.width, footed.height]);
    const chart = { width: bare.width, height: bare.height };
    expect(furthest(pixels(footedImage, chart), pixels(bareImage, chart))).toBeLessThan(32);
    expect([...pixels(footedImage, { width: 1, height: 1 })]).toEqual([255, 255, 255, 255]);
    const strip = pixels(footedImage, { width: footed.width, height: 60, top: bare.height });
    expect(new Set(strip).size).toBeGreaterThan(10);
  });

  it("gives the same bytes again, from the prepared spec, and on another thread", async () => {
    const request = { name, spec: point({ title: "Δ 中" }), footer: "footer" };
    const pool = createRenderPool({ threads: 1 });
    afterAll(() => pool.close());
    const images = await Promise.all([
      renderFigure(request),
      renderFigure({ ...request, spec: prepareSpec(request) }),
      renderFigure({ ...request, spec: JSON.parse(JSON.stringify(prepareSpec(request))) as TopLevelSpec }),
      pool.render(request),
      pool.render(request),
    ]);
    expect(new Set(images.map(({ png }) => sha(png))).size).toBe(1);
    await expect(pool.render({ name, spec: point({}, [{ x: 1n, y: 1 }]) })).rejects.toThrow(
      `figure ${name}: data.values[0].x is the BigInt 1n`,
    );
    await expect(pool.render({ name, spec: point({ mark: "nonsense" }) })).rejects.toThrow(`figure ${name}: `);
    await expect(pool.render(request)).resolves.toMatchObject({ problems: [] });
  });

  it.each([
    ["a local file", point({ data: { url: "file:///etc/passwd" } }), "refused to open file:///etc/passwd"],
    ["an address", point({ data: { url: "https://example.org/x.json" } }), "refused to open https://example.org/x.json"],
    ["an image", point({ mark: { type: "image", url: "https://example.org/x.png" } }), "refused to open https://example.org/x.png"],
    ["a warning of Vega-Lite", point({ mark: { type: "point" }, encoding: { x: { field: "x", type: "nonsense" } } }), ""],
    ["an unknown channel", point({ encoding: { colour: { field: "x", type: "nominal" } } }), "colour"],
    ["a field that no row has", point({ encoding: { x: { field: "nope", type: "quantitative" } } }), 'Infinite extent for field "nope"'],
    [
      "a zero in a log domain",
      point({ encoding: { ...logX, x: { ...logX.x, scale: { type: "log", domain: [0, 10] } } } }),
      "Log scale domain includes zero",
    ],
    ["a zero on a log scale", point({ encoding: logX }, [{ x: 0, y: 1 }]), "a symbol has no x"],
    ["the sample transform", point({ transform: [{ sample: 1 }] }), "sample transform"],
    ["a local time scale", point({ encoding: { x: { field: "x", type: "temporal" } } }), "time zone"],
    [
      "a local time unit",
      point({ encoding: { x: { field: "x", type: "temporal", timeUnit: "month", scale: { type: "utc" } } } }),
      "time zone",
    ],
    [
      "a label cut by its limit",
      point(axis({ title: "A rather long title", titleLimit: 40 })),
      'the label "A rather long title" is cut at 40 px',
    ],
    ["a glyph made by an expression", point(axis({ labelExpr: "'\\u4e2d'" })), "no bundled font has"],
    ["a picture that is too large", point({ width: 60_000, height: 4_000 }), "megapixels"],
  ])("refuses %s, naming the figure", async (_case, spec, message) => {
    const failure = await renderFigure({ name, spec }).then(
      () => "drawn",
      (error: Error) => error.message,
    );
    expect(failure).toMatch(new RegExp(`^figure ${name}: (?!figure)`));
    expect(failure).toContain(message);
  });

  it.each([
    ["nothing", point(), []],
    [
      "a label outside the picture",
      point({ autosize: "none", width: 300, padding: 0, title: { text: "Far out", anchor: "end", dx: 260 } }),
      [expect.stringContaining('"Far out" is cut off')],
    ],
    [
      "labels over one another",
      {
        width: 200,
        height: 100,
        data: { values: [{ t: "first" }, { t: "second" }] },
        mark: "text",
        encoding: { x: { value: 50 }, y: { value: 50 }, text: { field: "t", type: "nominal" } },
      } as TopLevelSpec,
      ['"second" overlaps "first"'],
    ],
  ])("reports %s", async (_case, spec, problems) => {
    const found = (await renderFigure({ name, spec })).problems;
    expect(found).toEqual(problems.length > 0 ? expect.arrayContaining(problems) : []);
  });
});

describe("the SVG of a figure", () => {
  const withSvg = (spec: TopLevelSpec) => renderFigure({ name, spec, footer: "footer", withSvg: true });
  const many = (count: number) =>
    point(
      {},
      Array.from({ length: count }, (_, i) => ({ x: i % 200, y: i / 200 })),
    );

  it("is drawn when asked for only", async () => {
    expect((await renderFigure({ name, spec: point() })).svg).toBeNull();
  });

  it("leaves the figure as it is", async () => {
    const [alone, both] = [await renderFigure({ name, spec: point(), footer: "footer" }), await withSvg(point())];
    expect(sha(both.png)).toBe(sha(alone.png));
  });

  it.each([
    ["comes while it is small", 100, true],
    ["does not come when it is large", 8_000, false],
  ])("%s", async (_, count, small) => {
    const { svg } = await withSvg(many(count));
    expect((svg ?? "").startsWith("<svg")).toBe(small);
    if (svg) expect(svg).toContain("#ffffff");
  });

  it("describes axes, but not each mark", async () => {
    const { svg } = await withSvg(point());
    expect([...(svg ?? "").matchAll(/aria-roledescription="([^"]*)"/g)].map(([, role]) => role)).toEqual(
      expect.arrayContaining(["axis", "group mark container"]),
    );
    expect(svg).not.toContain('aria-roledescription="point"');
  });

  it("has the footer, too, below the chart", async () => {
    const { svg, height } = await renderFigure({ name, spec: point(), footer: "a & b \u00b7 figure 0123456789", withSvg: true });
    expect(svg).toContain(">a &#38; b \u00b7 figure 0123456789</text></svg>");
    const { data, info } = await sharp(Buffer.from(svg ?? ""))
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect(info.height).toBeCloseTo(height / 2, -1);
    expect(data.length).toBeGreaterThan(0);
  });
});

describe("figureId", () => {
  const identity = { experiment: "a/b", figure: "c", spec: { mark: "bar", data: { values: [{ x: 1, y: 2 }] } }, fingerprint: "f" };

  it("is ten hex digits", () => expect(figureId(identity)).toMatch(/^[0-9a-f]{10}$/));
  it("does not depend on the order of members", () =>
    expect(figureId({ ...identity, spec: { data: { values: [{ y: 2, x: 1 }] }, mark: "bar" } })).toBe(figureId(identity)));
  it.each([{ experiment: "a/x" }, { figure: "x" }, { fingerprint: "x" }, { spec: { mark: "bar", data: { values: [{ x: 1, y: 3 }] } } }])(
    "differs with %j",
    (change) => expect(figureId({ ...identity, ...change })).not.toBe(figureId(identity)),
  );
});

function pixels(
  image: Parameters<ReturnType<ReturnType<typeof createCanvas>["getContext"]>["drawImage"]>[0] | undefined,
  area: { width: number; height: number; top?: number },
): Buffer {
  const canvas = createCanvas(area.width, area.height);
  const context = canvas.getContext("2d");
  context.drawImage(image as never, 0, -(area.top ?? 0));
  return Buffer.from(context.getImageData(0, 0, area.width, area.height).data.buffer);
}

/** The largest difference of two channels. */
function furthest(a: Buffer, b: Buffer): number {
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] ?? 0))), Math.abs(a.length - b.length));
}
