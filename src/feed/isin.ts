/** What ISO 6166 says of an ISIN. */

/** How many characters of an ISIN stand before its check digit. */
const BODY = 11;

/** The check digit that belongs to an ISIN's first eleven characters: Luhn's, with letters from A = 10 on. */
export function checkDigitOf(isin: string): string {
  const digits = Array.from(isin.slice(0, BODY), (character) => parseInt(character, 36)).join("");
  const sum = Array.from(digits, Number).reverse().reduce((sum, digit, place) => {
    const weighted = place % 2 === 0 ? 2 * digit : digit;
    return sum + Math.floor(weighted / 10) + weighted % 10;
  }, 0);
  return String((10 - sum % 10) % 10);
}
