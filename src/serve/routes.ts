import { minutesOfDay } from "../collect/monitor/minutes_of_day.ts";
import { ifThere } from "../system/atomic.ts";
import { answerOf, BadQuestion, errorAnswer, jsonAnswer } from "./answer.ts";
import { barsAnswer } from "./api/bars.ts";
import { coverageAnswer } from "./api/coverage.ts";
import { instrumentsAnswer } from "./api/instruments.ts";
import { quotesAnswer } from "./api/quotes.ts";
import { tradesAnswer } from "./api/trades.ts";
import { DATA, dataPath, fileAnswer } from "./data_files.ts";
import { asOneExposition } from "./exposition.ts";
import { PAGE } from "./page.ts";
import { Question } from "./question.ts";
import { recentWarnings } from "./recent_log.ts";
import type { Sources } from "./sources.ts";

/** Prometheus' text format. */
const METRICS = "text/plain; version=0.0.4; charset=utf-8";

type Answerer = (question: Question, sources: Sources) => Promise<Response> | Response;

/** What is answered, by its path; the events apart. */
const ANSWERS: Readonly<Record<string, Answerer>> = {
  "/healthz": () => jsonAnswer({ ok: true }),
  "/metrics": metricsAnswer,
  "/api/status": async (_, { status, venues }) => jsonAnswer({ shown: venues(), status: await status() }),
  "/api/log": (_, { logFile }) =>
    jsonAnswer({ file: logFile, lines: logFile === null ? [] : recentWarnings(logFile) }),
  "/api/coverage": coverageAnswer,
  "/api/day": dayAnswer,
  "/api/instruments": instrumentsAnswer,
  "/api/bars": barsAnswer,
  "/api/trades": tradesAnswer,
  "/api/quotes": quotesAnswer,
};

/** Answers a request that nothing speaks against. Throws what the disk throws. */
export async function answer(request: Request, sources: Sources): Promise<Response> {
  const { pathname, searchParams } = new URL(request.url);
  if (pathname.startsWith(DATA)) {
    const path = dataPath(sources.layout, pathname);
    return path === null
      ? errorAnswer(404, "there is no such file")
      : fileAnswer(sources.layout, path, request);
  }
  const page = PAGE.get(pathname);
  if (page !== undefined) return answerOf(page.text, page.type, { headers: { "cache-control": "no-cache" } });
  const found = Object.hasOwn(ANSWERS, pathname) ? ANSWERS[pathname] : null;
  if (found === null) return errorAnswer(404, "there is no such address");
  try {
    return await found(new Question(searchParams, sources.venues()), sources);
  } catch (error) {
    if (error instanceof BadQuestion) return errorAnswer(400, error.message);
    throw error;
  }
}

async function dayAnswer(question: Question, { layout, now }: Sources): Promise<Response> {
  const date = question.date("date");
  if (date === null) throw new BadQuestion("date must be a date, YYYY-MM-DD");
  const minutes = await minutesOfDay(layout, question.venue, date, now());
  return jsonAnswer({ venue: question.venue, date, minutes });
}

/** The files that cycles write for Prometheus, as one. */
function metricsAnswer(_: Question, { layout, venues }: Sources): Response {
  const texts = venues().map((venue) => ifThere(() => Deno.readTextFileSync(layout.metrics(venue))) ?? "");
  return answerOf(asOneExposition(texts), METRICS);
}
