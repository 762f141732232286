/** The tiles of a map server that lie under a small picture. Only those that are looked at are ever asked for. */
import type { Picture } from "./project";

/** A square picture of the map, and where it lies under ours, in its units. */
export interface Tile {
  src: string;
  x: number;
  y: number;
  width: number;
  height: number;
}

const SIZE = 256;
/** About 2.4 km a tile: the server learns in which villages somebody is visited, not at which doors. */
const DEEPEST = 14;
const RADIANS = Math.PI / 180;

/** Those that cover a picture of this size, at the zoom at which they are drawn about as large as they are. */
export function tilesUnder(template: string, { place, find }: Pick<Picture, "place" | "find">, width: number, height: number): Tile[] {
  const [from, to] = [find(0, 0), find(width, height)];
  const across = (360 * width) / (SIZE * (to.longitude - from.longitude));
  const zoom = Math.min(Math.max(Math.round(Math.log2(across)), 0), DEEPEST);
  const count = 2 ** zoom;
  const column = (longitude: number) => ((longitude + 180) / 360) * count;
  const row = (latitude: number) => (0.5 - Math.asinh(Math.tan(latitude * RADIANS)) / (2 * Math.PI)) * count;
  const corner = (x: number, y: number) =>
    place({ latitude: Math.atan(Math.sinh((0.5 - y / count) * 2 * Math.PI)) / RADIANS, longitude: (x / count) * 360 - 180 });
  const tiles: Tile[] = [];
  for (let y = Math.floor(row(from.latitude)); y < row(to.latitude); y += 1) {
    for (let x = Math.floor(column(from.longitude)); x < column(to.longitude); x += 1) {
      const [one, other] = [corner(x, y), corner(x + 1, y + 1)];
      const src = template.replace("{z}", `${zoom}`).replace("{x}", `${x}`).replace("{y}", `${y}`);
      tiles.push({ src, x: one.x, y: one.y, width: other.x - one.x, height: other.y - one.y });
    }
  }
  return tiles;
}
