/** A map under the points, where the office has a map server and there is signal; else nothing at all. */
import { useSignal, type Signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { OfficeBook } from "../app/lease";
import { _ } from "../core/text";
import { say } from "../messages";
import type { Picture } from "./project";
import { tilesUnder } from "./tiles";
import "./map.css";

interface Under {
  tiles: NonNullable<OfficeBook["tiles"]>;
  picture: Picture;
  width: number;
  height: number;
  /** Becomes true with the first tile that is there. */
  isThere: Signal<boolean>;
}

export function Ground({ tiles, picture, width, height, isThere }: Under) {
  useEffect(() => () => void (isThere.value = false), []); // without signal, or at another zoom, it is to be seen anew
  const share = (part: number, whole: number) => `${(100 * part) / whole}%`;
  return (
    <div class="map-tiles" aria-hidden="true">
      {tilesUnder(tiles.url, picture, width, height).map(({ src, ...box }) => (
        <img
          key={src}
          src={src}
          alt=""
          referrerpolicy="origin"
          style={{ left: share(box.x, width), top: share(box.y, height), width: share(box.width, width), height: share(box.height, height) }}
          onLoad={() => (isThere.value = true)}
          onError={({ currentTarget }) => (currentTarget.hidden = true)}
        />
      ))}
    </div>
  );
}

/** Whose map it is, as its licence asks. */
export const Credit = ({ credit }: { credit: string }) => (
  <figcaption class="map-credit">
    {credit || (
      <a href="https://www.openstreetmap.org/copyright" target="_blank" rel="noopener noreferrer">
        {say(_("© OpenStreetMap contributors"))}
      </a>
    )}
  </figcaption>
);

/** Whether the phone believes that it has a connection. */
export function useOnline(): boolean {
  const isOnline = useSignal(navigator.onLine);
  useEffect(() => {
    const look = () => (isOnline.value = navigator.onLine);
    addEventListener("online", look);
    addEventListener("offline", look);
    return () => {
      removeEventListener("online", look);
      removeEventListener("offline", look);
    };
  }, []);
  return isOnline.value;
}
