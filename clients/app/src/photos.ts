// Taking pictures, which are kept on the phone until they are sent.
import { platform } from "@/platform";
import type { Picked } from "@/platform/types";

export const MOST_PHOTOS = 9;

/** Take pictures or choose some, and keep them; nothing if the person changes their mind. */
export function pickPhotos(already: number): Promise<Picked[]> {
  return new Promise((resolve, reject) => {
    uni.chooseImage({
      count: MOST_PHOTOS - already,
      // The original: reviewers see when and where it was taken, which a compressed one no longer says.
      sizeType: ["original"],
      success: (picked) => platform.keepPhotos(picked).then(resolve, reject),
      fail: () => resolve([]),
    });
  });
}
