export function parseClaims(text: string): { claims: Record<string, unknown> } | { problem: string } {
  if (text.trim() === "") return { claims: {} };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return {
      problem: `This is not JSON: ${(error as SyntaxError).message}. Example: {"email": "john.wick@example.com"}`,
    };
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return { problem: 'Claims must be a JSON object, in braces. Example: {"email": "john.wick@example.com"}' };
  }
  return { claims: value as Record<string, unknown> };
}
