import { describe, expect, it, vi } from "vitest";
import { seal, unseal } from "./seal";

vi.mock("@/lib/env", () => ({ env: () => ({ nextAuthSecret: "the secret of the sandbox's tests" }) }));

const visitorId = "0f4c2c4e-6a3e-4d0e-9a41-0d8f0f1c2b3a";

describe("a seal", () => {
  it("is accepted only for the purpose that it was made for", () => {
    const sealed = seal("visitor", visitorId);
    expect(sealed.startsWith(`${visitorId}.`)).toBe(true);
    expect(unseal("visitor", sealed)).toBe(visitorId);
    expect(unseal("desk until", sealed)).toBeNull();
  });

  it("is refused when it is forged", () => {
    const [, mark] = seal("visitor", visitorId).split(".");
    for (const forged of ["", ".", visitorId, `${visitorId}.`, `${visitorId}.x`, `x${visitorId}.${mark}`, `.${mark}`])
      expect(unseal("visitor", forged), forged).toBeNull();
  });
});
