// SPDX-License-Identifier: AGPL-3.0-or-later
// A small table and the options for each method of `samsyn analyse`. Invented, from a seed.

let state = 1;
function random() {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return state / 2 ** 32;
}

const day = (n) => new Date(Date.UTC(2025, 0, 1) + n * 86400e3).toISOString().slice(0, 10);

/** Events in Mariestad's square of map: spread out, a crowd, and a burst in few days. */
function events() {
  state = 7;
  const rows = ["x,y,t,t-end,weight,group"];
  for (let i = 0; i < 240; i++) {
    const crowd = i % 4 === 0, burst = i % 12 === 0;
    const x = 430000 + (crowd ? 1000 + 150 * random() : 4000 * random());
    const y = 6507000 + (crowd ? 1200 + 150 * random() : 4000 * random());
    const d = burst ? 300 + Math.floor(6 * random()) : Math.floor(360 * random());
    const hour = String(Math.floor(23 * random())).padStart(2, "0");
    const end = String(Math.min(23, Number(hour) + 3)).padStart(2, "0");
    rows.push(`${x.toFixed(1)},${y.toFixed(1)},${day(d)}T${hour}:10,${day(d)}T${end}:40,1,${
      crowd ? "case" : i % 3 ? "control" : "case"}`);
  }
  return `${rows.join("\n")}\n`;
}

/** Two series of 300 weeks; the first rises at the end. */
function series() {
  state = 11;
  const rows = ["place,t,value"];
  for (const place of ["Norr", "Söder"])
    for (let w = 0; w < 300; w++) {
      const level = 6 + 2 * Math.sin((w / 52) * 6.283) + (place === "Norr" && w > 290 ? 14 : 0);
      rows.push(`${place},${day(7 * w - 1602)},${Math.floor(level + 4 * random())}`);
    }
  return `${rows.join("\n")}\n`;
}

const one = () => `${series().split("\n").filter((r) => !r.startsWith("Söder")).join("\n")}\n`;

const pairs = "place,group,before,after,weight\nTorget,treated,40,22,1\nHamnen,control,35,37,1\n" +
  "Vid torget,near-treated,20,23,1\nVid hamnen,near-control,18,17,1\n";

function roads() {
  state = 5;
  const rows = ["place,group,before,after,traffic,length"];
  for (let i = 0; i < 60; i++) {
    const traffic = 800 + Math.floor(6000 * random()), length = (0.4 + 2 * random()).toFixed(2);
    const mean = traffic * length * 0.001;
    const draw = () => Math.max(0, Math.round(mean * (0.4 + 1.2 * random())));
    rows.push(`S${i},${i < 12 ? "treated" : "control"},${draw() + (i < 12 ? 2 : 0)},${draw()},${traffic},${length}`);
  }
  return `${rows.join("\n")}\n`;
}

function areas() {
  state = 3;
  const rows = ["place,value,population,after"];
  for (let i = 0; i < 40; i++)
    rows.push(`O${i},${Math.floor(30 * random() ** 2)},${200 + Math.floor(900 * random())},${Math.floor(20 * random() ** 2)}`);
  return `${rows.join("\n")}\n`;
}

export const cases = {
  "compare-counts": [pairs, []],
  gistar: [events(), ["--cell", "400"]],
  moran: [events(), ["--cell", "400"]],
  kde: [events(), ["--cell", "500", "--bandwidth", "600"]],
  "dual-kde": [events(), ["--cell", "500", "--bandwidth", "800", "--groups", "case,control"]],
  knox: [events(), ["--distances", "0,100,200", "--days", "0,7,14", "--permutations", "99"]],
  "near-repeat-chains": [events(), ["--distance", "200", "--days", "14"]],
  "repeat-places": [events(), ["--within", "150", "--permutations", "99"]],
  mantel: [events(), ["--permutations", "99"]],
  scan: [events(), ["--max-radius", "1000", "--time-unit", "week", "--max-duration", "28", "--permutations", "99"]],
  aoristic: [events(), []],
  "weekday-hour": [events(), []],
  season: [events(), ["--by", "month"]],
  harmonic: [series(), ["--harmonics", "2"]],
  stl: [one(), ["--period", "52"]],
  farrington: [series(), ["--weeks", "20"]],
  ears: [series(), ["--steps", "20"]],
  cusum: [series(), []],
  breaks: [one(), []],
  wdd: [pairs, []],
  did: [pairs.split("\n").slice(0, 3).join("\n") + "\n", []],
  its: [one(), ["--at", "2025-08-01"]],
  "road-eb": [roads(), []],
  pai: [areas(), []],
  rates: [areas(), []],
};
