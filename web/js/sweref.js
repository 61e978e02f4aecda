// SPDX-License-Identifier: AGPL-3.0-or-later
// WGS 84 <-> SWEREF 99 TM by Krüger's formulas as Lantmäteriet publishes them; to a millimetre in
// Sweden. Degrees and metres.
const A = 6378137;
const F = 1 / 298.257222101;
const E2 = F * (2 - F);
const N = F / (2 - F);
const MEAN = (A / (1 + N)) * (1 + N ** 2 / 4 + N ** 4 / 64);
const SCALE = 0.9996;
const EAST = 500000;
const MERIDIAN = (15 * Math.PI) / 180;
const RAD = Math.PI / 180;

const FORTH = [
    N / 2 - (2 * N ** 2) / 3 + (5 * N ** 3) / 16 + (41 * N ** 4) / 180,
    (13 * N ** 2) / 48 - (3 * N ** 3) / 5 + (557 * N ** 4) / 1440,
    (61 * N ** 3) / 240 - (103 * N ** 4) / 140,
    (49561 * N ** 4) / 161280,
];
const BACK = [
    N / 2 - (2 * N ** 2) / 3 + (37 * N ** 3) / 96 - N ** 4 / 360,
    N ** 2 / 48 + N ** 3 / 15 - (437 * N ** 4) / 1440,
    (17 * N ** 3) / 480 - (37 * N ** 4) / 840,
    (4397 * N ** 4) / 161280,
];

export function toSweref(lon, lat) {
    const phi = lat * RAD;
    const e = Math.sqrt(E2);
    const conformal = Math.atan(Math.sinh(Math.asinh(Math.tan(phi)) - e * Math.atanh(e * Math.sin(phi))));
    const d = lon * RAD - MERIDIAN;
    const xi = Math.atan2(Math.tan(conformal), Math.cos(d));
    const eta = Math.atanh(Math.cos(conformal) * Math.sin(d));
    let north = xi;
    let east = eta;
    FORTH.forEach((c, i) => {
        const k = 2 * (i + 1);
        north += c * Math.sin(k * xi) * Math.cosh(k * eta);
        east += c * Math.cos(k * xi) * Math.sinh(k * eta);
    });
    return { east: SCALE * MEAN * east + EAST, north: SCALE * MEAN * north };
}

export function fromSweref(east, north) {
    const xi = north / (SCALE * MEAN);
    const eta = (east - EAST) / (SCALE * MEAN);
    let x = xi;
    let y = eta;
    BACK.forEach((c, i) => {
        const k = 2 * (i + 1);
        x -= c * Math.sin(k * xi) * Math.cosh(k * eta);
        y -= c * Math.cos(k * xi) * Math.sinh(k * eta);
    });
    const conformal = Math.asin(Math.sin(x) / Math.cosh(y));
    const e = Math.sqrt(E2);
    let phi = conformal;
    for (let i = 0; i < 6; i++)
        phi = Math.atan(Math.sinh(Math.asinh(Math.tan(conformal)) + e * Math.atanh(e * Math.sin(phi))));
    return { lon: (MERIDIAN + Math.atan2(Math.sinh(y), Math.cos(x))) / RAD, lat: phi / RAD };
}
