import { buttonClass } from "@/components/ui/button";

// The customers that prisma/seed.ts creates.
export const DEMO_CUSTOMERS = [
  { name: "John Wick", email: "john.wick@example.com", about: "Premium, two policies, one claim in review" },
  { name: "Jane Doe", email: "jane.doe@example.com", about: "Standard, one policy, one claim in review" },
];
export const DEMO_PASSWORD = "Portal-demo-1";

type Props = { action: (formData: FormData) => Promise<void>; callbackUrl: string };

/** Two customers to be, with one click. For demos alone: see where it is rendered. */
export function DemoSignIn({ action, callbackUrl }: Props) {
  return (
    <section className="mt-10 rounded-card border border-dashed border-edge p-5">
      <h2 className="font-sans text-base font-semibold tracking-normal">This is a demo</h2>
      <p className="mt-1 text-sm text-quiet">
        Be one of these two customers. The panel is gone once real Glassix credentials are set.
      </p>
      <form action={action} className="mt-4 grid gap-3">
        <input type="hidden" name="callbackUrl" value={callbackUrl} />
        {DEMO_CUSTOMERS.map(({ name, email, about }) => (
          <div key={email}>
            <button
              name="customer"
              value={email}
              className={`${buttonClass("quiet")} w-full`}
              aria-describedby={`about-${email}`}
            >
              Continue as {name}
            </button>
            <p id={`about-${email}`} className="mt-1.5 text-center text-sm text-balance text-quiet">
              {about}
            </p>
          </div>
        ))}
      </form>
    </section>
  );
}
