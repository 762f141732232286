/** The day's doors on a small map: numbered in the order of the route, drawn without any tile server; on tiles
 * where the office has one. The same doors stand below as a list, in the same order. */
import { useSignal } from "@preact/signals";
import { _, words } from "../core/text";
import { say } from "../messages";
import type { OfficeBook, Village } from "../app/lease";
import type { Point } from "../screens/day";
import { Credit, Ground, useOnline } from "./Ground";
import { project } from "./project";

const [WIDTH, HEIGHT] = [344, 200];

interface Shown {
  /** In the order of the route; rough ones are drawn open. */
  stops: readonly { n: number; point: Point; isRough: boolean }[];
  /** Where the phone is, if it said so. */
  here: Point | null;
  /** Named at their middle, which is known of each. */
  villages: readonly Village[];
  tiles: OfficeBook["tiles"];
}

export function RouteMap({ stops, here, villages, tiles }: Shown) {
  const [isOnline, isThere] = [useOnline(), useSignal(false)];
  const middles = villages.map(({ at }) => ({ latitude: at![0], longitude: at![1] }));
  const picture = project([...stops.map(({ point }) => point), ...middles, ...(here ? [here] : [])], WIDTH, HEIGHT);
  if (!picture || !stops.length) return null;
  const { at, scale } = picture;
  const doors = at.slice(0, stops.length);
  const me = here ? at.at(-1) : null;
  const ground = isOnline && tiles;
  const isTiled = ground && isThere.value;
  return (
    <figure class={isTiled ? "map tiled" : "map"}>
      <div class="map-ground">
        {ground && <Ground tiles={ground} picture={picture} width={WIDTH} height={HEIGHT} isThere={isThere} />}
        <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={say(words(_("Map of %(n)s visits in their order"), { n: stops.length }))}>
          <polyline class="map-way" points={[...(me ? [me] : []), ...doors].map(({ x, y }) => `${x},${y}`).join(" ")} />
          {villages.map(({ code, name }, i) => {
            const { x, y } = at[stops.length + i]!;
            return (
              <text key={code} class="map-village" x={Math.min(Math.max(x, 45), WIDTH - 45)} y={Math.min(y + 24, HEIGHT - 4)} text-anchor="middle">
                {name}
              </text>
            );
          })}
          {me && <circle class="map-me" cx={me.x} cy={me.y} r="6" />}
          {doors.map(({ x, y }, i) => (
            <g key={i}>
              <circle class={stops[i]!.isRough ? "map-door rough" : "map-door"} cx={x} cy={y} r="12" />
              <text class="map-number" x={x} y={y + 4} text-anchor="middle">
                {stops[i]!.n}
              </text>
            </g>
          ))}
          <path class="map-scale" d={`M12 ${HEIGHT - 14}v4h${scale.length}v-4`} />
          <text class="map-km" x={18 + scale.length} y={HEIGHT - 9}>
            {`${scale.km} km`}
          </text>
        </svg>
      </div>
      {isTiled && <Credit credit={ground.credit} />}
    </figure>
  );
}
