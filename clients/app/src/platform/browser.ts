// A browser: the platform is where the page is from, and pictures are kept in the browser's database.
import { fetchTransport, type Upload } from "@shanzhi/client";
import { PhotoLost, type PhotoStore } from "@/logic/outbox";
import type { Picked, Platform } from "@/platform/types";
import { T } from "@/words";

const DATABASE = "shanzhi";
const PHOTOS = "photos";

function database(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open(DATABASE, 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore(PHOTOS);
    opening.onsuccess = () => resolve(opening.result);
    opening.onerror = () => reject(opening.error);
  });
}

async function inStore<V>(mode: IDBTransactionMode, act: (photos: IDBObjectStore) => IDBRequest<V>): Promise<V> {
  const opened = await database();
  try {
    return await new Promise((resolve, reject) => {
      const request = act(opened.transaction(PHOTOS, mode).objectStore(PHOTOS));
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  } finally {
    opened.close();
  }
}

const photoStore: PhotoStore = {
  async upload(id): Promise<Upload> {
    const content = await inStore<Blob | undefined>("readonly", (photos) => photos.get(id));
    if (!content) throw new PhotoLost(T.outbox.lost);
    return { content, name: "photo" };
  },
  async remove(id) {
    await inStore("readwrite", (photos) => photos.delete(id));
  },
};

async function keepPhotos(picked: UniApp.ChooseImageSuccessCallbackResult): Promise<Picked[]> {
  const files = picked.tempFiles as unknown as File[];
  return Promise.all(
    files.map(async (file) => {
      const id = `${Date.now()}-${Math.random().toString(36).slice(2)}`;
      await inStore("readwrite", (photos) => photos.put(file as Blob, id));
      return { id, url: URL.createObjectURL(file) };
    }),
  );
}

export const browser: Platform = { origin: "", transport: fetchTransport(), photoStore, keepPhotos };
