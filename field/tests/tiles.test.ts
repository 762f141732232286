/** Which tiles lie under the small map, and where. */
import { describe, expect, test } from "vitest";
import { project } from "../src/map/project";
import { tilesUnder } from "../src/map/tiles";

const [WIDTH, HEIGHT] = [344, 200];
const TRENGGALEK = { latitude: -8.0503, longitude: 111.7081 };
const under = (...points: { latitude: number; longitude: number }[]) => tilesUnder("{z}/{x}/{y}", project(points, WIDTH, HEIGHT)!, WIDTH, HEIGHT);

describe("the tiles under the map", () => {
  test("are those of the place, at the numbers by which every map server knows them", () => {
    const tiles = under(TRENGGALEK, { latitude: -8.19, longitude: 111.62 });
    const zooms = new Set(tiles.map(({ src }) => Number(src.split("/")[0])));
    expect(zooms.size).toBe(1);
    const count = 2 ** [...zooms][0]!;
    const column = Math.floor(((111.7081 + 180) / 360) * count);
    const sine = Math.sin((-8.0503 * Math.PI) / 180);
    const row = Math.floor((0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI)) * count);
    const here = tiles.find(({ src }) => src === `${[...zooms][0]}/${column}/${row}`)!;
    const point = project([TRENGGALEK, { latitude: -8.19, longitude: 111.62 }], WIDTH, HEIGHT)!.at[0]!;
    expect(point.x).toBeGreaterThanOrEqual(here.x);
    expect(point.x).toBeLessThanOrEqual(here.x + here.width);
    expect(point.y).toBeGreaterThanOrEqual(here.y);
    expect(point.y).toBeLessThanOrEqual(here.y + here.height);
  });

  test.each([
    ["one door", [TRENGGALEK]],
    ["a village", [TRENGGALEK, { latitude: -8.06, longitude: 111.72 }]],
    ["a regency", [TRENGGALEK, { latitude: -8.35, longitude: 111.45 }]],
    ["the whole country", [{ latitude: 5.9, longitude: 95.2 }, { latitude: -10.2, longitude: 140.9 }]],
  ])("cover %s without a gap, and are few and about as large as they are", (_what, points) => {
    const tiles = under(...points);
    expect(tiles.length).toBeLessThanOrEqual(12);
    expect(Math.min(...tiles.map((t) => t.x))).toBeLessThanOrEqual(0);
    expect(Math.min(...tiles.map((t) => t.y))).toBeLessThanOrEqual(0);
    expect(Math.max(...tiles.map((t) => t.x + t.width))).toBeGreaterThanOrEqual(WIDTH);
    expect(Math.max(...tiles.map((t) => t.y + t.height))).toBeGreaterThanOrEqual(HEIGHT);
    for (const tile of tiles) {
      expect(tile.width).toBeGreaterThan(180);
      const zoom = Number(tile.src.split("/")[0]);
      expect(zoom).toBeLessThanOrEqual(14); // nobody is told at which door
      if (zoom < 14) expect(tile.width).toBeLessThan(364);
      const right = tiles.find(({ x, y }) => Math.abs(y - tile.y) < 1 && Math.abs(x - tile.x - tile.width) < 1);
      expect(right || tile.x + tile.width >= WIDTH).toBeTruthy();
    }
  });
});
