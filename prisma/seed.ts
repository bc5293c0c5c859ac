import { hashPassword } from "@/lib/auth/passwords";
import { db } from "@/lib/db";
import type { Prisma } from "./generated/client";

const DEMO_PASSWORD = "Portal-demo-1";

/** Creates the two demo customers with their policies and insurance claims if they are missing, and confirms their e-mails. */
export async function seed(today = new Date()): Promise<void> {
  for (const customer of demoCustomers(today)) {
    const { email, uniqueIdentifier } = customer;
    const known = await db().user.findFirst({ where: { OR: [{ email }, { uniqueIdentifier }] }, select: { id: true } });
    if (known) {
      await db().user.updateMany({
        where: { email, uniqueIdentifier, emailConfirmedAt: null },
        data: { emailConfirmedAt: new Date() },
      });
      continue;
    }
    // Outside the transaction, because it takes a while.
    const passwordHash = await hashPassword(DEMO_PASSWORD);
    await db().$transaction((tx) => createCustomer(tx, customer, passwordHash), { timeout: 60_000 });
  }
}

type DemoCustomer = ReturnType<typeof demoCustomers>[number];

async function createCustomer(
  tx: Prisma.TransactionClient,
  { policies, ...user }: DemoCustomer,
  passwordHash: string,
): Promise<void> {
  const { id: userId } = await tx.user.create({ data: { ...user, emailConfirmedAt: user.createdAt, passwordHash } });
  for (const { covers, insuranceClaims, ...policy } of policies) {
    const { id: policyId } = await tx.policy.create({
      data: { ...policy, userId, covers: { create: covers.map(([name, limitCents]) => ({ name, limitCents })) } },
    });
    for (const { history, ...insuranceClaim } of insuranceClaims) {
      await tx.claim.create({
        data: {
          ...insuranceClaim,
          userId,
          policyId,
          createdAt: history[0]?.[0],
          state: history.at(-1)?.[1],
          history: { create: history.map(([at, state, note]) => ({ at, state, note })) },
        },
      });
    }
  }
}

/** Glassix's own example customers. Dates move with `today`, so that a demo never looks old. */
function demoCustomers(today: Date) {
  const daysFromNow = (days: number) => new Date(today.getTime() + days * 86_400_000);
  return [
    {
      email: "john.wick@example.com",
      uniqueIdentifier: "db79e775-81fd-4f2e-8741-9266e920cc32",
      firstName: "John",
      lastName: "Wick",
      plan: "premium",
      createdAt: daysFromNow(-2200),
      policies: [
        {
          number: "HL-H-204817",
          product: "home",
          insured: "12 Lantern Quay, Portsmouth",
          premiumCents: 61_200,
          deductibleCents: 25_000,
          startsOn: daysFromNow(-143),
          endsOn: daysFromNow(222),
          covers: [
            ["Buildings", 48_000_000],
            ["Contents", 7_500_000],
            ["Escape of water", 2_000_000],
            ["Alternative accommodation", 3_000_000],
          ],
          insuranceClaims: [
            {
              title: "Burst pipe under the kitchen sink",
              description: "A joint under the sink gave way overnight. The floor and two base units are soaked.",
              incidentOn: daysFromNow(-9),
              estimatedCents: 184_000,
              history: [
                [daysFromNow(-8), "received", "We got your claim. A person reads it within one working day."],
                [daysFromNow(-6), "reviewing", "Our surveyor, Ruth Adeyemi, visits on Thursday between 9 and 11."],
              ],
            },
          ],
        },
        {
          number: "HL-M-118203",
          product: "motor",
          insured: "Ford Mustang, JW69 BOO",
          premiumCents: 94_800,
          deductibleCents: 50_000,
          startsOn: daysFromNow(-311),
          endsOn: daysFromNow(54),
          covers: [
            ["Damage to your car", 4_200_000],
            ["Injury to others", 1_000_000_000],
            ["Windscreen", 150_000],
            ["Replacement car", 90_000],
          ],
          insuranceClaims: [
            {
              title: "Stone chip in the windscreen",
              description: "A lorry threw up a stone on the A3. The chip is on the driver's side.",
              incidentOn: daysFromNow(-121),
              estimatedCents: 38_500,
              history: [
                [daysFromNow(-120), "received", "We got your claim. A person reads it within one working day."],
                [daysFromNow(-119), "reviewing", "We asked Solent Glass for a price."],
                [daysFromNow(-117), "approved", "The windscreen is covered in full. No deductible applies."],
                [daysFromNow(-112), "paid", "We paid £385.00 to Solent Glass."],
              ],
            },
          ],
        },
      ],
    },
    {
      email: "jane.doe@example.com",
      uniqueIdentifier: "a3f1c820-94b2-4d67-b3e5-7f8a2d1c0e9b",
      firstName: "Jane",
      lastName: "Doe",
      plan: "standard",
      createdAt: daysFromNow(-640),
      policies: [
        {
          number: "HL-T-310944",
          product: "travel",
          insured: "Worldwide, trips of up to 45 days",
          premiumCents: 14_400,
          deductibleCents: 10_000,
          startsOn: daysFromNow(-80),
          endsOn: daysFromNow(285),
          covers: [
            ["Medical care abroad", 1_000_000_000],
            ["Cancellation", 500_000],
            ["Luggage", 200_000],
          ],
          insuranceClaims: [
            {
              title: "Suitcase lost between Lisbon and London",
              description: "The suitcase did not arrive. The airline gave me the reference LHR-88213.",
              incidentOn: daysFromNow(-33),
              estimatedCents: 62_000,
              history: [
                [daysFromNow(-32), "received", "We got your claim. A person reads it within one working day."],
                [
                  daysFromNow(-30),
                  "reviewing",
                  "We wait for the airline's report. They have until the end of the month.",
                ],
              ],
            },
          ],
        },
      ],
    },
  ] as const;
}
