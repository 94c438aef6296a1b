/* Positions: of the device, as text and back. A position is {latitude, longitude, altitude, accuracy}. */

import { westernDigits } from "./digits.js";

const short = (number, places) => (number === null || number === undefined ? null : Number(number.toFixed(places)));

/* Where the device is. Raises what the browser raises: refused, unknown, too slow. */
export const whereabouts = () => new Promise((resolve, reject) => {
  if (!navigator.geolocation) { reject(new Error("none")); return; }
  navigator.geolocation.getCurrentPosition(({ coords }) => {
    const point = {
      latitude: short(coords.latitude, 7), longitude: short(coords.longitude, 7),
      altitude: short(coords.altitude, 1) ?? 0, accuracy: short(coords.accuracy, 1) ?? 0,
    };
    resolve({ point, text: `${point.latitude} ${point.longitude} ${point.altitude} ${point.accuracy}` });
  }, reject, { enableHighAccuracy: true, timeout: 60_000, maximumAge: 5_000 });
});

/* "33.3152, 44.3661" or "٣٣٫٣١ ٤٤٫٣٦" as a position; null for what is none. Latitude comes first. */
export const pointOf = (text) => {
  const plain = westernDigits(text).trim().replace(/[°NnEe]/g, "");
  const parts = plain.split(/\s*[,;،؛]\s*|\s+/).filter(Boolean).map(Number);
  if (parts.length < 2 || parts.length > 4 || parts.some(Number.isNaN)) return null;
  const [latitude, longitude, altitude = 0, accuracy = 0] = parts;
  if (Math.abs(latitude) > 90 || Math.abs(longitude) > 180 || (latitude === 0 && longitude === 0)) return null;
  return { latitude, longitude, altitude, accuracy };
};

export const written = (point) => `${short(point.latitude, 6)}, ${short(point.longitude, 6)}`;
