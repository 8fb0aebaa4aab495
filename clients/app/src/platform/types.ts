import type { Transport } from "@shanzhi/client";
import type { PhotoStore } from "@/logic/outbox";

/** A picture that was just taken, with an address that an <image> shows. */
export interface Picked {
  id: string;
  url: string;
}

/** What differs between a browser and a mini-program. */
export interface Platform {
  /** Origin of the API; empty for that of the page. */
  origin: string;
  transport: Transport;
  photoStore: PhotoStore;
  keepPhotos(picked: UniApp.ChooseImageSuccessCallbackResult): Promise<Picked[]>;
}
