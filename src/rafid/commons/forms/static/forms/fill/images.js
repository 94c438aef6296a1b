/* Photos at the size that a reviewer needs: a camera's 12 megapixels would not leave a weak line in an evening. */

import { exifOf, turnedUpright, withExif } from "./exif.js";

export const LONG_SIDE = 1600;

const HEAD = 512 * 1024; // the facts stand before the picture

/* What the camera wrote of it, for upright pixels of this size; null where it wrote nothing that can be read. */
const factsOf = async (file, width, height) => {
  const tiff = exifOf(new Uint8Array(await file.slice(0, HEAD).arrayBuffer()));
  return tiff && turnedUpright(tiff, width, height);
};

/* A smaller JPEG of a photo whose long side is more than `longest`; the file itself where it is small or no photo. Time and
   place of the photo go along: they are what a visit is judged by. */
export const smaller = async (file, longest = LONG_SIDE) => {
  if (!/^image\/(jpeg|png|webp|heic|heif|bmp)$/.test(file.type)) return file;
  let picture;
  try {
    picture = await createImageBitmap(file, { imageOrientation: "from-image" });
  } catch {
    return file; // the browser cannot read it; the office can
  }
  const side = Math.max(picture.width, picture.height);
  if (side <= longest) { picture.close(); return file; }
  const ratio = longest / side, canvas = document.createElement("canvas");
  canvas.width = Math.round(picture.width * ratio);
  canvas.height = Math.round(picture.height * ratio);
  const pen = canvas.getContext("2d");
  pen.imageSmoothingQuality = "high";
  pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.85));
  if (!blob) return file;
  const facts = await factsOf(file, canvas.width, canvas.height).catch(() => null);
  const whole = facts ? withExif(new Uint8Array(await blob.arrayBuffer()), facts) : blob;
  return new File([whole], file.name.replace(/\.[^.]+$/, "") + ".jpg", { type: "image/jpeg" });
};
