/* What a camera wrote beside the picture (Exif: time, position, camera), carried over into a picture that was made smaller.
   Source: Exif 2.32 (CIPA DC-008), JPEG segment APP1 holding a TIFF structure. */

const EXIF = [0x45, 0x78, 0x69, 0x66, 0, 0];
const WIDTH = 0x0100, HEIGHT = 0x0101, ORIENTATION = 0x0112, THUMBNAIL = 0x0201, EXIF_IFD = 0x8769, PIXEL_WIDTH = 0xa002, PIXEL_HEIGHT = 0xa003;
const SHORT = 3, LONG = 4;

/* The content of a JPEG's Exif segment (its TIFF), a copy; null where there is none. `bytes`: the file's beginning. */
export const exifOf = (bytes) => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 4 || view.getUint16(0) !== 0xffd8) return null;
  for (let at = 2; at + 4 <= bytes.length;) {
    if (bytes[at] !== 0xff) return null;
    const marker = bytes[at + 1];
    if (marker === 0xff) { at += 1; continue; }
    if (marker === 0xda || marker === 0xd9) return null; // the picture begins
    const length = view.getUint16(at + 2), end = at + 2 + length;
    if (length < 2 || end > bytes.length) return null;
    if (marker === 0xe1 && EXIF.every((byte, index) => bytes[at + 4 + index] === byte)) return bytes.slice(at + 10, end);
    at = end;
  }
  return null;
};

/* The same facts for upright pixels of another size; null where it is torn. The old small picture goes: it is not this one. */
export const turnedUpright = (tiff, width, height) => {
  try {
    const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.byteLength);
    const order = view.getUint16(0), little = order === 0x4949;
    if ((!little && order !== 0x4d4d) || view.getUint16(2, little) !== 42) return null;
    const entries = (offset) => {
      const found = new Map(), count = view.getUint16(offset, little);
      for (let index = 0; index < count; index += 1) {
        const at = offset + 2 + index * 12;
        found.set(view.getUint16(at, little), at);
      }
      return { found, next: offset + 2 + count * 12 };
    };
    const number = (at) => (view.getUint16(at + 2, little) === SHORT ? view.getUint16(at + 8, little) : view.getUint32(at + 8, little));
    const write = (at, value) => {
      if (at === undefined) return;
      const type = view.getUint16(at + 2, little);
      if (type === SHORT) view.setUint16(at + 8, value, little);
      else if (type === LONG) view.setUint32(at + 8, value, little);
    };
    const main = entries(view.getUint32(4, little));
    write(main.found.get(ORIENTATION), 1);
    write(main.found.get(WIDTH), width);
    write(main.found.get(HEIGHT), height);
    if (main.found.has(EXIF_IFD)) {
      const more = entries(number(main.found.get(EXIF_IFD)));
      write(more.found.get(PIXEL_WIDTH), width);
      write(more.found.get(PIXEL_HEIGHT), height);
    }
    const second = view.getUint32(main.next, little);
    if (!second) return tiff;
    view.setUint32(main.next, 0, little);
    const at = entries(second).found, start = at.has(THUMBNAIL) ? number(at.get(THUMBNAIL)) : 0, size = at.has(THUMBNAIL + 1) ? number(at.get(THUMBNAIL + 1)) : 0;
    // At the end, as cameras write it, it is left out; elsewhere it stays as bytes that nothing names.
    return start > second && size && start + size >= tiff.length - 4 ? tiff.slice(0, start) : tiff;
  } catch {
    return null; // an offset that leads nowhere
  }
};

/* A JPEG with this Exif as its first segment, where the standard wants it. */
export const withExif = (jpeg, tiff) => {
  const length = 2 + EXIF.length + tiff.length;
  if (length > 0xffff || jpeg[0] !== 0xff || jpeg[1] !== 0xd8) return jpeg;
  const whole = new Uint8Array(jpeg.length + length + 2);
  whole.set([0xff, 0xd8, 0xff, 0xe1, length >> 8, length & 0xff, ...EXIF]);
  whole.set(tiff, 12);
  whole.set(jpeg.subarray(2), 12 + tiff.length);
  return whole;
};
