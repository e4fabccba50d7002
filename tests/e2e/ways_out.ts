/** The outcomes of the attempts of permission_probe.ts, by their names. */

/** Under every grant that is shipped. */
export const REFUSED: Readonly<Record<string, string>> = {
  "another host": "NotCapable",
  "another host by its address": "NotCapable",
  "the exchange's neighbour": "NotCapable",
  "listening to the world": "NotCapable",
  "another host's name": "NotCapable",
  "a proxy": "NotCapable",
  "code from another host": "--no-remote is specified",
  "a thread from another host": "--no-remote is specified",
  "another socket of this machine": "NotCapable",
  "a subprocess": "NotCapable",
  "a subprocess of node's kind": "NotCapable",
  "a native library": "NotCapable",
  "the name of the host": "NotCapable",
  "the memory of the machine": "NotCapable",
  "its own environment by a file": "NotCapable",
  "another process": "NotCapable",
  "its own memory": "NotCapable",
  "signals to others": "NotCapable",
};

/** When files are granted only in the folder of the start. */
export const REFUSED_PATHS: Readonly<Record<string, string>> = {
  "reading elsewhere": "NotCapable",
  "a link to elsewhere": "NotCapable",
  "reading above": "NotCapable",
  "writing elsewhere": "NotCapable",
  "removing elsewhere": "NotCapable",
};
