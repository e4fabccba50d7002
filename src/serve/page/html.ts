import htm from "htm";
import { h, type VNode } from "preact";

/** Elements written as they are in HTML. The types of htm do not say that it is a function. */
export const html: (strings: TemplateStringsArray, ...values: unknown[]) => VNode =
  (htm as unknown as { bind(create: typeof h): never }).bind(h);
