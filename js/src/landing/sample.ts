// A small table to try things on. Pure.

const ROWS = [
  "planet\tdistance_au\tyear_days\tmoons\tdiameter_km\tring",
  "Mercury\t0.39\t88.0\t0\t4879\tno",
  "Venus\t0.72\t224.7\t0\t12104\tno",
  "Earth\t1.00\t365.2\t1\t12756\tno",
  "Mars\t1.52\t687.0\t2\t6792\tno",
  "Jupiter\t5.20\t4331\t95\t142984\tyes",
  "Saturn\t9.57\t10747\t146\t120536\tyes",
  "Uranus\t19.17\t30589\t28\t51118\tyes",
  "Neptune\t30.18\t59800\t16\t49528\tyes",
];

export const sampleFile = (): File => new File([`${ROWS.join("\n")}\n`], "planets.tsv");
