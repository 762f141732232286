/** The service worker: keeps the app here without signal, and a new version waits until the officer takes it. */
import { signal } from "@preact/signals";

/** A newer app lies ready. */
export const newVersion = signal<ServiceWorker | null>(null);

export async function keepOffline(): Promise<void> {
  if (!("serviceWorker" in navigator) || import.meta.env.DEV) return;
  let isKept = navigator.serviceWorker.controller !== null;
  navigator.serviceWorker.addEventListener("controllerchange", () => {
    if (isKept) location.reload(); // another version took over, in all tabs
    isKept = true;
  });
  const registration = await navigator.serviceWorker.register("./sw.js", { updateViaCache: "none" });
  const look = () => {
    if (registration.waiting && navigator.serviceWorker.controller) newVersion.value = registration.waiting;
  };
  registration.addEventListener("updatefound", () => registration.installing?.addEventListener("statechange", look));
  look();
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible" && navigator.onLine) void registration.update().catch(() => {});
  });
}

/** Change over to the newer app. Everything written lies in the store already. */
export const takeNewVersion = (): void => newVersion.value?.postMessage("take over");
