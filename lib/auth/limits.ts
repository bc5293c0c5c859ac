import "server-only";
import { createLimit } from "@/lib/limits";

// Far more than a person who signs in and out all day, far less than a loop.
const MINTS_PER_MINUTE = 120;

/** Counts one more identity minted for this user: 0 when it may be minted, otherwise the seconds until the next may. */
export const countMint = createLimit("mint", MINTS_PER_MINUTE, 60);
