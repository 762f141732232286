/** Points on a small picture without tiles: near enough to see what lies beside what, and how far. */
import type { Point } from "../screens/day";

export interface Picture {
  /** In the units of the picture, in the order of the points. */
  at: { x: number; y: number }[];
  /** A round number of kilometres and how long it is on the picture. */
  scale: { km: number; length: number };
  /** Where another point would be, and what lies somewhere on the picture. */
  place(point: Point): { x: number; y: number };
  find(x: number, y: number): Point;
}

const KM_PER_DEGREE = 111.32;
const MARGIN = 28;
const LEAST_KM = 0.4;
const ROUND = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200];

/** The points drawn to scale inside a picture of this size; none for no point. */
export function project(points: readonly Point[], width: number, height: number): Picture | null {
  if (!points.length) return null;
  const middle = (points.reduce((sum, p) => sum + p.latitude, 0) / points.length) * (Math.PI / 180);
  const east = KM_PER_DEGREE * Math.cos(middle);
  const flatten = ({ latitude, longitude }: Point) => ({ x: longitude * east, y: -latitude * KM_PER_DEGREE });
  const flat = points.map(flatten);
  const [xs, ys] = [flat.map((p) => p.x), flat.map((p) => p.y)];
  const [left, top] = [Math.min(...xs), Math.min(...ys)];
  const [wide, high] = [Math.max(...xs) - left, Math.max(...ys) - top];
  const unit = Math.min((width - 2 * MARGIN) / Math.max(wide, LEAST_KM), (height - 2 * MARGIN) / Math.max(high, LEAST_KM));
  const [shiftX, shiftY] = [(width - wide * unit) / 2, (height - high * unit) / 2];
  const km = ROUND.findLast((n) => n * unit <= width / 3) ?? ROUND[0]!;
  const place = (point: Point) => {
    const { x, y } = flatten(point);
    return { x: (x - left) * unit + shiftX, y: (y - top) * unit + shiftY };
  };
  return {
    at: points.map(place),
    scale: { km, length: km * unit },
    place,
    find: (x, y) => ({ latitude: -((y - shiftY) / unit + top) / KM_PER_DEGREE, longitude: ((x - shiftX) / unit + left) / east }),
  };
}
