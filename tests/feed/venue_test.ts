import assert from "node:assert/strict";
import { isKnownVenue, isVenueCode, knownVenues, tradingHours } from "../../src/feed/venue.ts";

Deno.test("isVenueCode() accepts D and three capitals or digits, known or not", () => {
  for (const code of ["DETR", "DFRA", "DX0Z", "D123"]) assert.ok(isVenueCode(code), code);
  for (const code of ["", "DET", "DETRA", "detr", "XETR", "DÄTR", "DET/", " DETR", "DETR\n", "D..."]) {
    assert.ok(!isVenueCode(code), JSON.stringify(code));
  }
});

Deno.test("isKnownVenue() knows also venues that were seen only at times, and no new ones", () => {
  for (const venue of ["DETR", "DFRA", "DGAT", "DEUR", "DETG", "DXSC", "DEEX", "DPOW", "DQTX"]) {
    assert.ok(isKnownVenue(venue), venue);
  }
  for (const venue of ["DNEW", "detr", ""]) assert.ok(!isKnownVenue(venue), venue);
});

Deno.test("knownVenues() names well-formed codes only", () => {
  assert.deepEqual(knownVenues(), ["DETR", "DFRA", "DGAT", "DEUR"]);
  assert.ok(knownVenues().every(isVenueCode));
});

Deno.test("tradingHours() are those of the exchange's calendars and recordings, half open, in minutes of the day", () => {
  assert.deepEqual(tradingHours("DETR"), { opens: 9 * 60, closes: 17 * 60 + 40 });
  assert.deepEqual(tradingHours("DFRA"), { opens: 8 * 60, closes: 22 * 60 });
  assert.deepEqual(tradingHours("DGAT"), { opens: 7 * 60 + 30, closes: 22 * 60 });
  assert.deepEqual(tradingHours("DEUR"), { opens: 2 * 60 + 15, closes: 22 * 60 + 5 });
});

Deno.test("tradingHours() of a venue without a timetable are Frankfurt's", () => {
  for (const venue of ["DXSC", "DNEW"]) assert.deepEqual(tradingHours(venue), tradingHours("DFRA"));
});
