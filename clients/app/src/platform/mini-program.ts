// A mini-program: it is built with the platform's address, and keeps pictures among its files.
import { uniTransport } from "@shanzhi/client";
import { PhotoLost, type PhotoStore } from "@/logic/outbox";
import type { Picked, Platform } from "@/platform/types";
import { T } from "@/words";

const photoStore: PhotoStore = {
  upload: (path) =>
    new Promise((resolve, reject) => {
      uni.getFileInfo({
        filePath: path,
        success: () => resolve({ path }),
        fail: () => reject(new PhotoLost(T.outbox.lost)),
      });
    }),
  remove: (path) => new Promise((resolve) => uni.removeSavedFile({ filePath: path, complete: () => resolve() })),
};

async function keepPhotos(picked: UniApp.ChooseImageSuccessCallbackResult): Promise<Picked[]> {
  const paths = picked.tempFilePaths as string[];
  return Promise.all(
    paths.map(
      (tempFilePath) =>
        new Promise<Picked>((resolve, reject) => {
          uni.saveFile({
            tempFilePath,
            success: ({ savedFilePath }) => resolve({ id: savedFilePath, url: savedFilePath }),
            fail: reject,
          });
        }),
    ),
  );
}

export const miniProgram: Platform = {
  origin: import.meta.env.VITE_API_ORIGIN ?? "",
  transport: uniTransport(uni as never),
  photoStore,
  keepPhotos,
};
